//! A year that is paid for (SPEC R9).

use billing::annual::{AnnualTerm, Pool};
use billing::month_close::Cycle;
use billing::rhythm::{Phase, Rhythm};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The term and its allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annual {
    /// The 1st on which the term began.
    pub starts_on: NaiveDate,
    /// How many months are paid for.
    pub months: u32,
    /// What they may use together, and what the closed ones have used.
    pub pool: Pool,
}

impl Annual {
    /// The year of an account that has paid for one.
    pub const fn of(rhythm: &Rhythm) -> Option<Self> {
        match rhythm.phase {
            Phase::Charged(Cycle::Annual { term, pool, .. }) => Some(Self::new(term, pool)),
            Phase::Charged(Cycle::Monthly { .. }) | Phase::Trial { .. } => None,
        }
    }

    /// A term with its allowance.
    pub const fn new(term: AnnualTerm, pool: Pool) -> Self {
        Self {
            starts_on: term.start(),
            months: term.months(),
            pool,
        }
    }

    /// The term. None where the days are no term.
    pub fn term(&self) -> Option<AnnualTerm> {
        AnnualTerm::new(self.starts_on, self.months).ok()
    }

    /// The day behind the term, a 1st. None where the days are no term.
    pub fn ends_on(&self) -> Option<NaiveDate> {
        self.term().map(|term| term.end())
    }
}
