//! An organization's account as the specification has it: its own arithmetic, its own calendar,
//! nothing of the code it judges. A rule cites the section of SPEC.md that it was written from.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::calendar::{DAY, Day, Instant, begins_at, first_of, local_day, month_of, next_first};
use prices::{AddOn, AddOns, Cents, List, Places, Statement};
use usage::{Counted, Figures, Metered};
use uses::RequestUse;

pub(super) mod collecting;
pub(super) mod keeping;
pub(super) mod locking;
pub(super) mod prices;
pub(super) mod quoting;
pub(super) mod time;
pub(super) mod usage;
pub(super) mod uses;

/// What a card, or the bank behind it, does with a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bank {
    Pays,
    Declines,
    /// Pays, and the answer is lost.
    PaysUnheard,
    /// The charge is lost on its way.
    HearsNothing,
    /// Waits for the person.
    OrderKind,
}

/// Where an account stands (SPEC 6).
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

/// The lock for usage (R11), since when.
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

/// What waits for the next turn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scheduled {
    pub(super) tier: Option<u64>,
    pub(super) removals: AddOns,
    pub(super) frequency: Option<Frequency>,
}

/// A year that is paid for (R9).
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

/// An order whose payment has not ended.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) change: Change,
    pub(super) card: Option<Bank>,
    pub(super) day: Day,
    /// When its outcome is known.
    pub(super) ends_at: Instant,
    pub(super) is_paid: bool,
    /// Whether the bank waits for the person until then.
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
    /// When a scheduled debit of it failed first.
    pub(super) failed_at: Option<Instant>,
    /// Whether the bank has refused it when it was paid by hand.
    pub(super) is_refused: bool,
    /// How often a debit was lost on its way.
    pub(super) lost: u32,
}

/// How far the collection of an invoice has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Paid,
    /// Falls due by itself then.
    Due(Instant),
    /// Nobody knows until then whether it was paid.
    Unknown {
        until: Instant,
        is_paid: bool,
        /// Whether the bank waits for the person until then.
        is_asked: bool,
        card: Option<Bank>,
        attempt: Attempt,
    },
    Failed,
}

/// Who has tried to debit an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    /// Nobody: it fell due by itself.
    Scheduled,
    /// An admin, by hand; it would have fallen due by itself then.
    ByHand { due: Option<Instant> },
}

/// An account.
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
    /// The day up to which the base is charged.
    pub(super) charged_until: Day,
    /// The day of the open month from which usage counts, and what that day had counted before the
    /// instant at which a trial or a pause ended.
    pub(super) counted_from: Day,
    pub(super) begun: Figures,
    pub(super) counts_since: Instant,
    /// What a pause has settled of the open month, and its day.
    pub(super) settled: Option<(Day, Figures)>,
    /// A trial that has ended without what it needs.
    pub(super) is_expired: bool,
    pub(super) counted: Counted,
    pub(super) uses: RequestUse,
    /// When the notice went out that announces the end of the account (A171, A172).
    pub(super) told_of_end_at: Option<Instant>,
    pub(super) dunning: Dunning,
    pub(super) lock: Lock,
    /// The instant until which nothing locks, once the operator has lifted a lock (A65).
    pub(super) lifted_until: Option<Instant>,
    /// When usage was held against its limits last.
    pub(super) looked_at: Instant,
    /// The alerts of the open month, by tier and percentage, and when they were given (R10).
    pub(super) alerts: BTreeMap<(u64, u64), Instant>,
    pub(super) card: Option<Bank>,
    pub(super) has_details: bool,
    /// The cards that have paid once.
    pub(super) proven: BTreeSet<Bank>,
    /// What the bank does next, before the card decides again.
    pub(super) script: VecDeque<Bank>,
    pub(super) pending: Option<Pending>,
    pub(super) invoices: Vec<Invoice>,
    /// When the events happened that are held.
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

    /// What the open month has counted so far, as far as it is charged (R4, R10).
    pub(super) fn metered(&self) -> Metered {
        self.metered_of(self.today())
    }

    /// The same up to the end of a day.
    pub(super) fn metered_of(&self, day: Day) -> Metered {
        self.counted.until(day).without(self.not_counted(day))
    }

    /// What does not count of the month of a day: the days before counting began, of the day itself
    /// what it had counted until then. After a pause: what its invoice rated, and what the month has
    /// grown by since the pause's day until counting began again (R13, A180).
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

    /// What a year's months have used, this one up to its last pause.
    pub(super) fn used_before(&self, day: Day) -> u64 {
        let closed = self.year.map_or(0, |year| year.used);
        closed + self.not_counted(day).metered().usage()
    }

    /// The term's day behind the last (R9).
    pub(super) fn year_end(&self) -> Option<Day> {
        let year = self.year?;
        Some(first_of(month_of(year.start) + 12))
    }

    /// The day on which what waits takes effect (R6, R7, R9).
    pub(super) fn turns_on(&self) -> Day {
        self.year_end().unwrap_or_else(|| next_first(self.today()))
    }

    /// The frequency from the next turn on.
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

    /// What is open of it.
    pub(super) fn debt(&self) -> Cents {
        self.open_debts()
            .map(|invoice| invoice.statement.total())
            .sum()
    }

    /// Whether nothing hinders a pause (R13, A39).
    pub(super) fn may_pause(&self) -> bool {
        self.life == Life::Active && self.pending.is_none() && self.open_debts().next().is_none()
    }

    pub(super) const fn is_alive(&self) -> bool {
        !matches!(self.life, Life::Cancelled { .. })
    }

    /// Whether an order may ask for this now (SPEC 6, "What works when"; A102).
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
