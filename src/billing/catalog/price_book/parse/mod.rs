//! Parses and checks the JSON of a price book.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::NaiveDate;

use super::fault::{Fault, InvalidBook};
use super::raw::{RawAddOn, RawAnnual, RawBook, RawList, RawMixed, RawOverage, RawPrice, RawTax};
use super::{
    AddOn, AddOnId, AddOnPrice, Included, OveragePrice, PriceBook, PriceList, Tier, UnitPrice,
};
use crate::catalog::price_book::{AnnualTerms, TaxScheme};
use crate::money::{Currency, Exact, decimals_of};
use crate::text::TextKind;

/// The length of a term in months. It is fixed because all screens and mails say "a year".
const YEAR_MONTHS: u32 = 12;

impl PriceBook {
    /// Parses and checks a price book.
    ///
    /// # Errors
    /// The error names the field and the fault. No value is repaired or guessed.
    pub fn parse(text: &str) -> Result<Self, InvalidBook> {
        let raw: RawBook =
            serde_json::from_str(text).map_err(|why| fault("", Fault::Shape(format!("{why}"))))?;
        check_head(&raw)?;
        let annual = annual_terms(raw.annual.as_ref())?;
        let mut lists: Vec<PriceList> = Vec::new();
        for (index, list) in raw.lists.iter().enumerate() {
            let at = format!("lists[{index}]");
            let read = ListReader { at: &at, raw: list };
            let currency = read.currency()?;
            if lists.iter().any(|other| other.currency == currency) {
                let twice = Fault::CurrencyTwice(list.currency.clone());
                return Err(fault(format!("{at}.currency"), twice));
            }
            lists.push(PriceList {
                currency,
                tiers: read.tiers(currency)?,
                overage: read.overage(&list.overage, currency)?,
                add_ons: read.add_ons(currency)?,
                tax: read.tax()?,
                data_points_per_mau: raw.data_points_per_mau,
                alert_percents: raw.alert_percents.clone(),
                lock_percent: raw.lock_percent,
                annual,
            });
        }
        Ok(Self {
            id: raw.id,
            version: raw.version,
            effective_from: day("effective_from", &raw.effective_from)?,
            plan: raw.plan,
            lists,
        })
    }
}

/// Checks the fields of the book itself.
fn check_head(raw: &RawBook) -> Result<(), InvalidBook> {
    check_name("id", &raw.id)?;
    check_name("plan", &raw.plan)?;
    check_positive("version", raw.version.into())?;
    check_positive("data_points_per_mau", raw.data_points_per_mau)?;
    let mut before = 0;
    for (index, percent) in raw.alert_percents.iter().enumerate() {
        if *percent <= before {
            let field = format!("alert_percents[{index}]");
            return Err(fault(field, Fault::PercentOrder));
        }
        before = *percent;
    }
    check_lock("lock_percent", raw.lock_percent)?;
    if raw.lists.is_empty() {
        return Err(fault("lists", Fault::Empty));
    }
    Ok(())
}

fn annual_terms(raw: Option<&RawAnnual>) -> Result<AnnualTerms, InvalidBook> {
    let Some(raw) = raw else {
        return Ok(AnnualTerms::default());
    };
    if raw.months != YEAR_MONTHS {
        return Err(fault("annual.months", Fault::NoYear));
    }
    let discount_percent = decimal("annual.discount_percent", &raw.discount_percent)?;
    if discount_percent >= Exact::whole(100) {
        return Err(fault("annual.discount_percent", Fault::WholeDiscount));
    }
    check_lock("annual.soft_lock_percent", raw.soft_lock_percent)?;
    Ok(AnnualTerms {
        months: raw.months,
        discount_percent,
        soft_lock_percent: raw.soft_lock_percent,
    })
}

/// Reads the list of one currency; knows its place in the book for error paths.
struct ListReader<'a> {
    at: &'a str,
    raw: &'a RawList,
}

