//! Reads query parameters one by one, so that a refusal can name every field that fails.

use std::collections::BTreeMap;

use api::problem::FieldError;
use api::{Code, Problem};
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use billing::metering::intake::whole_number;
use chrono::NaiveDate;

use crate::foundation::error::Error;
use crate::http::response::Failure;

/// The parameters that were not read yet, and the faults of the others.
#[derive(Debug, Default)]
pub(in crate::http) struct Asked {
    values: BTreeMap<String, String>,
    known: Vec<&'static str>,
    faults: Vec<FieldError>,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let mut asked = Self::default();
        for (name, value) in pairs.map(|Query(pairs)| pairs).unwrap_or_default() {
            if asked.values.contains_key(&name) {
                asked.fault(&name, "This is asked twice");
            }
            asked.values.insert(name, value);
        }
        Ok(asked)
    }
}

impl Asked {
    /// The text of a parameter.
    pub(in crate::http) fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        self.values.remove(name)
    }

    /// A parameter that must be a day.
    pub(in crate::http) fn day(&mut self, name: &'static str) -> Option<NaiveDate> {
        let day = |text: &str| text.parse().ok();
        self.parsed(name, day, "A day looks like 2026-06-20")
    }

    /// A parameter that must be a whole number.
    pub(in crate::http) fn number(&mut self, name: &'static str) -> Option<u64> {
        self.parsed(name, whole_number, "This is a whole number, in digits")
    }

    /// Call this after all parameters were read: refuses unknown parameters and those with faults.
    pub(in crate::http) fn finish(mut self) -> Result<(), Error> {
        let known = self.known.join("`, `");
        for name in std::mem::take(&mut self.values).into_keys() {
            self.fault(&name, &format!("This address takes `{known}` alone"));
        }
        let Some(first) = self.faults.first() else {
            return Ok(());
        };
        let detail = format!("`{}`: {}", first.field, first.message);
        Err(Error::from(Problem {
            fields: self.faults,
            ..Problem::new(Code::InvalidField, detail)
        }))
    }

    fn parsed<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        needs: &str,
    ) -> Option<T> {
        let text = self.text(name)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            self.fault(name, needs);
        }
        parsed
    }

    fn fault(&mut self, field: &str, message: &str) {
        self.faults.push(FieldError {
            field: field.to_owned(),
            message: message.to_owned(),
        });
    }
}
