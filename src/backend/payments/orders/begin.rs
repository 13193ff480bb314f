//! The first transaction of an order. It checks that the order is new, allowed, and still what the
//! person saw. Then it records the order. Nothing is charged before that.

use api::audit::Action;
use api::plan::plan_change::{Order, PlanChange, State};
use api::plan::quote::Quote;
use api::problem::{Change, Difference};
use api::{Code, Problem};
use billing::ENGINE_VERSION;
use billing::account::reason::check_removals;
use chrono::{DateTime, NaiveDate, Utc};

use super::{OrderReply, pending};
use crate::account::access_control::admit;
use crate::account::{OrganizationAccount, sentence};
use crate::foundation::amount::in_currency;
use crate::foundation::error::Error;
use crate::foundation::secret;
use crate::payments::attempts::{NewAttempt, begin, charge_of};
use crate::payments::outcomes::{ordered, take_effect};
use crate::payments::{Submission, no_payment_method};
use crate::services::gateway::Charge;
use crate::store::account_states::removal_reasons;
use crate::store::idempotency::{self, Used};
use crate::store::invoices::closings;
use crate::store::payments::attempts::PaymentPurpose;
use crate::store::payments::plan_changes::{self, OrderPayment, StoredOrder};
use crate::store::records::{self, AuditChange, AuditEntry};
use crate::store::{Changes, Tx, Work};

#[derive(Debug)]
pub struct Begin {
    pub submission: Submission<Order>,
    pub now: DateTime<Utc>,
}

/// What is left to do after the first transaction.
#[derive(Debug)]
pub enum Begun {
    /// Nothing: the order was carried out before, or needed no payment.
    Replied(OrderReply),
    /// The charge, and the order as it is sent to the caller.
    Charge(Charge, Box<PlanChange>),
}

impl Work for Begin {
    type Output = Begun;

