//! The billing rules of Prorata: what an account owes and what it may do.
//!
//! The crate is pure: no clock, no storage, no network, no float. Every result depends only on the
//! arguments. The browser calls these functions for the preview, the backend calls them for the charge.
//!
//! Read the chapters in this order. Each one uses only those before it.
//!
//! 1. [`money`]: amounts, exact and settled.
//! 2. [`period`]: days, months and instants.
//! 3. [`text`]: what people may type.
//! 4. [`catalog`]: what is sold at which price, and the periods and limits.
//! 5. [`metering`]: how usage is received, and what of it counts.
//! 6. [`pricing`]: what a month or a year costs, and what an order changes.
//! 7. [`access`]: what works when, what restores it, and when admins are notified.
//! 8. [`invoicing`]: what is issued, when a month closes, and when invoices are debited.
//! 9. [`account`]: what becomes of an account as time passes.
//! 10. [`people`]: who may do what, and who the customer is.
//!
//! Where the documents are silent or disagree, [`decisions`] lists the reading that was chosen.
#![cfg_attr(not(test), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub mod access;
pub mod account;
pub mod catalog;
#[doc = include_str!("DECISIONS.md")]
pub mod decisions {}
pub mod invoicing;
pub mod metering;
pub mod money;
pub mod people;
pub mod period;
pub mod pricing;
#[cfg(test)]
mod tests;
pub mod text;

pub use catalog::price_book::{AddOnId, PriceBook, PriceList};
pub use metering::add_on_use::AddOnUse;
pub use money::{Currency, CurrencyCode, Exact, Money, OutOfRange};
pub use period::BillingPeriod;
pub use pricing::billing_cycle::{BillingCycle, BillingFrequency};
pub use pricing::change::PlanChange;
pub use pricing::priced_account::PricedAccount;
pub use pricing::quote::{Quote, quote};
pub use pricing::statement::{Derivation, Derivations, Line, LineKind, Statement};
pub use pricing::subscription::Subscription;
pub use text::{OrganizationId, PaymentAttemptId, PlanChangeId, UserId};

/// The version of the rules in this crate. It is part of every quote: an order from a browser with older
/// rules is refused and never charged by newer ones (SPEC R19).
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");
