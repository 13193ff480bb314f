//! What the sandbox stores: the charges of its gateway, and its clock.

pub mod charges;
pub mod clock;
#[cfg(feature = "demo")]
pub mod shown;
