//! Price books: versioned prices, with one list per currency (SPEC 2, 9).
//!
//! Prices are data. A book is checked when it is parsed, so every value read from it is valid.
#![doc = include_str!("format.md")]

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::money::{Currency, CurrencyCode, Exact, Money, OutOfRange};

mod fault;
mod parse;
mod raw;

pub use fault::{Fault, InvalidBook};

/// The JSON of the book with the published table: overage at 1.00 per 100 users, add-ons at a flat
/// 20.00 (SPEC 2.5).
pub const ESSENTIALS: &str = include_str!("../price_books/essentials.json");

/// The JSON of the later book: overage at 1.25 per 100 users, add-ons as a percentage of the base,
/// rupees as well as dollars (SPEC 2.5).
pub const ESSENTIALS_2025: &str = include_str!("../price_books/essentials-2025.json");

/// The JSON of a book with the later book's dollar prices and the add-on with counted use, CleverTap
/// Email: $50 plus 10 % of the base, 100,000 e-mails a month, $0.0005 for each above (SPEC 2.4). The
/// batch format does not accept this add-on, only those of the other two books (A48).
pub const ESSENTIALS_EMAIL: &str = include_str!("../price_books/essentials-email.json");

/// The id of an add-on in the price book, such as `cloud-export`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddOnId(String);

impl AddOnId {
    /// Makes an id without a check. [`PriceList::add_on`] tells whether a price list has it.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AddOnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One version of the prices, as stored and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceBook {
    /// The id of the book, such as `essentials`.
    pub id: String,
    /// Rises by one with every change to the book.
    pub version: u32,
    /// The first day on which this version may be used.
    pub effective_from: NaiveDate,
    /// The plan that the book prices, such as `Essentials`.
    pub plan: String,
    /// The price lists, one per currency.
    pub lists: Vec<PriceList>,
}

/// The prices of one currency, and the limits that apply with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceList {
    /// The currency of every price in the list.
    pub currency: Currency,
    /// The tiers, lowest first.
    pub tiers: Vec<Tier>,
    /// The price of users above the limit.
    pub overage: OveragePrice,
    /// The add-ons, in the order of their ids.
    pub add_ons: Vec<AddOn>,
    /// How everything on the list is taxed (SPEC R16).
    pub tax: TaxScheme,
    /// How many data points count as one user (SPEC 3).
    pub data_points_per_mau: u64,
    /// The percentages of the tier limit at which admins are notified (SPEC R10).
    pub alert_percents: Vec<u64>,
    /// The percentage of the limit above which the dashboard locks (SPEC R11).
    pub lock_percent: u64,
    /// The terms of annual billing (SPEC R9, 2.3).
    pub annual: AnnualTerms,
}

/// A tier: a limit of monthly active users and its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// The limit in monthly active users, which is also the tier's name.
    pub limit: u64,
    /// The list price of one month, before tax.
    pub monthly: Exact,
}

/// The price of users above the limit (SPEC R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OveragePrice {
    /// The number of users in a unit.
    pub unit_size: u64,
    /// The list price of a unit.
    pub unit_price: UnitPrice,
    /// The factor on the list price.
    pub multiplier: Exact,
    /// How an incomplete unit is charged (A3).
    pub partial: Partial,
}

/// Where the list price of a unit comes from (A1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitPrice {
    /// A fixed price from the price list, the same on every tier.
    Listed(Exact),
    /// The tier's own price, divided by the units in its limit.
    Derived,
}

