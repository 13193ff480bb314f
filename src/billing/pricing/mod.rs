//! Pricing: what a month or a year costs, and what an order changes.
//!
//! [`overage`], [`proration`] and [`tax`] are the three calculations; [`tax_withheld`] is what a customer
//! keeps back. [`billing_cycle`], [`subscription`] and [`change`] say how an account is charged and what an
//! order changes, [`priced_account`] is all that a price depends on, and [`statement`] has the lines, each
//! with its derivation. Then what is charged when: [`rest_of_month`], [`annual`], `month_change` and
//! [`final_invoice`]. [`quote`](mod@quote) is the price of an order on any account, and [`plan_price`] that
//! of a plan before and after a change.

pub mod annual;
pub mod billing_cycle;
pub mod change;
pub mod final_invoice;
pub(crate) mod month_change;
pub mod overage;
pub mod plan_price;
pub mod priced_account;
pub mod proration;
pub mod quote;
pub mod rest_of_month;
pub mod statement;
pub mod subscription;
pub mod tax;
pub mod tax_withheld;
