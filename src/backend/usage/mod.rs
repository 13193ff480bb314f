//! Where usage comes from, and what it causes: alerts and the usage lock (SPEC R10, R11).

pub mod add_on_use;
pub mod evaluation;
pub mod events;
pub mod import;
pub mod intake;
