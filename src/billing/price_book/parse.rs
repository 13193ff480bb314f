//! From the text of a price book to one that can be relied on.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    AddOn, AddOnId, AddOnPrice, Included, OveragePrice, Partial, PriceBook, PriceList, Tier,
    UnitPrice,
};
use crate::annual::AnnualTerms;
use crate::money::{Currency, Exact};

/// What is wrong with the text of a price book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidBook {
    /// Not JSON of the right shape.
    Shape(String),
    /// A price that is no plain decimal, is not positive, or has more decimals than the currency.
    Price(String),
    /// An unknown currency, or one that stands there twice.
    Currency(String),
    /// Tiers that do not rise, or whose price per user rises with them.
    Tiers,
    /// An add-on that is not behind the one before it, by id.
    AddOn(String),
    /// A year without months, or one that costs nothing.
    Annual,
    /// A free add-on that brings a surcharge: only a paid one does (SPEC 2.4).
    FreeWithSurcharge(String),
}

impl fmt::Display for InvalidBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(why) => write!(f, "the price book cannot be read: {why}"),
            Self::Price(text) => write!(f, "{text:?} is not a price of this currency"),
            Self::Currency(code) => write!(f, "{code:?} is no currency, or stands there twice"),
            Self::Tiers => f.write_str("tiers must rise, and their price per user must not"),
            Self::AddOn(id) => write!(
                f,
                "add-ons stand in the order of their ids, each once; {id:?} does not"
            ),
            Self::Annual => {
                f.write_str("a year has at least one month, and its discount is below 100 %")
            }
            Self::FreeWithSurcharge(id) => write!(f, "{id:?} is free and brings a surcharge"),
        }
    }
}

