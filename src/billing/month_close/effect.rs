//! What there is to do at a month change.

use alloc::vec::Vec;

use chrono::{DateTime, TimeDelta, Utc};

use super::{CollectingRule, Plan};
use crate::annual::{AnnualTerm, Pool};
use crate::invoice::InvoiceDraft;
use crate::money::{Money, OutOfRange};
use crate::statement::Line;
use crate::subscription::Subscription;
use crate::usage::Metered;

/// One thing to do at a month change. Their order is that of SPEC R15.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Usage of the closed month is final.
    FreezeUsage(FrozenUsage),
    /// The annual pool has a month less.
    CountAgainstPool(Pool),
    /// The closed month's overage: what is invoiced for it, line by line.
    RateOverage(Vec<Line>),
    /// What was scheduled has happened: the subscription from now on.
    ApplyScheduled(Subscription),
    /// The next annual term begins, with a pool of its own.
    BeginTerm(AnnualTerm, Pool),
    /// The annual term is over, and the account is charged by the month.
    EndTerm,
    /// An invoice: number it, keep it, send it to the billing contacts alone (A22).
    Issue(InvoiceDraft),
    /// Collect what is due.
    Collect(Collection),
    /// The alerts at these percentages may go out again.
    ResetAlerts(Vec<u64>),
    /// The dashboard locks.
    LockDashboard(Lock),
}

impl Effect {
    /// The step of SPEC R15 that it belongs to. The invoice is steps 4 to 6.
    pub const fn step(&self) -> u8 {
        match self {
            Self::FreezeUsage(_) | Self::CountAgainstPool(_) => 1,
            Self::RateOverage(_) => 2,
            Self::ApplyScheduled(_) | Self::BeginTerm(..) | Self::EndTerm => 3,
            Self::Issue(_) => 6,
            Self::Collect(_) => 7,
            Self::ResetAlerts(_) => 8,
            Self::LockDashboard(_) => 9,
        }
    }
}

/// The usage with which a month was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrozenUsage {
    /// What was metered.
    pub metered: Metered,
    /// The figure that is billed (SPEC section 3).
    pub usage: u64,
    /// The closing tier.
    pub tier: u64,
}

/// How much is collected, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collection {
    /// As the invoice is issued.
    AtOnce {
        /// How much, tax included.
        amount: Money,
    },
    /// After the payer was told.
    AfterNotice {
        /// How much, tax included. The notice names it.
        amount: Money,
        /// When the payer is told.
        notice_at: DateTime<Utc>,
        /// The earliest debit. If it fails, this is when the grace period begins (A35).
        debit_at: DateTime<Utc>,
    },
}

impl Collection {
    /// How an invoice is collected whose payer is told now. None where nothing is due.
    ///
    /// **Source.** SPEC R15 step 7, R17, A35, A90.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::{Currency, Money, month_close::{CollectingRule, Collection}};
    /// let amount = Money::new(2_360_000, Currency::new("INR", 2).unwrap());
    /// let told_at = "2025-07-01T00:00:00Z".parse().unwrap();
    /// let collection = Collection::of(CollectingRule::RUPEE_MANDATE, amount, told_at).unwrap();
    /// assert_eq!(collection, Some(Collection::AfterNotice {
    ///     amount,
    ///     notice_at: told_at,
    ///     debit_at: "2025-07-02T00:00:00Z".parse().unwrap(),
    /// }));
    /// ```
    pub fn of(
        rule: CollectingRule,
        amount: Money,
        told_at: DateTime<Utc>,
    ) -> Result<Option<Self>, OutOfRange> {
        if amount.minor() <= 0 {
            return Ok(None);
        }
        Ok(Some(match rule {
            CollectingRule::AtOnce => Self::AtOnce { amount },
            CollectingRule::AfterNotice { hours } => Self::AfterNotice {
                amount,
                notice_at: told_at,
                debit_at: told_at
                    .checked_add_signed(TimeDelta::hours(i64::from(hours)))
                    .ok_or(OutOfRange)?,
            },
        }))
    }
}

/// For which usage the dashboard locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// A month above the lock percentage (SPEC R11).
    Overage,
    /// A term above its soft limit (SPEC R11).
    AnnualSoft,
}

impl Plan {
    /// The invoice, where one is issued.
    pub fn invoice(&self) -> Option<&InvoiceDraft> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Issue(invoice) => Some(invoice),
            Effect::FreezeUsage(_)
            | Effect::CountAgainstPool(_)
            | Effect::RateOverage(_)
            | Effect::ApplyScheduled(_)
            | Effect::BeginTerm(..)
            | Effect::EndTerm
            | Effect::Collect(_)
            | Effect::ResetAlerts(_)
            | Effect::LockDashboard(_) => None,
        })
    }
}
