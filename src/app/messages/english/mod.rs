//! The catalogue in English: a static for each section.

pub(crate) mod account_status;
pub(crate) mod add_ons;
pub(crate) mod annual;
pub(crate) mod audit;
pub(crate) mod change;
pub(crate) mod data;
pub(crate) mod frame;
pub(crate) mod glossary;
pub(crate) mod invoices;
pub(crate) mod leaving;
pub(crate) mod mailbox;
pub(crate) mod on_file;
pub(crate) mod palette;
pub(crate) mod plan;
pub(crate) mod receipt;
pub(crate) mod support;
pub(crate) mod trial;
pub(crate) mod usage_file;
