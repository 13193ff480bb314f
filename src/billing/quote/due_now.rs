//! What is charged at once: the higher tier, the add-ons it re-prices, and the new add-ons.

use super::held::Held;
use crate::money::{Exact, OutOfRange};
use crate::price_book::AddOn;
use crate::proration::{Rest, prorated};
use crate::statement::{Derivation, Entry, Input, LineKind, Sheet};
use crate::subscription::Status;

/// What an organization has before an order and after it, and what is left of the month.
pub(super) struct DueNow<'a> {
    pub(super) before: &'a Held<'a>,
    pub(super) after: &'a Held<'a>,
    pub(super) rest: Rest,
}

impl DueNow<'_> {
    /// Writes what is charged at once to a sheet; nothing in trial (SPEC R5, R7, R8, A15).
    pub(super) fn enter(&self, sheet: &mut impl Sheet) -> Result<(), OutOfRange> {
        if self.before.status == Status::Trial {
            return Ok(());
        }
        let (old_tier, new_tier) = (self.before.tier, self.after.tier);
        if new_tier.limit > old_tier.limit {
            let prices = [old_tier.monthly, new_tier.monthly];
            self.line(LineKind::TierProration, None, prices, sheet)?;
            for add_on in &self.after.add_ons {
                if !self.is_new(add_on) {
                    let prices = [add_on.price.on(old_tier)?, add_on.price.on(new_tier)?];
                    self.line(LineKind::AddOnRepricing, Some(add_on), prices, sheet)?;
                }
            }
        }
        for add_on in &self.after.add_ons {
            if self.is_new(add_on) {
                let prices = [Exact::whole(0), add_on.price.on(new_tier)?];
                self.line(LineKind::AddOnProration, Some(add_on), prices, sheet)?;
            }
        }
        Ok(())
    }

    fn is_new(&self, add_on: &AddOn) -> bool {
        let before = &self.before.add_ons;
        !before.iter().any(|other| core::ptr::eq(*other, add_on))
    }

    fn line(
        &self,
        kind: LineKind,
        add_on: Option<&AddOn>,
        [old_price, new_price]: [Exact; 2],
        sheet: &mut impl Sheet,
    ) -> Result<(), OutOfRange> {
        let unrounded = prorated(old_price, new_price, self.rest)?;
        let entry = Entry {
            kind,
            add_on,
            unrounded,
        };
        sheet.enter(entry, || {
            self.derivation(kind, [old_price, new_price], unrounded)
        })
    }

    fn derivation(
        &self,
        kind: LineKind,
        [old_price, new_price]: [Exact; 2],
        unrounded: Exact,
    ) -> Derivation {
        let mut inputs = alloc::vec![
            Input::amount("new_price", new_price),
            Input::days("days_left", self.rest.days_left),
            Input::days("days_in_month", self.rest.days_in_month),
            Input::mau("old_tier", self.before.tier.limit),
            Input::mau("new_tier", self.after.tier.limit),
        ];
        let (rule, formula) = if kind == LineKind::AddOnProration {
            ("R7", "{new_price} × {days_left} ÷ {days_in_month}")
        } else {
            inputs.push(Input::amount("old_price", old_price));
            (
                "R5",
                "({new_price} − {old_price}) × {days_left} ÷ {days_in_month}",
            )
        };
        Derivation {
            rule,
            formula,
            inputs,
            unrounded,
        }
    }
}
