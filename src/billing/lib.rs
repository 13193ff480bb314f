//! What an account owes and may do: the billing rules of Prorata, pure.
//!
//! No clock, no storage, no network, no float: every function's answer follows from its arguments.
//! The browser calls these functions for the preview, the backend for the charge.
//!
//! Read in this order.
//!
//! **What a month costs:** [`money`] (amounts), [`period`] (days), [`price_book`] (what things
//! cost), [`usage`] (what was used), [`intake`] and [`events`] (how that comes in),
//! [`overage`], [`proration`] and [`tax`] (the three sums),
//! [`subscription`] and [`change`] (what an order does), [`statement`] (lines and how each came
//! about), [`quote()`] (all of it together). Then what is not an ordinary month:
//! [`accrued_overage`], [`rest_of_month`], [`annual`], and [`rhythm`], which prices an order on any
//! account, however it is charged; [`plan_price`] is what a plan costs before and after.
//!
//! **What is issued:** [`invoice`] (what is issued, corrected and paid), [`month_close`] (when).
//!
//! **What an account may do as time passes:** [`policy`] (the days and limits), [`lifecycle`],
//! [`dunning`] and [`usage_lock`] (the three machines), [`account_state`] (the three together),
//! [`end_notice`] (what has to be told before the end), [`access`] (what works when), [`cure`] (what helps), [`deadline`] (what happens by itself),
//! [`collection`] (when one pays), [`retention`] (what is kept), [`reason`] (why somebody leaves)
//! and [`alert`] (when admins are told).
//!
//! **Who:** [`permission`] (who may do what), [`identity`] and [`billing_details`] (whose), [`ticket`]
//! (what is asked of the support team), [`integration`] (how far it is).
//!
//! Where the documents are silent or disagree, [`decisions`] says what was chosen.
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

/// The version of the rules in this crate. Part of every quote: a browser that still runs older
/// rules is told so instead of being charged by newer ones (SPEC R19).
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");
