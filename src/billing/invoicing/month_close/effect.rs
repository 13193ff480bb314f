//! The effects of a month change.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use super::Plan;
use crate::invoicing::collection::CollectingRule;
use crate::invoicing::invoice::InvoiceDraft;
use crate::metering::lock_threshold::Measure;
use crate::metering::pool::Pool;
use crate::metering::usage::Metered;
use crate::money::Money;
use crate::period::AnnualTerm;

use crate::pricing::statement::Line;
use crate::pricing::subscription::Subscription;

/// One effect of a month change. The order of the variants is that of SPEC R15.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The usage of the closed month becomes final.
    FreezeUsage(FrozenUsage),
    /// The month is counted against the annual pool: the pool after it.
    CountAgainstPool(Pool),
    /// The overage of the closed month, line by line.
    RateOverage(Vec<Line>),
    /// The scheduled changes take effect: the subscription after them.
    ApplyScheduled(Subscription),
    /// The next annual term begins, with a pool of its own.
    BeginTerm(AnnualTerm, Pool),
    /// The annual term is over, and the account is charged monthly.
    EndTerm,
    /// Number the invoice, store it, and send it only to the billing contacts (A22).
    Issue(InvoiceDraft),
    /// Collect the amount due.
    Collect(Collection),
    /// The alerts at these percentages may be sent again.
    ResetAlerts(Vec<u64>),
    /// Lock the dashboard for this usage.
    LockDashboard(Measure),
}

impl Effect {
    /// The step of SPEC R15. The invoice covers steps 4 to 6.
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
    /// The metered usage.
    pub metered: Metered,
    /// The figure that is billed (SPEC section 3).
    pub usage: u64,
    /// The tier at the end of the month.
    pub tier: u64,
}

/// The amount to collect, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collection {
    /// At issue.
    AtOnce {
        /// The amount, tax included.
        amount: Money,
    },
    /// After a notice to the payer.
    AfterNotice {
        /// The amount, tax included. The notice names it.
        amount: Money,
        /// When the notice is sent.
        notice_at: DateTime<Utc>,
        /// The earliest debit. If it fails, the grace period begins at that instant (A35).
        debit_at: DateTime<Utc>,
    },
}

impl Collection {
    /// How an invoice is collected when the payer is notified now. `None` when nothing is due.
    ///
    /// **Source.** SPEC R15 step 7, R17, A35, A90.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::{Currency, Money};
    /// # use billing::invoicing::{collection::CollectingRule, month_close::Collection};
    /// let amount = Money::new(2_360_000, Currency::new("INR", 2).unwrap());
    /// let notified_at = "2025-07-01T00:00:00Z".parse().unwrap();
    /// let collection = Collection::of(CollectingRule::RUPEE_MANDATE, amount, notified_at);
    /// assert_eq!(collection, Some(Collection::AfterNotice {
    ///     amount,
    ///     notice_at: notified_at,
    ///     debit_at: "2025-07-02T00:00:00Z".parse().unwrap(),
    /// }));
    /// ```
    pub fn of(rule: CollectingRule, amount: Money, notified_at: DateTime<Utc>) -> Option<Self> {
        (amount.minor() > 0).then(|| match rule {
            CollectingRule::AtOnce => Self::AtOnce { amount },
            CollectingRule::AfterNotice { .. } => Self::AfterNotice {
                amount,
                notice_at: notified_at,
                debit_at: rule.debit_at(notified_at),
            },
        })
    }
}

impl Plan {
    /// The invoice of the plan; `None` when none is issued.
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
