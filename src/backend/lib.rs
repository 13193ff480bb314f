//! The server: the rules of `billing` with a store, a clock and a payment gateway.
//!
//! Read in this order: [`clock`], [`secret`] and [`error`]; [`store`] (what is kept); [`account`]
//! (everything a price depends on); [`gateway`] and [`services`] (who takes the money); [`orders`] (the
//! commit protocol of SPEC R19); [`month`] (the month change of R15), [`invoicing`] (invoices that nobody
//! ordered), [`collecting`] (R12, R17) and [`ending`] (the end of an account, R14); [`jobs`] (what
//! falls due is done) and [`retention`] (what is no longer kept, R18); [`usage_evaluation`] (alerts and usage lock, R10 and R11), [`access_control`] (what a state
//! forbids) and [`on_file`] (what there is to charge with); [`usage_intake`], [`import`], [`events`] and [`credentials`]
//! (where usage comes from, and who sends it); [`notification`] (what is told) and [`mail`] (how it is written and sent), [`tickets`],
//! [`audit_values`] and [`activity`] (what the log says of a change, and to whom), [`export`]; [`sign_in`], [`http`], [`connections`] and [`serve`]; [`demo`]; [`cli`].

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
