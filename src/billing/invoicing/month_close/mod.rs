//! The month change, as a list of effects (SPEC R15).
//!
//! [`close`] only decides. The caller applies its [`Plan`] in one transaction, under the plan's key.
//! [`Effect`] lists what can be done, in the order of R15.

use alloc::vec::Vec;
use core::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::money::OutOfRange;
use crate::period::{BillingPeriod, day_end};
use crate::pricing::change::Refusal;
use crate::pricing::statement::Derivations;
use crate::text::OrganizationId;

mod closing;
mod effect;
mod steps;
#[cfg(test)]
mod tests;

pub use closing::{ClosePolicy, Closing, DashboardLock, Life, OpenOrder};
pub use effect::{Collection, Effect, FrozenUsage};

/// The key that makes a month close at most once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseKey {
    /// The id of the organization.
    pub organization: OrganizationId,
    /// The month to close.
    pub period: BillingPeriod,
}

/// The effects of closing a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The key of the close; it is used once.
    pub key: CloseKey,
    /// The instant at which the month ended, however late the close runs (SPEC R2).
    pub at: DateTime<Utc>,
    /// The effects, in the order of R15.
    pub effects: Vec<Effect>,
}

/// The result of closing a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// The month is already closed: nothing is left to do.
    Before,
    /// The month closes now, with these effects.
    Now(Plan),
}

/// Why a month cannot be closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloseRefused {
    /// An earlier month is still open: that month.
    OutOfOrder(BillingPeriod),
    /// The month is not over: the instant at which it ends.
    NotOver(DateTime<Utc>),
    /// An order still waits for its payment.
    PaymentPending,
    /// The account cannot be priced.
    Unpriced(Refusal),
}

impl fmt::Display for CloseRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfOrder(open) => write!(f, "the month of {} is still open", open.start()),
            Self::NotOver(end) => write!(f, "the month ends at {end}"),
            Self::PaymentPending => f.write_str("an order of this month waits for its payment"),
            Self::Unpriced(refusal) => refusal.fmt(f),
        }
    }
}

impl core::error::Error for CloseRefused {}

impl From<Refusal> for CloseRefused {
    fn from(refusal: Refusal) -> Self {
        Self::Unpriced(refusal)
    }
}

impl From<OutOfRange> for CloseRefused {
    fn from(_: OutOfRange) -> Self {
        Self::Unpriced(Refusal::OutOfRange)
    }
}

