//! My Plan.

pub mod chart;
pub mod state;
