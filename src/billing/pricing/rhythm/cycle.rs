//! How an account is charged: by the month or by the year.

use chrono::NaiveDate;

use crate::catalog::price_book::AnnualTerms;
use crate::pricing::accrued_overage::Measure;
use crate::pricing::annual::{AnnualTerm, Pool};

/// How often an account is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// Every month.
    Monthly,
    /// Once per term, on these terms.
    Annual(AnnualTerms),
}

/// How an account is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// Every month, for usage since this day: the 1st, or the day on which a trial or a pause
    /// ended.
    Monthly {
        /// The first day whose usage counts.
        counted_from: NaiveDate,
    },
    /// A term in advance (SPEC R9).
    Annual {
        /// The length of the term and the discount.
        terms: AnnualTerms,
        /// The term that contains the month.
        term: AnnualTerm,
        /// The pool of the term, before this month is counted.
        pool: Pool,
    },
}

impl Cycle {
    pub(crate) const fn measure(&self) -> Measure {
        match self {
            Self::Monthly { counted_from } => Measure::Since(*counted_from),
            Self::Annual { pool, .. } => Measure::Pooled(*pool),
        }
    }
}
