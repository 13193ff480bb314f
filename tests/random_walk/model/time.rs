//! What happens by itself, in the order of SPEC R2: months, then trials, then dunning, then ends.

use super::usage::Figures;
use super::{Account, Bank, Collection, Dunning, Invoice, Life};
use crate::random_walk::calendar::{
    DAY, Day, Instant, MINUTE, first_of, local_day, month_of, next_first,
};

/// For how many seconds the outcome of the test card whose responses are lost cannot be queried.
const SILENCE: Instant = 10;

/// What falls due. At one instant it happens in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    OrderKnown,
    DebitKnown(usize),
    MonthChange,
    TrialEnd,
    GraceEnd,
    EndNotice,
    LocksAgain,
    TrialCancellation,
    LockEnd,
    PauseEnd,
    // An account that ends is not debited (A67).
    Collect(usize),
    EventsGo,
    BackupsGo,
}

/// What evaluates an account first after a downtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FirstLook {
    Jobs,
    Page,
}

impl Due {
    const fn asks_the_bank(self) -> bool {
        matches!(
            self,
            Self::OrderKnown | Self::DebitKnown(_) | Self::Collect(_)
        )
    }
}

impl Account {
    /// Advances the time: everything that falls due happens at its own instant.
    pub(crate) fn advance(&mut self, to: Instant) {
        while let Some((at, due)) = self.first_due(to, |_| true) {
            self.now = self.now.max(at);
            self.happens(at, due);
        }
        self.now = self.now.max(to);
    }

    /// Advances the time after a downtime: what fell due happens late, as of its own instant, but there was
    /// no debit in the meantime (R2, A111). A page that is requested first does not wait for the bank.
    pub(crate) fn catch_up(&mut self, to: Instant, first: FirstLook) {
        self.now = to;
        if first == FirstLook::Page {
            while let Some((at, due)) = self.first_due(to, |due| !due.asks_the_bank()) {
                self.happens(at, due);
            }
        }
        self.advance(to);
    }

    fn first_due(&self, to: Instant, wanted: impl Fn(Due) -> bool) -> Option<(Instant, Due)> {
        let all = self.all_due().into_iter();
        all.filter(|(at, due)| *at <= to && wanted(*due)).min()
    }

    /// Whether the month has ended, but waits for the payment of an order (A117).
    pub(crate) fn is_month_held_up(&self) -> bool {
        self.is_alive() && self.pending.is_some() && self.month_ends_at() <= self.now
    }

    /// Everything that will fall due.
    pub(crate) fn all_due(&self) -> Vec<(Instant, Due)> {
        let mut all = Vec::new();
        if !self.is_alive() {
            let purge = self.backups_go_at().filter(|at| *at > self.now);
            all.extend(purge.map(|at| (at, Due::BackupsGo)));
            return all;
        }
        all.extend(self.oldest_event_goes_at().map(|at| (at, Due::EventsGo)));
        if let Some(pending) = &self.pending {
            all.push((pending.ends_at, Due::OrderKnown));
        } else {
            // The close of a month and an end wait for the payment of an order (A117).
            all.push((self.month_ends_at(), Due::MonthChange));
            all.extend(self.end().filter(|(_, due)| !self.may_be_cured(*due)));
        }
        if let Some(at) = self.trial_ends_at().filter(|_| !self.is_expired) {
            all.push((at, Due::TrialEnd));
        }
        all.extend(self.locks_again_at().map(|at| (at, Due::LocksAgain)));
        if let (Life::Paused { at }, None) = (self.life, self.told_of_end_at) {
            all.push((at + 53 * DAY, Due::EndNotice));
        }
        if let Dunning::Grace(failed_at) = self.dunning {
            all.push((failed_at + 10 * DAY, Due::GraceEnd));
        }
        for (index, invoice) in self.invoices.iter().enumerate() {
            match invoice.state {
                Collection::Due(at) => all.push((at, Due::Collect(index))),
                Collection::Unknown { until, .. } => all.push((until, Due::DebitKnown(index))),
                Collection::Paid | Collection::Failed => {}
            }
        }
        all
    }

    /// When the account ends if nobody acts (R8, R12, R13), at the earliest 72 hours after the notice of it:
    /// of the trial's expiry, of the lock, of a pause a week ahead (R2, A171). A notice that was not sent is
    /// sent now at the earliest.
    pub(crate) fn end(&self) -> Option<(Instant, Due)> {
        let (notified, end, due) = match (self.life, self.dunning) {
            (Life::Trial { start }, _) if !self.is_complete() => {
                (start + 30 * DAY, start + 44 * DAY, Due::TrialCancellation)
            }
            (Life::Paused { at }, _) => (at + 53 * DAY, at + 60 * DAY, Due::PauseEnd),
            (Life::Active, Dunning::Grace(failed_at) | Dunning::Locked(failed_at)) => {
                (failed_at + 10 * DAY, failed_at + 24 * DAY, Due::LockEnd)
            }
            (Life::Trial { .. } | Life::Active | Life::Cancelled { .. }, _) => return None,
        };
        let notified = self.told_of_end_at.unwrap_or(notified.max(self.now));
        Some((end.max(notified + 3 * DAY), due))
    }

    /// Whether a payment in progress may prevent an end: what is paid by then counts (row 17).
    fn may_be_cured(&self, end: Due) -> bool {
        let is_open = |one: &Invoice| matches!(one.state, Collection::Unknown { .. });
        end == Due::LockEnd && self.invoices.iter().any(is_open)
    }

