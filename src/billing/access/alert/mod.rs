//! Usage alerts: which thresholds were crossed, and the one notice about them (SPEC R10).

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::metering::usage::{exceeds, reaches};
use crate::period::BillingPeriod;

mod advice;
mod expected;

pub use advice::{Advice, advice, highest_reached};
pub use expected::{Course, Expected, expected};

/// The usage when the alerts are evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The month that is measured.
    pub period: BillingPeriod,
    /// Whether the account is in trial, which has no alerts.
    pub is_trial: bool,
    /// The tier in force, by its MAU limit.
    pub tier: u64,
    /// The usage so far, in users.
    pub usage: u64,
}

/// A threshold that usage has reached. It is recorded once per period and tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crossing {
    /// The tier whose limit was reached, by its MAU limit.
    pub tier: u64,
    /// The threshold, in percent of the limit.
    pub percent: u64,
}

/// The recorded crossings of a period. A recorded crossing is not recorded again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Latches {
    /// The first day of the period.
    pub period_start: NaiveDate,
    /// The recorded crossings.
    pub recorded: BTreeSet<Crossing>,
}

/// The notice to every active admin: one, for any number of thresholds crossed at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertNotice {
    /// The first day of the period.
    pub period_start: NaiveDate,
    /// The tier in force, by its MAU limit.
    pub tier: u64,
    /// The usage that crossed the threshold, in users.
    pub usage: u64,
    /// The highest threshold crossed, in percent of the limit.
    pub percent: u64,
}

/// The result of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The latches after the evaluation.
    pub latches: Latches,
    /// The crossings to record, lowest first.
    pub crossings: Vec<Crossing>,
    /// The notice to send; `None` when no threshold was crossed.
    pub notice: Option<AlertNotice>,
}

impl Latches {
    /// The latches of a new period, with nothing recorded.
    ///
    /// **Source.** SPEC R15, step 8.
    pub const fn reset(period: BillingPeriod) -> Self {
        Self {
            period_start: period.start(),
            recorded: BTreeSet::new(),
        }
    }

    /// Evaluates a reading.
    ///
    /// **Rule.** A threshold is crossed when usage reaches its percentage of the tier's limit, once per
    /// threshold, tier and period. All that were crossed since the last evaluation are recorded, and
    /// one notice names the highest. None in trial. A new period starts with nothing recorded.
    /// **Source.** SPEC R10, R15 step 8; an upgrade is measured against its own limit, R5 and A76.
    /// **Silent on** a reading of a period that is over: it crosses nothing, see A77.
    ///
    /// # Worked example
    ///
    /// From 70 % to 260 % of 20,000: six records, one notice of 250 %.
    ///
    /// ```
    /// # use billing::{BillingPeriod, access::alert::{Latches, Reading}};
    /// # let june = BillingPeriod::of("2025-06-01".parse().unwrap()).unwrap();
    /// # let percents = [80, 100, 125, 150, 200, 250, 300, 600];
    /// let at = |usage| Reading { period: june, is_trial: false, tier: 20_000, usage };
    /// let quiet = Latches::reset(june).after(at(14_000), &percents);
    /// assert_eq!((quiet.crossings.len(), quiet.notice), (0, None));
    /// let loud = quiet.latches.after(at(52_000), &percents);
    /// let recorded: Vec<u64> = loud.crossings.iter().map(|crossing| crossing.percent).collect();
    /// assert_eq!(recorded, [80, 100, 125, 150, 200, 250]);
    /// assert_eq!(loud.notice.unwrap().percent, 250);
    /// ```
    pub fn after(&self, reading: Reading, alert_percents: &[u64]) -> Evaluation {
        let start = reading.period.start();
        let mut latches = if start > self.period_start {
            Self::reset(reading.period)
        } else {
            self.clone()
        };
        let crossings = if reading.is_trial || start < self.period_start {
            BTreeSet::new()
        } else {
            latches.missing(reading, alert_percents)
        };
        latches.recorded.extend(&crossings);
        let notice = crossings.last().map(|highest| AlertNotice {
            period_start: start,
            tier: reading.tier,
            usage: reading.usage,
            percent: highest.percent,
        });
        Evaluation {
            latches,
            crossings: crossings.into_iter().collect(),
            notice,
        }
    }

    /// The recorded crossings that the usage does not reach, lowest first, after figures were corrected.
    /// They are removed, so that they are recorded and announced if usage reaches them later.
    ///
    /// **Source.** SPEC R10 (P).
    ///
    /// ```
    /// # use billing::{BillingPeriod, access::alert::{Latches, Reading}};
    /// # let june = BillingPeriod::of("2025-06-01".parse().unwrap()).unwrap();
    /// # let percents = [80, 100, 125];
    /// let typed = Reading { period: june, is_trial: false, tier: 20_000, usage: 26_000 };
    /// let latches = Latches::reset(june).after(typed, &percents).latches;
    /// let never: Vec<u64> = latches.beyond(20_600).iter().map(|crossing| crossing.percent).collect();
    /// assert_eq!(never, [125]);
    /// ```
    pub fn beyond(&self, usage: u64) -> Vec<Crossing> {
        let recorded = self.recorded.iter().copied();
        recorded
            .filter(|crossing| !reaches(usage, crossing.tier, crossing.percent))
            .collect()
    }

    /// The thresholds that the reading reaches and that are not recorded.
    fn missing(&self, reading: Reading, alert_percents: &[u64]) -> BTreeSet<Crossing> {
        let Reading { tier, usage, .. } = reading;
        alert_percents
            .iter()
            .filter(|percent| reaches(usage, tier, **percent))
            .map(|percent| Crossing {
                tier,
                percent: *percent,
            })
            .filter(|crossing| !self.recorded.contains(crossing))
            .collect()
    }
}

/// Whether admins see the pop-up "limit exceeded", in trial too.
///
/// **Rule.** While usage is above the tier's limit; at the limit it is not shown.
/// **Source.** SPEC R10, 4.11.
///
/// ```
/// # use billing::access::alert::shows_popup;
/// assert!(shows_popup(20_001, 20_000) && !shows_popup(20_000, 20_000));
/// ```
pub fn shows_popup(usage: u64, tier_limit: u64) -> bool {
    exceeds(usage, tier_limit, 100)
}

#[cfg(test)]
mod tests;
