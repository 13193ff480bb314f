//! The counted usage of a month, the one source for alerts, locks, overage, prices and every figure on
//! a screen. It covers the month from the day on which counting for charges began (SPEC R10).

use billing::metering::usage::{
    CountedDay, MauParts, Metered, MonthToDate, NotCounted, Settled, counted, figures,
};
use billing::period::day_start;
use billing::{BillingPeriod, OrganizationId, OutOfRange};
use chrono::{DateTime, NaiveDate, Utc};

use super::add_on_use;
use super::add_on_use::CountedDays;
use super::cuts::{self, Cut, Cuts, Kind};
use super::totals::{self, Moved, Series};
use crate::foundation::error::Error;
use crate::store::{Tx, subscriptions};

/// A month's usage up to a day.
#[derive(Debug, Clone)]
pub struct CountedUsage {
    pub period: BillingPeriod,
    /// The first counted day: the 1st, or the day on which a trial or a pause ended.
    pub from: NaiveDate,
    /// The month to date at the end of each day with figures, including days before `from`.
    days: Vec<(NaiveDate, MonthToDate)>,
    cuts: Cuts,
}

/// The counted usage of a month up to and including `last`, over all projects.
pub async fn of_month(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    period: BillingPeriod,
    last: NaiveDate,
) -> Result<CountedUsage, Error> {
    let totals = totals::of_month(tx, organization_id, period, last).await?;
    Ok(CountedUsage {
        period,
        from: subscriptions::counted_from(tx, organization_id, period).await?,
        days: to_date(&totals),
        cuts: cuts::find(tx, organization_id).await?,
    })
}

/// The counted usage of the current month up to and including `today`.
pub async fn to_day(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    today: NaiveDate,
) -> Result<CountedUsage, Error> {
    let period = BillingPeriod::of(today).ok_or(OutOfRange)?;
    of_month(tx, organization_id, period, today).await
}

/// Records that a trial or a pause has ended and that counting for charges begins at `at` on `day`.
/// What the day had counted before does not count.
pub async fn begin(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    day: NaiveDate,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let month = to_day(tx, organization_id, day).await?;
    let arrived = totals::counted_at(tx, organization_id, day, day).await?;
    let here = arrived.is_some_and(|arrived| arrived <= at);
    let figures = if here {
        month.at_end_of(day).beyond(month.eve_of(day))
    } else {
        MonthToDate::default()
    };
    let cut = Cut { day, at, figures };
    cuts::keep(tx, organization_id, Kind::Begun, cut).await?;
    add_on_use::begin(tx, organization_id, day, at).await?;
    subscriptions::charge_from(tx, organization_id, day).await
}

/// Records that an invoice has charged the month up to and including a day. None of it is charged
/// again, whatever is corrected later.
pub async fn settle(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    day: NaiveDate,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let month = to_day(tx, organization_id, day).await?;
    let figures = month.at_end_of(day).at_least(month.not_counted());
    let cut = Cut { day, at, figures };
    cuts::keep(tx, organization_id, Kind::Settled, cut).await?;
    add_on_use::settle(tx, organization_id, month.days_to(day)).await
}

impl CountedUsage {
    /// The counted days up to and including `last`.
    pub fn days_to(&self, last: NaiveDate) -> CountedDays {
        CountedDays {
            period: self.period,
            from: self.from,
            last,
        }
    }

    /// The usage that is charged.
    pub fn metered(&self) -> Metered {
        self.counted(self.last()).metered
    }

    /// The instant from which usage counts.
    ///
    /// # Errors
    /// A first day whose start lies outside the range of dates.
    pub fn counted_since(&self, offset_minutes: i32) -> Result<DateTime<Utc>, OutOfRange> {
        let begun = self.cuts.begun_at(self.from);
        begun
            .or_else(|| day_start(self.from, offset_minutes))
            .ok_or(OutOfRange)
    }

    /// Whether figures of a day that arrived at this instant came before counting began.
    pub fn excludes(&self, day: NaiveDate, arrived: DateTime<Utc>) -> bool {
        let begun_at = self.cuts.begun_at(self.from);
        day < self.from || day == self.from && begun_at.is_some_and(|at| arrived < at)
    }

    /// The counted users, by how they were seen.
    pub fn parts(&self) -> MauParts {
        self.counted(self.last()).parts
    }

    /// The usage that was charged or excluded before; a year's pool already contains it.
    pub fn settled(&self, data_points_per_mau: u64) -> u64 {
        figures(self.not_counted().metered(), 0, data_points_per_mau).usage
    }

    /// The counted usage at the end of each counted day.
    pub fn days(&self) -> Vec<(NaiveDate, Metered)> {
        let days = self.days.iter().filter(|(day, _)| *day >= self.from);
        days.map(|(day, month)| (*day, self.counted(*month).metered))
            .collect()
    }

    /// The month to date at the end of each day before counting began.
    pub fn days_before(&self) -> Vec<(NaiveDate, Metered)> {
        let days = self.days.iter().filter(|(day, _)| *day < self.from);
        days.map(|(day, month)| (*day, month.metered())).collect()
    }

    /// The counted users at the end of each counted day.
    pub fn course(&self, data_points_per_mau: u64) -> Vec<CountedDay> {
        let usage = |(day, metered)| CountedDay {
            day,
            users: figures(metered, 0, data_points_per_mau).usage,
        };
        self.days().into_iter().map(usage).collect()
    }

    /// The same month after a change of its totals.
    ///
    /// # Errors
    /// A change that does not belong to these totals.
    pub fn after(self, totals: &Series, moved: &Moved) -> Result<Self, OutOfRange> {
        let totals = totals::after(totals, &moved.within(self.period))?;
        Ok(Self {
            days: to_date(&totals),
            ..self
        })
    }

    fn counted(&self, month: MonthToDate) -> billing::metering::usage::Counted {
        counted(month, self.not_counted())
    }

    fn not_counted(&self) -> MonthToDate {
        let settled = self.cuts.settled(self.period);
        NotCounted {
            eve: self.eve_of(self.from),
            begun_day: self.cuts.begun(self.from),
            first_day: self.at_end_of(self.from),
            settled: settled.map(|(day, figures)| Settled {
                figures,
                day: self.at_end_of(day),
            }),
        }
        .total()
    }

    fn last(&self) -> MonthToDate {
        self.days.last().map(|(_, last)| *last).unwrap_or_default()
    }

    fn at_end_of(&self, day: NaiveDate) -> MonthToDate {
        let until = self.days.partition_point(|(other, _)| *other <= day);
        let last = until.checked_sub(1).and_then(|index| self.days.get(index));
        last.map(|(_, figures)| *figures).unwrap_or_default()
    }

    fn eve_of(&self, day: NaiveDate) -> MonthToDate {
        day.pred_opt()
            .map(|eve| self.at_end_of(eve))
            .unwrap_or_default()
    }
}

/// The month to date at the end of each day: users as they are, data points summed.
fn to_date(totals: &Series) -> Vec<(NaiveDate, MonthToDate)> {
    let mut data_points = 0_u64;
    let mut days = Vec::with_capacity(totals.len());
    for (day, figures) in totals {
        data_points = data_points.saturating_add(figures.data_points);
        let parts = figures.parts;
        days.push((*day, MonthToDate { parts, data_points }));
    }
    days
}
