//! The types of columns: how a value is stored as text or as an integer. A statement binds and returns
//! these, so that nothing is converted by hand.
//!
//! A stored value that this program never writes is an error that names it.

use std::convert::Infallible;
use std::fmt;

use billing::invoicing::invoice::InvoiceNumber;
use billing::pricing::tax::StateCode;
use billing::{AddOnId, CurrencyCode, OrganizationId, PaymentAttemptId, PlanChangeId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::StrDeserializer;
use sqlx::any::AnyTypeInfo;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Any, Database, Decode, Encode, Type};

use super::row::Damaged;
use crate::foundation::clock::instant_text;

/// A value with one text of its own, such as a day or an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<T>(pub T);

/// A variant of an enum, such as a role or a status, as serde names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<T>(pub T);

/// A value as a JSON document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// A whole number, in a column of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count<T = u64>(pub T);

/// A type that [`Text`] stores.
pub trait StoredText: Sized {
    /// What the value is called in an error.
    const NAME: &'static str;

    /// The value of a stored text; `None` when this program never writes that text.
    fn read(text: &str) -> Option<Self>;

    fn text(&self) -> String;
}

/// Stores a type by the texts that it parses and prints, and reads it into fields of rows.
macro_rules! stored_text {
    ($($type:ty, $name:literal, $read:expr, $text:expr;)+) => {$(
        impl StoredText for $type {
            const NAME: &'static str = $name;

            fn read(text: &str) -> Option<Self> {
                $read(text)
            }

            fn text(&self) -> String {
                $text(self)
            }
        }

        impl From<Text<Self>> for $type {
            fn from(Text(value): Text<Self>) -> Self {
                value
            }
        }
    )+};
}

stored_text! {
    NaiveDate, "day", |text: &str| text.parse().ok(), ToString::to_string;
    DateTime<Utc>, "instant", |text: &str| text.parse().ok(), |at: &Self| instant_text(*at);
    OrganizationId, "organization", |id| Some(Self::new(id)), ToString::to_string;
    UserId, "user", |id| Some(Self::new(id)), ToString::to_string;
    AddOnId, "add-on", |id| Some(Self::new(id)), ToString::to_string;
    PlanChangeId, "plan change", |id| Some(Self::new(id)), ToString::to_string;
    PaymentAttemptId, "payment attempt", |id| Some(Self::new(id)), ToString::to_string;
    InvoiceNumber, "invoice number", Self::parse, ToString::to_string;
    CurrencyCode, "currency", Self::parse, ToString::to_string;
    StateCode, "state", |text| Self::parse(text).ok(), ToString::to_string;
}

impl From<Count> for u64 {
    fn from(Count(value): Count) -> Self {
        value
    }
}

impl From<Count<Self>> for u32 {
    fn from(Count(value): Count<Self>) -> Self {
        value
    }
}

impl<T: DeserializeOwned> Word<T> {
    /// The variant that a word names.
    pub(crate) fn read(word: &str) -> Result<Self, Damaged> {
        T::deserialize(StrDeserializer::<serde::de::value::Error>::new(word))
            .map(Self)
            .map_err(|cause| Damaged::new("word", cause))
    }
}

impl<T: Serialize> Word<T> {
    /// The word of a variant.
    pub(crate) fn text(&self) -> serde_json::Result<String> {
        let word = serde_json::to_value(&self.0)?;
        Ok(word.as_str().unwrap_or_default().to_owned())
    }
}

impl<T: StoredText> Text<T> {
    fn read(text: &str) -> Result<Self, Damaged> {
        let value = T::read(text).ok_or_else(|| Damaged::new(T::NAME, text))?;
        Ok(Self(value))
    }

    fn text(&self) -> Result<String, Infallible> {
        Ok(self.0.text())
    }
}

impl<T: DeserializeOwned> Json<T> {
    fn read(text: &str) -> Result<Self, Damaged> {
        serde_json::from_str(text)
            .map(Self)
            .map_err(|cause| Damaged::new("document", cause))
    }
}

impl<T: Serialize> Json<T> {
    /// The document as it is stored.
    pub(crate) fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string(&self.0)
    }
}

