//! What the calendar, the gateway and the screen add to an account's deadlines.

use alloc::vec::Vec;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Deadline, DeadlineKind};
use crate::account_state::AccountState;
use crate::collection::{Collects, authentication_expires_at, earliest_debit};
use crate::lifecycle::{self, Lifecycle, OnFile};
use crate::period::{BillingPeriod, billing_day, day_end, day_start};
use crate::policy::Policy;
use crate::retention::{Plan, leaves_at};

/// What else than its state an account's deadlines follow from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// The organization's billing zone, in minutes east of UTC (A26).
    pub offset_minutes: i32,
    /// How long it pays in advance.
    pub term: Term,
    /// Whether a lower tier or a removal waits.
    pub scheduled: Scheduled,
    /// How its invoices are debited.
    pub collects: Collects,
    /// When the debits fall due that have been announced and not made yet.
    pub debits_at: Vec<DateTime<Utc>>,
    /// When the authentication began that is under way.
    pub authentication_started_at: Option<DateTime<Utc>>,
    /// The billing day of the price that is on a screen.
    pub quote_day: Option<NaiveDate>,
    /// The plan, and the day of the oldest event it keeps.
    pub oldest_event: Option<(Plan, NaiveDate)>,
}

/// How long an account pays in advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// A month.
    Monthly,
    /// Twelve months; the day behind the last is a 1st (SPEC R9).
    Annual {
        /// The day behind the last.
        ends_on: NaiveDate,
    },
}

/// Whether something waits for the end of the month, or of the annual term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheduled {
    /// Nothing.
    Nothing,
    /// A lower tier or a removal.
    Change,
}

impl Agenda {
    /// Of an account that pays dollars by the month in a zone, with nothing under way.
    pub const fn plain(offset_minutes: i32) -> Self {
        Self {
            offset_minutes,
            term: Term::Monthly,
            scheduled: Scheduled::Nothing,
            collects: Collects::AtOnce,
            debits_at: Vec::new(),
            authentication_started_at: None,
            quote_day: None,
            oldest_event: None,
        }
    }
}

/// What the calendar, the gateway and the screen bring, while the account lives.
pub(super) fn of_agenda(state: &AccountState, agenda: &Agenda, policy: &Policy) -> Vec<Deadline> {
    let (first_charge, rhythm_from) = match state.lifecycle() {
        Lifecycle::Trial {
            started_at,
            on_file,
        } => match on_file {
            OnFile::Both => {
                let ends_at = lifecycle::trial_ends_at(started_at, policy);
                (Some(ends_at), Some(ends_at))
            }
            OnFile::Nothing | OnFile::PaymentMethod | OnFile::BillingDetails => (None, None),
        },
        Lifecycle::Active { since: _ } => (None, Some(state.as_of())),
        // What was invoiced before is debited all the same.
        Lifecycle::Paused { at: _ } => return debits(agenda).collect(),
        Lifecycle::Cancelled { at: _, cause: _ } => return Vec::new(),
    };
    let mut ahead = under_way(agenda, policy);
    let billing_date = rhythm_from.and_then(|from| next_billing_date(from, agenda.offset_minutes));
    ahead.extend(billing_date.map(|at| Deadline::new(at, DeadlineKind::NextBillingDate)));
    for issued_at in first_charge.into_iter().chain(billing_date) {
        ahead.extend(of_mandate(issued_at, agenda.collects, policy));
    }
    ahead.extend(of_term(agenda, billing_date));
    ahead
}

/// What is on a screen, at a bank, or in the store.
fn under_way(agenda: &Agenda, policy: &Policy) -> Vec<Deadline> {
    let authentication = agenda.authentication_started_at.map(|started_at| {
        let at = authentication_expires_at(started_at, policy);
        Deadline::new(at, DeadlineKind::AuthenticationExpiry)
    });
    let quote = agenda
        .quote_day
        .and_then(|day| day_end(day, agenda.offset_minutes));
    let boundary = agenda
        .oldest_event
        .and_then(|(plan, day)| leaves_at(day, plan, agenda.offset_minutes, policy));
    debits(agenda)
        .chain(authentication)
        .chain(quote.map(|at| Deadline::new(at, DeadlineKind::QuoteExpiry)))
        .chain(boundary.map(|at| Deadline::new(at, DeadlineKind::RetentionBoundary)))
        .collect()
}

/// The debits that have been announced.
fn debits(agenda: &Agenda) -> impl Iterator<Item = Deadline> {
    let debits = agenda.debits_at.iter();
    debits.map(|at| Deadline::new(*at, DeadlineKind::EarliestDebit))
}

/// The notice and the debit of an invoice that an INR mandate pays (A35).
fn of_mandate(issued_at: DateTime<Utc>, collects: Collects, policy: &Policy) -> Vec<Deadline> {
    match collects {
        Collects::AtOnce => Vec::new(),
        Collects::AfterNotice => {
            let debit_at = earliest_debit(issued_at, collects, policy);
            Vec::from([
                Deadline::new(issued_at, DeadlineKind::PredebitNotice),
                Deadline::new(debit_at, DeadlineKind::EarliestDebit),
            ])
        }
    }
}

/// The end of the annual term, and what waits for it or for the next 1st (SPEC R6, R9).
fn of_term(agenda: &Agenda, billing_date: Option<DateTime<Utc>>) -> Vec<Deadline> {
    let term_end = match agenda.term {
        Term::Monthly => None,
        Term::Annual { ends_on } => day_start(ends_on, agenda.offset_minutes),
    };
    let change_at = match (agenda.scheduled, agenda.term) {
        (Scheduled::Nothing, Term::Monthly | Term::Annual { .. }) => None,
        (Scheduled::Change, Term::Monthly) => billing_date,
        (Scheduled::Change, Term::Annual { .. }) => term_end,
    };
    term_end
        .map(|at| Deadline::new(at, DeadlineKind::AnnualTermEnd))
        .into_iter()
        .chain(change_at.map(|at| Deadline::new(at, DeadlineKind::ScheduledChange)))
        .collect()
}

/// The next 1st, at midnight of the zone, strictly behind an instant (SPEC R2).
fn next_billing_date(from: DateTime<Utc>, offset_minutes: i32) -> Option<DateTime<Utc>> {
    let month = BillingPeriod::of(billing_day(from, offset_minutes)?)?;
    day_start(month.end(), offset_minutes)
}
