//! Usage of add-ons that include a quantity, by add-on and day, and how much of it is charged
//! (SPEC 2.4).

use std::collections::BTreeMap;

use billing::metering::add_on_use::{AddOnUse, Used};
use billing::{AddOnId, BillingPeriod, OrganizationId};
use chrono::{DateTime, NaiveDate, Utc};

use super::UsageChanges;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Count, Text, Word};

/// The usage of one add-on on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayUse {
    pub add_on: AddOnId,
    pub day: NaiveDate,
    /// The uses of that day alone, not the month to date.
    pub used: u64,
}

/// Why some usage is not charged, or not charged again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Used on the first charged day, before charging began.
    Uncounted,
    /// The month's usage up to a pause, which an invoice has charged.
    Settled,
    /// The settled usage after the pause has ended: part of the month, and not charged again.
    Carried,
}

/// Writes the usage of each day; an existing day gets the new number.
pub async fn put(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    days: &[DayUse],
    now: DateTime<Utc>,
) -> Result<UsageChanges, Error> {
    let mut written = UsageChanges::default();
    for day in days {
        match of_day(tx, organization_id, day).await? {
            Some(same) if same == day.used => {
                written.unchanged += 1;
                continue;
            }
            Some(_) => written.corrected += 1,
            None => written.added += 1,
        }
        sqlx::query(
            "INSERT INTO add_on_use (organization_id, add_on, day, used, counted_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization_id, add_on, day) \
             DO UPDATE SET used = excluded.used, counted_at = excluded.counted_at",
        )
        .bind(organization_id.as_str())
        .bind(day.add_on.as_str())
        .bind(Text(day.day))
        .bind(Count(day.used))
        .bind(Text(now))
        .execute(tx.connection())
        .await?;
    }
    Ok(written)
}

async fn of_day(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    day: &DayUse,
) -> Result<Option<u64>, Error> {
    let used: Option<Count> = sqlx::query_scalar(
        "SELECT used FROM add_on_use WHERE organization_id = $1 AND add_on = $2 AND day = $3",
    )
    .bind(organization_id.as_str())
    .bind(day.add_on.as_str())
    .bind(Text(day.day))
    .fetch_optional(tx.connection())
    .await?;
    Ok(used.map(u64::from))
}

/// The days of a month whose usage counts.
#[derive(Debug, Clone, Copy)]
pub struct CountedDays {
    pub period: BillingPeriod,
    /// The first day: the 1st, or the day on which a trial or a pause ended.
    pub from: NaiveDate,
    pub last: NaiveDate,
}

/// The month's usage up to and including `last`, as it is charged: from the day on which charging
/// began, without a pause in the same month.
pub async fn of_month(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    days: CountedDays,
) -> Result<AddOnUse, Error> {
    let CountedDays { period, from, last } = days;
    let mut used = since(tx, organization_id, from, last).await?;
    let mut settled = BTreeMap::new();
    for (Text(id), Word(kind), Text(day), Count(cut)) in cuts(tx, organization_id).await? {
        match kind {
            Kind::Uncounted if day == from => {
                // A first day that was corrected to less than its cut reduces no later day.
                let of_day = since(tx, organization_id, day, day).await?;
                let cut = cut.min(of_day.get(&id).copied().unwrap_or_default());
                let counted = used.entry(id).or_default();
                *counted = counted.saturating_sub(cut);
            }
            Kind::Carried if period.contains(day) => {
                let counted = used.entry(id.clone()).or_default();
                *counted = counted.saturating_add(cut);
                settled.insert(id, cut);
            }
            Kind::Settled if period.contains(day) => drop(settled.insert(id, cut)),
            Kind::Uncounted | Kind::Carried | Kind::Settled => {}
        }
    }
    let used = used.into_iter().map(|(id, used)| {
        let settled = settled.get(&id).copied().unwrap_or_default();
        (id, Used { used, settled })
    });
    Ok(AddOnUse(used.collect()))
}

/// Records that a trial or a pause has ended and charging begins at `at` on `day`. What was used on
/// that day before is not charged.
pub async fn begin(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    day: NaiveDate,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    for statement in [
        "DELETE FROM add_on_use_cuts WHERE organization_id = $1 AND kind IN ('uncounted', 'carried')",
        "UPDATE add_on_use_cuts SET kind = 'carried' WHERE organization_id = $1 AND kind = 'settled'",
    ] {
        let query = sqlx::query(statement).bind(organization_id.as_str());
        query.execute(tx.connection()).await?;
    }
    sqlx::query(
        "INSERT INTO add_on_use_cuts (organization_id, add_on, kind, day, used) \
         SELECT organization_id, add_on, 'uncounted', day, used FROM add_on_use \
         WHERE organization_id = $1 AND day = $2 AND counted_at <= $3",
    )
    .bind(organization_id.as_str())
    .bind(Text(day))
    .bind(Text(at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Records that the invoice of a pause has charged the month's usage up to the last of these days.
pub async fn settle(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    days: CountedDays,
) -> Result<(), Error> {
    let AddOnUse(month) = of_month(tx, organization_id, days).await?;
    for (id, used) in month {
        sqlx::query(
            "INSERT INTO add_on_use_cuts (organization_id, add_on, kind, day, used) \
             VALUES ($1, $2, 'settled', $3, $4) ON CONFLICT (organization_id, kind, add_on) \
             DO UPDATE SET day = excluded.day, used = excluded.used",
        )
        .bind(organization_id.as_str())
        .bind(id.as_str())
        .bind(Text(days.last))
        .bind(Count(used.used.max(used.settled)))
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

async fn since(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    from: NaiveDate,
    last: NaiveDate,
) -> Result<BTreeMap<AddOnId, u64>, Error> {
    let rows: Vec<(Text<AddOnId>, Count)> = sqlx::query_as(
        "SELECT add_on, CAST(SUM(used) AS BIGINT) FROM add_on_use \
         WHERE organization_id = $1 AND day >= $2 AND day <= $3 GROUP BY add_on",
    )
    .bind(organization_id.as_str())
    .bind(Text(from))
    .bind(Text(last))
    .fetch_all(tx.connection())
    .await?;
    let of_add_on = |(Text(id), Count(used))| (id, used);
    Ok(rows.into_iter().map(of_add_on).collect())
}

type StoredCut = (Text<AddOnId>, Word<Kind>, Text<NaiveDate>, Count);

async fn cuts(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Vec<StoredCut>, Error> {
    Ok(sqlx::query_as(
        "SELECT add_on, kind, day, used FROM add_on_use_cuts WHERE organization_id = $1 \
         ORDER BY add_on, kind DESC",
    )
    .bind(organization_id.as_str())
    .fetch_all(tx.connection())
    .await?)
}
