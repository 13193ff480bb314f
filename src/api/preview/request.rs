//! From the fields of a line to a request that can be priced.

use std::sync::OnceLock;

use billing::catalog::price_book::{ESSENTIALS, ESSENTIALS_2025};
use billing::pricing::change::Refusal;
use billing::pricing::subscription::Scheduled;
use billing::pricing::tax::TaxPlaces;
use billing::{
    BillingCycle, BillingPeriod, CurrencyCode, PlanChange, PriceBook, PriceList, Subscription,
};
use chrono::{Datelike, NaiveDate};

use super::reading::{RawChange, RawRequest};
use super::{LineCode, LineError};

/// The most users, and the most data points, that a request may have.
const MOST_USAGE: i128 = 1_000_000_000_000_000;

/// A request that can be priced.
pub(super) struct Request {
    pub(super) list: &'static PriceList,
    pub(super) subscription: Subscription,
    pub(super) cycle: BillingCycle,
    pub(super) mau: u64,
    pub(super) data_points: u64,
    pub(super) change: Option<PlanChange>,
    pub(super) places: Option<TaxPlaces>,
    pub(super) day: NaiveDate,
}

impl Request {
    /// Checks the fields against the price book, in the order of the codes.
    pub(super) fn of(raw: RawRequest) -> Result<Self, LineError> {
        let book = books().iter().find(|book| book.id == raw.price_book);
        let book = book.ok_or_else(|| {
            let message = format!("there is no price book {:?}", raw.price_book);
            LineError::new(LineCode::UnknownPriceBook, message)
        })?;
        let list = CurrencyCode::parse(&raw.currency).and_then(|code| book.list(code));
        let list = list.ok_or_else(|| {
            let message = format!("{} has no prices in {:?}", book.id, raw.currency);
            LineError::new(LineCode::CurrencyNotInPriceBook, message)
        })?;
        let subscription = Subscription {
            tier: limit(raw.tier)?,
            add_ons: raw.add_ons,
            scheduled: Scheduled::default(),
        };
        let change = raw.change.map(RawChange::parsed).transpose()?;
        subscription.check(&change.clone().unwrap_or_default(), list)?;
        let day = date(&raw.date)?;
        let period = BillingPeriod::of(day).ok_or(Refusal::InvalidDate)?;
        let cycle = if raw.is_trial {
            BillingCycle::Trial {
                charged_from: period.end(),
            }
        } else {
            BillingCycle::monthly(period)
        };
        negative("usage.mau", raw.mau)?;
        negative("usage.data_points", raw.data_points)?;
        let mau = amount("usage.mau", raw.mau)?;
        let data_points = amount("usage.data_points", raw.data_points)?;
        let places = raw.places;
        Ok(Self {
            list,
            subscription,
            cycle,
            mau,
            data_points,
            change,
            places,
            day,
        })
    }
}

impl RawChange {
    fn parsed(self) -> Result<PlanChange, LineError> {
        let tier = self.tier.map(limit).transpose()?;
        Ok(PlanChange {
            tier,
            add: self.add,
            remove: self.remove,
            frequency: None,
        })
    }
}

/// The shipped price books, parsed once. A test of `billing` ensures that they parse.
fn books() -> &'static [PriceBook] {
    static BOOKS: OnceLock<Vec<PriceBook>> = OnceLock::new();
    BOOKS.get_or_init(|| {
        [ESSENTIALS, ESSENTIALS_2025]
            .into_iter()
            .filter_map(|text| PriceBook::parse(text).ok())
            .collect()
    })
}

fn limit(tier: i128) -> Result<u64, LineError> {
    u64::try_from(tier).map_err(|_| {
        LineError::new(
            LineCode::UnknownTier,
            format!("there is no tier of {tier} MAU"),
        )
    })
}

fn date(text: &str) -> Result<NaiveDate, LineError> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let day = if shape {
        text.parse::<NaiveDate>().ok()
    } else {
        None
    };
    day.filter(|day| (1970..=9998).contains(&day.year()))
        .ok_or_else(|| {
            let message = format!("{text:?} is no day from 1970-01-01 to 9998-12-31");
            LineError::new(LineCode::InvalidDate, message)
        })
}

fn negative(path: &str, number: i128) -> Result<(), LineError> {
    if number < 0 {
        return Err(LineError::new(
            LineCode::NegativeUsage,
            format!("{path} is below 0"),
        ));
    }
    Ok(())
}

fn amount(path: &str, number: i128) -> Result<u64, LineError> {
    u64::try_from(number)
        .ok()
        .filter(|_| number <= MOST_USAGE)
        .ok_or_else(|| LineError::new(LineCode::AmountOutOfRange, format!("{path} is above 10^15")))
}
