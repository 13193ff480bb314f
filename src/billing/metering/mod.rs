//! Metering: how usage is received, and what of it counts.
//!
//! [`usage`] is what a month has used. It arrives as figures ([`intake`]) or as events and profiles
//! ([`events`]). [`add_on_use`] counts the uses of add-ons that include a number. [`pool`] is the allowance of an
//! annual term, and [`lock_threshold`] the usage above which the dashboard locks.

pub mod add_on_use;
pub mod events;
pub mod intake;
pub mod lock_threshold;
pub mod pool;
pub mod usage;
