//! Payments that are announced, or that wait for the payer's confirmation at the bank (SPEC R17).

use api::account::account_status::Authentication;
use api::plan::plan_change::State;
use billing::invoicing::collection::AttemptState;
use chrono::{DateTime, Utc};

use crate::account::OrganizationAccount;
use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::payments::{attempts, open_invoices};

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
        let waiting = match order(account) {
            Some(order) => Some(order),
            None => debit(tx, account).await?,
        };
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

fn order(account: &OrganizationAccount) -> Option<Waiting> {
    let order = account.shown.pending.as_ref()?;
    let State::Authentication { expires } = order.state else {
        return None;
    };
    let authentication = Authentication {
        invoice: None,
        amount: order.total.clone(),
        currency: order.currency.clone(),
        expires,
    };
    Some((authentication, order.ordered_at))
}

async fn debit(tx: &mut Tx, account: &OrganizationAccount) -> Result<Option<Waiting>, Error> {
    let attempt = attempts::for_invoices(tx, &account.organization.id).await?;
    let waiting = attempt.and_then(|attempt| {
        let AttemptState::Authentication { expires } = attempt.state else {
            return None;
        };
        let authentication = Authentication {
            invoice: attempt.purpose.invoice().map(str::to_owned),
            amount: attempt.amount.to_string(),
            currency: attempt.amount.currency().code().to_owned(),
            expires,
        };
        Some((authentication, attempt.started_at))
    });
    Ok(waiting)
}
