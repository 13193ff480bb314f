//! Pricing: what a month or a year costs, and what an order changes.
//!
//! [`overage`], [`proration`] and [`tax`] are the three calculations; [`tax_withheld`] is what a customer
//! keeps back. [`subscription`] and [`change`] say what an order changes, [`statement`] has the lines, each
//! with its derivation, and [`quote`](mod@quote) is all of it together. Then the special cases:
//! [`accrued_overage`], [`rest_of_month`], [`annual`], and [`rhythm`], which prices an order on any account,
//! monthly or annual. [`plan_price`] is the price of a plan before and after a change.

pub mod accrued_overage;
pub mod annual;
pub mod change;
pub mod overage;
pub mod plan_price;
pub mod proration;
pub mod quote;
pub mod rest_of_month;
pub mod rhythm;
pub mod statement;
pub mod subscription;
pub mod tax;
pub mod tax_withheld;
