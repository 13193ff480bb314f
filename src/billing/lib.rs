//! The billing rules of Prorata: what an account owes and what it may do.
//!
//! The crate is pure: no clock, no storage, no network, no float. Every result depends only on the
//! arguments. The browser calls these functions for the preview, the backend calls them for the charge.
//!
//! Read the modules in this order.
//!
//! **What a month costs:** [`money`] (amounts), [`period`] (days), [`price_book`] (prices), [`usage`]
//! (what was used), [`intake`] and [`events`] (how usage is received), [`overage`], [`proration`] and
//! [`tax`] (the three calculations), [`subscription`] and [`change`] (what an order changes),
//! [`statement`] (lines, each with its derivation), [`quote()`] (all of it together). Then the special
//! cases: [`accrued_overage`], [`rest_of_month`], [`annual`], and [`rhythm`], which prices an order on
//! any account, monthly or annual. [`plan_price`] is the price of a plan before and after a change.
//!
//! **What is issued:** [`invoice`] (drafts, numbers, payments, credit notes), [`month_close`] (when).
//!
//! **What an account may do as time passes:** [`policy`] (the periods and limits), [`lifecycle`],
//! [`dunning`] and [`usage_lock`] (the three state machines), [`account_state`] (the three together),
//! [`end_notice`] (which notice must go out before an account ends), [`access`] (what works in which
//! state), [`cure`] (what restores access), [`deadline`] (what time triggers), [`collection`] (when
//! invoices are debited), [`retention`] (what is kept), [`reason`] (why a customer leaves) and [`alert`]
//! (when admins are notified).
//!
//! **Who:** [`permission`] (who may do what), [`identity`] and [`billing_details`] (the customer's
//! data), [`ticket`] (requests to the support team), [`integration`] (setup progress).
//!
//! Where the documents are silent or disagree, [`decisions`] lists the reading that was chosen.
#![cfg_attr(not(test), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub mod access;
pub mod account_state;
pub mod accrued_overage;
pub mod add_on_use;
pub mod alert;
pub mod annual;
pub mod billing_details;
pub mod change;
pub mod collection;
pub mod cure;
pub mod deadline;
#[doc = include_str!("DECISIONS.md")]
pub mod decisions {}
pub mod dunning;
pub mod end_notice;
pub mod events;
pub mod identity;
pub mod intake;
pub mod integration;
pub mod invoice;
pub mod lifecycle;
pub mod money;
pub mod month_close;
pub mod overage;
pub mod period;
pub mod permission;
pub mod plan_price;
pub mod policy;
pub mod price_book;
pub mod proration;
pub mod quote;
pub mod reason;
pub mod rest_of_month;
pub mod retention;
pub mod rhythm;
#[cfg(test)]
mod seeded;
#[cfg(test)]
mod spec_cases;
pub mod statement;
pub mod subscription;
pub mod tax;
pub mod ticket;
#[cfg(test)]
mod ties;
pub mod usage;
pub mod usage_lock;
#[cfg(test)]
mod worked_out;

pub use add_on_use::AddOnUse;
pub use change::PlanChange;
pub use money::{Currency, Exact, Money, OutOfRange};
pub use period::BillingPeriod;
pub use price_book::{AddOnId, PriceBook, PriceList};
pub use quote::{Derivations, PricedAccount, Quote, quote};
pub use statement::{Derivation, Line, LineKind, Statement};
pub use subscription::{BillingFrequency, Status, Subscription};

/// The version of the rules in this crate. It is part of every quote: an order from a browser with older
/// rules is refused and never charged by newer ones (SPEC R19).
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");