/// A column that the database has as text.
macro_rules! text_column {
    ($column:ident, $read:path, $write:path) => {
        impl<T> Type<Any> for $column<T> {
            fn type_info() -> AnyTypeInfo {
                <String as Type<Any>>::type_info()
            }

            fn compatible(found: &AnyTypeInfo) -> bool {
                <String as Type<Any>>::compatible(found)
            }
        }

        impl<'r, T: $read> Decode<'r, Any> for $column<T> {
            fn decode(value: <Any as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
                Ok(Self::read(<&str as Decode<Any>>::decode(value)?)?)
            }
        }

        impl<T: $write> Encode<'_, Any> for $column<T> {
            fn encode_by_ref(
                &self,
                buffer: &mut <Any as Database>::ArgumentBuffer,
            ) -> Result<IsNull, BoxDynError> {
                Encode::<Any>::encode(self.text()?, buffer)
            }
        }
    };
}

text_column!(Text, StoredText, StoredText);
text_column!(Word, DeserializeOwned, Serialize);
text_column!(Json, DeserializeOwned, Serialize);

impl<T> Type<Any> for Count<T> {
    fn type_info() -> AnyTypeInfo {
        <i64 as Type<Any>>::type_info()
    }

    fn compatible(found: &AnyTypeInfo) -> bool {
        <i64 as Type<Any>>::compatible(found)
    }
}

impl<'r, T: TryFrom<i64>> Decode<'r, Any> for Count<T> {
    fn decode(value: <Any as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let number = <i64 as Decode<Any>>::decode(value)?;
        let count = T::try_from(number).map_err(|_| Damaged::new("count", number))?;
        Ok(Self(count))
    }
}

impl<T: Copy + TryInto<i64> + fmt::Display> Encode<'_, Any> for Count<T> {
    fn encode_by_ref(
        &self,
        buffer: &mut <Any as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        let number: i64 = self
            .0
            .try_into()
            .map_err(|_| Damaged::new("count", self.0))?;
        Encode::<Any>::encode(number, buffer)
    }
}

#[cfg(test)]
mod tests {
    use billing::BillingFrequency;
    use sqlx::{AnyConnection, Connection};

    use super::*;

    async fn database() -> AnyConnection {
        sqlx::any::install_default_drivers();
        AnyConnection::connect("sqlite::memory:").await.unwrap()
    }

    #[tokio::test]
    async fn what_is_bound_is_stored_in_its_own_form_and_read_again() {
        let at: DateTime<Utc> = "2026-06-30T18:30:00.25Z".parse().unwrap();
        let stored: (String, String, String, i64) = sqlx::query_as("SELECT $1, $2, $3, $4")
            .bind(Text(at))
            .bind(Word(BillingFrequency::Annual))
            .bind(Json([1, 2]))
            .bind(Count(7_u32))
            .fetch_one(&mut database().await)
            .await
            .unwrap();
        let (instant, word, document, count) = stored.clone();
        assert_eq!(instant, "2026-06-30T18:30:00.250000Z");
        assert_eq!((word.as_str(), document.as_str()), ("annual", "[1,2]"));
        assert_eq!(count, 7);
        let read: (Text<_>, Word<_>, Json<_>, Count) = sqlx::query_as("SELECT $1, $2, $3, $4")
            .bind(instant)
            .bind(word)
            .bind(document)
            .bind(count)
            .fetch_one(&mut database().await)
            .await
            .unwrap();
        let expected = (
            Text(at),
            Word(BillingFrequency::Annual),
            Json([1, 2]),
            Count(7),
        );
        assert_eq!(read, expected);
    }

    #[tokio::test]
    async fn a_value_that_cannot_be_read_is_named() {
        let read = sqlx::query_scalar::<_, Text<NaiveDate>>("SELECT $1")
            .bind("tomorrow")
            .fetch_one(&mut database().await)
            .await;
        let error = read.unwrap_err().to_string();
        assert!(
            error.ends_with("the stored day \"tomorrow\" cannot be read"),
            "{error}"
        );
        let read = sqlx::query_scalar::<_, Count>("SELECT $1")
            .bind(-1_i64)
            .fetch_one(&mut database().await)
            .await;
        let error = read.unwrap_err().to_string();
        assert!(
            error.ends_with("the stored count \"-1\" cannot be read"),
            "{error}"
        );
    }
}
