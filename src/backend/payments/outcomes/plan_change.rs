//! What the outcome of an order's payment means: paid, it takes effect; failed, the plan is as before.

use api::audit::Action;
use api::plan::annual::Annual;
use api::plan::plan_change::State;
use api::plan::quote::Quote;
use api::{Code, Problem};
use billing::invoicing::collection::AttemptState;
use billing::invoicing::invoice::{InvoiceKind, InvoiceNumber};
use billing::period::Span;
use billing::{BillingCycle, BillingPeriod, LineKind, OrganizationId, PlanChangeId};
use chrono::{DateTime, Utc};

use super::plan_change_log::{Applied, concluded};
use crate::foundation::error::Error;
use crate::notification::{Notification, PlanOrder};
use crate::store::Tx;
use crate::store::idempotency::{self, Answer};
use crate::store::invoices::{self, Draft, Payment};
use crate::store::payments::attempts::PaymentAttempt;
use crate::store::payments::plan_changes::{self, StoredOrder};
use crate::store::price_books::{self, BookVersion};
use crate::store::records::{self, AuditChange, AuditEntry, outbox};
use crate::store::subscriptions::{self, ChangeContext, annual_terms};
use crate::usage::evaluation;

/// The attempt that has paid an order, with the gateway's reference.
#[derive(Debug, Clone, Copy)]
pub(in crate::payments) struct Capture<'a> {
    attempt: &'a PaymentAttempt,
    reference: &'a str,
}

/// Applies the new state of an order's payment. Returns the answer to the order once it is settled.
pub(super) async fn settled(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    attempt: &PaymentAttempt,
    id: &PlanChangeId,
    now: DateTime<Utc>,
) -> Result<Option<Answer>, Error> {
    let order = plan_changes::find(tx, organization_id, id).await?;
    let order = order.ok_or_else(|| Error::unexpected(format!("no order {id}")))?;
    match &attempt.state {
        AttemptState::Started | AttemptState::Unknown | AttemptState::Authentication { .. } => {
            Ok(None)
        }
        AttemptState::Paid { reference } => {
            let capture = Capture { attempt, reference };
            take_effect(tx, order, Some(capture), now).await.map(Some)
        }
        AttemptState::Declined { .. } => {
            let detail = "Your bank declined the payment; your plan is as before. Use another payment \
                          method or ask your bank";
            let failure = Failure {
                action: Action::PlanDeclined,
                notification: Notification::PlanDeclined(order_facts(&order)),
                problem: Problem::new(Code::PaymentDeclined, detail),
            };
            fail(tx, &order, failure, now).await.map(Some)
        }
        AttemptState::NotConfirmed(_) | AttemptState::Never => {
            let detail =
                "The payment was not finished; nothing was charged and your plan is as before";
            let failure = Failure {
                action: Action::PlanExpired,
                notification: Notification::PlanExpired(order_facts(&order)),
                problem: Problem::new(Code::PaymentExpired, detail),
            };
            fail(tx, &order, failure, now).await.map(Some)
        }
    }
}

/// How a payment that failed is logged, notified and answered.
struct Failure {
    action: Action,
    notification: Notification,
    problem: Problem,
}

async fn fail(
    tx: &mut Tx,
    order: &StoredOrder,
    failure: Failure,
    now: DateTime<Utc>,
) -> Result<Answer, Error> {
    let Failure {
        action,
        notification,
        problem,
    } = failure;
    let organization_id = &order.key.organization_id;
    let entry = AuditEntry {
        actor: &order.actor,
        at: now,
        action,
        object: order.id.as_str(),
        description: problem.detail.clone(),
        change: AuditChange::NONE,
    };
    records::audit(tx, organization_id, entry).await?;
    outbox::publish(tx, organization_id, &notification, now).await?;
    let problem = Problem {
        request_id: order.request_id.clone(),
        ..problem
    };
    idempotency::answer(tx, &order.key, problem.status, &problem).await
}

/// Puts an order into force: subscription, invoice, payment, audit entry, notification and answer
/// together. `paid` is `None` for an order that costs nothing.
pub(in crate::payments) async fn take_effect(
    tx: &mut Tx,
    mut order: StoredOrder,
    paid: Option<Capture<'_>>,
    now: DateTime<Utc>,
) -> Result<Answer, Error> {
    let change = apply(tx, &order, now).await?;
    if let Some(capture) = paid {
        let number = invoice(tx, &order, capture, now).await?;
        plan_changes::invoiced(tx, &order, &number).await?;
        order.invoice_number = Some(number);
    }
    let organization_id = &order.key.organization_id;
    let facts = order_facts(&order);
    let (action, news) = if order.state() == State::Scheduled {
        (Action::PlanScheduled, Notification::PlanScheduled(facts))
    } else {
        (Action::PlanChanged, Notification::PlanChanged(facts))
    };
    let entry = AuditEntry {
        actor: &order.actor,
        at: now,
        action,
        object: order.id.as_str(),
        description: concluded(&order),
        change,
    };
    records::audit(tx, organization_id, entry).await?;
    outbox::publish(tx, organization_id, &news, now).await?;
    idempotency::answer(tx, &order.key, 200, &order.sent()).await
}

