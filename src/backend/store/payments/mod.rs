//! Payments: orders, debits, runs of debits.

pub mod collections;
pub mod debits;
pub mod payment_runs;
pub mod plan_changes;
