//! What an order to pay by hand covers (SPEC R12, R17).

use api::Code;
use billing::account::account_state::conditions;
use billing::account::lifecycle::Lifecycle;
use billing::invoicing::collection::{Authentication, Progress, pay_now};
use billing::{Money, OrganizationId};
use chrono::{DateTime, Utc};

use crate::account::confirmation;
use crate::foundation::error::Error;
use crate::store::payments::open_invoices::{self, StoredOpenInvoice};
use crate::store::{Tx, account_states, organizations};

const PENDING: &str = "A payment of your organization has not ended yet; nothing was charged";
const NOTHING_OPEN: &str =
    "No payment has failed or waits for you, so there is nothing to pay by hand";

/// The open invoices, split by whether they can be paid by hand.
#[derive(Debug, Clone)]
pub struct Payable {
    /// The invoices that an order to pay covers, oldest first.
    pub invoices: Vec<StoredOpenInvoice>,
    pub total: Money,
    /// The other open invoices: they are being debited, or still fall due without an order.
    pub rest: Vec<StoredOpenInvoice>,
}

/// What an order to pay would cover now.
pub async fn payable(
    tx: &mut Tx,
    id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<Payable, Error> {
    let state = account_states::find(tx, id).await?;
    let policy = tx.policy();
    let conditions: Vec<_> = conditions(&state.at(now, &policy), &policy).collect();
    let open = open(tx, id).await?;
    let invoices: Vec<_> = open.iter().map(|open| open.invoice.clone()).collect();
    let numbers: Vec<_> = pay_now(&conditions, &invoices)
        .into_iter()
        .map(|invoice| invoice.id.clone())
        .collect();
    let (chosen, rest): (Vec<_>, _) = open
        .into_iter()
        .partition(|open| numbers.contains(&open.invoice.id));
    Ok(Payable {
        total: sum(tx, id, &chosen).await?,
        invoices: chosen,
        rest,
    })
}

/// What can be paid by hand, or the refusal when nothing can.
pub(super) async fn admitted(
    tx: &mut Tx,
    id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<Payable, Error> {
    let state = account_states::find(tx, id).await?;
    let payable = payable(tx, id, now).await?;
    let (code, detail) = match state.at(now, &tx.policy()).lifecycle() {
        Lifecycle::Cancelled { .. } => (
            Code::AccountCancelled,
            "The account is cancelled: nothing can be paid any more",
        ),
        Lifecycle::Trial { .. } | Lifecycle::Active { .. } | Lifecycle::Paused { .. } => {
            if !payable.invoices.is_empty() {
                return Ok(payable);
            }
            if payable.rest.iter().any(is_under_way) {
                (Code::PaymentPending, PENDING)
            } else {
                (Code::NothingOpen, NOTHING_OPEN)
            }
        }
    };
    Err(Error::refused(code, detail))
}

/// Whether an attempt to pay the invoice is open.
pub(super) const fn is_under_way(open: &StoredOpenInvoice) -> bool {
    matches!(open.invoice.progress, Progress::Processing { .. })
}

pub(super) async fn sum(
    tx: &mut Tx,
    id: &OrganizationId,
    open: &[StoredOpenInvoice],
) -> Result<Money, Error> {
    let currency = organizations::currency(tx, id).await?;
    Ok(Money::sum(currency, open.iter().map(|open| open.amount))?)
}

/// The open invoices; those that only their payer can pay are marked as such.
async fn open(tx: &mut Tx, id: &OrganizationId) -> Result<Vec<StoredOpenInvoice>, Error> {
    let mut open = open_invoices::list(tx, id).await?;
    for one in &mut open {
        let (Progress::Issued, Some(at)) = (one.invoice.progress, one.debit_at) else {
            continue;
        };
        if confirmation::when_due(tx, id, one.amount, at).await? == Some(Authentication::Needed) {
            one.invoice.progress = Progress::AwaitsPayer;
        }
    }
    Ok(open)
}
