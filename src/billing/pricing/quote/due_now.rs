//! The charge for the rest of a month that is due at once: the higher tier, the add-ons it re-prices, and the new add-ons.

use alloc::vec::Vec;

use crate::catalog::price_book::AddOn;
use crate::money::{Exact, OutOfRange};
use crate::pricing::priced_account::{PricedAddOn, PricedPlan};
use crate::pricing::proration::{DaysLeft, prorated};
use crate::pricing::statement::{Derivation, Input, LineKind, LineSink, PendingLine};

/// The prices that an order changes, and the days left of the month.
#[derive(Debug)]
pub(super) struct DueNow<'a> {
    rest: DaysLeft,
    tiers: [u64; 2],
    changes: Vec<Change<'a>>,
}

/// A monthly price that changes.
#[derive(Debug)]
struct Change<'a> {
    kind: LineKind,
    add_on: Option<&'a AddOn>,
    old_price: Exact,
    new_price: Exact,
}

impl<'a> DueNow<'a> {
    /// The changes between two plans (SPEC R5, R7, A15).
    pub(super) fn of(before: &PricedPlan<'a>, after: &PricedPlan<'a>, rest: DaysLeft) -> Self {
        let mut changes = alloc::vec![Change {
            kind: LineKind::TierProration,
            add_on: None,
            old_price: before.tier.monthly,
            new_price: after.tier.monthly,
        }];
        // In the order of their kinds. A sort would be more code than all of this module.
        for plan in &after.add_ons {
            let change = Change::of(*plan, before);
            let place = changes.partition_point(|other| other.kind <= change.kind);
            changes.insert(place, change);
        }
        changes.retain(|change| change.old_price != change.new_price);
        Self {
            rest,
            tiers: [before.tier.limit, after.tier.limit],
            changes,
        }
    }

    /// Adds the lines that are charged at once to a sink.
    pub(super) fn add_lines(&self, sink: &mut impl LineSink) -> Result<(), OutOfRange> {
        for change in &self.changes {
            let unrounded = prorated(change.old_price, change.new_price, self.rest)?;
            let entry = PendingLine {
                kind: change.kind,
                add_on: change.add_on,
                unrounded,
            };
            sink.add(entry, || self.derivation(change, unrounded))?;
        }
        Ok(())
    }

    fn derivation(&self, change: &Change<'_>, unrounded: Exact) -> Derivation {
        let mut inputs = alloc::vec![
            Input::amount("new_price", change.new_price),
            Input::days("days_left", self.rest.days_left),
            Input::days("days_in_month", self.rest.days_in_month),
            Input::mau("old_tier", self.tiers[0]),
            Input::mau("new_tier", self.tiers[1]),
        ];
        let (rule, formula) = if change.kind == LineKind::AddOnProration {
            ("R7", "{new_price} × {days_left} ÷ {days_in_month}")
        } else {
            inputs.push(Input::amount("old_price", change.old_price));
            (
                "R5",
                "({new_price} − {old_price}) × {days_left} ÷ {days_in_month}",
            )
        };
        Derivation {
            rule: rule.into(),
            formula: formula.into(),
            inputs,
            unrounded,
        }
    }
}

impl<'a> Change<'a> {
    /// The price change of an add-on that is new, or that is re-priced with the tier.
    fn of(plan: PricedAddOn<'a>, before: &PricedPlan<'_>) -> Self {
        let same = |other: &&PricedAddOn<'_>| other.add_on.id == plan.add_on.id;
        let (kind, old_price) = match before.add_ons.iter().find(same) {
            Some(old) => (LineKind::AddOnRepricing, old.monthly),
            None => (LineKind::AddOnProration, Exact::whole(0)),
        };
        Self {
            kind,
            add_on: Some(plan.add_on),
            old_price,
            new_price: plan.monthly,
        }
    }
}
