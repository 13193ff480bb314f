//! Amounts in requests: what a person saw and agrees to.

use api::Problem;
use billing::{Currency, Money};

use crate::error::Error;

/// Reads the amount of a field.
///
/// # Errors
/// What is no amount of that currency; one that is, and is not what holds now, is for the caller to
/// refuse.
pub(crate) fn amount(field: &str, text: &str, currency: Currency) -> Result<Money, Error> {
    Money::parse(text, currency).map_err(|_| {
        let zero = Money::zero(currency);
        let needs = format!("An amount of {} looks like {zero}", currency.code());
        Error::from(Problem::field(field, needs))
    })
}
