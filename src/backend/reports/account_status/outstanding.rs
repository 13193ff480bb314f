//! What is unpaid, and what of it has to be paid now (SPEC R12).

use api::account::account_status::{Outstanding, Unpaid};
use billing::Money;
use chrono::{DateTime, Utc};

use crate::account::OrganizationAccount;
use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::payments::collecting::payable;
use crate::store::Tx;
use crate::store::payments::debits::{self, Open};

/// What is unpaid; `None` when nothing is.
pub(super) async fn of(
    tx: &mut Tx,
    account: &OrganizationAccount,
    now: DateTime<Utc>,
) -> Result<Option<Outstanding>, Error> {
    let organization = &account.organization;
    let currency = account.list()?.currency;
    let open = debits::open(tx, &organization.id).await?;
    if open.is_empty() {
        return Ok(None);
    }
    let payable = payable(tx, &organization.id, now).await?;
    let is_due = |one: &Open| {
        payable
            .invoices
            .iter()
            .any(|due| due.invoice.id == one.invoice.id)
    };
    let mut minor = open.iter().map(|one| one.amount_minor);
    let total = minor.try_fold(0_i64, i64::checked_add);
    let invoices = open.iter().map(|one| Unpaid {
        number: one.invoice.id.clone(),
        issued_on: billing_day(one.invoice.issued_at, organization.zone_offset_minutes),
        total: Money::new(one.amount_minor, currency).to_string(),
        is_due: is_due(one),
    });
    Ok(Some(Outstanding {
        currency: currency.code().to_owned(),
        total: Money::new(total.ok_or(billing::OutOfRange)?, currency).to_string(),
        due: payable.total.to_string(),
        invoices: invoices.collect(),
    }))
}
