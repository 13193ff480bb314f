//! The requests by the part of the contract that they belong to.

mod account_status;
pub(super) mod audit;
mod data;
mod leaving;
mod mailbox;
mod on_file;
mod support;
mod upload;
