//! Payments: attempts to collect money, the orders and runs that cause them, and invoices to collect.

pub mod attempts;
pub mod collections;
pub mod open_invoices;
pub mod payment_runs;
pub mod plan_changes;