impl ListReader<'_> {
    fn field(&self, name: &str) -> String {
        format!("{}.{name}", self.at)
    }

    fn currency(&self) -> Result<Currency, InvalidBook> {
        let code = &self.raw.currency;
        let unknown = || fault(self.field("currency"), Fault::UnknownCurrency(code.clone()));
        let decimals = decimals_of(code).ok_or_else(unknown)?;
        if decimals != self.raw.exponent {
            let currency = code.clone();
            let other = Fault::Decimals { currency, decimals };
            return Err(fault(self.field("exponent"), other));
        }
        Currency::new(code, decimals).ok_or_else(unknown)
    }

    fn tiers(&self, currency: Currency) -> Result<Vec<Tier>, InvalidBook> {
        let mut tiers: Vec<Tier> = Vec::new();
        for (index, raw) in self.raw.tiers.iter().enumerate() {
            let field = |name: &str| self.field(&format!("tiers[{index}].{name}"));
            check_positive(field("limit"), raw.limit)?;
            let tier = Tier {
                limit: raw.limit,
                monthly: price(field("monthly"), &raw.monthly, currency)?,
            };
            if let Some(low) = tiers.last() {
                check_rise(low, &tier).map_err(|(name, why)| fault(field(name), why))?;
            }
            tiers.push(tier);
        }
        if tiers.is_empty() {
            return Err(fault(self.field("tiers"), Fault::Empty));
        }
        Ok(tiers)
    }

    fn overage(&self, raw: &RawOverage, currency: Currency) -> Result<OveragePrice, InvalidBook> {
        let field = |name: &str| self.field(&format!("overage.{name}"));
        check_positive(field("unit_size"), raw.unit_size)?;
        Ok(OveragePrice {
            unit_size: raw.unit_size,
            unit_price: match raw.unit_price.as_str() {
                "derived" => UnitPrice::Derived,
                listed => UnitPrice::Listed(price(field("unit_price"), listed, currency)?),
            },
            multiplier: decimal(field("multiplier"), &raw.multiplier)?,
            partial: raw.partial,
        })
    }

    /// The tax scheme, from the current form or from the earlier one. One of them is required: a list must
    /// not be free of tax because a field was forgotten.
    fn tax(&self) -> Result<TaxScheme, InvalidBook> {
        let rate = |name: &str, text: &str| {
            let field = self.field(name);
            let rate_percent = decimal(field.as_str(), text)?;
            if rate_percent == Exact::whole(0) || rate_percent > Exact::whole(100) {
                return Err(fault(field, Fault::TaxRate));
            }
            Ok(TaxScheme::GstIndia { rate_percent })
        };
        match (&self.raw.tax, &self.raw.gst_percent) {
            (Some(RawTax::None {}), None) | (None, Some(None)) => Ok(TaxScheme::None),
            (Some(RawTax::GstIndia { rate_percent }), None) => {
                rate("tax.rate_percent", rate_percent)
            }
            (None, Some(Some(text))) => rate("gst_percent", text),
            (None, None) => Err(fault(self.field("tax"), Fault::NoTaxScheme)),
            (Some(_), Some(_)) => Err(fault(self.field("gst_percent"), Fault::TwoTaxSchemes)),
        }
    }

    fn add_ons(&self, currency: Currency) -> Result<Vec<AddOn>, InvalidBook> {
        let mut add_ons: Vec<AddOn> = Vec::new();
        for (index, raw) in self.raw.add_ons.iter().enumerate() {
            let at = self.field(&format!("add_ons[{index}]"));
            let add_on = add_on(&at, raw, currency)?;
            if add_ons.last().is_some_and(|last| last.id >= add_on.id) {
                return Err(fault(format!("{at}.id"), Fault::IdOrder(raw.id.clone())));
            }
            add_ons.push(add_on);
        }
        Ok(add_ons)
    }
}

