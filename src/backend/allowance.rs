//! What a year's allowance has left for the days that are still to be rated (SPEC R9, A93).

use billing::BillingPeriod;
use billing::usage::figures;
use chrono::NaiveDate;

use crate::error::Error;
use crate::store::annual_terms::{self, StoredTerm};
use crate::store::{Tx, usage};

/// A year, and what its current month has taken out of it before a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// The months, and the pool without the days that are still to be rated.
    pub year: StoredTerm,
    /// What of the pool's use is of this month: a pause has settled it.
    pub settled: u64,
}

/// The year that a month belongs to, as it stands before the month's usage from a day on; none where
/// every month is charged by itself. A year begins on a 1st, so within one usage is counted from a
/// later day only behind a pause.
///
/// # Errors
/// A store that does not answer.
pub async fn before(
    tx: &mut Tx,
    organization_id: &str,
    data_points_per_mau: u64,
    (period, counted_from): (BillingPeriod, NaiveDate),
) -> Result<Option<Allowance>, Error> {
    let Some(year) = annual_terms::on(tx, organization_id, period.start()).await? else {
        return Ok(None);
    };
    let eve = counted_from.pred_opt().filter(|eve| period.contains(*eve));
    let Some(eve) = eve else {
        return Ok(Some(Allowance { year, settled: 0 }));
    };
    let metered = usage::metered(tx, organization_id, period, eve).await?;
    let settled = figures(metered, 0, data_points_per_mau).usage;
    let pool = year.pool.after(settled);
    Ok(Some(Allowance {
        year: StoredTerm { pool, ..year },
        settled,
    }))
}
