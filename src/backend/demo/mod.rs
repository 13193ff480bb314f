//! What only a build with the feature `demo` contains. Nothing but the command line depends on it.
//!
//! - [`clock`]: clocks that can be moved forward. [`travel`]: doing so, with the jobs on the way.
//! - [`gateway`]: a script for the answers of the payment gateway.
//! - [`seed`]: demo organizations.
//! - [`sandbox`]: what `serve --sandbox` adds to the server.

pub mod clock;
pub mod gateway;
pub mod sandbox;
pub mod seed;
pub mod travel;
