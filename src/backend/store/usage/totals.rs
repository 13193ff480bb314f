//! Usage per day over all projects, updated with every change of a project's days. A price is computed
//! from these few rows, however many projects there are.

use std::collections::{BTreeMap, BTreeSet};

use billing::metering::usage::{MauParts, MonthToDate};
use billing::{BillingPeriod, OrganizationId, OutOfRange};
use chrono::{DateTime, NaiveDate, Utc};

use super::PartsRow;
use crate::foundation::clock::instant_text;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Text};

/// The figures of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Figures {
    /// The distinct users of the month to date.
    #[sqlx(flatten, try_from = "PartsRow")]
    pub parts: MauParts,
    /// The data points of the day alone.
    #[sqlx(try_from = "Count")]
    pub data_points: u64,
}

/// The counted days of a month.
pub type Series = BTreeMap<NaiveDate, Figures>;

#[derive(sqlx::FromRow)]
struct Row {
    day: Text<NaiveDate>,
    #[sqlx(flatten)]
    figures: Figures,
}

/// The change of each day's totals that a change of projects' days causes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    by_day: BTreeMap<NaiveDate, [i64; 5]>,
    counted: BTreeMap<NaiveDate, DateTime<Utc>>,
}

impl Moved {
    /// Records that figures of a day were received.
    pub fn counted(&mut self, day: NaiveDate, at: DateTime<Utc>) {
        let latest = self.counted.entry(day).or_insert(at);
        *latest = at.max(*latest);
    }

    /// The days whose figures were received.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        self.counted.keys().copied()
    }

    /// Adds the change of one project's month. Its users count on each day until its next row.
    pub fn shift(&mut self, period: BillingPeriod, before: &Series, after: &Series) {
        let (mut old, mut new) = ([0; 4], [0; 4]);
        let days = period.start().iter_days();
        for day in days.take_while(|day| period.contains(*day)) {
            let (was, is) = (before.get(&day), after.get(&day));
            old = was.map_or(old, |was| signed(was.parts));
            new = is.map_or(new, |is| signed(is.parts));
            let points = |figures: Option<&Figures>| {
                figures.map_or(0, |figures| figures.data_points.cast_signed())
            };
            let points = points(is) - points(was);
            if old == new && points == 0 {
                continue;
            }
            let moved = self.by_day.entry(day).or_default();
            for (index, part) in moved.iter_mut().take(4).enumerate() {
                *part += new[index] - old[index];
            }
            moved[4] += points;
        }
    }

    /// Adds the change of how one person is counted at the end of a day.
    pub fn user(&mut self, day: NaiveDate, before: MauParts, after: MauParts) {
        if before == after {
            return;
        }
        let (before, after) = (signed(before), signed(after));
        let moved = self.by_day.entry(day).or_default();
        for (index, part) in moved.iter_mut().take(4).enumerate() {
            *part += after[index] - before[index];
        }
    }

    pub fn points(&mut self, day: NaiveDate, points: u64) {
        self.by_day.entry(day).or_default()[4] += points.cast_signed();
    }

    /// The part of the change that lies in a month.
    pub fn within(&self, period: BillingPeriod) -> Self {
        let mut within = self.clone();
        within.by_day.retain(|day, _| period.contains(*day));
        within.counted.retain(|day, _| period.contains(*day));
        within
    }

    fn of(&self, day: NaiveDate) -> [i64; 5] {
        self.by_day.get(&day).copied().unwrap_or_default()
    }
}

/// The totals of a month's counted days up to and including `last`.
pub async fn of_month(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    period: BillingPeriod,
    last: NaiveDate,
) -> Result<Series, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT day, app, web_identified, api, anonymous_web, data_points FROM usage_totals \
         WHERE organization_id = $1 AND day >= $2 AND day < $3 AND day <= $4 ORDER BY day",
    )
    .bind(organization_id.as_str())
    .bind(Text(period.start()))
    .bind(Text(period.end()))
    .bind(Text(last))
    .fetch_all(tx.connection())
    .await?;
    let totals = |row: Row| (row.day.0, row.figures);
    Ok(rows.into_iter().map(totals).collect())
}

/// The totals of a month after a change of it.
///
/// # Errors
/// A change that does not belong to these totals.
pub fn after(before: &Series, moved: &Moved) -> Result<Series, OutOfRange> {
    let days: BTreeSet<_> = before.keys().copied().chain(moved.days()).collect();
    let mut series = Series::new();
    let mut last: Option<(NaiveDate, MauParts)> = None;
    for day in days {
        let was = before.get(&day);
        let carried =
            last.filter(|(before, _)| BillingPeriod::of(*before) == BillingPeriod::of(day));
        let parts = was.map_or(
            carried.map_or(MauParts::default(), |(_, parts)| parts),
            |was| was.parts,
        );
        last = Some((day, parts));
        let data_points = was.map_or(0, |was| was.data_points);
        let figures = Figures { parts, data_points };
        series.insert(day, plus(figures, moved.of(day))?);
    }
    Ok(series)
}