impl core::error::Error for InvalidBook {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBook {
    id: String,
    version: u32,
    effective_from: NaiveDate,
    plan: String,
    data_points_per_mau: u64,
    alert_percents: Vec<u64>,
    lock_percent: u64,
    /// Versions from before it stood here have the documents' terms.
    annual: Option<RawAnnual>,
    lists: Vec<RawList>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAnnual {
    months: u32,
    discount_percent: String,
    soft_lock_percent: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawList {
    currency: String,
    exponent: u8,
    tiers: Vec<RawTier>,
    overage: RawOverage,
    add_ons: Vec<RawAddOn>,
    gst_percent: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTier {
    limit: u64,
    monthly: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOverage {
    unit_size: u64,
    unit_price: String,
    multiplier: String,
    partial: Partial,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAddOn {
    id: String,
    name: String,
    category: String,
    price: RawPrice,
    surcharge_percent: String,
    #[serde(default)]
    included: Option<RawIncluded>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIncluded {
    a_month: u64,
    extra_price: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawPrice {
    Flat(String),
    Percent(String),
    FixedAndPercent(RawMixed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMixed {
    fixed: String,
    percent: String,
}

impl PriceBook {
    /// Reads and checks a price book.
    ///
    /// # Errors
    /// Says what is wrong; nothing is repaired or guessed.
    pub fn parse(text: &str) -> Result<Self, InvalidBook> {
        let raw: RawBook = serde_json::from_str(text)
            .map_err(|why| InvalidBook::Shape(alloc::format!("{why}")))?;
        let mut lists: Vec<PriceList> = Vec::new();
        for list in &raw.lists {
            if lists
                .iter()
                .any(|other| other.currency.code() == list.currency)
            {
                return Err(InvalidBook::Currency(list.currency.clone()));
            }
            lists.push(price_list(&raw, list)?);
        }
        Ok(Self {
            id: raw.id,
            version: raw.version,
            effective_from: raw.effective_from,
            plan: raw.plan,
            lists,
        })
    }
}

fn price_list(book: &RawBook, raw: &RawList) -> Result<PriceList, InvalidBook> {
    let currency = Currency::new(&raw.currency, raw.exponent)
        .ok_or_else(|| InvalidBook::Currency(raw.currency.clone()))?;
    let tiers = raw
        .tiers
        .iter()
        .map(|tier| {
            Ok(Tier {
                limit: tier.limit,
                monthly: price(&tier.monthly, currency)?,
            })
        })
        .collect::<Result<Vec<_>, InvalidBook>>()?;
    if tiers.is_empty() || !tiers.windows(2).all(|pair| rises(&pair[0], &pair[1])) {
        return Err(InvalidBook::Tiers);
    }
    let overage = OveragePrice {
        unit_size: Some(raw.overage.unit_size)
            .filter(|size| *size > 0)
            .ok_or_else(|| InvalidBook::Price(String::from("0")))?,
        unit_price: match raw.overage.unit_price.as_str() {
            "derived" => UnitPrice::Derived,
            listed => UnitPrice::Listed(price(listed, currency)?),
        },
        multiplier: factor(&raw.overage.multiplier)?,
        partial: raw.overage.partial,
    };
    Ok(PriceList {
        currency,
        tiers,
        overage,
        add_ons: add_ons(raw, currency)?,
        gst_percent: raw.gst_percent.as_deref().map(factor).transpose()?,
        data_points_per_mau: book.data_points_per_mau,
        alert_percents: book.alert_percents.clone(),
        lock_percent: book.lock_percent,
        annual: annual_terms(book.annual.as_ref())?,
    })
}

fn annual_terms(raw: Option<&RawAnnual>) -> Result<AnnualTerms, InvalidBook> {
    let Some(raw) = raw else {
        return Ok(AnnualTerms::default());
    };
    let discount_percent = factor(&raw.discount_percent)?;
    if raw.months == 0 || discount_percent >= Exact::whole(100) {
        return Err(InvalidBook::Annual);
    }
    Ok(AnnualTerms {
        months: raw.months,
        discount_percent,
        soft_lock_percent: raw.soft_lock_percent,
    })
}

fn add_ons(raw: &RawList, currency: Currency) -> Result<Vec<AddOn>, InvalidBook> {
    let mut add_ons: Vec<AddOn> = Vec::new();
    for add_on in &raw.add_ons {
        if add_ons
            .last()
            .is_some_and(|last| last.id.as_str() >= add_on.id.as_str())
        {
            return Err(InvalidBook::AddOn(add_on.id.clone()));
        }
        let price = match &add_on.price {
            RawPrice::Flat(text) => AddOnPrice::Flat(price(text, currency)?),
            RawPrice::Percent(text) => AddOnPrice::Percent(factor(text)?),
            RawPrice::FixedAndPercent(RawMixed { fixed, percent }) => AddOnPrice::FixedAndPercent {
                fixed: self::price(fixed, currency)?,
                percent: factor(percent)?,
            },
        };
        let surcharge_percent = factor(&add_on.surcharge_percent)?;
        if price.is_free() && surcharge_percent != Exact::whole(0) {
            return Err(InvalidBook::FreeWithSurcharge(add_on.id.clone()));
        }
        let included = add_on.included.as_ref().map(|included| {
            Ok(Included {
                a_month: included.a_month,
                extra_price: factor(&included.extra_price)?,
            })
        });
        add_ons.push(AddOn {
            id: AddOnId::new(add_on.id.clone()),
            name: add_on.name.clone(),
            category: add_on.category.clone(),
            price,
            surcharge_percent,
            included: included.transpose()?,
        });
    }
    Ok(add_ons)
}

/// A list price: not negative, and payable in the currency as it stands.
fn price(text: &str, currency: Currency) -> Result<Exact, InvalidBook> {
    let wrong = || InvalidBook::Price(String::from(text));
    let exact = Exact::parse(text)
        .filter(|exact| *exact >= Exact::whole(0))
        .ok_or_else(wrong)?;
    let settled = exact.settle(currency).map_err(|_| wrong())?;
    (settled.exact() == exact)
        .then_some(exact)
        .ok_or_else(wrong)
}

fn factor(text: &str) -> Result<Exact, InvalidBook> {
    Exact::parse(text)
        .filter(|exact| *exact >= Exact::whole(0))
        .ok_or_else(|| InvalidBook::Price(String::from(text)))
}

/// A higher tier costs more, but not more per user.
fn rises(low: &Tier, high: &Tier) -> bool {
    let per_user = |tier: &Tier, users| tier.monthly.times(users).ok();
    low.limit < high.limit
        && low.limit > 0
        && low.monthly < high.monthly
        && per_user(high, low.limit)
            .zip(per_user(low, high.limit))
            .is_some_and(|(high, low)| high <= low)
}

#[cfg(test)]
mod tests {
    use super::super::{ESSENTIALS, ESSENTIALS_2025};
    use super::*;

    #[test]
    fn the_shipped_books_are_right() {
        let book = PriceBook::parse(ESSENTIALS).unwrap();
        assert_eq!((book.id.as_str(), book.lists.len()), ("essentials", 1));
        let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
        let rupees = book.list("INR").unwrap();
        for (tier, in_dollars) in rupees.tiers.iter().zip(&book.list("USD").unwrap().tiers) {
            assert_eq!(tier.monthly, in_dollars.monthly.times(80).unwrap());
        }
        assert_eq!(rupees.tier_for(20_001).unwrap().limit, 40_000);
        assert!(rupees.tier_for(100_001).is_none());
    }

    /// SPEC 9: the discount, the months and the soft lock of a year are the book's to say; a version
    /// that does not say them has those of the documents.
    #[test]
    fn a_year_is_on_the_terms_of_the_book() {
        let terms = |text: &str| PriceBook::parse(text).unwrap().lists[0].annual;
        assert_eq!(terms(ESSENTIALS), AnnualTerms::default());
        let said = r#"{"months": 12, "discount_percent": "30", "soft_lock_percent": 120}"#;
        let without = ESSENTIALS.replace(&alloc::format!("\"annual\": {said},"), "");
        assert_ne!(without, ESSENTIALS);
        assert_eq!(terms(&without), AnnualTerms::default());
        let other = said.replace("30", "12.5").replace("120", "150");
        let other = terms(&ESSENTIALS.replace(said, &other));
        assert_eq!(Some(other.discount_percent), Exact::parse("12.5"));
        assert_eq!((other.months, other.soft_lock_percent), (12, 150));
    }

    #[test]
    fn a_wrong_book_is_refused() {
        let check = |from: &str, to: &str, refusal: fn(&InvalidBook) -> bool| {
            let text = ESSENTIALS.replacen(from, to, 1);
            assert_ne!(text, ESSENTIALS, "{from} is not in the book");
            let refused = PriceBook::parse(&text).unwrap_err();
            assert!(refusal(&refused), "{to}: {refused:?}");
        };
        check("\"250.00\"", "\"250.005\"", |e| {
            matches!(e, InvalidBook::Price(_))
        });
        check("\"250.00\"", "\"2_50.00\"", |e| {
            matches!(e, InvalidBook::Price(_))
        });
        check("\"250.00\"", "\"-250.00\"", |e| {
            matches!(e, InvalidBook::Price(_))
        });
        check("\"250.00\"", "250.00", |e| {
            matches!(e, InvalidBook::Shape(_))
        });
        check("\"250.00\"", "\"350.00\"", |e| {
            matches!(e, InvalidBook::Tiers)
        });
        check("\"limit\": 20000", "\"limit\": 4000", |e| {
            matches!(e, InvalidBook::Tiers)
        });
        check("\"months\": 12", "\"months\": 0", |e| {
            matches!(e, InvalidBook::Annual)
        });
        check("\"30\"", "\"100\"", |e| matches!(e, InvalidBook::Annual));
        check("premium-channels", "cloud-export", |e| {
            matches!(e, InvalidBook::AddOn(_))
        });
        check("\"flat\": \"20.00\"", "\"flat\": \"0.00\"", |e| {
            matches!(e, InvalidBook::FreeWithSurcharge(_))
        });
        check("\"USD\"", "\"usd\"", |e| {
            matches!(e, InvalidBook::Currency(_))
        });
        check("\"version\"", "\"versoin\"", |e| {
            matches!(e, InvalidBook::Shape(_))
        });
    }
}