/// The facts of an order for its notification.
fn order_facts(order: &StoredOrder) -> PlanOrder {
    let Quote {
        change, due_now, ..
    } = &order.quote;
    let charged = order.invoice_number.is_some();
    PlanOrder {
        plan_change: Some(order.id.clone()),
        tier: change.tier,
        add: change.add.iter().cloned().collect(),
        remove: change.remove.iter().cloned().collect(),
        frequency: change.frequency,
        effective_on: Some(order.effective_on),
        invoice: order.invoice_number.clone(),
        amount: charged.then_some(due_now.total),
        by: order.actor.name.clone(),
    }
}

/// The invoice of a paid order, stored with its payment.
async fn invoice(
    tx: &mut Tx,
    order: &StoredOrder,
    Capture { attempt, reference }: Capture<'_>,
    now: DateTime<Utc>,
) -> Result<InvoiceNumber, Error> {
    let organization_id = &order.key.organization_id;
    let number = invoices::issue(tx, organization_id, &draft(order)?).await?;
    let payment = Payment {
        reference,
        payment_method_id: attempt.payment_method_id.as_deref().unwrap_or_default(),
        paid_at: now,
    };
    invoices::pay(tx, organization_id, &number, payment).await?;
    let issued = Notification::InvoiceIssued {
        invoice: number.clone(),
    };
    outbox::publish(tx, organization_id, &issued, now).await?;
    Ok(number)
}

/// Applies the order to the subscription, as priced on the quoted day. Returns the change for the
/// activity log.
async fn apply(tx: &mut Tx, order: &StoredOrder, now: DateTime<Utc>) -> Result<AuditChange, Error> {
    let (organization_id, quote) = (&order.key.organization_id, &order.quote);
    let book = price_books::find(tx, &book_of(order)).await?;
    let list = book
        .book
        .list(quote.due_now.total.currency().code())
        .ok_or(billing::OutOfRange)?;
    let before = subscriptions::find(tx, organization_id).await?;
    before
        .subscription
        .check(&quote.change, list)
        .map_err(Error::unexpected)?;
    let cycle = match quote.annual_after {
        _ if before.is_trial => BillingCycle::Trial {
            charged_from: quote.next_invoice.date,
        },
        Some(Annual { term, pool }) => BillingCycle::Annual { term, pool },
        None => BillingCycle::Monthly {
            counted_from: quote.billing_day,
        },
    };
    let after = before.subscription.after(&quote.change, &cycle);
    if after == before.subscription {
        return Ok(AuditChange::NONE);
    }
    let context = ChangeContext {
        by: order.actor.name.as_str(),
        day: quote.billing_day,
        next_first: quote.renews_on(),
        now,
    };
    subscriptions::replace(tx, organization_id, &before, &after, context).await?;
    if let Some(Annual { term, pool }) = quote.annual_after {
        annual_terms::raise(tx, organization_id, term.start(), pool.limit).await?;
    }
    let applied = Applied {
        list,
        before: &before.subscription,
        after: &after,
        quote,
    };
    applied.parts(tx, order, now).await?;
    if after.tier > before.subscription.tier {
        evaluation::upgraded(tx, organization_id, quote.billing_day, now).await?;
    }
    applied.change(&order.state())
}

/// The invoice is issued as of the order. No other invoice is issued while the order's payment is open,
/// so invoice numbers stay in the order of time, however late the outcome is known (SPEC R2, R19).
fn draft(order: &StoredOrder) -> Result<Draft, Error> {
    let quote = &order.quote;
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
        issued_at: order.ordered_at,
        book: book_of(order),
        statement: quote.due_now.clone(),
        plan_change_id: Some(order.id.clone()),
    })
}

/// The span from the billing day to the end of its month, or of the annual term that is paid for.
fn rest(quote: &Quote) -> Result<Span, Error> {
    let day = quote.billing_day;
    let period = BillingPeriod::of(day).ok_or(billing::OutOfRange)?;
    let term_end = quote.annual_after.map(|annual| annual.term.end());
    Span::new(day, term_end.unwrap_or(period.end())).map_err(Error::unexpected)
}

fn book_of(order: &StoredOrder) -> BookVersion {
    BookVersion {
        id: order.quote.price_book.clone(),
        version: order.quote.price_book_version,
    }
}
