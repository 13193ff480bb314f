//! The second transaction of an order: applies the outcome of the charge, all at once or not at all.

use api::audit::Action;
use api::plan::annual::Annual;
use api::plan::plan_change::State;
use api::plan::quote::Quote;
use api::{Code, Problem};
use billing::invoicing::collection::authentication_expires_at;
use billing::invoicing::invoice::InvoiceKind;
use billing::period::Span;
use billing::{BillingFrequency, BillingPeriod, LineKind, OrganizationId};
use chrono::{DateTime, Utc};

use super::OrderReply;
use super::logged::{Applied, concluded};
use crate::foundation::error::Error;
use crate::notification::{Notification, PlanOrder};
use crate::services::gateway::{NoAnswer, Outcome};
use crate::store::idempotency::{self, Answer, Key};
use crate::store::invoices::{self, Draft, Payment};
use crate::store::payments::plan_changes::{self, Intent, Transition};
use crate::store::price_books::{self, BookVersion};
use crate::store::records::{self, AuditChange, AuditEntry, outbox};
use crate::store::subscriptions::{self, ChangeContext, annual_terms, frequency};
use crate::store::{Changes, Tx, Work};
use crate::usage::evaluation;

/// Applies the gateway's answer about a charge.
#[derive(Debug)]
pub struct Settle {
    pub organization_id: OrganizationId,
    /// The order's id.
    pub id: String,
    /// The gateway's answer.
    pub outcome: Result<Outcome, NoAnswer>,
    pub now: DateTime<Utc>,
}

impl Work for Settle {
    type Output = OrderReply;

    fn changes(&self) -> Changes<'_> {
        Changes::Account(&self.organization_id, self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<OrderReply, Error> {
        let organization_id = &self.organization_id;
        let intent = plan_changes::find(tx, organization_id, &self.id).await?;
        let intent = intent.ok_or_else(|| Error::unexpected(format!("no order {}", self.id)))?;
        if !intent.state.is_pending() {
            return stored_reply(tx, organization_id, intent).await;
        }
        match &self.outcome {
            Err(NoAnswer) => self.wait(tx, intent, State::Unknown).await,
            Ok(Outcome::Authentication) => {
                let expires = authentication_expires_at(intent.ordered_at, &tx.policy());
                self.wait(tx, intent, State::Authentication { expires })
                    .await
            }
            Ok(Outcome::Captured { reference }) => {
                let paid = (State::Done, Some(reference.as_str()));
                conclude(tx, organization_id, intent, paid, self.now).await
            }
            Ok(Outcome::Declined { reason }) => {
                let detail = "Your bank declined the payment; your plan is as before. Use another payment \
                              method or ask your bank";
                let problem = Problem::new(Code::PaymentDeclined, detail);
                self.fail(
                    tx,
                    intent,
                    State::Declined {
                        reason: reason.clone(),
                    },
                    problem,
                )
                .await
            }
            Ok(Outcome::Never) => {
                let detail =
                    "The payment was not finished; nothing was charged and your plan is as before";
                let problem = Problem::new(Code::PaymentExpired, detail);
                self.fail(tx, intent, State::Expired, problem).await
            }
        }
    }
}

impl Settle {
    /// Keeps the outcome open. While the bank waits for confirmation, a gateway that does not answer
    /// changes nothing.
    async fn wait(
        &self,
        tx: &mut Tx,
        mut intent: Intent,
        state: State,
    ) -> Result<OrderReply, Error> {
        let known = matches!(intent.state, State::Authentication { .. });
        if !known {
            let to = Transition {
                state: &state,
                reference: None,
                invoice_number: None,
                now: self.now,
            };
            plan_changes::advance(tx, &self.organization_id, &intent.id, &to).await?;
            intent.state = state;
        }
        Ok(OrderReply::Pending(Box::new(intent.sent())))
    }

