//! What things cost: a price book, one list of prices per currency (SPEC 2, 9).
//!
//! Prices are data. A book is checked when it is parsed; what it hands out afterwards is right.
//!
#![doc = include_str!("price_book/format.md")]

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::annual::AnnualTerms;
use crate::money::{Currency, Exact, Money, OutOfRange};
use crate::tax::TaxScheme;

mod fault;
mod parse;
mod raw;

pub use fault::{Fault, InvalidBook};

/// The text of the book that carries the published table: overage at 1.00 per 100 users, add-ons
/// at a flat 20.00 (SPEC 2.5).
pub const ESSENTIALS: &str = include_str!("price_books/essentials.json");

/// The text of the later book: overage at 1.25 per 100 users, add-ons as a percentage of the base,
/// rupees beside dollars (SPEC 2.5).
pub const ESSENTIALS_2025: &str = include_str!("price_books/essentials-2025.json");

/// The text of the later book's dollars with the add-on of which use is counted: CleverTap Email,
/// $50 and 10 % of the base, 100,000 e-mails a month, $0.0005 for each above (SPEC 2.4). The batch
/// format does not know it: its add-ons are those of the other two (A48).
pub const ESSENTIALS_EMAIL: &str = include_str!("price_books/essentials-email.json");

/// The name of an add-on in the price book, such as `cloud-export`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddOnId(String);

impl AddOnId {
    /// A name; whether a price book knows it is for [`PriceList::add_on`] to say.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AddOnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A version of the prices, as it is stored and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceBook {
    /// The book's name, such as `essentials`.
    pub id: String,
    /// Rises by one whenever anything in the book changes.
    pub version: u32,
    /// The first day on which it may be used.
    pub effective_from: NaiveDate,
    /// The plan it prices, such as `Essentials`.
    pub plan: String,
    /// The lists, one per currency.
    pub lists: Vec<PriceList>,
}

/// The prices of one currency, and the figures that go with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceList {
    /// The currency of every price in the list.
    pub currency: Currency,
    /// The tiers, lowest first.
    pub tiers: Vec<Tier>,
    /// What users above the limit cost.
    pub overage: OveragePrice,
    /// The add-ons, by id.
    pub add_ons: Vec<AddOn>,
    /// How what it prices is taxed (SPEC R16).
    pub tax: TaxScheme,
    /// How many data points count as one user (SPEC 3).
    pub data_points_per_mau: u64,
    /// The percentages of the limit at which admins are told (SPEC R10).
    pub alert_percents: Vec<u64>,
    /// The percentage of the limit above which the dashboard locks (SPEC R11).
    pub lock_percent: u64,
    /// The terms on which a year can be had (SPEC R9, 2.3).
    pub annual: AnnualTerms,
}

/// A tier: so many monthly active users at a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// The MAU limit, which is also the tier's name.
    pub limit: u64,
    /// The list price of a month, before tax.
    pub monthly: Exact,
}

/// What users above the limit cost (SPEC R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OveragePrice {
    /// How many users the unit price is for.
    pub unit_size: u64,
    /// The list price of that many users.
    pub unit_price: UnitPrice,
    /// What the list price is multiplied by.
    pub multiplier: Exact,
    /// How a part of a unit is charged (A3).
    pub partial: Partial,
}

/// Where the list price of a unit comes from (A1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitPrice {
    /// An entry of the price list, the same on every tier.
    Listed(Exact),
    /// The tier's own price per unit.
    Derived,
}

impl OveragePrice {
    /// The list price of a unit of users on a tier, unrounded.
    ///
    /// **Rule.** The entry of the price list; where the list says so, the tier's price divided by
    /// the units in its limit.
    /// **Source.** SPEC A1.
    ///
    /// # Worked example
    ///
    /// A hundred users of the 5,000 tier at $75: 1.25 by the list, 1.50 derived.
    ///
    /// ```
    /// # use billing::{Exact, PriceBook, price_book::{ESSENTIALS_2025, OveragePrice, UnitPrice}};
    /// # use rust_decimal::dec;
    /// let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    /// let list = book.list("USD").unwrap();
    /// let tier = list.tier(5_000).unwrap();
    /// assert_eq!(list.overage.unit_price_on(tier), Ok(Exact::new(dec!(1.25))));
    /// let derived = OveragePrice { unit_price: UnitPrice::Derived, ..list.overage };
    /// assert_eq!(derived.unit_price_on(tier), Ok(Exact::new(dec!(1.5))));
    /// ```
    ///
    /// # Errors
    /// A price that does not fit.
    pub fn unit_price_on(&self, tier: &Tier) -> Result<Exact, OutOfRange> {
        match self.unit_price {
            UnitPrice::Listed(price) => Ok(price),
            UnitPrice::Derived => tier.monthly.times(self.unit_size)?.over(tier.limit),
        }
    }

    /// What users above a tier's limit are charged at.
    ///
    /// # Errors
    /// A price that does not fit.
    pub fn on(&self, tier: &Tier) -> Result<OverageRate, OutOfRange> {
        let unit_price = self.unit_price_on(tier)?;
        Ok(OverageRate {
            unit_size: self.unit_size,
            unit_price,
            multiplier: self.multiplier,
            charged: unit_price.times(self.multiplier)?,
            partial: self.partial,
        })
    }
}

