//! What an annual allowance has left for the days that are not rated yet (SPEC R9, A93).

use billing::{BillingCycle, OrganizationId};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::subscriptions::annual_terms::{self, StoredTerm};
use crate::store::usage::counted_usage::CountedUsage;

/// An annual term, and what a pause has already settled of its current month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// The term, with its pool as it is before the days that are still to be rated.
    pub year: StoredTerm,
    /// How much of the pool's use belongs to this month, because a pause settled it.
    pub settled: u64,
}

/// How an account that is charged is billed in a month: within a term, else monthly.
pub fn charged_cycle(annual: Option<Allowance>, month: &CountedUsage) -> BillingCycle {
    match annual {
        Some(Allowance { year, .. }) => BillingCycle::Annual {
            term: year.term,
            pool: year.pool,
        },
        None => BillingCycle::Monthly {
            counted_from: month.from,
        },
    }
}

/// The annual term that a month belongs to, before the month's own counted usage; `None` when the
/// account is billed monthly. A term begins on a 1st, so usage of its months that does not count is
/// usage that a pause has settled.
pub async fn before(
    tx: &mut Tx,
    organization_id: &OrganizationId,
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
