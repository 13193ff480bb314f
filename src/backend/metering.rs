//! The month's usage as the app shows it, from the days of each project.

use std::collections::BTreeMap;

use api::usage::{DayUsage, ProjectUsage, Usage};
use billing::BillingPeriod;
use billing::usage::{MauParts, Metered};
use chrono::{DateTime, NaiveDate, Utc};

use crate::clock::billing_day;
use crate::error::Error;
use crate::store::usage::{self, Project, UsageDay};
use crate::store::{Tx, organizations};

/// The usage of the current month.
///
/// # Errors
/// An organization that is not stored.
pub async fn month_usage(
    tx: &mut Tx,
    organization_id: &str,
    now: DateTime<Utc>,
) -> Result<Usage, Error> {
    let organization = organizations::find(tx, organization_id).await?;
    let today = billing_day(now, organization.zone_offset_minutes);
    let period = BillingPeriod::of(today).ok_or(billing::OutOfRange)?;
    let last_month = period
        .start()
        .pred_opt()
        .and_then(BillingPeriod::of)
        .ok_or(billing::OutOfRange)?;
    let projects = usage::projects(tx, organization_id).await?;
    let counted = usage::days(tx, organization_id, period, today).await?;
    let before = usage::days(tx, organization_id, last_month, today).await?;
    let projects: Vec<_> = projects
        .into_iter()
        .map(|project| project_usage(project, &counted, &before))
        .collect();
    let parts = projects
        .iter()
        .fold(MauParts::default(), |sum, project| sum.plus(project.parts));
    let data_points = projects.iter().map(|project| project.data_points).sum();
    Ok(Usage {
        period_start: period.start(),
        period_end: period.end(),
        billing_day: today,
        now,
        counted_at: counted.iter().map(|day| day.counted_at).max(),
        parts,
        metered: Metered {
            mau: parts.actual_mau(),
            data_points,
        },
        projects,
        days: month_to_date(&counted),
    })
}

fn project_usage(project: Project, counted: &[UsageDay], before: &[UsageDay]) -> ProjectUsage {
    let of_project = |days: &[UsageDay]| -> Vec<UsageDay> {
        days.iter()
            .filter(|day| day.project_id == project.id)
            .cloned()
            .collect()
    };
    let (counted, before) = (of_project(counted), of_project(before));
    ProjectUsage {
        parts: counted.last().map(|day| day.parts).unwrap_or_default(),
        data_points: counted.iter().map(|day| day.data_points).sum(),
        previous_mau: before.last().map_or(0, |day| day.parts.actual_mau()),
        id: project.id,
        name: project.name,
    }
}

/// What the organization had counted at the end of each counted day. A project without a count of a
/// day keeps its last one.
fn month_to_date(counted: &[UsageDay]) -> Vec<DayUsage> {
    let mut by_day: BTreeMap<NaiveDate, Vec<&UsageDay>> = BTreeMap::new();
    for day in counted {
        by_day.entry(day.day).or_default().push(day);
    }
    let mut latest: BTreeMap<&str, MauParts> = BTreeMap::new();
    let mut data_points = 0_u64;
    let mut days = Vec::new();
    for (day, counts) in by_day {
        for count in counts {
            latest.insert(&count.project_id, count.parts);
            data_points = data_points.saturating_add(count.data_points);
        }
        let parts = latest
            .values()
            .fold(MauParts::default(), |sum, parts| sum.plus(*parts));
        days.push(DayUsage {
            day,
            metered: Metered {
                mau: parts.actual_mau(),
                data_points,
            },
        });
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_without_a_count_keeps_its_last_one() {
        let count = |project: &str, day: u32, app, data_points| UsageDay {
            project_id: project.to_owned(),
            day: NaiveDate::from_ymd_opt(2026, 6, day).unwrap(),
            parts: MauParts {
                app,
                anonymous_web: 2,
                ..MauParts::default()
            },
            data_points,
            counted_at: DateTime::UNIX_EPOCH,
        };
        let counted = [
            count("a", 1, 10, 5),
            count("a", 2, 15, 5),
            count("b", 1, 100, 7),
        ];
        let days: Vec<_> = month_to_date(&counted)
            .iter()
            .map(|day| (day.metered.mau, day.metered.data_points))
            .collect();
        assert_eq!(days, [(111, 12), (116, 17)]);
    }
}
