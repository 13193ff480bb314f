//! The first transaction of a debit: is the invoice still to be paid, and by what? Then the debit is
//! written down, and nothing is asked of the gateway before that.

use billing::Money;
use billing::collection::{Authentication, Debit as Wanted, Occasion, Source, authentication};
use chrono::{DateTime, Utc};

use super::charge_of;
use super::settle::{Verdict, settled};
use crate::clock::billing_day;
use crate::error::Error;
use crate::gateway::Charge;
use crate::secret;
use crate::store::debits::{self, Debit, Open, State};
use crate::store::payment_methods::{self, PaymentMethod};
use crate::store::{Tx, Work, organizations, schedule};

/// Begins the debit of an invoice that is due by itself. Answers what the gateway is asked for, if
/// anything.
#[derive(Debug)]
pub(super) struct Begin {
    pub(super) organization_id: String,
    pub(super) number: String,
    pub(super) now: DateTime<Utc>,
}

impl Work for Begin {
    type Output = Option<Charge>;

    async fn run(&self, tx: &mut Tx) -> Result<Option<Charge>, Error> {
        let id = self.organization_id.as_str();
        let open = debits::open(tx, id).await?;
        let due = |open: &Open| {
            open.invoice.id == self.number && open.debit_at.is_some_and(|at| at <= self.now)
        };
        let Some(open) = open.into_iter().find(due) else {
            // It was paid, or somebody else is at it.
            schedule::keep(tx, id, self.now).await?;
            return Ok(None);
        };
        let method = payment_methods::default_of(tx, id).await?;
        let debit = written(&open, (None, method.as_ref()), self.now)?;
        debits::begin(tx, id, &debit).await?;
        let verdict = match method {
            None => Verdict::Declined("no_payment_method"),
            Some(method) if must_be_confirmed(tx, (id, &open), &method, self.now).await? => {
                // Nobody is there to confirm it, so it has failed before it is made (A114).
                Verdict::NotConfirmed("authentication_required")
            }
            Some(_) => return charge_of(tx, id, &debit).await.map(Some),
        };
        settled(tx, id, (debit, verdict), self.now).await?;
        Ok(None)
    }
}

/// Whether the payer has to confirm a debit at the bank (SPEC R17).
pub(super) async fn must_be_confirmed(
    tx: &mut Tx,
    (id, open): (&str, &Open),
    method: &PaymentMethod,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let offset = organizations::find(tx, id).await?.zone_offset_minutes;
    let currency = debits::currency(tx, id, &open.currency).await?;
    let occasion = if debits::has_paid(tx, id, &method.id).await? {
        Occasion::Recurring
    } else {
        Occasion::First
    };
    let wanted = Wanted {
        amount: Money::new(open.amount_minor, currency),
        source: Source::Card,
        occasion,
    };
    let day = billing_day(now, offset);
    Ok(authentication(&wanted, day, &tx.policy()) == Authentication::Needed)
}

/// A debit of an open invoice, as it begins.
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
