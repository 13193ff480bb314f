//! The month's usage as the app shows it, from the daily figures of each project.

use std::collections::BTreeMap;

use api::usage::{DayUsage, ProjectPage, ProjectUsage, Usage};
use billing::metering::usage::{Metered, figures};
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};

use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::store::usage::counted_usage::CountedUsage;
use crate::store::usage::projects::{self, ProjectFilter};
use crate::store::usage::{Project, UsageDay};
use crate::store::usage::{counted_usage, totals};
use crate::store::{Tx, organizations, price_books, subscriptions};

/// How many projects a page has.
const PAGE: u32 = 50;

/// The running month of an organization, over all its projects.
#[derive(Debug, Clone)]
pub struct Month {
    /// The usage that counts.
    pub usage: CountedUsage,
    /// The billing day of the present instant.
    pub today: NaiveDate,
}

impl Month {
    /// The counted usage of the month that contains `now`.
    pub async fn of(
        tx: &mut Tx,
        organization_id: &OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let organization = organizations::find(tx, organization_id).await?;
        let today = billing_day(now, organization.zone_offset_minutes);
        Ok(Self {
            usage: counted_usage::to_day(tx, organization_id, today).await?,
            today,
        })
    }

    /// Some projects in order of their names, each with this month's counted usage and last month's users.
    pub async fn projects(
        &self,
        tx: &mut Tx,
        organization_id: &OrganizationId,
        filter: ProjectFilter<'_>,
    ) -> Result<Vec<ProjectUsage>, Error> {
        let eve = self.usage.period.start().pred_opt();
        let before = eve.and_then(BillingPeriod::of).ok_or(billing::OutOfRange)?;
        let days = by_project(
            projects::days(tx, organization_id, filter, before.start(), self.today).await?,
        );
        let projects = projects::page(tx, organization_id, filter).await?;
        Ok(projects
            .into_iter()
            .map(|project| self.project(project, &days))
            .collect())
    }

    /// The usage of a project since counting for charges began. What its first day had counted before,
    /// and counts again with later figures, is known for the organization alone, and is part of this.
    fn project(&self, project: Project, days: &ByProject) -> ProjectUsage {
        let days = days.get(&project.id).map_or(&[][..], Vec::as_slice);
        let first = days.partition_point(|day| day.day < self.usage.period.start());
        let (last_month, month) = days.split_at(first);
        let begun = month.partition_point(|day| self.usage.excludes(day.day, day.counted_at));
        let (excluded, counted) = month.split_at(begun);
        let excluded = excluded.last().map(|day| day.parts).unwrap_or_default();
        let counted_parts = counted.last().map(|day| day.parts.beyond(excluded));
        ProjectUsage {
            parts: counted_parts.unwrap_or_default(),
            data_points: counted.iter().map(|day| day.data_points).sum(),
            previous_mau: last_month.last().map_or(0, |day| day.parts.actual_mau()),
            id: project.id,
            name: project.name,
        }
    }
}

/// The usage of the current month.
pub async fn month_usage(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<Usage, Error> {
    let month = Month::of(tx, organization_id, now).await?;
    let first = month.usage.period.start();
    let (counted, subscription) = (
        &month.usage,
        subscriptions::find(tx, organization_id).await?,
    );
    let organization = organizations::find(tx, organization_id).await?;
    let book = price_books::find(tx, &organization.book).await?;
    let list = organization.price_list(&book.book)?;
    let tier = subscription.subscription.tier;
    let days = |days: Vec<_>| {
        let days = days.into_iter();
        days.map(|(day, metered)| day_usage(day, metered)).collect()
    };
    Ok(Usage {
        period_start: counted.period.start(),
        period_end: counted.period.end(),
        counted_from: counted.from,
        billing_day: month.today,
        now,
        counted_at: totals::counted_at(tx, organization_id, first, month.today).await?,
        parts: counted.parts(),
        metered: counted.metered(),
        mbu: figures(counted.metered(), tier, list.data_points_per_mau).mbu,
        projects: project_page(tx, organization_id, &month, "", None).await?,
        days: days(counted.days()),
        days_before: days(counted.days_before()),
    })
}

/// A page of the projects whose name contains the words, after the project with the id `after`.
pub async fn project_page(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    month: &Month,
    words: &str,
    after: Option<&str>,
) -> Result<ProjectPage, Error> {
    let filter = ProjectFilter {
        words,
        after,
        limit: PAGE + 1,
    };
    let mut items = month.projects(tx, organization_id, filter).await?;
    let more = items.len() > PAGE as usize;
    items.truncate(PAGE as usize);
    let last = items.last().filter(|_| more);
    Ok(ProjectPage {
        next: last.map(|last| last.id.clone()),
        total: projects::total(tx, organization_id, words).await?,
        items,
    })
}

const fn day_usage(day: NaiveDate, metered: Metered) -> DayUsage {
    DayUsage { day, metered }
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
