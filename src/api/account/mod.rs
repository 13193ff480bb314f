//! The account: [`account_status`] (what it may do now) and [`leaving`] (pause and cancellation).

pub mod account_status;
pub mod leaving;
