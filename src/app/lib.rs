//! The browser app of Prorata: screens over the contract.
//!
//! Read in this order: [`mount`] (the entry point), [`options`], [`root`] (what every part shares),
//! [`route`] and [`navigation`] (addresses), [`client`], [`json`], [`failure`], [`load`] and [`intent`]
//! (requests to the backend), [`session`], [`view`] (the markup builder), [`shell`], [`account_status`]
//! (what the account may do, on every page), [`checkout`] (how a change of the plan is priced and
//! ordered), [`screens`]; then the components: [`receipt`], [`banner`], [`button`], [`undo`],
//! [`error_card`], [`more`], [`activity`], [`toast`], [`icon`], [`theme`], [`online`], [`storage`]; last
//! [`messages`] and [`format`](mod@format), which produce every text and figure.

pub mod account_status;
pub mod activity;
pub mod banner;
pub mod button;
pub mod checkout;
pub mod client;
pub mod error_card;
pub mod failure;
pub mod field;
pub mod format;
pub mod glossary;
pub mod icon;
pub mod intent;
pub mod json;
pub mod links;
pub mod load;
pub mod messages;
pub mod modal;
pub mod more;
pub mod mount;
pub mod navigation;
pub mod online;
pub mod options;
pub mod palette;
pub mod receipt;
pub mod root;
pub mod route;
pub mod screens;
pub mod session;
pub mod shell;
pub mod storage;
pub mod theme;
pub mod toast;
pub mod undo;
pub mod view;
