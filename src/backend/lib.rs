//! The server: the rules of `billing` with a store, a clock and a payment gateway.
//!
//! Read in this order: [`clock`], [`secret`] and [`error`]; [`store`] (what is kept); [`account`]
//! (everything a price depends on); [`gateway`] and [`till`] (who takes the money); [`orders`] (the
//! commit protocol of SPEC R19); [`month`] (the month change of R15), [`issuing`] (invoices that nobody
//! ordered), [`collecting`] (R12, R17) and [`ending`] (the end of an account, R14); [`jobs`] (what
//! falls due is done) and [`retention`] (what is no longer kept, R18); [`counting`] (alerts and usage lock, R10 and R11), [`admission`] (what a state
//! forbids) and [`on_file`] (what there is to charge with); [`figures`], [`import`], [`events`] and [`credentials`]
//! (where usage comes from, and who sends it); [`notification`] (what is told) and [`mail`] (how it is written and sent), [`tickets`],
//! [`sides`] and [`activity`] (what the log says of a change, and to whom), [`export`]; [`signing_in`], [`http`], [`connections`] and [`serve`]; [`demo`]; [`cli`].
#![warn(missing_docs)]

pub mod account;
pub mod activity;
pub mod add_on_use;
pub mod admission;
pub mod allowance;
mod amount;
pub mod calendar;
pub mod cli;
pub mod clock;
pub mod collecting;
pub mod connections;
pub mod counting;
pub mod credentials;
pub mod demo;
pub mod ending;
pub mod error;
pub mod events;
pub mod export;
pub mod figures;
pub mod gateway;
pub mod http;
pub mod import;
pub mod issuing;
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
pub mod sheet;
pub mod sides;
pub mod signing_in;
pub mod standing;
pub mod store;
pub mod summary;
pub mod tickets;
pub mod till;
