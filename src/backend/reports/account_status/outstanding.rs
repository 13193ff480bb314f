//! What is unpaid, and what of it has to be paid now (SPEC R12).

use api::account::account_status::{Outstanding, Unpaid};
use billing::Money;
use chrono::{DateTime, Utc};

use crate::account::OrganizationAccount;
use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::payments::debits::payable;
use crate::store::Tx;
use crate::store::payments::open_invoices::{self, StoredOpenInvoice};

/// What is unpaid; `None` when nothing is.
pub(super) async fn of(
    tx: &mut Tx,
    account: &OrganizationAccount,
    now: DateTime<Utc>,
) -> Result<Option<Outstanding>, Error> {
    let organization = &account.organization;
    let currency = account.list()?.currency;
    let open = open_invoices::list(tx, &organization.id).await?;
    if open.is_empty() {
        return Ok(None);
    }
    let payable = payable(tx, &organization.id, now).await?;
    let is_due = |one: &StoredOpenInvoice| {
        payable
            .invoices
            .iter()
            .any(|due| due.invoice.id == one.invoice.id)
    };
    let total = Money::sum(currency, open.iter().map(|one| one.amount))?;
    let invoices = open.iter().map(|one| Unpaid {
        number: one.invoice.id.clone(),
        issued_on: billing_day(one.invoice.issued_at, organization.zone_offset_minutes),
        total: one.amount,
        is_due: is_due(one),
    });
    Ok(Some(Outstanding {
        total,
        due: payable.total,
        invoices: invoices.collect(),
    }))
}
