//! How money is collected: orders, debits, and the payment method on file (SPEC R12, R17, R19).

pub mod collecting;
pub mod on_file;
pub mod orders;
