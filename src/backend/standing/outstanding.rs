//! What is unpaid, and what of it has to be paid now (SPEC R12).

use api::standing::{Outstanding, Unpaid};
use billing::Money;
use billing::collection::{OpenInvoice, Progress, to_pay};
use billing::dunning::Dunning;

use super::list;
use crate::account::Account;
use crate::error::Error;
use crate::store::Tx;
use crate::store::invoices::{self, Open};

/// What is unpaid; none where nothing is.
pub(super) async fn of(
    tx: &mut Tx,
    account: &Account,
    dunning: Dunning,
) -> Result<Option<Outstanding>, Error> {
    let currency = list(account)?.currency;
    let open = invoices::open(tx, &account.organization.id).await?;
    if open.is_empty() {
        return Ok(None);
    }
    let asked: Vec<_> = open.iter().map(as_asked).collect();
    let due: Vec<&str> = to_pay(dunning, &asked).iter().map(|one| one.id).collect();
    let sum = |counts: &dyn Fn(&Open) -> bool| {
        let mut minor = open
            .iter()
            .filter(|one| counts(one))
            .map(|one| one.total_minor);
        minor
            .try_fold(0_i64, i64::checked_add)
            .map(|minor| Money::new(minor, currency).to_string())
            .ok_or(billing::OutOfRange)
    };
    let total = sum(&|_| true)?;
    let due_now = sum(&|one| due.contains(&one.number.as_str()))?;
    let invoices = open.iter().map(|one| Unpaid {
        number: one.number.clone(),
        issued_on: one.issued_on,
        total: Money::new(one.total_minor, currency).to_string(),
        is_due: due.contains(&one.number.as_str()),
    });
    Ok(Some(Outstanding {
        currency: currency.code().to_owned(),
        total,
        due: due_now,
        invoices: invoices.collect(),
    }))
}

fn as_asked(open: &Open) -> OpenInvoice<&str> {
    OpenInvoice {
        id: &open.number,
        issued_at: open.issued_at,
        progress: Progress::Issued,
    }
}
