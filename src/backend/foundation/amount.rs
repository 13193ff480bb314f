//! Amounts in requests: what a person saw and agreed to.

use api::Problem;
use billing::{Currency, Money};

use super::error::Error;

/// Checks that the amount in a request's field is in the organization's currency.
///
/// # Errors
/// Another currency. Whether the amount still holds is for the caller to check.
pub(crate) fn in_currency(field: &str, amount: Money, currency: Currency) -> Result<(), Error> {
    if amount.currency() == currency {
        return Ok(());
    }
    let needs = format!("The amounts of this account are in {}", currency.code());
    Err(Error::from(Problem::field(field, needs)))
}
