//! The contract between the app and the backend: requests, responses, problems, and the permission that
//! each route requires. Every path is below [`route::BASE`], every body is JSON in `snake_case`, and an
//! unknown field is refused. Amounts are decimal strings in the currency of their document.
//!
//! Read in this order: [`route`], [`body`] (how the texts of a request are checked), [`problem`],
//! [`session`], [`subscription`] with its [`trial`] or its [`annual`] term, [`usage`], [`intake`],
//! [`events`] and [`credential`] (usage that programs send), [`statement`] (lines with their
//! derivations), [`quote`], [`plan_change`] (the order that is charged), [`invoice`], [`payment`]
//! (paying unpaid invoices), [`account_status`] (what the account may do now), [`leaving`] (pause and
//! cancellation), [`audit`] (who did what), [`support`], [`data`], [`sandbox`], [`mailbox`]; [`preview`]
//! is the batch format of `prorata preview`.
#![warn(missing_docs)]

pub mod account_status;
pub mod annual;
pub mod audit;
pub mod body;
pub mod credential;
pub mod data;
pub mod events;
pub mod intake;
pub mod invoice;
pub mod leaving;
pub mod mailbox;
pub mod payment;
pub mod plan_change;
pub mod preview;
pub mod problem;
pub mod quote;
mod refused;
pub mod route;
pub mod sandbox;
pub mod session;
pub mod statement;
pub mod subscription;
pub mod support;
pub mod trial;
pub mod usage;

pub use problem::{Code, Problem};
pub use route::Route;
