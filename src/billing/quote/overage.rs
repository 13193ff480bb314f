//! The overage of a month, in lines (SPEC R3).

use alloc::vec::Vec;

use super::held::{Held, tier};
use super::{Account, Derivations, OverageEstimate};
use crate::change::Refusal;
use crate::money::{Exact, OutOfRange};
use crate::overage::{add_on_overage, mau_overage};
use crate::price_book::{AddOn, PriceList};
use crate::statement::{Derivation, Entry, Input, Line, LineKind, Lines, Sheet};
use crate::subscription::Status;
use crate::usage::UsageFigures;

/// The month's overage: users above the limit, and the surcharge of each active add-on. Nothing in
/// trial (SPEC R3).
///
/// # Errors
/// A subscription that the price list does not know, or amounts that do not fit.
pub fn overage_lines(
    account: &Account<'_>,
    derivations: Derivations,
) -> Result<Vec<Line>, Refusal> {
    let held = Held::of(account.list, account.subscription)?;
    let mut lines = Lines::new(account.list.currency, derivations);
    enter(&held, account.list, account.usage(), &mut lines)?;
    Ok(lines.lines)
}

/// What a month's usage costs as overage on a tier, with the account's own add-ons; before tax.
///
/// The figure beside a tier on Change Plan: what would the same usage cost there?
///
/// # Errors
/// A tier that the list does not have, or amounts that do not fit.
pub fn overage_on_tier(account: &Account<'_>, limit: u64) -> Result<OverageEstimate, Refusal> {
    let there = Held {
        tier: tier(account.list, limit)?,
        ..Held::of(account.list, account.subscription)?
    };
    let mut figures = account.usage();
    figures.overage_mau = figures.usage.saturating_sub(limit);
    let mut lines = Lines::new(account.list.currency, Derivations::Omitted);
    enter(&there, account.list, figures, &mut lines)?;
    OverageEstimate::of(account.list, lines.lines)
}

/// Writes the overage of a month's figures to a sheet.
pub(super) fn enter(
    held: &Held<'_>,
    list: &PriceList,
    figures: UsageFigures,
    sheet: &mut impl Sheet,
) -> Result<(), OutOfRange> {
    if figures.overage_mau == 0 || held.status == Status::Trial {
        return Ok(());
    }
    let over = Over {
        held,
        list,
        figures,
    };
    let base = mau_overage(figures.overage_mau, &list.overage, held.tier)?;
    over.enter(None, base, sheet)?;
    for add_on in &held.add_ons {
        let surcharge = add_on_overage(base, add_on.surcharge_percent)?;
        over.enter(Some(add_on), surcharge, sheet)?;
    }
    Ok(())
}

struct Over<'a> {
    held: &'a Held<'a>,
    list: &'a PriceList,
    figures: UsageFigures,
}

impl Over<'_> {
    fn enter(
        &self,
        add_on: Option<&AddOn>,
        unrounded: Exact,
        sheet: &mut impl Sheet,
    ) -> Result<(), OutOfRange> {
        let kind = match add_on {
            None => LineKind::MauOverage,
            Some(_) => LineKind::AddOnOverage,
        };
        let entry = Entry {
            kind,
            add_on,
            unrounded,
        };
        sheet.enter(entry, || self.derivation(add_on, unrounded))
    }

    fn derivation(&self, add_on: Option<&AddOn>, unrounded: Exact) -> Derivation {
        let price = &self.list.overage;
        let unit_price = price.unit_price_on(self.held.tier).unwrap_or(unrounded);
        let mut inputs = alloc::vec![
            Input::mau("overage_mau", self.figures.overage_mau),
            Input::mau("unit_size", price.unit_size),
            Input::amount("unit_price", unit_price),
            Input::factor("multiplier", price.multiplier),
            Input::mau("usage", self.figures.usage),
            Input::mau("tier", self.held.tier.limit),
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
}
