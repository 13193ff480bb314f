//! A priced order as it is sent and shown, and the facts that tie it to the charge (SPEC R19).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use billing::pricing::change::Refusal;
use billing::pricing::overage::OverageEstimate;
use billing::pricing::quote::{MonthFigures, NextInvoice};
use billing::{
    AddOnId, BillingFrequency, Derivations, ENGINE_VERSION, PlanChange, PriceBook, PriceList,
    Statement,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::plan::annual::Annual;
use crate::plan::plan_change::Order;
use crate::plan::subscription::Subscription;

/// The price of an order, and everything that the price depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// The order that was priced.
    pub change: PlanChange,
    /// The version of the billing rules.
    pub engine_version: String,
    /// The id of the price book.
    pub price_book: String,
    /// The version of the price book.
    pub price_book_version: u32,
    /// The version of the subscription.
    pub subscription_version: u64,
    /// The day for which it was priced.
    pub billing_day: NaiveDate,
    /// Until when the quote is valid: the end of the billing day.
    pub expires: DateTime<Utc>,
    /// A fingerprint of everything that determines what is due now.
    pub input_hash: String,
    /// What is charged at once.
    pub due_now: Statement,
    /// This month's overage estimate without the order, before tax.
    pub overage: OverageEstimate,
    /// This month's figures without the order, before tax.
    pub month: MonthFigures,
    /// The invoice of the next 1st without the order.
    pub next_invoice_before: NextInvoice,
    /// The invoice of the next 1st with the order.
    pub next_invoice: NextInvoice,
    /// The tier in force after the order, by its MAU limit.
    pub tier_after: u64,
    /// The tier of the next month after the order, by its MAU limit.
    pub tier_next_month: u64,
    /// The add-ons in force after the order.
    pub add_ons_after: BTreeSet<AddOnId>,
    /// The annual term after the order; `None` when the account is charged monthly.
    #[serde(default)]
    pub annual_after: Option<Annual>,
    /// How often the account is charged from the next renewal on, after the order.
    #[serde(default = "monthly")]
    pub frequency_after: BillingFrequency,
}

const fn monthly() -> BillingFrequency {
    BillingFrequency::Monthly
}

/// Why an order has no quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoQuote {
    /// The price book is not the one of the subscription, or has no prices in its currency.
    OtherBook,
    /// The order cannot be carried out.
    Refused(Refusal),
}

impl std::fmt::Display for NoQuote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OtherBook => f.write_str("the price book has changed"),
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

impl std::error::Error for NoQuote {}

impl Quote {
    /// Prices an order: the same call in the browser and in the backend.
    ///
    /// # Errors
    /// Another price book than the subscription's, or an order that the billing rules refuse.
    pub fn of(
        book: &PriceBook,
        subscription: &Subscription,
        change: &PlanChange,
    ) -> Result<Self, NoQuote> {
        let list = list_of(book, subscription)?;
        let state = subscription.state();
        let account = subscription.account(&state, list);
        let price = |change: &PlanChange| {
            billing::quote(&account, change, Derivations::Included).map_err(NoQuote::Refused)
        };
        let before = price(&PlanChange::default())?;
        let quote = price(change)?;
        Ok(Self {
            change: change.clone(),
            engine_version: ENGINE_VERSION.to_owned(),
            price_book: book.id.clone(),
            price_book_version: book.version,
            subscription_version: subscription.version,
            billing_day: subscription.billing_day,
            expires: subscription.quote_expires,
            input_hash: input_hash(subscription, change),
            due_now: quote.due_now,
            overage: quote.overage,
            month: quote.month,
            next_invoice_before: before.next_invoice,
            next_invoice: quote.next_invoice,
            annual_after: Annual::of(&quote.cycle_after),
            frequency_after: quote.after.next_frequency(&quote.cycle_after),
            tier_after: quote.after.tier,
            tier_next_month: quote.after.after_month_change().tier,
            add_ons_after: quote.after.add_ons,
        })
    }

    /// How often the account is charged at present.
    pub const fn frequency(&self) -> BillingFrequency {
        match self.annual_after {
            Some(_) => BillingFrequency::Annual,
            None => BillingFrequency::Monthly,
        }
    }

    /// The day on which scheduled changes take effect: the end of the annual term, or the next 1st.
    pub fn renews_on(&self) -> NaiveDate {
        let term_end = self.annual_after.map(|annual| annual.term.end());
        term_end.unwrap_or(self.next_invoice.date)
    }

    /// The order for this quote; the reasons of its removals are still to be added.
    pub fn order(&self) -> Order {
        Order {
            change: self.change.clone(),
            engine_version: self.engine_version.clone(),
            price_book_version: self.price_book_version,
            subscription_version: self.subscription_version,
            billing_day: self.billing_day,
            input_hash: self.input_hash.clone(),
            total: self.due_now.total,
            reasons: BTreeMap::new(),
        }
    }
}

/// The price list of a subscription in its price book.
///
/// # Errors
/// Another price book or version than the subscription's, or no list in its currency.
pub fn list_of<'a>(
    book: &'a PriceBook,
    subscription: &Subscription,
) -> Result<&'a PriceList, NoQuote> {
    let same =
        book.id == subscription.price_book && book.version == subscription.price_book_version;
    same.then(|| book.list(subscription.currency))
        .flatten()
        .ok_or(NoQuote::OtherBook)
}

/// A fingerprint of everything that determines what is due now. Usage is not part of it, so a usage
/// update does not invalidate a quote (SPEC R19). 64 hexadecimal digits of SHA-256.
pub fn input_hash(subscription: &Subscription, change: &PlanChange) -> String {
    let state = subscription.state();
    let canonical = (
        ENGINE_VERSION,
        &subscription.price_book,
        subscription.price_book_version,
        &subscription.currency,
        subscription.version,
        subscription.trial.is_some(),
        state.tier,
        &state.add_ons,
        state.scheduled.tier,
        &state.scheduled.removals,
        subscription.places,
        subscription.billing_day,
        subscription
            .annual
            .map(|annual| (annual.term, annual.pool.limit)),
        state.scheduled.frequency,
        subscription.annual_offered,
        change,
    );
    // Numbers, texts and lists of these always serialize.
    let canonical = serde_json::to_string(&canonical).unwrap_or_default();
    let mut hash = String::with_capacity(64);
    for byte in Sha256::digest(canonical) {
        let _ = write!(hash, "{byte:02x}");
    }
    hash
}
