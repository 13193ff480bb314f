//! JSON as it was written, with repeated keys and with numbers that are not converted yet.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

pub(super) type NotJson = serde_json::Error;

/// A value of the line; what it contains is not parsed yet.
pub(super) enum Node<'a> {
    Object(Vec<(String, &'a RawValue)>),
    Array(Vec<&'a RawValue>),
    Text(String),
    /// An integer of any length, clamped to the range of `i128`.
    Integer(i128),
    Null,
    /// A boolean, or a number with a fraction or an exponent.
    Other,
}

/// The whole line, after a check of its grammar.
pub(super) fn whole(line: &str) -> Result<&RawValue, NotJson> {
    serde_json::from_str(line)
}

impl<'a> Node<'a> {
    pub(super) fn of(raw: &'a RawValue) -> Result<Self, NotJson> {
        let text = raw.get();
        Ok(match text.as_bytes().first() {
            Some(b'{') => Self::Object(serde_json::from_str::<Entries<'a>>(text)?.0),
            Some(b'[') => Self::Array(serde_json::from_str(text)?),
            Some(b'"') => Self::Text(serde_json::from_str(text)?),
            Some(b'n') => Self::Null,
            Some(b'-' | b'0'..=b'9') => integer(text).map_or(Self::Other, Self::Integer),
            _ => Self::Other,
        })
    }
}

fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = text
        .strip_prefix('-')
        .map_or((false, text), |rest| (true, rest));
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    let ends = if negative { i128::MIN } else { i128::MAX };
    whole.then(|| text.parse().unwrap_or(ends))
}

/// The entries of an object, in order, repeated keys included.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}
