//! What differs between two statements.

use alloc::vec::Vec;

use super::{LineKind, Statement};
use crate::catalog::price_book::AddOnId;
use crate::money::Money;
use crate::pricing::tax::TaxName;

/// An amount of a statement, by what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A line, and its add-on if it is for one.
    Line(LineKind, Option<AddOnId>),
    /// A tax.
    Tax(TaxName),
    /// The total.
    Total,
}

/// An amount that differs between two statements: it is in only one, or has two values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountDifference {
    /// What the amount is for.
    pub item: Item,
    /// The amount that was seen; `None` when it is new.
    pub seen: Option<Money>,
    /// The current amount; `None` when it is gone.
    pub now: Option<Money>,
}

impl Statement {
    /// Every line that differs from `now`, taxes and total included (SPEC R19).
    pub fn differences(&self, now: &Self) -> Vec<AmountDifference> {
        let (seen, now) = (self.amounts(), now.amounts());
        let amount = |of: &[(Item, Money)], item: &Item| {
            let mut of = of.iter();
            of.find(|(other, _)| other == item)
                .map(|(_, amount)| *amount)
        };
        let mut items: Vec<&Item> = seen.iter().map(|(item, _)| item).collect();
        let new = now.iter().map(|(item, _)| item);
        items.extend(new.filter(|item| amount(&seen, item).is_none()));
        items
            .into_iter()
            .map(|item| AmountDifference {
                item: item.clone(),
                seen: amount(&seen, item),
                now: amount(&now, item),
            })
            .filter(|difference| difference.seen != difference.now)
            .collect()
    }

    fn amounts(&self) -> Vec<(Item, Money)> {
        let lines = self.lines.iter().map(|line| {
            let item = Item::Line(line.kind, line.add_on.clone());
            (item, line.amount)
        });
        let taxes = self.taxes.iter();
        let taxes = taxes.map(|tax| (Item::Tax(tax.name), tax.amount));
        let total = (Item::Total, self.total);
        lines.chain(taxes).chain([total]).collect()
    }
}
