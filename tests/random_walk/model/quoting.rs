//! The price of an order now, and the next invoice (R3 to R9, contract.md).

use super::prices::{AddOns, Cents, Exact, Line, Statement, whole};
use super::usage::Figures;
use super::{Account, Change, Collection, Frequency, Invoice, Life, Lock, Scheduled, Year};
use crate::random_walk::calendar::{
    Day, Instant, days_of_month, first_of, local_day, month_of, next_first,
};

/// The price of an order, and the account after it.
#[derive(Debug, Clone)]
pub(crate) struct Priced {
    pub(crate) due_now: Statement,
    pub(crate) next_invoice: (Day, Statement),
    pub(crate) after: Account,
}

/// The figures of the month, before the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ThisMonth {
    pub(crate) base: Cents,
    pub(crate) add_ons: Cents,
    pub(crate) overage: Vec<Line>,
}

impl Account {
    /// Prices an order on a day.
    pub(crate) fn price(&self, change: &Change, day: Day) -> Priced {
        let mut after = self.clone();
        let lines = after.order(change, day);
        Priced {
            due_now: Statement::of(lines, self.places),
            next_invoice: after.next_invoice(day),
            after,
        }
    }

    /// The month so far, at the current tier and add-ons.
    pub(crate) fn figures(&self) -> ThisMonth {
        let recurring = match self.year {
            Some(_) => Vec::new(),
            None => self.list.recurring((self.tier, &self.add_ons), whole(1)),
        };
        let of = |kind| {
            let lines = recurring.iter().filter(|line: &&Line| line.kind == kind);
            lines.map(|line| line.cents).sum()
        };
        ThisMonth {
            base: of("base"),
            add_ons: of("add_on"),
            overage: self.overage_of(self.today()),
        }
    }

    /// Applies an order to the account, and returns its lines.
    fn order(&mut self, change: &Change, day: Day) -> Vec<Line> {
        let wanted = change.tier.unwrap_or(self.tier);
        if matches!(self.life, Life::Trial { .. }) {
            self.tier = wanted;
            self.add_ons = &(&self.add_ons | &change.add) - &change.remove;
            return Vec::new();
        }
        let before = self.tier;
        let in_force = before.max(wanted);
        let lines = self.surplus((before, in_force), &change.add, day);
        if in_force > before {
            self.raise(in_force, day);
        }
        if wanted < before {
            self.scheduled.tier = Some(wanted);
        }
        self.add_ons.extend(&change.add);
        self.scheduled.removals.extend(&change.remove);
        if let Some(frequency) = change.frequency {
            let now = self.frequency();
            self.scheduled.frequency = (frequency != now).then_some(frequency);
        }
        lines
    }

    pub(crate) const fn frequency(&self) -> Frequency {
        match self.year {
            Some(_) => Frequency::Annual,
            None => Frequency::Monthly,
        }
    }

    /// Of a month: the days left, today included, over its days. Of a term: 0.7 times the months left, this
    /// one included; after the first month the whole new price of the tier.
    fn surplus(&self, (before, after): (u64, u64), new: &AddOns, day: Day) -> Vec<Line> {
        let held = &self.add_ons;
        let Some(year) = self.year else {
            let left = next_first(day) - day;
            let part = Exact::new(left.into(), days_of_month(day).into());
            return self.list.surplus((before, after), (held, new), part);
        };
        let months = month_of(year.start) + 12 - month_of(day);
        let times = Exact::new(i128::from(months) * 7, 10);
        let mut lines = self.list.surplus((before, after), (held, new), times);
        if months < 12 && after > before {
            let whole_price = self.list.recurring((after, &AddOns::new()), times);
            if let (Some(tier), Some(price)) = (lines.first_mut(), whole_price.first()) {
                tier.cents = price.cents;
            }
        }
        lines
    }

    /// Applies a higher tier: a scheduled downgrade is withdrawn, the limit of the term grows (R5, R9).
    fn raise(&mut self, tier: u64, day: Day) {
        self.scheduled.tier = None;
        self.tier = tier;
        let end = self.year_end();
        if let (Some(year), Some(end)) = (&mut self.year, end) {
            let months = month_of(end) - month_of(day);
            let (left, days) = (end - day, end - year.start);
            let wide = u128::from(tier) * 12 * u128::try_from(left).unwrap();
            year.limit = match months {
                12 => u64::try_from(wide / u128::try_from(days).unwrap()).unwrap(),
                _ => year.limit + tier * u64::try_from(months).unwrap(),
            };
        }
    }

