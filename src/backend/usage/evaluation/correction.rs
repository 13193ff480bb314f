//! Alerts for figures that were corrected later: they may be sent again (SPEC R10).

use std::collections::BTreeMap;

use api::audit::Action;
use billing::OrganizationId;
use billing::access::alert::Reading;
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::mail::figures::count as grouped;
use crate::store::Tx;
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::usage::alert_crossings;

/// Withdraws the alerts since counting began that the corrected usage never reached. Their entries stay
/// in the log, next to the entry of the correction.
pub(super) async fn alerts(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    reading: Reading,
    counted_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let recorded =
        alert_crossings::latches_since(tx, organization_id, reading.period, counted_since).await?;
    let never_reached = recorded.beyond(reading.usage);
    for crossing in &never_reached {
        alert_crossings::take_back(tx, organization_id, reading.period, *crossing, now).await?;
    }
    if never_reached.is_empty() {
        return Ok(());
    }
    let mut percents: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for crossing in &never_reached {
        let of_tier = percents.entry(crossing.tier).or_default();
        of_tier.push(format!("{}%", crossing.percent));
    }
    let lines = percents
        .iter()
        .map(|(tier, percents)| format!("{} of {}", percents.join(", "), grouped(*tier)));
    let entry = AuditEntry {
        actor: &Actor::system(),
        at: now,
        action: Action::UsageAlertWithdrawn,
        object: organization_id.as_str(),
        description: format!(
            "figures were corrected to {} MAU: usage never reached {}",
            grouped(reading.usage),
            lines.collect::<Vec<_>>().join("; ")
        ),
        change: AuditChange::NONE,
    };
    records::audit(tx, organization_id, entry).await
}