    fn happens(&mut self, at: Instant, due: Due) {
        match due {
            Due::OrderKnown => self.order_is_known(),
            Due::DebitKnown(index) => self.is_known(index),
            Due::MonthChange => self.month_changes(at),
            Due::TrialEnd if self.is_complete() => self.begins_to_be_charged(at),
            Due::TrialEnd => {
                self.is_expired = true;
                self.told_of_end_at = Some(self.now);
            }
            Due::Collect(index) => self.collect(index),
            Due::GraceEnd => {
                if let Dunning::Grace(failed_at) = self.dunning {
                    self.dunning = Dunning::Locked(failed_at);
                    self.told_of_end_at = Some(self.now);
                }
            }
            Due::LocksAgain => self.locks_again(),
            Due::EndNotice => self.told_of_end_at = Some(self.now),
            Due::TrialCancellation | Due::LockEnd | Due::PauseEnd => self.ends(at),
            Due::EventsGo => self.forgets(at),
            // Nothing is visible any more.
            Due::BackupsGo => {}
        }
    }

    /// Before the clock moves, the gateway is asked about open orders; at first it has no outcome for a card
    /// whose responses are lost.
    pub(crate) fn is_asked_about(&mut self) {
        let now = self.now;
        if let Some(pending) = &mut self.pending
            && !pending.is_asked
        {
            let is_silent = now < pending.ends_at - MINUTE + SILENCE;
            if pending.card != Some(Bank::PaysUnheard) || !is_silent {
                pending.ends_at = now;
            }
        }
    }

    pub(crate) fn order_is_known(&mut self) {
        if let Some(pending) = self.pending.take()
            && pending.is_paid
        {
            self.proven.extend(pending.card);
            self.carry_out(&pending.change, (pending.day, self.now));
        }
    }

    /// R15: rates the closed month, applies scheduled changes, charges the coming month.
    fn month_changes(&mut self, at: Instant) {
        let closed = self.open_month;
        let (first, last) = (first_of(closed + 1), first_of(closed + 1) - 1);
        self.open_month = closed + 1;
        self.alerts.clear();
        if self.life != Life::Active {
            let used = self.used_before(last);
            if let Some(year) = &mut self.year {
                year.used = used;
            }
            self.counted_from = first;
            self.begun = Figures::default();
            self.settled = None;
            self.uses.month_changes();
            return;
        }
        let (lines, after) = self.turn(last);
        self.tier = after.tier;
        self.add_ons = after.add_ons;
        self.scheduled = after.scheduled;
        self.counted_from = after.counted_from;
        self.begun = after.begun;
        self.settled = after.settled;
        self.uses = after.uses;
        let goes_on = self
            .year
            .is_some_and(|year| after.year.is_some_and(|new| new.start == year.start));
        self.year = after.year;
        let (kind, period) = match self.year_end() {
            Some(_) if goes_on => ("scheduled", (first_of(closed), first)),
            Some(end) => ("annual", (first, end)),
            None => ("scheduled", (first, next_first(first))),
        };
        self.charged_until = self.year_end().unwrap_or(next_first(first));
        // An account that ends with the month is not invoiced for the next one (A170).
        if self.end().is_none_or(|(end, _)| end != at) {
            self.issue(kind, (period, first), lines, at);
        }
    }

    /// Rows 4 and 5a: charges the rest of the month, from that day on.
    pub(crate) fn begins_to_be_charged(&mut self, at: Instant) {
        let day = local_day(at, self.offset);
        self.life = Life::Active;
        self.told_of_end_at = None;
        self.counts_from(day, at);
        let lines = self.rest_of_month(day);
        self.charged_until = next_first(day);
        self.issue("trial_first", ((day, next_first(day)), day), lines, at);
    }

    /// A trial or a pause ends: the usage of the day so far does not count.
    fn counts_from(&mut self, day: Day, at: Instant) {
        let eve = if month_of(day - 1) == month_of(day) {
            self.counted.until(day - 1)
        } else {
            Figures::default()
        };
        self.counted_from = day;
        self.counts_since = at;
        self.looked_at = self.now;
        self.uses.begin(day);
        self.begun = self.counted.until(day).beyond(eve);
    }

    /// R13: invoices the overage accrued so far; usage counts again after the pause.
    pub(crate) fn pause(&mut self) {
        self.settles();
        self.life = Life::Paused { at: self.now };
        self.told_of_end_at = None;
        self.advance(self.now);
    }

    /// R14: invoices the overage accrued so far, and ends the account.
    pub(crate) fn cancel(&mut self) {
        self.settles();
        self.ends(self.now);
    }

    /// Primary data is deleted at once (R18).
    fn ends(&mut self, at: Instant) {
        self.life = Life::Cancelled { at };
        self.events.clear();
    }

    fn settles(&mut self) {
        if self.life != Life::Active {
            return;
        }
        let today = self.today();
        let lines = self.overage_of(today);
        let from = self.counted_from.max(first_of(month_of(today)));
        let rated = self.counted.until(today).at_least(self.not_counted(today));
        self.settled = Some((today, rated));
        self.settles_uses(today);
        self.issue("final", ((from, today + 1), today), lines, self.now);
    }

    /// R13, A93, A166: charges the rest of a month that was not paid; a term that ended begins again on the
    /// next 1st.
    pub(crate) fn reactivate(&mut self) {
        let day = self.today();
        self.life = Life::Active;
        self.told_of_end_at = None;
        if self.year_end().is_some_and(|end| end <= day) {
            let coming = self.coming();
            self.year = None;
            self.scheduled.frequency = match coming {
                super::Frequency::Annual => Some(coming),
                super::Frequency::Monthly => None,
            };
        }
        self.counts_from(day, self.now);
        if day >= self.charged_until {
            let lines = self.rest_of_month(day);
            self.charged_until = next_first(day);
            self.issue(
                "reactivation",
                ((day, next_first(day)), day),
                lines,
                self.now,
            );
        }
        self.advance(self.now);
    }
}
