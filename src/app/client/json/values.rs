//! Plain values: texts, numbers, days, instants, and lists of them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use billing::invoicing::invoice::InvoiceNumber;
use billing::pricing::tax::StateCode;
use billing::{
    AddOnId, Currency, CurrencyCode, Exact, Money, OrganizationId, PlanChangeId, UserId,
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::{Fields, Json, Notes, Read};

impl Read for String {
    fn read(json: Json, notes: &mut Notes) -> Self {
        match json {
            Json::Text(text) => text,
            _ => {
                notes.note();
                Self::new()
            }
        }
    }
}

impl Read for u64 {
    fn read(json: Json, notes: &mut Notes) -> Self {
        match json {
            Json::Natural(number) => number,
            _ => {
                notes.note();
                0
            }
        }
    }
}

impl Read for i32 {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let number = match json {
            Json::Natural(number) => number.try_into().ok(),
            Json::Negative(number) => number.try_into().ok(),
            _ => None,
        };
        number.unwrap_or_else(|| {
            notes.note();
            0
        })
    }
}

macro_rules! narrow {
    ($($type:ty),*) => { $(
        impl Read for $type {
            fn read(json: Json, notes: &mut Notes) -> Self {
                u64::read(json, notes).try_into().unwrap_or_else(|_| {
                    notes.note();
                    0
                })
            }
        }
    )* };
}
narrow!(u8, u16, u32);

impl Read for bool {
    fn read(json: Json, notes: &mut Notes) -> Self {
        match json {
            Json::Bool(value) => value,
            _ => {
                notes.note();
                false
            }
        }
    }
}

impl<T: Read> Read for Option<T> {
    fn read(json: Json, notes: &mut Notes) -> Self {
        match json {
            Json::Null | Json::Missing => None,
            value => Some(T::read(value, notes)),
        }
    }
}

impl<T: Read> Read for Box<T> {
    fn read(json: Json, notes: &mut Notes) -> Self {
        Self::new(T::read(json, notes))
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let mut all = Self::new();
        match json {
            Json::List(items) => {
                for item in items {
                    all.push(T::read(item, notes));
                }
            }
            _ => notes.note(),
        }
        all
    }
}

macro_rules! id {
    ($($type:ty),*) => { $(
        impl Read for $type {
            fn read(json: Json, notes: &mut Notes) -> Self {
                Self::new(String::read(json, notes))
            }
        }
    )* };
}
id!(AddOnId, OrganizationId, PlanChangeId, UserId);

impl Read for BTreeSet<AddOnId> {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let mut all = Self::new();
        for id in Vec::<AddOnId>::read(json, notes) {
            all.insert(id);
        }
        all
    }
}

impl Read for StateCode {
    fn read(json: Json, notes: &mut Notes) -> Self {
        Self::parse(&String::read(json, notes)).unwrap_or_else(|_| {
            notes.note();
            Self::MAHARASHTRA
        })
    }
}

impl Read for CurrencyCode {
    fn read(json: Json, notes: &mut Notes) -> Self {
        Self::parse(&String::read(json, notes)).unwrap_or_else(|| {
            notes.note();
            Self::default()
        })
    }
}

impl Read for InvoiceNumber {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let number = String::read(json, notes);
        Self::parse(&number).unwrap_or_else(|| {
            notes.note();
            Self::default()
        })
    }
}

/// The server has checked that the value has the decimals of its currency.
impl Read for Money {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let mut fields = Fields::of(json, notes);
        let (currency, value): (CurrencyCode, String) =
            (fields.take("currency"), fields.take("value"));
        fields.finish();
        let decimals = value
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len());
        let currency = Currency::new(currency.as_str(), decimals as u8);
        let money = currency.and_then(|currency| Self::parse(&value, currency).ok());
        money.unwrap_or_else(|| {
            notes.note();
            Self::zero(Currency::default())
        })
    }
}

impl Read for Exact {
    fn read(json: Json, notes: &mut Notes) -> Self {
        Self::read(&String::read(json, notes)).unwrap_or_else(|| {
            notes.note();
            Self::whole(0)
        })
    }
}

impl Read for Cow<'static, str> {
    fn read(json: Json, notes: &mut Notes) -> Self {
        Self::Owned(String::read(json, notes))
    }
}

impl Read for NaiveDate {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let text = String::read(json, notes);
        day(&text).unwrap_or_else(|| {
            notes.note();
            Self::default()
        })
    }
}

impl Read for DateTime<Utc> {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let text = String::read(json, notes);
        instant(&text).unwrap_or_else(|| {
            notes.note();
            Self::default()
        })
    }
}

/// A day as the contract has it: `2026-06-20`.
pub fn day(text: &str) -> Option<NaiveDate> {
    let [year, month, day] = numbers(text, '-', [4, 2, 2])?;
    NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)
}

/// An instant as the contract has it: `2026-06-20T09:30:00Z`, with or without a fraction of a second.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (time, part) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let is_part = (1..=9).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let nanos = part.bytes().chain([b'0'; 9]).take(9);
    let nanos = nanos.fold(0, |nanos, digit| nanos * 10 + u32::from(digit & 15));
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)?;
    is_part.then_some(day(date)?.and_time(time).and_utc())
}

/// Three numbers with these counts of digits.
fn numbers(text: &str, between: char, digits: [usize; 3]) -> Option<[u32; 3]> {
    let mut parts = text.split(between);
    let mut all = [0; 3];
    for (number, digits) in all.iter_mut().zip(digits) {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        *number = part.parse().ok().filter(|_| plain)?;
    }
    parts.next().is_none().then_some(all)
}
