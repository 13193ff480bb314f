//! The first transaction of a debit. It checks that the invoice is still to be paid and finds the
//! payment method, then records the debit. The gateway is not called before that.

use billing::OrganizationId;
use billing::invoicing::collection::Authentication;
use chrono::{DateTime, Utc};

use super::charge_of;
use super::settle::{Verdict, settled};
use crate::account::confirmation;
use crate::foundation::error::Error;
use crate::foundation::secret;
use crate::services::gateway::Charge;
use crate::store::organizations::payment_methods::{self, PaymentMethod};
use crate::store::payments::debits::{self, Debit, Open, State};
use crate::store::{Changes, Tx, Work};

/// Begins the debit of an invoice that falls due without an order. Returns the charge to send to the
/// gateway, if there is one.
#[derive(Debug)]
pub(super) struct Begin {
    pub(super) organization_id: OrganizationId,
    pub(super) number: String,
    pub(super) now: DateTime<Utc>,
}

impl Work for Begin {
    type Output = Option<Charge>;

    fn changes(&self) -> Changes<'_> {
        Changes::Account(&self.organization_id, self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<Option<Charge>, Error> {
        let id = &self.organization_id;
        let open = debits::open(tx, id).await?;
        let due = |open: &Open| {
            open.invoice.id == self.number && open.debit_at.is_some_and(|at| at <= self.now)
        };
        let Some(open) = open.into_iter().find(due) else {
            // It was paid, or another process is debiting it.
            return Ok(None);
        };
        let method = payment_methods::default_of(tx, id).await?;
        let debit = written(&open, (None, method.as_ref()), self.now)?;
        debits::begin(tx, id, &debit).await?;
        let amount = open.amount(tx, id).await?;
        let verdict = match confirmation::when_due(tx, id, (amount, self.now)).await? {
            None => Verdict::Declined("no_payment_method"),
            // No payer is present to confirm it, so the debit fails before it is sent (A114).
            Some(Authentication::Needed) => Verdict::NotConfirmed("authentication_required"),
            Some(Authentication::NotNeeded) => {
                return charge_of(tx, id, &debit).await.map(Some);
            }
        };
        settled(tx, id, (debit, verdict), self.now).await?;
        Ok(None)
    }
}

/// The record of a new debit of an open invoice.
pub(super) fn written(
    open: &Open,
    (run, method): (Option<&str>, Option<&PaymentMethod>),
    now: DateTime<Utc>,
) -> Result<Debit, Error> {
    Ok(Debit {
        id: secret::id("db")?,
        number: open.invoice.id.clone(),
        run: run.map(str::to_owned),
        payment_method_id: method.map(|method| method.id.clone()),
        state: State::Started,
        amount_minor: open.amount_minor,
        currency: open.currency.clone(),
        started_at: now,
    })
}
