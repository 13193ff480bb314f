//! The usage of the month and of an annual term: figures, meter, chart, projects, and the import of a file.

mod ahead;
pub mod chart;
mod chart_view;
pub mod counted_add_ons;
mod figure;
mod meter;
mod projects;
pub mod summary;
pub(super) mod usage_file;
pub(super) mod usage_summary;
mod year_view;
