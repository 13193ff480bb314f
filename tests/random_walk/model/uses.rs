//! Uses of CleverTap Email: a month includes 100,000 e-mails, each further one costs (SPEC 2.4).

use std::collections::BTreeMap;

use super::Account;
use super::prices::{EMAIL, Line};
use crate::random_walk::calendar::{Day, first_of, month_of};

/// E-mails by day, and the numbers of a month that are not charged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uses {
    days: BTreeMap<Day, u64>,
    /// The uses of the day on which charging began, before it did.
    begun: u64,
    /// The uses of the open month at its last pause, which are settled.
    settled: u64,
    /// The settled uses after the pause: they count in addition to later uses.
    carried: u64,
}

impl Uses {
    pub(crate) fn put(&mut self, day: Day, used: u64) {
        self.days.insert(day, used);
    }

    /// Charging begins on a day: of that day only later uses count, in addition to the settled ones.
    pub(crate) fn begin(&mut self, day: Day) {
        self.begun = self.days.get(&day).copied().unwrap_or_default();
        self.carried = self.settled;
    }

    /// A new month starts at zero.
    pub(crate) fn month_changes(&mut self) {
        self.begun = 0;
        self.settled = 0;
        self.carried = 0;
    }

    fn since(&self, from: Day, day: Day) -> u64 {
        let Self { begun, carried, .. } = self;
        let later = self.days.range(from + 1..(day + 1).max(from + 1));
        let later: u64 = later.map(|(_, used)| used).sum();
        let first = self.days.get(&from).copied().unwrap_or_default();
        carried + first.saturating_sub(*begun) + later
    }
}

impl Account {
    /// The uses of the month of a day up to that day, and the settled part of them (A202).
    pub(crate) fn used(&self, day: Day) -> (u64, u64) {
        let from = self.counted_from.max(first_of(month_of(day)));
        (self.uses.since(from, day), self.uses.settled)
    }

    /// A pause settles the uses so far.
    pub(crate) fn settles_uses(&mut self, day: Day) {
        let (used, settled) = self.used(day);
        self.uses.settled = used.max(settled);
    }

    /// The e-mails above what the month includes, or above what a pause has settled.
    pub(crate) fn extra_uses(&self, day: Day) -> Option<Line> {
        let (used, settled) = self.used(day);
        let is_held = self.add_ons.contains(EMAIL);
        self.list
            .extra_uses(if is_held { used } else { 0 }, settled)
    }
}
