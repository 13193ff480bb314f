//! An annual term that is paid in advance (SPEC R9).

use billing::pricing::annual::{AnnualTerm, Pool};
use billing::pricing::rhythm::{Cycle, Phase, Rhythm};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The term and its pool of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annual {
    /// The 1st on which the term began.
    pub starts_on: NaiveDate,
    /// The length of the term in months.
    pub months: u32,
    /// The users that the months share, and what the closed months have used.
    pub pool: Pool,
}

impl Annual {
    /// The term of an annual account; `None` when the account is charged monthly or in trial.
    pub const fn of(rhythm: &Rhythm) -> Option<Self> {
        match rhythm.phase {
            Phase::Charged(Cycle::Annual { term, pool, .. }) => Some(Self::new(term, pool)),
            Phase::Charged(Cycle::Monthly { .. }) | Phase::Trial { .. } => None,
        }
    }

    /// A term with its pool.
    pub const fn new(term: AnnualTerm, pool: Pool) -> Self {
        Self {
            starts_on: term.start(),
            months: term.months(),
            pool,
        }
    }

    /// The term; `None` when `starts_on` and `months` are not a valid term.
    pub fn term(&self) -> Option<AnnualTerm> {
        AnnualTerm::new(self.starts_on, self.months).ok()
    }

    /// The day after the term, a 1st; `None` when `starts_on` and `months` are not a valid term.
    pub fn ends_on(&self) -> Option<NaiveDate> {
        self.term().map(|term| term.end())
    }
}
