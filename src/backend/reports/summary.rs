//! The usage summary as a CSV file, with one figure per row.

use api::audit::Action;
use api::usage::{DayUsage, ProjectUsage, Usage};
use billing::metering::usage::{Projection, TooFewDays, figures, projection};
use billing::period::last_day;
use billing::{OrganizationId, PlanChange};
use chrono::{DateTime, Utc};

use super::metering::{Month, month_usage};
use crate::account::OrganizationAccount;
use crate::foundation::csv_text::CsvWriter;
use crate::foundation::error::Error;
use crate::mail::figures::month;
use crate::store::Tx;
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::usage::projects::ProjectFilter;

/// The header row: section, project, day, figure and value.
const HEAD: [&str; 5] = ["section", "project", "day", "figure", "value"];

/// How many projects are read at once.
const AT_A_TIME: u32 = 500;

/// Writes the summary of the current month, and logs who downloaded it (SPEC R20).
pub async fn download(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<String, Error> {
    let account = OrganizationAccount::load(tx, organization_id, now).await?;
    let usage = month_usage(tx, organization_id, now).await?;
    let entry = AuditEntry {
        actor,
        at: now,
        action: Action::UsageDownloaded,
        object: organization_id.as_str(),
        description: format!("usage summary of {}", month(usage.period_start)),
        change: AuditChange::NONE,
    };
    records::audit(tx, organization_id, entry).await?;
    let mut csv = CsvWriter::new(&HEAD)?;
    whole(&mut csv, &account, &usage)?;
    all_projects(tx, organization_id, &mut csv, now).await?;
    days(&mut csv, "not_counted", &usage.days_before)?;
    days(&mut csv, "day", &usage.days)?;
    csv.finish()
}

/// The cumulative figures at the end of each day. Days before counting began have a section of their
/// own.
fn days(csv: &mut CsvWriter, section: &str, days: &[DayUsage]) -> Result<(), Error> {
    for day in days {
        let date = day.day.to_string();
        for (figure, value) in [
            ("actual_mau", day.metered.mau),
            ("data_points", day.metered.data_points),
        ] {
            let row = [section, "", &date, figure, &value.to_string()].map(str::to_owned);
            csv.row(&row)?;
        }
    }
    Ok(())
}

/// The figures of every project, read page by page.
async fn all_projects(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    csv: &mut CsvWriter,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let month = Month::of(tx, organization_id, now).await?;
    let mut after = None;
    loop {
        let filter = ProjectFilter {
            words: "",
            after: after.as_deref(),
            limit: AT_A_TIME,
        };
        let projects = month.projects(tx, organization_id, filter).await?;
        for project in &projects {
            lines(csv, project)?;
        }
        match projects.into_iter().next_back() {
            Some(last) => after = Some(last.id),
            None => return Ok(()),
        }
    }
}

/// The organization's own figures, and what they cost.
fn whole(csv: &mut CsvWriter, account: &OrganizationAccount, usage: &Usage) -> Result<(), Error> {
    let per_mau = account.list()?.data_points_per_mau;
    let tier = account.shown.tier;
    let month = figures(usage.metered, tier, per_mau);
    let parts = usage.parts;
    text(csv, "period_start", &usage.period_start.to_string())?;
    text(csv, "counted_from", &usage.counted_from.to_string())?;
    text(csv, "billing_day", &usage.billing_day.to_string())?;
    let counted_at = usage.counted_at.map(|at| at.to_rfc3339());
    text(csv, "counted_at", counted_at.as_deref().unwrap_or_default())?;
    for (figure, value) in [
        ("tier_limit", tier),
        ("usage", month.usage),
        ("mbu", usage.mbu),
        ("overage_mau", month.overage_mau),
        ("actual_mau", usage.metered.mau),
        ("app", parts.app),
        ("web_identified", parts.web_identified),
        ("api", parts.api),
        ("anonymous_web", parts.anonymous_web),
        ("data_points", usage.metered.data_points),
        ("data_points_included", tier.saturating_mul(per_mau)),
        ("processed_mau", month.processed_mau),
    ] {
        text(csv, figure, &value.to_string())?;
    }
    for (id, used) in &account.shown.add_on_use.0 {
        text(csv, &format!("used {id}"), &used.used.to_string())?;
    }
    if let Ok(ahead) = ahead(usage, per_mau) {
        text(csv, "projected_low", &ahead.low.to_string())?;
        text(csv, "projected_expected", &ahead.expected.to_string())?;
        text(csv, "projected_high", &ahead.high.to_string())?;
    }
    if let Some(annual) = account.shown.annual {
        let pool = annual.pool.after(month.usage);
        text(csv, "annual_limit", &pool.limit.to_string())?;
        text(csv, "annual_used", &pool.used.to_string())?;
        text(csv, "annual_remaining", &pool.remaining().to_string())?;
    }
    let quote = account.quote(&PlanChange::default())?;
    text(
        csv,
        "currency",
        quote.month.billable.currency().code().as_str(),
    )?;
    for line in &quote.overage.lines {
        let add_on = line.add_on.as_ref().map(|id| format!(" {id}"));
        let figure = format!("{}{}", line.kind.as_str(), add_on.unwrap_or_default());
        text(csv, &figure, &line.amount.to_string())?;
    }
    text(
        csv,
        "overage_estimate_before_tax",
        &quote.overage.total.to_string(),
    )?;
    text(
        csv,
        "month_estimate_before_tax",
        &quote.month.billable.to_string(),
    )
}

/// The projected usage at the end of the month.
fn ahead(usage: &Usage, per_mau: u64) -> Result<Projection, TooFewDays> {
    projection(&usage.course(per_mau), last_day(usage.period_end))
}

/// A figure of the month as a whole.
fn text(csv: &mut CsvWriter, figure: &str, value: &str) -> Result<(), Error> {
    csv.row(&["month", "", "", figure, value])
}

/// The figures of a project.
fn lines(csv: &mut CsvWriter, project: &ProjectUsage) -> Result<(), Error> {
    let parts = project.parts;
    for (figure, value) in [
        ("app", parts.app),
        ("web_identified", parts.web_identified),
        ("api", parts.api),
        ("anonymous_web", parts.anonymous_web),
        ("actual_mau", parts.actual_mau()),
        ("data_points", project.data_points),
        ("previous_month_mau", project.previous_mau),
    ] {
        csv.row(&["project", &project.name, "", figure, &value.to_string()])?;
    }
    Ok(())
}
