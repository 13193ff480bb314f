//! What an account owes and may do: the billing rules of Prorata, pure.
//!
//! No clock, no storage, no network, no float: every function's answer follows from its arguments.
//! The browser calls these functions for the preview, the backend for the charge.
//!
//! Read in this order: [`money`] (amounts), [`period`] (days), [`price_book`] (what things cost),
//! [`usage`] (what was used), [`overage`], [`proration`], [`tax`] (the three sums), [`subscription`]
//! and [`change`] (what an order does), [`statement`] (lines and how each came about), [`quote()`]
//! (all of it together). Then what is not an ordinary month: [`accrued_overage`],
//! [`rest_of_month`] and [`annual`]. Then [`invoice`] (what is issued, corrected and paid) and
//! [`month_close`] (when), and [`permission`]. Where the documents are silent or disagree,
//! [`decisions`] says what was chosen.
#![no_std]
#![warn(missing_docs)]

extern crate alloc;

pub mod accrued_overage;
pub mod annual;
pub mod change;
#[doc = include_str!("DECISIONS.md")]
pub mod decisions {}
pub mod invoice;
pub mod money;
pub mod month_close;
pub mod overage;
pub mod period;
pub mod permission;
pub mod price_book;
pub mod proration;
pub mod quote;
pub mod rest_of_month;
pub mod statement;
pub mod subscription;
pub mod tax;
pub mod usage;
#[cfg(test)]
mod worked_out;

pub use change::PlanChange;
pub use money::{Currency, Exact, Money, OutOfRange};
pub use period::BillingPeriod;
pub use price_book::{AddOnId, PriceBook, PriceList};
pub use quote::{Account, Derivations, Quote, quote};
pub use statement::{Derivation, Line, LineKind, Statement};
pub use subscription::{Status, Subscription};

/// The version of the rules in this crate. Part of every quote: a browser that still runs older
/// rules is told so instead of being charged by newer ones (SPEC R19).
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");
