//! Whether the payer has to confirm a debit at the bank (SPEC R17).

use billing::invoicing::collection::{
    Authentication, Debit as Attempted, Occasion, Source, authentication,
};
use billing::{Money, OrganizationId};
use chrono::{DateTime, Utc};

use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::organizations::{self, payment_methods};

/// Whether a debit that falls due at an instant needs the payer's confirmation; `None` when there is no
/// payment method.
pub(crate) async fn when_due(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    amount: Money,
    at: DateTime<Utc>,
) -> Result<Option<Authentication>, Error> {
    let Some(method) = payment_methods::default_of(tx, organization_id).await? else {
        return Ok(None);
    };
    let occasion = if payment_methods::has_paid(tx, organization_id, &method.id).await? {
        Occasion::Recurring
    } else {
        Occasion::First
    };
    of(tx, organization_id, amount, occasion, at)
        .await
        .map(Some)
}

/// Whether a debit made at an instant needs the payer's confirmation.
pub(crate) async fn of(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    amount: Money,
    occasion: Occasion,
    at: DateTime<Utc>,
) -> Result<Authentication, Error> {
    let organization = organizations::find(tx, organization_id).await?;
    let attempted = Attempted {
        amount,
        source: Source::Card,
        occasion,
    };
    let day = billing_day(at, organization.zone_offset_minutes);
    Ok(authentication(&attempted, day, &tx.policy()))
}
