//! The server: the rules of `billing` with a store, a clock and a payment gateway.
//!
//! The modules, in reading order:
//!
//! - [`foundation`]: time, random ids and hashes, errors, texts of amounts and CSV.
//! - [`notification`]: what people are notified of.
//! - [`store`]: the database, one chapter for each kind of data.
//! - [`services`]: the store, the clock and the payment gateway, which every payment needs together.
//! - [`account`]: everything a price depends on, and what an account's state forbids.
//! - [`people`]: sign-in, credentials of programs, support tickets.
//! - [`usage`]: uploads, events and use of add-ons; alerts and usage lock (R10, R11).
//! - [`invoicing`]: invoices that no order caused, and the month change (R15).
//! - [`payments`]: orders (R19), debits and dunning (R12, R17), the payment method.
//! - [`leaving`]: pause, cancellation, reactivation (R13), and the end of an account (R14).
//! - [`jobs`]: due deadlines are carried out, expired events deleted (R18).
//! - [`mail`]: mails. [`reports`]: what the screens and downloads show.
//! - [`http`]: the API and the server.
//! - `demo`: demo organizations and the sandbox, with the feature of that name only.
//! - [`cli`]: the commands.
//!
//! A function fails when the organization or the subscription that it needs is not stored. `# Errors` names
//! what a caller has to know beyond that.

pub mod account;
pub mod cli;
#[cfg(feature = "demo")]
pub mod demo;
pub mod foundation;
pub mod http;
pub mod invoicing;
pub mod jobs;
pub mod leaving;
pub mod mail;
pub mod notification;
pub mod payments;
pub mod people;
pub mod reports;
pub mod services;
pub mod store;
pub mod usage;
