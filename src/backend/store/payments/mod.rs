//! Payments: orders, debits, runs of debits, and the keys under which each is made once.

pub mod collections;
pub mod debits;
pub mod idempotency;
pub mod payment_runs;
pub mod plan_changes;
