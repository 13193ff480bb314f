//! Payments that are announced, or that wait for the payer's confirmation at the bank (SPEC R17).

use api::account::account_status::Authentication;
use billing::invoicing::collection::AttemptState;
use chrono::{DateTime, Utc};

use crate::account::OrganizationAccount;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::payments::attempts::{self, PaymentAttempt};
use crate::store::payments::open_invoices;

/// The payments of an account that have not ended yet.
#[derive(Debug, Clone)]
pub(super) struct UnderWay {
    /// When the debits fall due that have not been made.
    pub(super) debits_at: Vec<DateTime<Utc>>,
    /// The payment that waits for the payer's confirmation.
    pub(super) authentication: Option<Authentication>,
    /// When the bank was asked for that confirmation.
    pub(super) authentication_started_at: Option<DateTime<Utc>>,
}

impl UnderWay {
    pub(super) async fn of(tx: &mut Tx, account: &OrganizationAccount) -> Result<Self, Error> {
        let id = &account.organization.id;
        let open = open_invoices::list(tx, id).await?;
        let debits_at = open.into_iter().filter_map(|open| open.debit_at).collect();
        // An order's payment is shown before that of an invoice.
        let waiting = attempts::open(tx, id)
            .await?
            .into_iter()
            .filter_map(waiting)
            .min_by_key(|(shown, _)| shown.invoice.is_some());
        let (authentication, authentication_started_at) = waiting.unzip();
        Ok(Self {
            debits_at,
            authentication,
            authentication_started_at,
        })
    }
}

/// A payment that waits for confirmation, and when it was started.
type Waiting = (Authentication, DateTime<Utc>);

fn waiting(attempt: PaymentAttempt) -> Option<Waiting> {
    let AttemptState::Authentication { expires } = attempt.state else {
        return None;
    };
    let authentication = Authentication {
        invoice: attempt.purpose.invoice().cloned(),
        amount: attempt.amount,
        expires,
    };
    Some((authentication, attempt.started_at))
}
