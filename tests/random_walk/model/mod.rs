//! An organization's account according to the specification: with its own arithmetic and calendar, and
//! without code of the product. A rule cites the section of SPEC.md that it was written from.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::calendar::{DAY, Day, Instant, begins_at, first_of, local_day, month_of, next_first};
use prices::{AddOn, AddOns, Cents, List, Places, Statement};
use usage::{Counted, Figures, Metered};
use uses::Uses;

pub(super) mod collecting;
pub(super) mod keeping;
pub(super) mod locking;
pub(super) mod prices;
pub(super) mod quoting;
pub(super) mod time;
pub(super) mod usage;
pub(super) mod uses;

/// What a card, or its bank, does with a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bank {
    Pays,
    Declines,
    /// The charge succeeds, and the response is lost.
    PaysUnheard,
    /// The charge never arrives.
    HearsNothing,
    /// The bank waits for the payer's confirmation.
    Asks,
}

/// The lifecycle of an account (SPEC 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    Trial { start: Instant },
    Active,
    Paused { at: Instant },
    Cancelled { at: Instant },
}

/// The handling of failed payments (R12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dunning {
    Clear,
    Grace(Instant),
    Locked(Instant),
}

/// The usage lock (R11), and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    Clear,
    Overage(Instant),
    AnnualSoft(Instant),
}

/// How often an account is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frequency {
    Monthly,
    Annual,
}

/// What is scheduled for the next renewal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scheduled {
    pub(super) tier: Option<u64>,
    pub(super) removals: AddOns,
    pub(super) frequency: Option<Frequency>,
}

/// An annual term (R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Year {
    pub(super) start: Day,
    pub(super) limit: u64,
    pub(super) used: u64,
}

/// An order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) tier: Option<u64>,
    pub(super) add: AddOns,
    pub(super) remove: AddOns,
    pub(super) frequency: Option<Frequency>,
}

/// An order whose payment is not finished.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) change: Change,
    pub(super) card: Option<Bank>,
    pub(super) day: Day,
    /// When its outcome is known.
    pub(super) ends_at: Instant,
    pub(super) is_paid: bool,
    /// Whether the bank waits for the payer until then.
    pub(super) is_asked: bool,
}

/// An invoice (SPEC 4.8).
#[derive(Debug, Clone)]
pub(super) struct Invoice {
    pub(super) kind: &'static str,
    pub(super) period: (Day, Day),
    pub(super) issued_on: Day,
    pub(super) issued_at: Instant,
    pub(super) statement: Statement,
    pub(super) state: Collection,
    /// When its first scheduled debit failed.
    pub(super) failed_at: Option<Instant>,
    /// Whether the bank has declined a payment by hand.
    pub(super) is_refused: bool,
    /// How many of its debits never arrived.
    pub(super) lost: u32,
}

/// The state of an invoice's collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Paid,
    /// Falls due at this instant.
    Due(Instant),
    /// Until this instant the outcome is unknown.
    Unknown {
        until: Instant,
        is_paid: bool,
        /// Whether the bank waits for the payer until then.
        is_asked: bool,
        card: Option<Bank>,
        attempt: Attempt,
    },
    Failed,
}

/// Who has started a debit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    /// Nobody: it fell due by itself.
    Scheduled,
    /// An admin, by hand; otherwise it would have fallen due at `due`.
    ByHand { due: Option<Instant> },
}

#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) list: List,
    pub(super) offset: i64,
    pub(super) places: Option<Places>,
    pub(super) is_offered_a_year: bool,
    pub(super) founded_at: Instant,
    pub(super) now: Instant,
    pub(super) life: Life,
    pub(super) tier: u64,
    pub(super) add_ons: AddOns,
    pub(super) scheduled: Scheduled,
    pub(super) year: Option<Year>,
    /// The first month that is not closed.
    pub(super) open_month: i64,
    /// The day up to which the recurring price is charged.
    pub(super) charged_until: Day,
    /// The first day of the open month that counts, and the usage of that day before the instant at which a
    /// trial or a pause ended.
    pub(super) counted_from: Day,
    pub(super) begun: Figures,
    pub(super) counts_since: Instant,
    /// The usage of the open month that a pause has settled, and the day of the pause.
    pub(super) settled: Option<(Day, Figures)>,
    /// Whether a trial has ended without the details that a plan needs.
    pub(super) is_expired: bool,
    pub(super) counted: Counted,
    pub(super) uses: Uses,
    /// When the notice that announces the end of the account was sent (A171, A172).
    pub(super) told_of_end_at: Option<Instant>,
    pub(super) dunning: Dunning,
    pub(super) lock: Lock,
    /// The instant until which usage does not lock, after the operator has lifted a lock (A65).
    pub(super) lifted_until: Option<Instant>,
    /// When usage was last evaluated against its limits.
    pub(super) looked_at: Instant,
    /// The alerts of the open month, by tier and percentage, and when they were sent (R10).
    pub(super) alerts: BTreeMap<(u64, u64), Instant>,
    pub(super) card: Option<Bank>,
    pub(super) has_details: bool,
    /// The cards that have succeeded once.
    pub(super) proven: BTreeSet<Bank>,
    /// The scripted outcomes of the next charges, before the card decides again.
    pub(super) script: VecDeque<Bank>,
    pub(super) pending: Option<Pending>,
    pub(super) invoices: Vec<Invoice>,
    /// The instants of the stored events.
    pub(super) events: BTreeSet<Instant>,
}