    /// The overage of the month of a day, up to that day: against the tier, prorated if counting began
    /// late in the month, or out of the pool of a term (R3, R4, R9).
    pub(crate) fn overage_of(&self, day: Day) -> Vec<Line> {
        if matches!(self.life, Life::Trial { .. }) {
            return Vec::new();
        }
        let used = self.metered_of(day).usage();
        let (over, part) = match self.year {
            Some(year) => {
                let beyond = (self.used_before(day) + used).saturating_sub(year.limit);
                (beyond.min(used), whole(1))
            }
            None => (used.saturating_sub(self.tier), self.part_of_month(day)),
        };
        let mut lines = self.list.overage(over, &self.add_ons, part);
        lines.extend(self.extra_uses(day));
        lines
    }

    fn part_of_month(&self, day: Day) -> Exact {
        let first = first_of(month_of(day));
        let from = self.counted_from.max(first);
        let days = next_first(day) - from;
        Exact::new(days.into(), days_of_month(day).into())
    }

    /// The next scheduled invoice, without further orders.
    fn next_invoice(&self, day: Day) -> (Day, Statement) {
        if let Some(ends_at) = self.trial_ends_at() {
            let from = local_day(ends_at.max(self.now), self.offset);
            return (from, Statement::of(self.rest_of_month(from), self.places));
        }
        let (lines, _) = self.turn(day);
        (next_first(day), Statement::of(lines, self.places))
    }

    /// The rest of the month of a day, that day included (R8, R13).
    pub(crate) fn rest_of_month(&self, from: Day) -> Vec<Line> {
        let left = next_first(from) - from;
        let part = Exact::new(left.into(), days_of_month(from).into());
        self.list.recurring((self.tier, &self.add_ons), part)
    }

    /// The month change of the month of a day: its lines, and the account after it (R15).
    pub(crate) fn turn(&self, day: Day) -> (Vec<Line>, Self) {
        let first = next_first(day);
        let overage = self.overage_of(day);
        let mut after = self.clone();
        after.counted_from = first;
        after.begun = Figures::default();
        after.settled = None;
        after.uses.month_changes();
        if let (Some(year), Some(end)) = (&mut after.year, self.year_end()) {
            year.used = self.used_before(day) + self.metered_of(day).usage();
            if first < end {
                return (overage, after);
            }
        }
        let coming = self.coming();
        let Scheduled { tier, removals, .. } = std::mem::take(&mut after.scheduled);
        after.tier = tier.unwrap_or(self.tier);
        after.add_ons = &self.add_ons - &removals;
        let (times, year) = match coming {
            Frequency::Monthly => (whole(1), None),
            Frequency::Annual => {
                let limit = after.tier * 12;
                (
                    Exact::new(12 * 7, 10),
                    Some(Year {
                        start: first,
                        limit,
                        used: 0,
                    }),
                )
            }
        };
        after.year = year;
        let mut lines = self.list.recurring((after.tier, &after.add_ons), times);
        lines.extend(overage);
        (lines, after)
    }

    /// Applies an order that was paid for, or is free.
    pub(crate) fn carry_out(&mut self, change: &Change, (day, at): (Day, Instant)) {
        let Priced { due_now, after, .. } = self.price(change, day);
        let before = self.tier;
        let end = match self.year_end() {
            Some(end) => end,
            None => next_first(day),
        };
        *self = after;
        if due_now.total() > 0 {
            let kind = if self.tier > before {
                "upgrade"
            } else {
                "add_on"
            };
            self.invoices.push(Invoice {
                kind,
                period: (day, end),
                issued_on: day,
                issued_at: at,
                statement: due_now,
                state: Collection::Paid,
                failed_at: None,
                is_refused: false,
                lost: 0,
            });
        }
        if self.tier > before && !self.passes_the_line(day) {
            self.lock = Lock::Clear;
        }
        if self.tier > before && month_of(day) == month_of(self.today()) {
            self.alert();
        }
    }
}
