//! Tests of several chapters together, and what tests of all chapters use.

pub(crate) mod seeded;
mod spec_cases;
mod ties;
pub(crate) mod worked_out;
