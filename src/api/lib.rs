//! The contract between the app and the backend: requests, responses, problems, and the permission that
//! each route requires. Every path is below [`route::BASE`], every body is JSON in `snake_case`, and an
//! unknown field is refused. Amounts are [`Money`](billing::Money), each with its currency.
//!
//! Read in this order: [`route`] (what can be asked, and by whom), [`body`] (how the texts of a request
//! are checked), [`problem`] (what can be refused), [`session`], [`plan`] (what is subscribed to, and the
//! orders that change it), [`usage`], [`invoicing`], [`account`] (what the account may do now, and how it is
//! left), [`audit`] (who did what), [`support`], [`data`] and [`sandbox`]. [`preview`] is the batch format of
//! `prorata preview`.
#![warn(missing_docs)]

pub mod account;
pub mod audit;
pub mod body;
pub mod data;
pub mod invoicing;
pub mod plan;
pub mod preview;
pub mod problem;
pub mod route;
pub mod sandbox;
pub mod session;
pub mod support;
pub mod usage;

pub use problem::{Code, Problem};
pub use route::Route;
