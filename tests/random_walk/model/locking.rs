//! The effects of usage while a month runs: alerts, a lock, and its cures (R10, R11).

use super::usage::Figure;
use super::{Account, Life, Lock};
use crate::random_walk::calendar::{Day, Instant, begins_at, local_day, next_first};

/// The alerts of the month, in percent of the tier's limit (R10).
const ALERTS: [u64; 8] = [80, 100, 125, 150, 200, 250, 300, 600];

impl Account {
    /// Whether usage is strictly above the lock line (R11).
    pub(crate) fn passes_the_line(&self, day: Day) -> bool {
        let used = self.metered_of(day).usage();
        match self.year {
            Some(year) => (self.used_before(day) + used) * 100 > year.limit * 120,
            None => used * 100 > self.tier * 300,
        }
    }

    /// Stores figures, and evaluates the month's usage against its limits (R10, R11).
    pub(crate) fn count(&mut self, rows: &[Figure]) {
        let mut is_corrected = false;
        for (project, day, row) in rows {
            is_corrected |= self.counted.put(project, *day, *row);
        }
        if self.life != Life::Active {
            return;
        }
        let passes = self.passes_the_line(self.today());
        if is_corrected {
            self.takes_back(passes);
        }
        self.alert();
        self.may_lock(passes);
    }

    /// Locks if usage is above the line, unless the operator's lift still applies (A65).
    fn may_lock(&mut self, passes: bool) {
        self.looked_at = self.now;
        let is_lifted = self.lifted_until.is_some_and(|until| until > self.now);
        if !passes || is_lifted || self.lock != Lock::Clear {
            return;
        }
        self.lock = match self.year {
            Some(_) => Lock::AnnualSoft(self.now),
            None => Lock::Overage(self.now),
        };
    }

    /// The midnight at which a lifted lock is evaluated again; it is evaluated once a day.
    pub(crate) fn locks_again_at(&self) -> Option<Instant> {
        let until = self.lifted_until?;
        let next_day = local_day(self.looked_at, self.offset) + 1;
        let at = begins_at(next_day, self.offset).max(until);
        let passes = || self.passes_the_line(local_day(at, self.offset));
        let is_open = self.life == Life::Active && self.lock == Lock::Clear;
        (is_open && at < self.month_ends_at() && passes()).then_some(at)
    }

    /// Evaluates the usage at the beginning of a day.
    pub(crate) fn locks_again(&mut self) {
        let passes = self.passes_the_line(self.today());
        self.may_lock(passes);
    }

    /// The day from which on usage may lock again, unless the operator names one: that after the month, or
    /// after the term whose lock it is (A183).
    pub(crate) fn lifts_until(&self) -> Day {
        match (self.lock, self.year_end()) {
            (Lock::AnnualSoft(_), Some(end)) => end,
            _ => next_first(self.today()),
        }
    }

    pub(crate) fn lift(&mut self, until: Day) {
        self.lock = Lock::Clear;
        self.lifted_until = Some(begins_at(until, self.offset));
        self.looked_at = self.now;
    }

    /// Records each threshold that the month's usage has reached, once per tier (R10).
    pub(crate) fn alert(&mut self) {
        if self.life != Life::Active {
            return;
        }
        let (used, tier, now) = (self.metered().usage(), self.tier, self.now);
        for percent in ALERTS
            .into_iter()
            .filter(|percent| used * 100 >= tier * percent)
        {
            self.alerts.entry((tier, percent)).or_insert(now);
        }
    }

    /// After a correction, withdraws alerts that were never reached, and a lock whose line was never
    /// passed, since this usage counts (R10, A182).
    fn takes_back(&mut self, passes: bool) {
        let used = self.metered().usage();
        let began = begins_at(self.counted_from, self.offset).max(self.counts_since);
        self.alerts
            .retain(|(tier, percent), given| *given < began || used * 100 >= tier * percent);
        let began = self
            .year
            .map_or(began, |year| begins_at(year.start, self.offset));
        if let Lock::Overage(since) | Lock::AnnualSoft(since) = self.lock
            && since > began
            && !passes
        {
            self.lock = Lock::Clear;
        }
    }
}