/// Returns the effects that close a month of an account.
///
/// **Rule.** Freeze the usage; rate the overage with the closing tier and add-ons; apply the
/// scheduled changes; charge the coming month; tax; issue; collect; reset the alerts; check the lock.
/// Once per organization and month, in the order of the months, and never before the month is over.
/// **Source.** SPEC R15, R11, R2, A27.
/// **Silent on** a month with nothing to charge: no invoice. On annual plans: see A88.
///
/// # Worked example
///
/// June with 22,000 users and one add-on: on 1 July 26.40 for June and 270.00 for July (A27).
///
/// ```
/// # use billing::{AddOnId, BillingCycle, BillingPeriod, Derivations, PriceBook, PricedAccount};
/// # use billing::{Subscription, catalog::price_book::ESSENTIALS};
/// # use billing::{metering::usage::Metered, pricing::subscription::Scheduled};
/// # use billing::invoicing::invoice::BookVersion;
/// # use billing::OrganizationId;
/// # use billing::invoicing::month_close::*;
/// # let book = PriceBook::parse(ESSENTIALS).unwrap();
/// # let subscription = Subscription {
/// #     tier: 20_000,
/// #     add_ons: [AddOnId::new("cloud-export")].into(),
/// #     scheduled: Scheduled::default(),
/// # };
/// let june = BillingPeriod::of("2025-06-01".parse().unwrap()).unwrap();
/// let closing = Closing {
///     organization: &OrganizationId::new("acme"),
///     period: june,
///     first_open: june,
///     account: PricedAccount {
///         list: book.list(billing::CurrencyCode::USD).unwrap(),
///         subscription: &subscription,
///         cycle: BillingCycle::monthly(june),
///         annual_offered: false,
///         metered: Metered { mau: 22_000, data_points: 0 },
///         add_on_use: billing::AddOnUse::NONE,
///         places: None,
///         day: june.start(),
///     },
/// #   offset_minutes: 0,
/// #   life: Life::Running,
/// #   order: OpenOrder::None,
/// #   dashboard_lock: DashboardLock::Clear,
/// #   latches: &[],
/// #   book: BookVersion { id: book.id.clone(), version: book.version },
/// #   notes: Vec::new(),
///     policy: ClosePolicy::default(),
///     // and the rest
/// };
/// let july = "2025-07-01T00:00:00Z".parse().unwrap();
/// let Ok(Closed::Now(plan)) = close(&closing, july, Derivations::Omitted) else { panic!() };
/// assert_eq!(plan.invoice().unwrap().statement.total.to_string(), "296.40");
/// ```
///
/// # Errors
/// Fails when another month has to be closed first, or when the account cannot be priced.
pub fn close(
    closing: &Closing<'_>,
    now: DateTime<Utc>,
    derivations: Derivations,
) -> Result<Closed, CloseRefused> {
    if closing.period < closing.first_open {
        return Ok(Closed::Before);
    }
    if closing.period > closing.first_open {
        return Err(CloseRefused::OutOfOrder(closing.first_open));
    }
    let at = ends_at(closing.period, closing.offset_minutes)?;
    if now < at {
        return Err(CloseRefused::NotOver(at));
    }
    match closing.order {
        OpenOrder::AwaitsPayment => return Err(CloseRefused::PaymentPending),
        OpenOrder::None => {}
    }
    let key = CloseKey {
        organization: closing.organization.clone(),
        period: closing.period,
    };
    let effects = steps::effects(closing, at, now, derivations)?;
    Ok(Closed::Now(Plan { key, at, effects }))
}

/// The months that are over and not closed, in the order in which they have to be closed.
///
/// **Source.** SPEC R2, R15: a job that is months late closes them one after the other.
///
/// ```
/// # use billing::{BillingPeriod, invoicing::month_close::open_months};
/// let june = BillingPeriod::of("2025-06-01".parse().unwrap()).unwrap();
/// let open = |now: &str| open_months(june, now.parse().unwrap(), 0).len();
/// assert_eq!(open("2025-06-30T23:59:59Z"), 0);
/// assert_eq!(open("2025-07-01T00:00:00Z"), 1);
/// assert_eq!(open("2025-09-01T00:00:00Z"), 3);
/// ```
pub fn open_months(
    first_open: BillingPeriod,
    now: DateTime<Utc>,
    offset_minutes: i32,
) -> Vec<BillingPeriod> {
    let is_over = |month: &BillingPeriod| ends_at(*month, offset_minutes).is_ok_and(|at| at <= now);
    core::iter::successors(Some(first_open), BillingPeriod::next)
        .take_while(is_over)
        .collect()
}

/// The instant at which a month ends in the organization's zone, and is closed.
///
/// **Source.** SPEC R2, A26.
///
/// ```
/// # use billing::{BillingPeriod, invoicing::month_close::ends_at};
/// let june = BillingPeriod::of("2025-06-01".parse().unwrap()).unwrap();
/// assert_eq!(ends_at(june, 330).unwrap().to_rfc3339(), "2025-06-30T18:30:00+00:00");
/// ```
pub fn ends_at(period: BillingPeriod, offset_minutes: i32) -> Result<DateTime<Utc>, CloseRefused> {
    let last_day = period.end().pred_opt().ok_or(Refusal::InvalidDate)?;
    let at = day_end(last_day, offset_minutes).ok_or(Refusal::InvalidDate)?;
    Ok(at)
}
