//! Checks every text of a request in one place before it is used (RELIABILITY 3, rows 8, 16 and 30):
//! in the path, in the query, in the body.

use api::body::{RequestBody, Texts};
use api::problem::FieldError;
use api::{Code, Problem};
use axum::extract::{Query, RawPathParams, Request};
use axum::middleware::Next;
use axum::response::Response;
use billing::Money;
use billing::text::{TextKind, contains_issued_card_number};
use serde::Deserialize as _;
use serde_json::Value;

use crate::account::sentence;
use crate::foundation::error::Error;
use crate::http::response::Failure;

/// How many faults one response names at most.
const MOST_FAULTS: usize = 100;
/// The field name of a fault in a body that is not an object.
const WHOLE: &str = "body";

/// Middleware that refuses a path or a query with characters that no text may contain.
pub(in crate::http) async fn check_address(
    parameters: Result<RawPathParams, axum::extract::rejection::RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let mut faults = Faults::default();
    match &parameters {
        Ok(parameters) => {
            for (name, value) in parameters {
                // An id that the server has made, or one that does not exist (A230).
                faults.check(name, value, TextKind::Secret);
            }
        }
        Err(_) => faults.add("path", "This address is not UTF-8 text"),
    }
    // The query is read as pairs of text, which cannot fail.
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(request.uri());
    for (name, value) in pairs.map(|Query(pairs)| pairs).unwrap_or_default() {
        match TextKind::Line.check(&name) {
            Ok(()) => faults.check(&name, &value, TextKind::Line),
            Err(fault) => faults.add("query", sentence(&fault)),
        }
    }
    faults.refuse()?;
    Ok(next.run(request).await)
}

/// Refuses a body with a text that its field may not contain, and names every such field.
pub(super) fn check_body<T: RequestBody>(bytes: &[u8]) -> Result<(), Error> {
    // Invalid JSON has no fields to check; the parser that follows refuses it.
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else {
        return Ok(());
    };
    let mut faults = Faults::default();
    walk::<T>(&body, &Place::default(), &mut faults);
    faults.refuse()
}

/// A position in a body: as the response names it, and as [`RequestBody::texts`] knows it.
#[derive(Debug, Clone, Default)]
struct Place {
    shown: String,
    known: String,
}

impl Place {
    fn member(&self, name: &str) -> Self {
        let dot = if self.shown.is_empty() { "" } else { "." };
        Self {
            shown: format!("{}{dot}{name}", self.shown),
            known: format!("{}{dot}{name}", self.known),
        }
    }

    fn entry(&self, index: usize) -> Self {
        Self {
            shown: format!("{}[{index}]", self.shown),
            known: format!("{}[]", self.known),
        }
    }

    fn name(&self) -> &str {
        match self.shown.as_str() {
            "" => WHOLE,
            shown => shown,
        }
    }
}

fn walk<T: RequestBody>(value: &Value, place: &Place, faults: &mut Faults) {
    let texts = T::texts(&place.known);
    let kind = match texts {
        Texts::Are(kind) => Some(kind),
        Texts::Amount => Some(TextKind::Line),
        Texts::ByRule => None,
        Texts::File | Texts::Properties => return,
    };
    let found = faults.0.len();
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => faults.number(place.name(), number),
        Value::String(text) => {
            if let Some(kind) = kind {
                faults.check(place.name(), text, kind);
            }
        }
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                walk::<T>(entry, &place.entry(index), faults);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                match TextKind::Line.check(name) {
                    Ok(()) => walk::<T>(value, &place.member(name), faults),
                    Err(fault) => faults.add(place.name(), sentence(&fault)),
                }
            }
        }
    }
    if texts == Texts::Amount && faults.0.len() == found && Money::deserialize(value).is_err() {
        let example = r#"{"currency":"USD","value":"91.67"}"#;
        let message = format!("Write the amount with its currency and all decimals: {example}");
        faults.add(place.name(), message);
    }
}

/// The faults found so far, by field.
#[derive(Debug, Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn check(&mut self, field: &str, text: &str, kind: TextKind) {
        if let Err(fault) = kind.check(text) {
            self.add(field, sentence(&fault));
        }
    }

    /// A number can be a card number too.
    fn number(&mut self, field: &str, number: &serde_json::Number) {
        if contains_issued_card_number(&number.to_string()) {
            self.add(field, sentence(&billing::text::CardNumberFound));
        }
    }

    fn add(&mut self, field: &str, message: impl Into<String>) {
        if self.0.len() < MOST_FAULTS {
            self.0.push(FieldError {
                field: field.to_owned(),
                message: message.into(),
            });
        }
    }

    fn refuse(self) -> Result<(), Error> {
        let Some(first) = self.0.first() else {
            return Ok(());
        };
        let detail = match self.0.len() {
            1 => first.message.clone(),
            count => format!("Nothing was done: {count} fields need another value, see `fields`"),
        };
        Err(Error::from(Problem {
            fields: self.0,
            ..Problem::new(Code::InvalidField, detail)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::plan::plan_change::Order;
    use api::support::NewTicket;

    #[test]
    fn a_fingerprint_may_have_the_digits_of_a_card() {
        // A230: a fingerprint of 64 hexadecimal digits can contain sixteen decimal digits in a row.
        let order =
            r#"{"input_hash":"a4242424242424242b","total":{"currency":"USD","value":"24.00"}}"#;
        assert!(check_body::<Order>(order.as_bytes()).is_ok());
        let total = r#"{"input_hash":"ab","total":"4242424242424242"}"#;
        assert!(check_body::<Order>(total.as_bytes()).is_err());
    }

    #[test]
    fn a_refusal_names_exactly_the_fields_that_fail() {
        let body = r#"{"category":"a\u0000","description":"two\nlines","team":["u","\u202e"],
            "attachments":[{"name":"a\tb","content":"4242424242424242"}],"4242424242424242":1,
            "priority":4242424242424242}"#;
        let refused = check_body::<NewTicket>(body.as_bytes());
        let Err(Error::Refused(problem)) = refused else {
            panic!("{refused:?}");
        };
        let mut fields: Vec<_> = problem.fields.iter().map(|fault| &fault.field).collect();
        fields.sort();
        assert_eq!(
            fields,
            [
                "attachments[0].name",
                "body",
                "category",
                "priority",
                "team[1]"
            ]
        );
        assert!(check_body::<NewTicket>(b"{").is_ok());
    }
}