    fn changes(&self) -> Changes {
        Changes::Account(self.submission.key.organization_id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<Begun, Error> {
        let Submission {
            key,
            order,
            request_hash,
            ..
        } = &self.submission;
        match idempotency::find(tx, key, request_hash).await? {
            Used::Never => {}
            Used::Answered(answer) => return Ok(Begun::Replied(OrderReply::Settled(answer))),
            Used::Begun => return self.replay(tx).await.map(Begun::Replied),
        }
        reasoned(order)?;
        let account = OrganizationAccount::load(tx, &key.organization_id, self.now).await?;
        self.admit(tx, &account).await?;
        closings::admit_day(tx, &key.organization_id, account.shown.billing_day).await?;
        let quote = agreed(&account, order)?;
        let amount = quote.due_now.total;
        if amount.is_zero() {
            let effective_on = if waits(&account, &quote) {
                quote.renews_on()
            } else {
                quote.billing_day
            };
            let order = self.record(tx, &account, quote, effective_on).await?;
            let answer = take_effect(tx, order, None, self.now).await?;
            return Ok(Begun::Replied(OrderReply::Settled(answer)));
        }
        let method = account
            .payment_method
            .as_ref()
            .ok_or_else(no_payment_method)?;
        let today = quote.billing_day;
        let mut order = self.record(tx, &account, quote, today).await?;
        let new = NewAttempt {
            purpose: PaymentPurpose::PlanChange {
                id: order.id.clone(),
            },
            amount,
            method: Some(method),
        };
        let attempt = begin(tx, &key.organization_id, new, self.now).await?;
        let charge = charge_of(tx, &key.organization_id, &attempt).await?;
        order.payment = Some(OrderPayment {
            attempt_id: attempt.id,
            state: attempt.state,
        });
        Ok(Begun::Charge(charge, Box::new(order.sent())))
    }
}

impl Begin {
    /// Refuses any order while a payment is open, and an order that the account's state forbids.
    async fn admit(&self, tx: &mut Tx, account: &OrganizationAccount) -> Result<(), Error> {
        if account.shown.pending.is_some() {
            return Err(Error::refused(
                Code::PaymentPending,
                "Another payment of your organization has not ended yet; nothing was charged for this order",
            ));
        }
        let Submission { key, order, .. } = &self.submission;
        let asks = order.change.asks(&account.stored.subscription);
        admit(tx, &key.organization_id, asks, self.now).await
    }

    /// The reply to a key whose order has no final answer yet.
    async fn replay(&self, tx: &mut Tx) -> Result<OrderReply, Error> {
        match pending(tx, &self.submission.key).await? {
            OrderReply::Pending(order) if order.state == State::Started => Err(Error::refused(
                Code::InProgress,
                "This order is being carried out; ask again in a moment with the same key",
            )),
            reply => Ok(reply),
        }
    }

    /// Stores the order and its key, before anything is charged.
    async fn record(
        &self,
        tx: &mut Tx,
        account: &OrganizationAccount,
        quote: Quote,
        effective_on: NaiveDate,
    ) -> Result<StoredOrder, Error> {
        let Submission {
            key,
            actor,
            order,
            request_hash,
            request_id,
        } = &self.submission;
        let stored = StoredOrder {
            id: secret::id("pc")?.into(),
            key: key.clone(),
            actor: actor.clone(),
            request_id: request_id.clone(),
            invoice_number: None,
            effective_on,
            ordered_at: self.now,
            payment: None,
            quote,
        };
        idempotency::take(tx, key, request_hash, self.now).await?;
        plan_changes::add(tx, &stored).await?;
        removal_reasons::add(tx, &key.organization_id, &stored.id, &order.reasons).await?;
        let entry = AuditEntry {
            actor,
            at: self.now,
            action: Action::PlanOrdered,
            object: stored.id.as_str(),
            description: ordered(account.list()?, &stored.quote, order),
            change: AuditChange::NONE,
        };
        records::audit(tx, &key.organization_id, entry).await?;
        Ok(stored)
    }
}

/// Checks that every removal has a reason (SPEC R7).
fn reasoned(order: &Order) -> Result<(), Error> {
    check_removals(&order.change.remove, &order.reasons).map_err(|unreasoned| {
        let field = format!("reasons.{}", unreasoned.add_on);
        Error::from(Problem::field(&field, sentence(&unreasoned.fault)))
    })
}

/// Prices the order again, and refuses it if the person saw another price.
fn agreed(account: &OrganizationAccount, order: &Order) -> Result<Quote, Error> {
    if order.engine_version != ENGINE_VERSION {
        return Err(Error::refused(
            Code::EngineChanged,
            "This page runs an older version of the billing rules; reload it. Nothing was charged",
        ));
    }
    in_currency("total", order.total, account.list()?.currency)?;
    let quote = account.quote(&order.change);
    let differences = differences(account, order, quote.as_ref().ok());
    match quote {
        Ok(quote) if differences.is_empty() => Ok(quote),
        Err(refusal) if differences.is_empty() => Err(refusal),
        quote => Err(Error::from(Problem {
            differences,
            quote: quote.ok().map(Box::new),
            ..Problem::new(
                Code::QuoteChanged,
                "The price you saw no longer holds; nothing was charged",
            )
        })),
    }
}

fn differences(
    account: &OrganizationAccount,
    order: &Order,
    quote: Option<&Quote>,
) -> Vec<Difference> {
    let shown = &account.shown;
    let day = Change::of(order.billing_day, shown.billing_day);
    let book = Change::of(order.price_book_version, shown.price_book_version);
    let version = Change::of(order.subscription_version, shown.version);
    let hash = quote.and_then(|quote| {
        let now = quote.input_hash.clone();
        Change::of(order.input_hash.clone(), now)
    });
    let total = quote.and_then(|quote| Change::of(order.total, quote.due_now.total));
    let all = [
        day.map(Difference::BillingDay),
        book.map(Difference::PriceBookVersion),
        version.map(Difference::SubscriptionVersion),
        hash.map(Difference::InputHash),
        total.map(Difference::Total),
    ];
    all.into_iter().flatten().collect()
}

/// Whether an order that costs nothing now waits for the next 1st, or for the end of the annual term.
fn waits(account: &OrganizationAccount, quote: &Quote) -> bool {
    let before = &account.stored.subscription;
    let same = quote.tier_after == before.tier && quote.add_ons_after == before.add_ons;
    let nothing =
        quote.change.remove.is_empty() && quote.change.tier.is_none_or(|tier| tier == before.tier);
    let other_frequency =
        quote.change.frequency.is_some() && quote.frequency_after != quote.frequency();
    same && (!nothing || other_frequency)
}
