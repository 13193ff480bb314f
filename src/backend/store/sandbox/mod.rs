//! What the sandbox stores: its clock and the charges of its gateway.

pub mod charges;
pub mod clock;