impl Account {
    pub(super) fn today(&self) -> Day {
        local_day(self.now, self.offset)
    }

    /// The instant in which the open month ends.
    pub(super) fn month_ends_at(&self) -> Instant {
        begins_at(first_of(self.open_month + 1), self.offset)
    }

    pub(super) fn is_complete(&self) -> bool {
        self.card.is_some() && self.has_details
    }

    pub(super) const fn trial_ends_at(&self) -> Option<Instant> {
        match self.life {
            Life::Trial { start } => Some(start + 30 * DAY),
            Life::Active | Life::Paused { .. } | Life::Cancelled { .. } => None,
        }
    }

    /// The usage of the open month so far that is charged (R4, R10).
    pub(super) fn metered(&self) -> Metered {
        self.metered_of(self.today())
    }

    /// As [`Account::metered`], up to the end of a day.
    pub(super) fn metered_of(&self, day: Day) -> Metered {
        self.counted.until(day).without(self.not_counted(day))
    }

    /// The usage in the month of a day that does not count: the days before counting began, and of its first
    /// day the usage before the instant. After a pause: what its invoice rated, and the growth from the day
    /// of the pause until counting began again (R13, A180).
    pub(super) fn not_counted(&self, day: Day) -> Figures {
        let first = first_of(month_of(day));
        let eve = if self.counted_from > first {
            self.counted.until(self.counted_from - 1)
        } else {
            Figures::default()
        };
        let begun = eve
            .plus(self.begun)
            .at_most(self.counted.until(self.counted_from));
        let before = if self.counted_from <= first && self.begun == Figures::default() {
            Figures::default()
        } else {
            eve.at_least(begun)
        };
        match self.settled {
            None => before,
            Some((paused, rated)) => rated.plus(before.beyond(self.counted.until(paused))),
        }
    }

    /// The usage of the term's months, of the current one up to its last pause.
    pub(super) fn used_before(&self, day: Day) -> u64 {
        let closed = self.year.map_or(0, |year| year.used);
        closed + self.not_counted(day).metered().usage()
    }

    /// The day after the last day of the term (R9).
    pub(super) fn year_end(&self) -> Option<Day> {
        let year = self.year?;
        Some(first_of(month_of(year.start) + 12))
    }

    /// The day on which scheduled changes take effect (R6, R7, R9).
    pub(super) fn renews_on(&self) -> Day {
        self.year_end().unwrap_or_else(|| next_first(self.today()))
    }

    /// The frequency from the next renewal on.
    pub(super) fn coming(&self) -> Frequency {
        match (self.scheduled.frequency, self.year) {
            (Some(frequency), _) => frequency,
            (None, Some(_)) => Frequency::Annual,
            (None, None) => Frequency::Monthly,
        }
    }

    pub(super) fn open_debts(&self) -> impl Iterator<Item = &Invoice> {
        self.invoices
            .iter()
            .filter(|invoice| invoice.state != Collection::Paid)
    }

    /// The sum of the unpaid invoices.
    pub(super) fn debt(&self) -> Cents {
        self.open_debts()
            .map(|invoice| invoice.statement.total())
            .sum()
    }

    /// Whether the account may be paused (R13, A39).
    pub(super) fn may_pause(&self) -> bool {
        self.life == Life::Active && self.pending.is_none() && self.open_debts().next().is_none()
    }

    pub(super) const fn is_alive(&self) -> bool {
        !matches!(self.life, Life::Cancelled { .. })
    }

    /// Whether this change may be ordered now (SPEC 6, "What works when"; A102).
    pub(super) fn admits(&self, change: &Change) -> bool {
        let is_upgrade_alone = change.tier.is_some_and(|tier| tier > self.tier)
            && change.add.is_empty()
            && change.remove.is_empty()
            && change.frequency.is_none();
        let by_usage = self.lock == Lock::Clear || is_upgrade_alone;
        matches!(self.life, Life::Trial { .. } | Life::Active)
            && !matches!(self.dunning, Dunning::Locked(_))
            && by_usage
    }

    /// The add-ons that can be bought now.
    pub(super) fn buyable(&self) -> Vec<AddOn> {
        let held = &self.add_ons;
        let all = self.list.add_ons().into_iter();
        all.filter(|id| !held.contains(id)).collect()
    }
}
