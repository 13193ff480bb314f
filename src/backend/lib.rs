//! The server: the rules of `billing` with a store, a clock and a payment gateway.
//!
//! The modules, in reading order:
//!
//! - [`clock`], [`secret`], [`error`]: time, random ids and hashes, errors.
//! - [`store`]: the database. [`account`]: everything a price depends on.
//! - [`gateway`] and [`services`]: the payment gateway, and what every payment needs.
//! - [`orders`]: the commit protocol of SPEC R19. [`leaving`]: pause, cancellation, reactivation.
//! - [`month`]: the month change of R15. [`invoicing`]: invoices that no order caused.
//! - [`collecting`]: debits and dunning (R12, R17). [`ending`]: the end of an account (R14).
//! - [`jobs`]: due deadlines are carried out. [`retention`]: expired events are deleted (R18).
//! - [`usage_evaluation`]: alerts and usage lock (R10, R11). [`allowance`]: the annual pool (R9).
//! - [`access_control`]: what a state forbids. [`on_file`]: the payment method and billing details.
//! - [`usage_intake`], [`add_on_use`], [`import`], [`events`], [`credentials`]: where usage comes from.
//! - [`metering`], [`summary`], [`account_status`], [`calendar`]: what the screens and downloads show.
//! - [`notification`]: what people are notified of. [`mail`]: mails. [`tickets`]: support.
//! - [`audit_values`] and [`activity`]: the activity log. [`export`] and [`csv_text`]: downloads.
//! - [`sign_in`], [`http`], [`connections`], [`serve`]: the server. [`demo`], [`cli`].

pub mod access_control;
pub mod account;
pub mod account_status;
pub mod activity;
pub mod add_on_use;
pub mod allowance;
mod amount;
pub mod audit_values;
pub mod calendar;
pub mod cli;
pub mod clock;
pub mod collecting;
pub mod connections;
pub mod credentials;
pub mod csv_text;
pub mod demo;
pub mod ending;
pub mod error;
pub mod events;
pub mod export;
pub mod gateway;
pub mod http;
pub mod import;
pub mod invoicing;
pub mod jobs;
pub mod leaving;
pub mod mail;
pub mod metering;
pub mod month;
pub mod notification;
pub mod on_file;
pub mod orders;
pub mod retention;
pub mod secret;
pub mod serve;
pub mod services;
pub mod sign_in;
pub mod store;
pub mod summary;
pub mod tickets;
pub mod usage_evaluation;
pub mod usage_intake;
