//! What a year's allowance has left for the days that are still to be rated (SPEC R9, A93).

use crate::error::Error;
use crate::store::Tx;
use crate::store::annual_terms::{self, StoredTerm};
use crate::store::counted_usage::CountedUsage;

/// A year, and what its current month has taken out of it before a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// The months, and the pool without the days that are still to be rated.
    pub year: StoredTerm,
    /// What of the pool's use is of this month: a pause has settled it.
    pub settled: u64,
}

/// The year that a month belongs to, as it stands before what of the month counts; none where every
/// month is charged by itself. A year begins on a 1st, so within one usage that does not count is what
/// a pause has settled.
pub async fn before(
    tx: &mut Tx,
    organization_id: &str,
    data_points_per_mau: u64,
    month: &CountedUsage,
) -> Result<Option<Allowance>, Error> {
    let Some(year) = annual_terms::on(tx, organization_id, month.period.start()).await? else {
        return Ok(None);
    };
    let settled = month.settled(data_points_per_mau);
    let pool = year.pool.after(settled);
    Ok(Some(Allowance {
        year: StoredTerm { pool, ..year },
        settled,
    }))
}
