//! Accounts: what becomes of an account as time passes.
//!
//! [`lifecycle`], [`dunning`] and [`usage_lock`] are the three state machines, [`account_state`] holds them
//! together. [`end_notice`] says which notice must go out before an account ends, [`retention`] what is
//! kept, [`deadline`] what time triggers, and [`notice`] what works at an instant and why the rest does
//! not. [`reason`] is why a customer leaves.

pub mod account_state;
pub mod deadline;
pub mod dunning;
pub mod end_notice;
pub mod lifecycle;
pub mod notice;
pub mod reason;
pub mod retention;
pub mod usage_lock;
