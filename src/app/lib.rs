//! The browser app of Prorata: screens over the contract.
//!
//! Read in this order; each chapter uses only those before it: [`messages`] (every text, figure and
//! date), [`view`] (the markup builder), [`browser`] (storage, theme and connection), [`routing`]
//! (addresses, and the way from one to another), [`options`] (what a host sets), [`client`] (requests to
//! the backend), [`components`] (what screens are put together from), [`account_status`] (what the account
//! may do, on every page), [`checkout`] (how a change of the plan is priced and ordered), [`shell`] (the
//! frame around every page), [`screens`] (one for each page), and [`mount`] (the entry point, and which
//! page is open).

pub mod account_status;
pub mod browser;
pub mod checkout;
pub mod client;
pub mod components;
pub mod messages;
pub mod mount;
pub mod options;
pub mod routing;
pub mod screens;
pub mod shell;
pub mod view;
