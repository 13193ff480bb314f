//! Amounts in requests: what a person saw and agreed to.

use api::Problem;
use billing::{Currency, Money};

use super::error::Error;

/// Parses the amount in a request's field.
///
/// # Errors
/// Fails when the text is not an amount of that currency. Whether the amount still holds is for the
/// caller to check.
pub(crate) fn amount(field: &str, text: &str, currency: Currency) -> Result<Money, Error> {
    Money::parse(text, currency).map_err(|_| {
        let zero = Money::zero(currency);
        let needs = format!("An amount of {} looks like {zero}", currency.code());
        Error::from(Problem::field(field, needs))
    })
}
