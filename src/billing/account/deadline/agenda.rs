//! Deadlines from the calendar, the gateway and open quotes.

use alloc::vec::Vec;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Deadline, DeadlineKind};
use crate::account::account_state::AccountState;
use crate::account::lifecycle::{self, Lifecycle, OnFile};
use crate::account::retention::{Plan, leaves_at};
use crate::catalog::policy::Policy;
use crate::invoicing::collection::{CollectingRule, authentication_expires_at};
use crate::period::{BillingPeriod, billing_day, day_end, day_start};

/// The facts besides its state that an account's deadlines depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// The organization's billing zone, in minutes east of UTC (A26).
    pub offset_minutes: i32,
    /// The length of the period that is paid in advance.
    pub term: Term,
    /// Whether a lower tier or a removal is scheduled.
    pub scheduled: Scheduled,
    /// How the invoices are debited.
    pub collects: CollectingRule,
    /// The instants of announced debits that have not been made yet.
    pub debits_at: Vec<DateTime<Utc>>,
    /// When the pending authentication began; `None` when there is none.
    pub authentication_started_at: Option<DateTime<Utc>>,
    /// The billing day of the price on a screen; `None` when none is shown.
    pub quote_day: Option<NaiveDate>,
    /// The plan, and the day of the oldest stored event; `None` when there is none.
    pub oldest_event: Option<(Plan, NaiveDate)>,
}

/// The length of the period that is paid in advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// One month.
    Monthly,
    /// Twelve months; `ends_on` is a 1st (SPEC R9).
    Annual {
        /// The day after the last one.
        ends_on: NaiveDate,
    },
}

/// Whether a change is scheduled for the end of the month, or of the annual term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheduled {
    /// No change is scheduled.
    Nothing,
    /// A lower tier or a removal is scheduled.
    Change,
}

impl Agenda {
    /// For an account with monthly billing in dollars, with nothing pending.
    pub const fn plain(offset_minutes: i32) -> Self {
        Self {
            offset_minutes,
            term: Term::Monthly,
            scheduled: Scheduled::Nothing,
            collects: CollectingRule::AtOnce,
            debits_at: Vec::new(),
            authentication_started_at: None,
            quote_day: None,
            oldest_event: None,
        }
    }
}

/// The deadlines from the agenda, while the account is not cancelled.
pub(super) fn of_agenda(state: &AccountState, agenda: &Agenda, policy: &Policy) -> Vec<Deadline> {
    let (first_charge, charged_from) = match state.lifecycle() {
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
        // Earlier invoices are still debited during a pause.
        Lifecycle::Paused { at: _ } => return debits(agenda).collect(),
        Lifecycle::Cancelled { at: _, cause: _ } => return Vec::new(),
    };
    let mut ahead = under_way(agenda, policy);
    let billing_date = charged_from.and_then(|from| next_billing_date(from, agenda.offset_minutes));
    ahead.extend(billing_date.map(|at| Deadline::new(at, DeadlineKind::NextBillingDate)));
    for issued_at in first_charge.into_iter().chain(billing_date) {
        ahead.extend(of_mandate(issued_at, agenda.collects));
    }
    ahead.extend(of_term(agenda, billing_date));
    ahead
}

/// The deadlines of open quotes, pending authentications and stored events.
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

/// The announced debits.
fn debits(agenda: &Agenda) -> impl Iterator<Item = Deadline> {
    let debits = agenda.debits_at.iter();
    debits.map(|at| Deadline::new(*at, DeadlineKind::EarliestDebit))
}

/// The notice and the debit of an invoice that an INR mandate pays (A35).
fn of_mandate(issued_at: DateTime<Utc>, collects: CollectingRule) -> Vec<Deadline> {
    match collects {
        CollectingRule::AtOnce => Vec::new(),
        CollectingRule::AfterNotice { .. } => Vec::from([
            Deadline::new(issued_at, DeadlineKind::PredebitNotice),
            Deadline::new(collects.debit_at(issued_at), DeadlineKind::EarliestDebit),
        ]),
    }
}

/// The end of the annual term, and the changes scheduled for it or for the next 1st (SPEC R6, R9).
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

/// The next 1st, at midnight of the zone, strictly after an instant (SPEC R2).
fn next_billing_date(from: DateTime<Utc>, offset_minutes: i32) -> Option<DateTime<Utc>> {
    let month = BillingPeriod::of(billing_day(from, offset_minutes)?)?;
    day_start(month.end(), offset_minutes)
}
