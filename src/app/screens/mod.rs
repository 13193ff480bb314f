//! The screens. Each loads, decides in its `state`, and shows.

pub mod change_plan;
pub mod my_plan;
