//! What the screens and downloads show.

pub mod account_status;
pub mod activity;
pub mod calendar;
pub mod export;
pub mod metering;
pub mod summary;
