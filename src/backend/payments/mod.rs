//! How money is collected: for orders, for invoices that fall due, and by hand (SPEC R12, R17, R19).
//!
//! The modules, in reading order:
//!
//! - [`attempts`]: the one way in which money is attempted: recorded, asked for, settled, reconciled.
//! - [`outcomes`]: what an outcome means, for each purpose of an attempt.
//! - [`orders`]: orders to change the plan. [`debits`]: invoices that fall due, and paying them by hand.
//! - [`on_file`]: the payment method and the billing details.

use api::Code;

use crate::foundation::error::Error;
use crate::store::idempotency::Key;
use crate::store::records::Actor;

pub mod attempts;
pub mod debits;
pub mod on_file;
pub mod orders;
mod outcomes;

/// The refusal of a payment for which there is no method.
fn no_payment_method() -> Error {
    Error::refused(
        Code::NoPaymentMethod,
        "Add a payment method first; nothing was charged",
    )
}

/// A request of a person that may charge money, as received.
#[derive(Debug, Clone)]
pub struct Submission<O> {
    /// The idempotency key, with the person who used it.
    pub key: Key,
    /// Who sent it, and from which address.
    pub actor: Actor,
    pub order: O,
    /// The hash of the request, which tells a repeated one from another one.
    pub request_hash: String,
    /// The id that finds the request in the log.
    pub request_id: String,
}
