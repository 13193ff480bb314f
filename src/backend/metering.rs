//! The month's usage as the app shows it, from the days of each project.

use std::collections::BTreeMap;

use api::usage::{DayUsage, ProjectUsage, Usage};
use billing::BillingPeriod;
use billing::usage::{MauParts, Metered};
use chrono::{DateTime, NaiveDate, Utc};

use crate::clock::billing_day;
use crate::error::Error;
use crate::store::usage::{self, Project, UsageDay};
use crate::store::usage_totals::{self, Figures, Series};
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
    let counted = by_project(usage::days(tx, organization_id, period, today).await?);
    let before = by_project(usage::days(tx, organization_id, last_month, today).await?);
    let totals = usage_totals::of_month(tx, organization_id, period, today).await?;
    let last = totals.values().next_back();
    Ok(Usage {
        period_start: period.start(),
        period_end: period.end(),
        billing_day: today,
        now,
        counted_at: usage_totals::counted_at(tx, organization_id, period).await?,
        parts: last.map_or_else(MauParts::default, |last| last.parts),
        metered: usage_totals::sum(&totals),
        projects: projects
            .into_iter()
            .map(|project| project_usage(project, (&counted, &before)))
            .collect(),
        days: month_to_date(&totals),
    })
}

type ByProject = BTreeMap<String, Vec<UsageDay>>;

fn by_project(days: Vec<UsageDay>) -> ByProject {
    let mut by_project = ByProject::new();
    for day in days {
        let project = by_project.entry(day.project_id.clone()).or_default();
        project.push(day);
    }
    by_project
}

fn project_usage(project: Project, (counted, before): (&ByProject, &ByProject)) -> ProjectUsage {
    let days = |months: &ByProject| months.get(&project.id).cloned().unwrap_or_default();
    let (counted, before) = (days(counted), days(before));
    ProjectUsage {
        parts: counted.last().map(|day| day.parts).unwrap_or_default(),
        data_points: counted.iter().map(|day| day.data_points).sum(),
        previous_mau: before.last().map_or(0, |day| day.parts.actual_mau()),
        id: project.id,
        name: project.name,
    }
}

/// What the organization had counted at the end of each counted day.
fn month_to_date(totals: &Series) -> Vec<DayUsage> {
    let mut data_points = 0_u64;
    let mut day = |(day, figures): (&NaiveDate, &Figures)| {
        data_points = data_points.saturating_add(figures.data_points);
        let mau = figures.parts.actual_mau();
        let metered = Metered { mau, data_points };
        DayUsage { day: *day, metered }
    };
    totals.iter().map(&mut day).collect()
}
