//! The batch format of `prorata preview`: one request per line, one result per line (contract.md).

use core::str;

use billing::metering::usage::Metered;
use billing::pricing::change::Refusal;
use billing::{Derivations, PricedAccount, Quote};
use serde::Serialize;

mod answer;
#[cfg(test)]
mod contract_tests;
mod json;
mod reading;
mod request;

use answer::Answer;
use request::Request;

/// The stable codes of what can be wrong with a line. When several apply, the first in this order is
/// returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineCode {
    /// The line is not a JSON object.
    InvalidJson,
    /// A required field is missing.
    MissingField,
    /// A field that does not exist, is repeated, or has a value that it cannot have.
    InvalidField,
    /// There is no price book of this name.
    UnknownPriceBook,
    /// The price book has no prices in this currency.
    CurrencyNotInPriceBook,
    /// The price book has no such tier.
    UnknownTier,
    /// The price book has no such add-on.
    UnknownAddOn,
    /// An add-on to add that is active already.
    AddOnAlreadyActive,
    /// An add-on to remove that is not active.
    AddOnNotActive,
    /// The text is not a day of the years 1970 to 9998, written `YYYY-MM-DD`.
    InvalidDate,
    /// A usage figure is below 0.
    NegativeUsage,
    /// A usage figure is above 10^15, or an amount does not fit.
    AmountOutOfRange,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineError {
    code: LineCode,
    message: String,
}

impl LineError {
    fn new(code: LineCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

impl From<Refusal> for LineError {
    fn from(refusal: Refusal) -> Self {
        let code = match &refusal {
            Refusal::UnknownTier(_) => LineCode::UnknownTier,
            Refusal::UnknownAddOn(_) => LineCode::UnknownAddOn,
            Refusal::AlreadyActive(_) => LineCode::AddOnAlreadyActive,
            Refusal::NotActive(_) => LineCode::AddOnNotActive,
            Refusal::InvalidDate => LineCode::InvalidDate,
            // Not reached: INR has default states, USD has no tax, and no line names a frequency.
            Refusal::NoPlaces | Refusal::AnnualNotOffered | Refusal::AnnualInTrial => {
                LineCode::MissingField
            }
            Refusal::OutOfRange => LineCode::AmountOutOfRange,
        };
        Self::new(code, refusal.to_string())
    }
}

#[derive(Serialize)]
struct Failed<'a> {
    id: Option<&'a str>,
    error: &'a LineError,
}

/// The result for one line, without its line feed; `None` for a blank line. Never fails: a fault in
/// the line is the result.
///
/// # Worked example
///
/// ```
/// let line = br#"{"id":"a","price_book":"essentials","currency":"EUR","date":"2025-06-20",
///   "subscription":{"tier":20000,"add_ons":[],"status":"active"},
///   "usage":{"mau":22000,"data_points":0}}"#;
/// let answer = api::preview::answer(line).unwrap();
/// assert!(answer.starts_with(r#"{"id":"a","error":{"code":"currency_not_in_price_book","#));
/// assert_eq!(api::preview::answer(b" \r"), None);
/// ```
pub fn answer(line: &[u8]) -> Option<String> {
    let line = line.trim_ascii();
    if line.is_empty() {
        return None;
    }
    let text = match str::from_utf8(line) {
        Ok(text) => text,
        Err(_) => {
            return failed(
                None,
                LineError::new(LineCode::InvalidJson, "the line is not UTF-8"),
            );
        }
    };
    let (id, raw) = reading::read(text);
    let answer = raw.and_then(Request::of).and_then(|request| {
        let quote = quote(&request)?;
        Ok(Answer::of(id.as_deref(), &request, quote))
    });
    match answer {
        Ok(answer) => json_line(&answer),
        Err(error) => failed(id.as_deref(), error),
    }
}

/// The quote for a request, also for one without a change.
fn quote(request: &Request) -> Result<Quote, LineError> {
    let account = PricedAccount {
        list: request.list,
        subscription: &request.subscription,
        cycle: request.cycle,
        annual_offered: false,
        metered: Metered {
            mau: request.mau,
            data_points: request.data_points,
        },
        add_on_use: billing::AddOnUse::NONE,
        places: request.places,
        day: request.day,
    };
    let change = request.change.clone().unwrap_or_default();
    Ok(billing::quote(&account, &change, Derivations::Omitted)?)
}

fn failed(id: Option<&str>, error: LineError) -> Option<String> {
    json_line(&Failed { id, error: &error })
}

fn json_line<T: Serialize + ?Sized>(answer: &T) -> Option<String> {
    serde_json::to_string(answer).ok()
}