/// What users above the limit of one tier are charged at (SPEC R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverageRate {
    /// How many users a unit has.
    pub unit_size: u64,
    /// The list price of a unit.
    pub unit_price: Exact,
    /// What the list price is multiplied by.
    pub multiplier: Exact,
    /// The product of the two: what a unit is charged at.
    pub charged: Exact,
    /// How a part of a unit is charged (A3).
    pub partial: Partial,
}

/// How a part of a unit is charged (A3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Partial {
    /// In proportion.
    Prorate,
    /// As a whole unit.
    Ceil,
    /// Not at all.
    Floor,
}

/// An optional feature (SPEC 2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddOn {
    /// Its id.
    pub id: AddOnId,
    /// Its name on screens and invoices.
    pub name: String,
    /// The shelf it stands on.
    pub category: String,
    /// What a month costs.
    pub price: AddOnPrice,
    /// The part of the MAU overage that is charged again for it, in percent (A2).
    pub surcharge_percent: Exact,
    /// What a month of it includes, where it is counted.
    pub included: Option<Included>,
}

/// What a month of an add-on includes, such as 100,000 e-mails (SPEC 2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Included {
    /// How many are included.
    pub a_month: u64,
    /// What each one above costs.
    pub extra_price: Exact,
}

/// What an add-on costs a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddOnPrice {
    /// The same on every tier.
    Flat(Exact),
    /// A percentage of the tier's list price, re-priced with the tier (A15).
    Percent(Exact),
    /// An amount that is the same on every tier, and a percentage of the tier's list price.
    FixedAndPercent {
        /// The amount.
        fixed: Exact,
        /// The percentage.
        percent: Exact,
    },
}

impl AddOn {
    /// The price of a month on a tier, settled to what is charged.
    ///
    /// # Worked example
    ///
    /// 10 % of the 20,000 tier's $250 is $25 (SPEC 2.5).
    ///
    /// ```
    /// # use billing::{PriceBook, price_book::ESSENTIALS_2025};
    /// let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    /// let list = book.list("USD").unwrap();
    /// let export = list.add_on("cloud-export").unwrap();
    /// let price = export.monthly(list.tier(20_000).unwrap(), list.currency).unwrap();
    /// assert_eq!(price.to_string(), "25.00");
    /// ```
    ///
    /// # Errors
    /// A price that does not fit.
    pub fn monthly(&self, tier: &Tier, currency: Currency) -> Result<Money, OutOfRange> {
        self.price.on(tier)?.settle(currency)
    }
}

impl AddOnPrice {
    /// The unrounded price of a month on a tier.
    ///
    /// **Source.** SPEC 2.4.
    ///
    /// # Worked example
    ///
    /// E-mail is $50 and 10 % of the base: $75 on the 20,000 tier, $100 on 40,000.
    ///
    /// ```
    /// # use billing::{Exact, PriceBook, price_book::{AddOnPrice, ESSENTIALS}};
    /// let book = PriceBook::parse(ESSENTIALS).unwrap();
    /// let on = |limit| {
    ///     let tier = book.list("USD").unwrap().tier(limit).unwrap();
    ///     let (fixed, percent) = (Exact::whole(50), Exact::whole(10));
    ///     AddOnPrice::FixedAndPercent { fixed, percent }.on(tier).unwrap()
    /// };
    /// assert_eq!((on(20_000), on(40_000)), (Exact::whole(75), Exact::whole(100)));
    /// ```
    ///
    /// # Errors
    /// A price that does not fit.
    pub fn on(self, tier: &Tier) -> Result<Exact, OutOfRange> {
        match self {
            Self::Flat(price) => Ok(price),
            Self::Percent(percent) => tier.monthly.times(percent)?.over(100),
            Self::FixedAndPercent { fixed, percent } => {
                fixed.plus(tier.monthly.times(percent)?.over(100)?)
            }
        }
    }

    /// Whether a month costs nothing, on any tier.
    pub fn is_free(self) -> bool {
        let nothing = Exact::whole(0);
        match self {
            Self::Flat(price) | Self::Percent(price) => price == nothing,
            Self::FixedAndPercent { fixed, percent } => fixed == nothing && percent == nothing,
        }
    }
}

impl PriceBook {
    /// The list of a currency.
    pub fn list(&self, currency: &str) -> Option<&PriceList> {
        self.lists
            .iter()
            .find(|list| list.currency.code() == currency)
    }
}

impl PriceList {
    /// The tier with this limit.
    pub fn tier(&self, limit: u64) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.limit == limit)
    }

    /// The lowest tier that covers so many users; none above the largest, where Enterprise begins.
    pub fn tier_for(&self, users: u64) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.limit >= users)
    }

    /// The same prices without tax, for figures that are told before tax and belong to nobody.
    pub fn before_tax(&self) -> Self {
        Self {
            tax: TaxScheme::None,
            ..self.clone()
        }
    }

    /// The add-on with this id.
    pub fn add_on(&self, id: &str) -> Option<&AddOn> {
        self.add_ons.iter().find(|add_on| add_on.id.as_str() == id)
    }
}
