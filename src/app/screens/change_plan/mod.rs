//! Change Plan.

pub mod order;
pub mod state;
