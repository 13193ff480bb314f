//! An annual term that is paid in advance (SPEC R9).

use billing::BillingCycle;
use billing::metering::pool::Pool;
use billing::period::{AnnualTerm, NotATerm};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The term and its pool of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "AnnualFields", into = "AnnualFields")]
pub struct Annual {
    /// The months that are paid for.
    pub term: AnnualTerm,
    /// The users that the months share, and what the closed months have used.
    pub pool: Pool,
}

/// The term and its pool as they are sent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnualFields {
    /// The 1st on which the term began.
    pub starts_on: NaiveDate,
    /// The length of the term in months.
    pub months: u32,
    /// The pool of the term.
    pub pool: Pool,
}

impl Annual {
    /// The term of an annual account; `None` when the account is charged monthly or in trial.
    pub const fn of(cycle: &BillingCycle) -> Option<Self> {
        match *cycle {
            BillingCycle::Annual { term, pool } => Some(Self { term, pool }),
            BillingCycle::Monthly { .. } | BillingCycle::Trial { .. } => None,
        }
    }
}

impl TryFrom<AnnualFields> for Annual {
    type Error = NotATerm;

    fn try_from(fields: AnnualFields) -> Result<Self, NotATerm> {
        Ok(Self {
            term: AnnualTerm::new(fields.starts_on, fields.months)?,
            pool: fields.pool,
        })
    }
}

impl From<Annual> for AnnualFields {
    fn from(annual: Annual) -> Self {
        Self {
            starts_on: annual.term.start(),
            months: annual.term.months(),
            pool: annual.pool,
        }
    }
}
