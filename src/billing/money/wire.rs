//! Amounts in JSON.

use alloc::string::{String, ToString};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Currency, Exact, Money, OutOfRange, decimals_of};

/// [`Money`] as it is written in JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    currency: String,
    value: String,
}

impl From<Money> for Written {
    fn from(money: Money) -> Self {
        Self {
            currency: money.currency().code().into(),
            value: money.to_string(),
        }
    }
}

impl TryFrom<Written> for Money {
    type Error = OutOfRange;

    fn try_from(written: Written) -> Result<Self, OutOfRange> {
        let decimals = decimals_of(&written.currency).ok_or(OutOfRange)?;
        let currency = Currency::new(&written.currency, decimals).ok_or(OutOfRange)?;
        Self::parse(&written.value, currency)
    }
}

/// A decimal, or a fraction in lowest terms when the decimal does not terminate: `"91.67"`, `"275/3"`.
///
/// ```
/// # use billing::Exact;
/// for (number, json) in [
///     (Exact::whole(275).over(2).unwrap(), r#""137.5""#),
///     (Exact::whole(550).over(6).unwrap(), r#""275/3""#),
/// ] {
///     assert_eq!(serde_json::to_string(&number).unwrap(), json);
///     assert_eq!(serde_json::from_str::<Exact>(json).unwrap(), number);
/// }
/// ```
impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written())
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text)
            .ok_or_else(|| serde::de::Error::custom("a number looks like 91.67 or 275/3"))
    }
}