    async fn fail(
        &self,
        tx: &mut Tx,
        intent: Intent,
        state: State,
        problem: Problem,
    ) -> Result<OrderReply, Error> {
        let organization_id = &self.organization_id;
        let to = Transition {
            state: &state,
            reference: None,
            invoice_number: None,
            now: self.now,
        };
        advance(tx, organization_id, &intent, &to).await?;
        let order = told(&intent);
        let (action, news) = match state {
            State::Declined { .. } => (Action::PlanDeclined, Notification::PlanDeclined(order)),
            _ => (Action::PlanExpired, Notification::PlanExpired(order)),
        };
        let entry = AuditEntry {
            action,
            object: &intent.id,
            description: problem.detail.clone(),
            change: AuditChange::NONE,
        };
        records::audit(tx, organization_id, (&intent.actor, self.now), entry).await?;
        outbox::publish(tx, organization_id, &news, self.now).await?;
        let problem = Problem {
            request_id: intent.request_id.clone(),
            ..problem
        };
        answer(tx, organization_id, &intent, (problem.status, &problem)).await
    }
}

/// Puts an order into force: subscription, invoice, payment, reply, audit entry and notification
/// together.
pub(super) async fn conclude(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    mut intent: Intent,
    (state, reference): (State, Option<&str>),
    now: DateTime<Utc>,
) -> Result<OrderReply, Error> {
    let change = apply(tx, organization_id, (&intent, &state), now).await?;
    if let Some(reference) = reference {
        intent.invoice_number =
            Some(invoice(tx, organization_id, (&intent, reference), now).await?);
    }
    let invoice_number = intent.invoice_number.as_deref();
    let to = Transition {
        state: &state,
        reference,
        invoice_number,
        now,
    };
    advance(tx, organization_id, &intent, &to).await?;
    let order = told(&intent);
    let (action, news) = if state == State::Scheduled {
        (Action::PlanScheduled, Notification::PlanScheduled(order))
    } else {
        (Action::PlanChanged, Notification::PlanChanged(order))
    };
    let entry = AuditEntry {
        action,
        object: &intent.id,
        description: concluded(&intent, &state),
        change,
    };
    records::audit(tx, organization_id, (&intent.actor, now), entry).await?;
    outbox::publish(tx, organization_id, &news, now).await?;
    intent.state = state;
    let sent = intent.sent();
    answer(tx, organization_id, &intent, (200, &sent)).await
}

/// The facts of an order for its notification.
fn told(intent: &Intent) -> PlanOrder {
    let Quote {
        change,
        due_now,
        currency,
        ..
    } = &intent.quote;
    let charged = intent.invoice_number.is_some();
    PlanOrder {
        plan_change: Some(intent.id.clone()),
        tier: change.tier,
        add: change.add.iter().cloned().collect(),
        remove: change.remove.iter().cloned().collect(),
        frequency: change.frequency,
        effective_on: Some(intent.effective_on),
        invoice: intent.invoice_number.clone(),
        amount: charged.then(|| due_now.total.clone()),
        currency: Some(currency.clone()),
        by: intent.actor.name.clone(),
    }
}

/// The invoice of a captured charge, stored as paid.
async fn invoice(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    (intent, reference): (&Intent, &str),
    now: DateTime<Utc>,
) -> Result<String, Error> {
    let number = invoices::issue(tx, organization_id, &draft(intent)?).await?;
    let payment_method_id = intent.payment_method_id.as_deref().unwrap_or_default();
    let payment = Payment {
        reference,
        payment_method_id,
        paid_at: now,
    };
    invoices::pay(tx, organization_id, &number, payment).await?;
    let issued = Notification::InvoiceIssued {
        invoice: number.clone(),
    };
    outbox::publish(tx, organization_id, &issued, now).await?;
    Ok(number)
}

async fn advance(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    intent: &Intent,
    to: &Transition<'_>,
) -> Result<(), Error> {
    let moved = plan_changes::advance(tx, organization_id, &intent.id, to).await?;
    if moved { Ok(()) } else { Err(Error::Conflict) }
}

/// Applies the order to the subscription, as priced on the quoted day. Returns the change for the
/// activity log.
async fn apply(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    (intent, state): (&Intent, &State),
    now: DateTime<Utc>,
) -> Result<AuditChange, Error> {
    let quote = &intent.quote;
    let book = price_books::find(tx, &book_of(intent)).await?;
    let list = book.book.list(&quote.currency).ok_or(billing::OutOfRange)?;
    let before = subscriptions::find(tx, organization_id).await?;
    let after = before
        .subscription
        .after(&quote.change, list)
        .map_err(Error::unexpected)?;
    let waiting = waiting(quote);
    if after == before.subscription && waiting == before.scheduled_frequency() {
        return Ok(AuditChange::NONE);
    }
    let context = ChangeContext {
        by: intent.actor.name.as_str(),
        day: quote.billing_day,
        next_first: quote.turns_on(),
        now,
    };
    subscriptions::replace(tx, organization_id, &before, &after, context).await?;
    frequency::schedule(tx, organization_id, waiting, context).await?;
    if let Some(Annual {
        starts_on, pool, ..
    }) = quote.annual_after
    {
        annual_terms::raise(tx, organization_id, starts_on, pool.limit).await?;
    }
    let applied = Applied {
        list,
        before: &before.subscription,
        after: &after,
        quote,
    };
    applied.parts(tx, (organization_id, intent), now).await?;
    if after.tier > before.subscription.tier {
        evaluation::upgraded(tx, organization_id, quote.billing_day, now).await?;
    }
    applied.change(state)
}

/// The billing frequency that is scheduled after an order.
fn waiting(quote: &Quote) -> Option<BillingFrequency> {
    match (quote.annual_after, quote.frequency_after) {
        (Some(_), BillingFrequency::Monthly) | (None, BillingFrequency::Annual) => {
            Some(quote.frequency_after)
        }
        (Some(_), BillingFrequency::Annual) | (None, BillingFrequency::Monthly) => None,
    }
}

/// The invoice is issued as of the order. No other invoice is issued while the order's payment is open,
/// so invoice numbers stay in the order of time, however late the outcome is known (SPEC R2, R19).
fn draft(intent: &Intent) -> Result<Draft, Error> {
    let quote = &intent.quote;
    let upgrade = quote
        .due_now
        .lines
        .iter()
        .any(|line| line.kind == LineKind::TierProration);
    Ok(Draft {
        kind: if upgrade {
            InvoiceKind::Upgrade
        } else {
            InvoiceKind::AddOn
        },
        period: rest(quote)?,
        issued_on: quote.billing_day,
        issued_at: intent.ordered_at,
        book: book_of(intent),
        statement: quote.due_now.clone(),
        plan_change_id: Some(intent.id.clone()),
    })
}

/// The span from the billing day to the end of its month, or of the annual term that is paid for.
fn rest(quote: &Quote) -> Result<Span, Error> {
    let day = quote.billing_day;
    let period = BillingPeriod::of(day).ok_or(billing::OutOfRange)?;
    let term = quote.annual_after.and_then(|annual| annual.ends_on());
    Span::new(day, term.unwrap_or(period.end())).map_err(Error::unexpected)
}

async fn answer(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    intent: &Intent,
    (status, body): (u16, &impl serde::Serialize),
) -> Result<OrderReply, Error> {
    let body = serde_json::to_string(body).map_err(Error::unexpected)?;
    let answer = Answer { status, body };
    idempotency::answer(tx, &key_of(organization_id, intent), &answer).await?;
    Ok(OrderReply::Settled(answer))
}

/// The reply that was stored when another process settled the order first.
async fn stored_reply(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    intent: Intent,
) -> Result<OrderReply, Error> {
    let used = idempotency::find(tx, &key_of(organization_id, &intent)).await?;
    let answer = used.and_then(|used| used.answer);
    answer.map(OrderReply::Settled).ok_or_else(|| {
        Error::unexpected(format!("order {} is settled without an answer", intent.id))
    })
}

fn key_of(organization_id: &OrganizationId, intent: &Intent) -> Key {
    Key {
        organization_id: organization_id.to_owned(),
        user_id: intent.user_id.clone(),
        text: intent.idempotency_key.clone(),
    }
}

fn book_of(intent: &Intent) -> BookVersion {
    BookVersion {
        id: intent.quote.price_book.clone(),
        version: intent.quote.price_book_version,
    }
}