impl OveragePrice {
    /// The list price of a unit of users on a tier, unrounded.
    ///
    /// **Rule.** The fixed price of the price list or, when the list says `derived`, the tier's price
    /// divided by the units in its limit.
    /// **Source.** SPEC A1.
    ///
    /// # Worked example
    ///
    /// A hundred users of the 5,000 tier at $75: 1.25 by the list, 1.50 derived.
    ///
    /// ```
    /// # use billing::{Exact, PriceBook};
    /// # use billing::catalog::price_book::{ESSENTIALS_2025, OveragePrice, UnitPrice};
    /// # use rust_decimal::dec;
    /// let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    /// let list = book.list(billing::CurrencyCode::USD).unwrap();
    /// let tier = list.tier(5_000).unwrap();
    /// assert_eq!(list.overage.unit_price_on(tier), Ok(Exact::new(dec!(1.25))));
    /// let derived = OveragePrice { unit_price: UnitPrice::Derived, ..list.overage };
    /// assert_eq!(derived.unit_price_on(tier), Ok(Exact::new(dec!(1.5))));
    /// ```
    pub fn unit_price_on(&self, tier: &Tier) -> Result<Exact, OutOfRange> {
        match self.unit_price {
            UnitPrice::Listed(price) => Ok(price),
            UnitPrice::Derived => tier.monthly.times(self.unit_size)?.over(tier.limit),
        }
    }

    /// The rate for users above the limit of `tier`.
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

/// The rate for users above the limit of one tier (SPEC R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverageRate {
    /// The number of users in a unit.
    pub unit_size: u64,
    /// The list price of a unit.
    pub unit_price: Exact,
    /// The factor on the list price.
    pub multiplier: Exact,
    /// List price times factor: the charge for one unit.
    pub charged: Exact,
    /// How an incomplete unit is charged (A3).
    pub partial: Partial,
}

/// How an incomplete unit is charged (A3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Partial {
    /// In proportion to its users.
    Prorate,
    /// As a whole unit.
    Ceil,
    /// Not charged.
    Floor,
}

/// An optional feature (SPEC 2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddOn {
    /// The id of the add-on in files and in the API.
    pub id: AddOnId,
    /// The name on screens and invoices.
    pub name: String,
    /// The heading under which screens list it.
    pub category: String,
    /// The price of one month.
    pub price: AddOnPrice,
    /// The surcharge of the add-on, in percent of the MAU overage (A2).
    pub surcharge_percent: Exact,
    /// What one month includes; `None` when the add-on's use is not counted.
    pub included: Option<Included>,
}

/// What one month of an add-on includes, such as 100,000 e-mails (SPEC 2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Included {
    /// The number of uses that one month includes.
    pub a_month: u64,
    /// The price of each use above that number.
    pub extra_price: Exact,
}

/// The monthly price of an add-on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddOnPrice {
    /// An amount that is the same on every tier.
    Flat(Exact),
    /// A percentage of the tier's list price. It is re-priced when the tier changes (A15).
    Percent(Exact),
    /// A fixed amount plus a percentage of the tier's list price.
    FixedAndPercent {
        /// The fixed amount.
        fixed: Exact,
        /// The percentage of the tier's list price.
        percent: Exact,
    },
}

impl AddOn {
    /// The price of one month on a tier, rounded to the amount that is charged.
    ///
    /// # Worked example
    ///
    /// 10 % of the 20,000 tier's $250 is $25 (SPEC 2.5).
    ///
    /// ```
    /// # use billing::{PriceBook, catalog::price_book::ESSENTIALS_2025};
    /// let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    /// let list = book.list(billing::CurrencyCode::USD).unwrap();
    /// let export = list.add_on("cloud-export").unwrap();
    /// let price = export.monthly(list.tier(20_000).unwrap(), list.currency).unwrap();
    /// assert_eq!(price.to_string(), "25.00");
    /// ```
    pub fn monthly(&self, tier: &Tier, currency: Currency) -> Result<Money, OutOfRange> {
        self.price.on(tier)?.settle(currency)
    }
}

