//! How the two databases are opened, used and checked.

pub mod closure;
pub mod column;
pub(crate) mod engine;
mod fault;
pub(crate) mod file;
pub mod latest_instant;
pub(crate) mod readiness;
pub(crate) mod row;
pub(crate) mod transaction;
