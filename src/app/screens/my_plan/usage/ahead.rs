//! The projection of the month's end, and the tier for it.

use billing::access::alert::{Advice, advice};
use billing::metering::usage::{
    CountedDay, Metered, Projection, TooFewDays, growth_days, projection,
};
use billing::period::last_day;
use billing::pricing::overage::overage_estimate;
use billing::{Money, PriceList, PricedAccount};
use chrono::NaiveDate;

/// A projection of the month's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    pub users: Projection,
    /// Their overage.
    pub overage: Money,
}

/// The projection, and the number of days that it is based on.
pub(super) fn ahead(
    account: &PricedAccount<'_>,
    counted: &[CountedDay],
    end: NaiveDate,
) -> (Option<Ahead>, u64) {
    match projection(counted, last_day(end)) {
        Ok(users) => (priced(account, users), growth_days(counted)),
        Err(TooFewDays { growth_days }) => (None, growth_days),
    }
}

/// A projection, and its overage.
fn priced(account: &PricedAccount<'_>, users: Projection) -> Option<Ahead> {
    let then = PricedAccount {
        metered: Metered {
            mau: users.expected,
            data_points: 0,
        },
        ..*account
    };
    let overage = overage_estimate(&then).ok()?;
    Some(Ahead {
        users,
        overage: overage.total,
    })
}

/// The limit of the largest tier, if Enterprise is the plan for the usage.
pub(super) fn enterprise(list: &PriceList, tier: u64, usage: u64) -> Option<u64> {
    match advice(list, tier, usage)? {
        Advice::Enterprise { largest } => Some(largest),
        Advice::HigherTier(_) => None,
    }
}
