//! What every part needs: time, secrets, errors, and texts of amounts and CSV.

pub(crate) mod amount;
pub mod clock;
pub mod csv_text;
pub mod error;
pub mod secret;
