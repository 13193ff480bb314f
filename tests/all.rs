//! One test binary for the product seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod backend;
mod exact_oracle;
mod preview_equals_charge;
mod price_book_schema;
mod random_walk;
mod tidy;