impl AddOnPrice {
    /// The unrounded price of one month on a tier.
    ///
    /// **Source.** SPEC 2.4.
    ///
    /// # Worked example
    ///
    /// E-mail costs $50 plus 10 % of the base: $75 on the 20,000 tier, $100 on 40,000.
    ///
    /// ```
    /// # use billing::{Exact, PriceBook, catalog::price_book::{AddOnPrice, ESSENTIALS}};
    /// let book = PriceBook::parse(ESSENTIALS).unwrap();
    /// let on = |limit| {
    ///     let tier = book.list(billing::CurrencyCode::USD).unwrap().tier(limit).unwrap();
    ///     let (fixed, percent) = (Exact::whole(50), Exact::whole(10));
    ///     AddOnPrice::FixedAndPercent { fixed, percent }.on(tier).unwrap()
    /// };
    /// assert_eq!((on(20_000), on(40_000)), (Exact::whole(75), Exact::whole(100)));
    /// ```
    pub fn on(self, tier: &Tier) -> Result<Exact, OutOfRange> {
        match self {
            Self::Flat(price) => Ok(price),
            Self::Percent(percent) => tier.monthly.times(percent)?.over(100),
            Self::FixedAndPercent { fixed, percent } => {
                fixed.plus(tier.monthly.times(percent)?.over(100)?)
            }
        }
    }

    /// Whether the add-on is free on every tier.
    pub fn is_free(self) -> bool {
        let nothing = Exact::whole(0);
        match self {
            Self::Flat(price) | Self::Percent(price) => price == nothing,
            Self::FixedAndPercent { fixed, percent } => fixed == nothing && percent == nothing,
        }
    }
}

impl PriceBook {
    /// The price list of a currency.
    pub fn list(&self, currency: CurrencyCode) -> Option<&PriceList> {
        self.lists
            .iter()
            .find(|list| list.currency.code() == currency)
    }

    /// The name of an add-on; its id when no list of the book has it.
    #[inline(never)] // it is called from many places of the browser's module
    pub fn add_on_name<'a>(&'a self, id: &'a AddOnId) -> &'a str {
        let mut lists = self.lists.iter();
        let add_on = lists.find_map(|list| list.add_on(id.as_str()));
        add_on.map_or(id.as_str(), |add_on| &add_on.name)
    }
}

impl PriceList {
    /// The tier with this limit.
    pub fn tier(&self, limit: u64) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.limit == limit)
    }

    /// The lowest tier that covers `mau` users; `None` above the largest tier, where Enterprise begins.
    pub fn tier_for(&self, users: u64) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.limit >= users)
    }

    /// The same prices without tax, for figures that are shown before tax and belong to no organization.
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

    /// The name of the add-on with this id; the id itself if the list does not have it.
    pub fn add_on_name<'a>(&'a self, id: &'a AddOnId) -> &'a str {
        self.add_on(id.as_str())
            .map_or(id.as_str(), |add_on| &add_on.name)
    }
}

/// The tax scheme of a price list. Each list names one. A scheme that needs facts about the organization
/// refuses to price without them, and never silently charges without tax.
///
/// A further scheme, such as `vat`, is a new variant here and in
/// [`AppliedTax`](crate::pricing::tax::AppliedTax). The compiler then requires its amounts wherever a
/// statement is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxScheme {
    /// No tax is computed: `none`.
    None,
    /// Goods and services tax by place of supply: `gst_india`.
    GstIndia {
        /// The rate in percent, such as 18.
        rate_percent: Exact,
    },
}

/// The terms of annual billing, from the price book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnnualTerms {
    /// The number of months in a term.
    pub months: u32,
    /// The discount on the list price, in percent.
    pub discount_percent: Exact,
    /// The percentage of the term's limit above which the dashboard locks (SPEC R11).
    pub soft_lock_percent: u64,
}

impl Default for AnnualTerms {
    /// Twelve months, 30 % off, locked above 120 %: the terms of the documents (SPEC 2.3, R11). Price books
    /// without terms of their own use them.
    fn default() -> Self {
        Self {
            months: 12,
            discount_percent: Exact::whole(30),
            soft_lock_percent: 120,
        }
    }
}
