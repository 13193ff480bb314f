//! The invoice of the next 1st: the coming month in advance, this month's overage in arrears.

use alloc::vec::Vec;

use chrono::NaiveDate;

use super::{Account, active_add_ons, tier};
use crate::change::Refusal;
use crate::money::{Exact, Money, OutOfRange};
use crate::overage::{add_on_overage, mau_overage};
use crate::period::BillingPeriod;
use crate::price_book::{AddOn, AddOnPrice, PriceList, Tier};
use crate::statement::{Derivation, Derivations, Input, Line, LineKind, Statement, sum};
use crate::subscription::{Status, Subscription};

/// The invoice of a month change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextInvoice {
    /// The 1st on which it is issued.
    pub date: NaiveDate,
    /// Tier and add-ons for the coming month.
    pub recurring: Money,
    /// Overage of the month that closes.
    pub overage: Money,
    /// All lines, the taxes and the total.
    pub statement: Statement,
}

/// The invoice of the month change that ends `period`.
///
/// **Rule.** Overage is rated with the tier and the add-ons of the closing month; then what was
/// scheduled happens; then the coming month is charged; then tax.
/// **Source.** SPEC R15, steps 2 to 5.
///
/// # Worked example
///
/// An add-on dropped in June, 22,000 users on 20,000: the invoice of 1 July still has its
/// surcharge of 2.40, and no longer its 20.00 (A17).
///
/// ```
/// # use billing::{Account, AddOnId, BillingPeriod, Derivations, PriceBook, Status, Subscription};
/// # use billing::{price_book::ESSENTIALS, quote::next_invoice, subscription::Scheduled, usage::Metered};
/// let book = PriceBook::parse(ESSENTIALS).unwrap();
/// let dropped = [AddOnId::new("cloud-export")];
/// let subscription = Subscription {
///     status: Status::Active,
///     tier: 20_000,
///     add_ons: dropped.clone().into(),
///     scheduled: Scheduled { tier: None, removals: dropped.into() },
/// };
/// let account = Account {
///     list: book.list("USD").unwrap(),
///     subscription: &subscription,
///     metered: Metered { mau: 22_000, data_points: 0 },
///     places: None,
///     day: "2025-06-20".parse().unwrap(),
/// };
/// let june = BillingPeriod::of(account.day).unwrap();
/// let invoice = next_invoice(&account, june, Derivations::Omitted).unwrap();
/// assert_eq!(invoice.recurring.to_string(), "250.00");
/// assert_eq!(invoice.overage.to_string(), "26.40");
/// ```
///
/// # Errors
/// A subscription that the price list does not know, or amounts that do not fit.
pub fn next_invoice(
    closing: &Account<'_>,
    period: BillingPeriod,
    derivations: Derivations,
) -> Result<NextInvoice, Refusal> {
    let list = closing.list;
    let coming = closing.subscription.after_month_change();
    let mut lines = recurring_lines(list, &coming, derivations)?;
    let recurring = sum(list.currency, &lines)?;
    let overage_lines = overage_lines(closing, derivations)?;
    let overage = sum(list.currency, &overage_lines)?;
    lines.extend(overage_lines);
    Ok(NextInvoice {
        date: period.end(),
        recurring,
        overage,
        statement: Statement::of(lines, list, closing.places, derivations)?,
    })
}

/// The month's overage: users above the limit, and the surcharge of each active add-on. Nothing in
/// trial (SPEC R3).
///
/// # Errors
/// A subscription that the price list does not know, or amounts that do not fit.
pub fn overage_lines(
    account: &Account<'_>,
    derivations: Derivations,
) -> Result<Vec<Line>, Refusal> {
    let tier = tier(account.list, account.subscription.tier)?;
    let over = account.usage().overage_mau;
    if over == 0 || account.subscription.status == Status::Trial {
        return Ok(Vec::new());
    }
    let price = &account.list.overage;
    let base = mau_overage(over, price)?;
    let line = |kind, add_on: Option<&AddOn>, unrounded: Exact| -> Result<Line, OutOfRange> {
        let derivation = derivations.note(|| overage_derivation(account, tier, add_on, unrounded));
        Ok(Line {
            kind,
            add_on: add_on.map(|add_on| add_on.id.clone()),
            amount: unrounded.settle(account.list.currency)?,
            derivation,
        })
    };
    let mut lines = alloc::vec![line(LineKind::MauOverage, None, base)?];
    for add_on in active_add_ons(account.list, account.subscription)? {
        let surcharge = add_on_overage(over, price, add_on.surcharge_percent)?;
        lines.push(line(LineKind::AddOnOverage, Some(add_on), surcharge)?);
    }
    Ok(lines)
}

fn overage_derivation(
    account: &Account<'_>,
    tier: &Tier,
    add_on: Option<&AddOn>,
    unrounded: Exact,
) -> Derivation {
    let price = &account.list.overage;
    let figures = account.usage();
    let mut inputs = alloc::vec![
        Input::mau("overage_mau", figures.overage_mau),
        Input::mau("unit_size", price.unit_size),
        Input::amount("unit_price", price.unit_price),
        Input::factor("multiplier", price.multiplier),
        Input::mau("usage", figures.usage),
        Input::mau("tier", tier.limit),
    ];
    let formula = match add_on {
        None => "{overage_mau} ÷ {unit_size} × {unit_price} × {multiplier}",
        Some(add_on) => {
            inputs.push(Input::percent(
                "surcharge_percent",
                add_on.surcharge_percent,
            ));
            "{overage_mau} ÷ {unit_size} × {unit_price} × {multiplier} × {surcharge_percent} ÷ 100"
        }
    };
    Derivation {
        rule: "R3",
        formula,
        inputs,
        unrounded,
    }
}

fn recurring_lines(
    list: &PriceList,
    coming: &Subscription,
    derivations: Derivations,
) -> Result<Vec<Line>, Refusal> {
    let tier = tier(list, coming.tier)?;
    let base = Line {
        kind: LineKind::Base,
        add_on: None,
        amount: tier.monthly.settle(list.currency)?,
        derivation: derivations.note(|| Derivation {
            rule: "R15",
            formula: "{monthly_price}",
            inputs: alloc::vec![
                Input::amount("monthly_price", tier.monthly),
                Input::mau("tier", tier.limit),
            ],
            unrounded: tier.monthly,
        }),
    };
    let add_ons = active_add_ons(list, coming)?
        .into_iter()
        .map(|add_on| add_on_line(list, tier, add_on, derivations))
        .collect::<Result<Vec<_>, OutOfRange>>()?;
    Ok([alloc::vec![base], add_ons].concat())
}

fn add_on_line(
    list: &PriceList,
    tier: &Tier,
    add_on: &AddOn,
    derivations: Derivations,
) -> Result<Line, OutOfRange> {
    let unrounded = add_on.price.on(tier)?;
    let derivation = derivations.note(|| {
        let (formula, inputs) = match add_on.price {
            AddOnPrice::Flat(price) => (
                "{monthly_price}",
                alloc::vec![Input::amount("monthly_price", price)],
            ),
            AddOnPrice::Percent(percent) => (
                "{tier_price} × {percent} ÷ 100",
                alloc::vec![
                    Input::amount("tier_price", tier.monthly),
                    Input::percent("percent", percent),
                    Input::mau("tier", tier.limit),
                ],
            ),
        };
        Derivation {
            rule: "R15",
            formula,
            inputs,
            unrounded,
        }
    });
    Ok(Line {
        kind: LineKind::AddOn,
        add_on: Some(add_on.id.clone()),
        amount: unrounded.settle(list.currency)?,
        derivation,
    })
}