fn add_on(at: &str, raw: &RawAddOn, currency: Currency) -> Result<AddOn, InvalidBook> {
    let field = |name: &str| format!("{at}.{name}");
    check_name(field("id"), &raw.id)?;
    check_name(field("name"), &raw.name)?;
    check_name(field("category"), &raw.category)?;
    let price = add_on_price(at, &raw.price, currency)?;
    let surcharge_percent = decimal(field("surcharge_percent"), &raw.surcharge_percent)?;
    if price.is_free() && surcharge_percent != Exact::whole(0) {
        return Err(fault(field("surcharge_percent"), Fault::FreeWithSurcharge));
    }
    let included = raw.included.as_ref().map(|included| {
        let field = field("included.extra_price");
        Ok(Included {
            a_month: included.a_month,
            extra_price: decimal(field, &included.extra_price)?,
        })
    });
    Ok(AddOn {
        id: AddOnId::new(raw.id.clone()),
        name: raw.name.clone(),
        category: raw.category.clone(),
        price,
        surcharge_percent,
        included: included.transpose()?,
    })
}

fn add_on_price(at: &str, raw: &RawPrice, currency: Currency) -> Result<AddOnPrice, InvalidBook> {
    let field = |name: &str| format!("{at}.price.{name}");
    Ok(match raw {
        RawPrice::Flat(text) => AddOnPrice::Flat(price(field("flat"), text, currency)?),
        RawPrice::Percent(text) => AddOnPrice::Percent(decimal(field("percent"), text)?),
        RawPrice::FixedAndPercent(RawMixed { fixed, percent }) => AddOnPrice::FixedAndPercent {
            fixed: price(field("fixed_and_percent.fixed"), fixed, currency)?,
            percent: decimal(field("fixed_and_percent.percent"), percent)?,
        },
    })
}

/// Checks that a higher tier costs more, but not more per user. The error names the field.
fn check_rise(low: &Tier, high: &Tier) -> Result<(), (&'static str, Fault)> {
    if high.limit <= low.limit {
        return Err(("limit", Fault::LimitOrder));
    }
    if high.monthly <= low.monthly {
        return Err(("monthly", Fault::PriceOrder));
    }
    let per_user = |tier: &Tier, users| tier.monthly.times(users).ok();
    per_user(high, low.limit)
        .zip(per_user(low, high.limit))
        .filter(|(high, low)| high <= low)
        .map(drop)
        .ok_or(("monthly", Fault::DearerPerUser))
}

/// Parses a list price: not negative, and with no more decimals than the currency.
fn price(field: impl Into<String>, text: &str, currency: Currency) -> Result<Exact, InvalidBook> {
    let field = field.into();
    let exact = decimal(field.as_str(), text)?;
    let settled = exact.settle(currency).ok();
    if settled.is_some_and(|settled| settled.exact() == exact) {
        return Ok(exact);
    }
    let unpayable = Fault::Price {
        text: String::from(text),
        decimals: currency.exponent(),
    };
    Err(fault(field, unpayable))
}

/// Parses a decimal of 0 or more.
fn decimal(field: impl Into<String>, text: &str) -> Result<Exact, InvalidBook> {
    Exact::parse(text)
        .filter(|exact| *exact >= Exact::whole(0) && !text.starts_with('-'))
        .ok_or_else(|| fault(field, Fault::Number(String::from(text))))
}

/// Parses a day in the form `YYYY-MM-DD` only, not in all forms that chrono reads.
fn day(field: &str, text: &str) -> Result<NaiveDate, InvalidBook> {
    let day = text.parse::<NaiveDate>().ok();
    day.filter(|day| day.to_string() == text)
        .ok_or_else(|| fault(field, Fault::Day(String::from(text))))
}

fn check_name(field: impl Into<String>, name: &str) -> Result<(), InvalidBook> {
    let is_shown = TextKind::Data.check(name).is_ok() && !name.chars().any(char::is_control);
    if name.is_empty() || name.trim() != name || !is_shown {
        return Err(fault(field, Fault::Blank));
    }
    Ok(())
}

fn check_positive(field: impl Into<String>, number: u64) -> Result<(), InvalidBook> {
    match number {
        0 => Err(fault(field, Fault::Zero)),
        _ => Ok(()),
    }
}

fn check_lock(field: &str, percent: u64) -> Result<(), InvalidBook> {
    match percent {
        ..100 => Err(fault(field, Fault::LocksWithinLimit)),
        100.. => Ok(()),
    }
}

fn fault(field: impl Into<String>, fault: Fault) -> InvalidBook {
    InvalidBook {
        field: field.into(),
        fault,
    }
}

#[cfg(test)]
mod tests;
