//! Cuts: from where in a month usage counts, and how much of it was charged before (SPEC R10, R13).

use billing::metering::usage::MonthToDate;
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};

use super::totals::Figures;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Text, Word};

/// The kind of a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The usage of the first counted day before counting began.
    Begun,
    /// The month to date that an invoice has charged.
    Settled,
}

/// A point in a month that divides usage that counts from usage that does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Cut {
    #[sqlx(try_from = "Text<NaiveDate>")]
    pub(crate) day: NaiveDate,
    #[sqlx(try_from = "Text<DateTime<Utc>>")]
    pub(crate) at: DateTime<Utc>,
    /// The usage that does not count because of it.
    #[sqlx(flatten, try_from = "Figures")]
    pub(crate) figures: MonthToDate,
}

/// The cuts of an organization.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cuts {
    begun: Option<Cut>,
    settled: Option<Cut>,
}

#[derive(sqlx::FromRow)]
struct Row {
    kind: Word<Kind>,
    #[sqlx(flatten)]
    cut: Cut,
}

impl Cuts {
    /// The usage of the first counted day before counting began; zero when counting began with the day.
    pub(crate) fn begun(&self, first_day: NaiveDate) -> MonthToDate {
        let begun = self.begun.filter(|cut| cut.day == first_day);
        begun.map(|cut| cut.figures).unwrap_or_default()
    }

    /// The instant of the first counted day at which counting began; `None` when none was recorded.
    pub(crate) fn begun_at(&self, first_day: NaiveDate) -> Option<DateTime<Utc>> {
        let begun = self.begun.filter(|cut| cut.day == first_day);
        begun.map(|cut| cut.at)
    }

    /// The usage of a month that was charged, and the day up to which.
    pub(crate) fn settled(&self, period: BillingPeriod) -> Option<(NaiveDate, MonthToDate)> {
        let settled = self.settled.filter(|cut| period.contains(cut.day));
        settled.map(|cut| (cut.day, cut.figures))
    }
}

/// Reads the cuts of an organization.
pub(crate) async fn find(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Cuts, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT kind, day, at, app, web_identified, api, anonymous_web, data_points FROM usage_cuts \
         WHERE organization_id = $1",
    )
    .bind(organization_id.as_str())
    .fetch_all(tx.connection())
    .await?;
    let mut cuts = Cuts::default();
    for row in rows {
        match row.kind.0 {
            Kind::Begun => cuts.begun = Some(row.cut),
            Kind::Settled => cuts.settled = Some(row.cut),
        }
    }
    Ok(cuts)
}

/// Stores a cut and replaces the earlier one of its kind.
pub(crate) async fn keep(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    kind: Kind,
    cut: Cut,
) -> Result<(), Error> {
    let parts = cut.figures.parts;
    sqlx::query(
        "INSERT INTO usage_cuts (organization_id, kind, day, at, app, web_identified, api, \
         anonymous_web, data_points) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (organization_id, kind) DO UPDATE SET day = excluded.day, at = excluded.at, \
         app = excluded.app, web_identified = excluded.web_identified, api = excluded.api, \
         anonymous_web = excluded.anonymous_web, data_points = excluded.data_points",
    )
    .bind(organization_id.as_str())
    .bind(Word(kind))
    .bind(Text(cut.day))
    .bind(Text(cut.at))
    .bind(Count(parts.app))
    .bind(Count(parts.web_identified))
    .bind(Count(parts.api))
    .bind(Count(parts.anonymous_web))
    .bind(Count(cut.figures.data_points))
    .execute(tx.connection())
    .await?;
    Ok(())
}
