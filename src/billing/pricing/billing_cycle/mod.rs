//! Billing cycles: in trial, monthly or annual (SPEC R8, R9).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::catalog::price_book::PriceList;
use crate::metering::lock_threshold::Measure;
use crate::metering::pool::Pool;
use crate::period::{AnnualTerm, BillingPeriod};

mod after_pause;

pub use after_pause::scheduled_after_pause;

/// How often an organization is charged (SPEC 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingFrequency {
    /// Every month.
    Monthly,
    /// Once for a term of twelve months, with one allowance for the term (SPEC R9).
    Annual,
}

/// How an account is charged at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BillingCycle {
    /// Everything is free, and changes take effect at once (SPEC R8).
    Trial {
        /// The day of the first invoice, if the account does not change.
        charged_from: NaiveDate,
    },
    /// Charged in advance for the month, in arrears for overage.
    Monthly {
        /// The first day whose usage counts: the 1st, or the day on which a trial or a pause ended.
        counted_from: NaiveDate,
    },
    /// Charged in advance for a term (SPEC R9).
    Annual {
        /// The term that contains the month.
        term: AnnualTerm,
        /// The allowance of the term, before the month is counted.
        pool: Pool,
    },
}

impl BillingCycle {
    /// Monthly billing of a whole month.
    pub const fn monthly(period: BillingPeriod) -> Self {
        Self::Monthly {
            counted_from: period.start(),
        }
    }

    /// How often the account is charged; monthly from the end of a trial on.
    pub const fn frequency(&self) -> BillingFrequency {
        match self {
            Self::Trial { .. } | Self::Monthly { .. } => BillingFrequency::Monthly,
            Self::Annual { .. } => BillingFrequency::Annual,
        }
    }

    /// The allowance of the term that is paid for, before the month is counted.
    pub const fn pool(&self) -> Option<Pool> {
        match self {
            Self::Annual { pool, .. } => Some(*pool),
            Self::Trial { .. } | Self::Monthly { .. } => None,
        }
    }

    /// The usage of the month, or of the term, with the limit above which the dashboard locks.
    ///
    /// `usage` is that of the month.
    ///
    /// **Source.** SPEC R11, R9; A7, A10.
    pub fn measure(&self, usage: u64, tier: u64, list: &PriceList) -> Measure {
        match self {
            Self::Annual { pool, .. } => Measure::Year {
                billable_users: pool.after(usage).used,
                annual_limit: pool.limit,
                lock_percent: list.annual.soft_lock_percent,
            },
            Self::Trial { .. } | Self::Monthly { .. } => Measure::Month {
                usage,
                tier_limit: tier,
                lock_percent: list.lock_percent,
            },
        }
    }

    /// The day on which scheduled changes take effect.
    ///
    /// **Rule.** The next 1st; within a term, the end of the term.
    /// **Source.** SPEC R6, R7, R9; A85, A94.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::{BillingCycle, BillingPeriod, metering::pool::Pool, period::AnnualTerm};
    /// let june = BillingPeriod::of("2025-06-20".parse().unwrap()).unwrap();
    /// let renews_on = |cycle: BillingCycle| cycle.renews_on(june).to_string();
    /// assert_eq!(renews_on(BillingCycle::monthly(june)), "2025-07-01");
    /// let term = AnnualTerm::new("2025-01-01".parse().unwrap(), 12).unwrap();
    /// let pool = Pool { limit: 240_000, used: 0 };
    /// assert_eq!(renews_on(BillingCycle::Annual { term, pool }), "2026-01-01");
    /// ```
    pub const fn renews_on(&self, period: BillingPeriod) -> NaiveDate {
        match self {
            Self::Annual { term, .. } => term.end(),
            Self::Trial { .. } | Self::Monthly { .. } => period.end(),
        }
    }
}