/// Adds a change to the stored totals.
///
/// # Errors
/// A closed month, a change that does not belong to the stored totals.
pub async fn apply(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    moved: &Moved,
) -> Result<(), Error> {
    let days = moved.by_day.keys().copied().chain(moved.days());
    let months: BTreeSet<_> = days
        .filter_map(BillingPeriod::of)
        .map(|period| period.start())
        .collect();
    for first in months {
        let period = BillingPeriod::of(first).ok_or(OutOfRange)?;
        let before = of_month(tx, organization_id, period, period.end()).await?;
        for (day, figures) in after(&before, &moved.within(period))? {
            let counted_at = moved.counted.get(&day);
            if before.get(&day) != Some(&figures) || counted_at.is_some() {
                write(tx, organization_id, day, figures, counted_at.copied()).await?;
            }
        }
    }
    Ok(())
}

async fn write(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    day: NaiveDate,
    figures: Figures,
    counted_at: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    let parts = figures.parts;
    sqlx::query(
        "INSERT INTO usage_totals (organization_id, day, app, web_identified, api, anonymous_web, \
         data_points, counted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (organization_id, day) DO UPDATE SET app = excluded.app, \
         web_identified = excluded.web_identified, api = excluded.api, \
         anonymous_web = excluded.anonymous_web, data_points = excluded.data_points, \
         counted_at = CASE WHEN excluded.counted_at > usage_totals.counted_at \
         THEN excluded.counted_at ELSE usage_totals.counted_at END",
    )
    .bind(organization_id.as_str())
    .bind(Text(day))
    .bind(Count(parts.app))
    .bind(Count(parts.web_identified))
    .bind(Count(parts.api))
    .bind(Count(parts.anonymous_web))
    .bind(Count(figures.data_points))
    .bind(counted_at.map_or_else(String::new, instant_text))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// When figures for the days from `first` to `last` were last received; `None` before the first.
pub async fn counted_at(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Option<DateTime<Utc>>, Error> {
    let latest: Option<Text<_>> = sqlx::query_scalar(
        "SELECT MAX(counted_at) FROM usage_totals WHERE organization_id = $1 AND day >= $2 \
         AND day <= $3",
    )
    .bind(organization_id.as_str())
    .bind(Text(first))
    .bind(Text(last))
    .fetch_one(tx.connection())
    .await?;
    Ok(latest.map(|Text(at)| at))
}

impl From<Figures> for MonthToDate {
    fn from(Figures { parts, data_points }: Figures) -> Self {
        Self { parts, data_points }
    }
}

const fn signed(parts: MauParts) -> [i64; 4] {
    [
        parts.app.cast_signed(),
        parts.web_identified.cast_signed(),
        parts.api.cast_signed(),
        parts.anonymous_web.cast_signed(),
    ]
}

fn plus(figures: Figures, moved: [i64; 5]) -> Result<Figures, OutOfRange> {
    let [app, web_identified, api, anonymous_web, data_points] = moved;
    let add = |count: u64, moved: i64| count.checked_add_signed(moved).ok_or(OutOfRange);
    Ok(Figures {
        parts: MauParts {
            app: add(figures.parts.app, app)?,
            web_identified: add(figures.parts.web_identified, web_identified)?,
            api: add(figures.parts.api, api)?,
            anonymous_web: add(figures.parts.anonymous_web, anonymous_web)?,
        },
        data_points: add(figures.data_points, data_points)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 6, number).unwrap()
    }

    fn series(days: &[(u32, u64, u64)]) -> Series {
        let figures = |(number, app, data_points): &(u32, u64, u64)| {
            let parts = MauParts {
                app: *app,
                ..MauParts::default()
            };
            let data_points = *data_points;
            (day(*number), Figures { parts, data_points })
        };
        days.iter().map(figures).collect()
    }

    /// Two projects: after each change the totals equal the sum computed by hand.
    #[test]
    fn a_change_moves_every_day_until_the_projects_next_row() {
        let june = BillingPeriod::of(day(1)).unwrap();
        let mut moved = Moved::default();
        moved.shift(june, &Series::new(), &series(&[(2, 10, 5), (4, 30, 1)]));
        moved.counted(day(2), DateTime::UNIX_EPOCH);
        moved.counted(day(4), DateTime::UNIX_EPOCH);
        let totals = after(&Series::new(), &moved).unwrap();
        assert_eq!(totals, series(&[(2, 10, 5), (4, 30, 1)]));
        let mut other = Moved::default();
        other.shift(june, &Series::new(), &series(&[(3, 100, 7)]));
        other.counted(day(3), DateTime::UNIX_EPOCH);
        let totals = after(&totals, &other).unwrap();
        assert_eq!(totals, series(&[(2, 10, 5), (3, 110, 7), (4, 130, 1)]));
        let mut corrected = Moved::default();
        let before = series(&[(2, 10, 5), (4, 30, 1)]);
        corrected.shift(june, &before, &series(&[(2, 12, 4), (4, 30, 1)]));
        corrected.counted(day(2), DateTime::UNIX_EPOCH);
        let totals = after(&totals, &corrected).unwrap();
        assert_eq!(totals, series(&[(2, 12, 4), (3, 112, 7), (4, 130, 1)]));
    }
}
