//! An admin pays what is open: invoice by invoice, the oldest first, with one key for all of them
//! (SPEC R12, R19).

use api::audit::Action;
use api::invoicing::payment::{PayOutstanding, Payments};
use api::{Code, Problem};
use billing::PaymentAttemptId;
use billing::invoicing::collection::AttemptState;
use billing::invoicing::invoice::InvoiceNumber;
use chrono::{DateTime, Utc};

use super::payable::{admitted, is_under_way};
use super::progress::PaymentProgress;
use crate::foundation::amount::in_currency;
use crate::foundation::error::Error;
use crate::foundation::secret;
use crate::mail::figures;
use crate::payments::attempts::{NewAttempt, begin, charge, charge_of, look_again};
use crate::payments::{Submission, no_payment_method};
use crate::services::Services;
use crate::services::gateway::Charge;
use crate::store::idempotency::{self, StoredReply, Used};
use crate::store::organizations::payment_methods;
use crate::store::payments::attempts::{self, Lease, PaymentPurpose};
use crate::store::payments::open_invoices::{self, StoredOpenInvoice};
use crate::store::payments::payment_runs::{self, PaymentRun};
use crate::store::records::{self, AuditChange, AuditEntry};
use crate::store::{Changes, Tx, Work};

/// The reply to an order to pay.
pub type PaymentReply = StoredReply<Payments>;

/// The next step of an order to pay.
enum Next {
    Replied(PaymentReply),
    Charge(Charge),
    /// One of its attempts is open.
    Open {
        attempt_id: PaymentAttemptId,
        progress: Payments,
    },
}

/// Pays everything that has to be paid now. Once begun it must run to its end, so call it in a task
/// that is not cancelled. Called again with the same key, it continues where it stopped.
///
/// # Errors
/// The refusal of the order; nothing was charged then.
pub async fn pay(
    services: Services,
    submission: Submission<PayOutstanding>,
) -> Result<PaymentReply, Error> {
    let organization_id = submission.key.organization_id.clone();
    let mut looked = false;
    loop {
        let step = Pay {
            submission: submission.clone(),
            now: services.clock.now(),
        };
        match services.store.write(step).await? {
            Next::Replied(reply) => return Ok(reply),
            Next::Open { progress, .. } if looked => return Ok(PaymentReply::Pending(progress)),
            Next::Open { attempt_id, .. } => {
                looked = true;
                look_again(&services, &organization_id, &attempt_id, Lease::Respected).await?;
            }
            Next::Charge(new) => {
                looked = true;
                let id = new.key.clone();
                if let Err(cause) = charge(&services, &organization_id, new).await {
                    // The gateway was called, so an error that says "nothing was charged" would be
                    // wrong.
                    tracing::error!(%id, %cause, "a payment is not settled yet");
                }
            }
        }
    }
}

struct Pay {
    submission: Submission<PayOutstanding>,
    now: DateTime<Utc>,
}

impl Work for Pay {
    type Output = Next;

    fn changes(&self) -> Changes {
        Changes::Account(self.submission.key.organization_id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<Next, Error> {
        let (key, hash) = (&self.submission.key, &self.submission.request_hash);
        let run = match idempotency::find(tx, key, hash).await? {
            Used::Answered(answer) => return Ok(Next::Replied(PaymentReply::Settled(answer))),
            Used::Never => self.begin(tx).await?,
            Used::Begun => payment_runs::of_key(tx, key)
                .await?
                .ok_or_else(|| Error::unexpected("a key without its payment run"))?,
        };
        let id = &key.organization_id;
        let made = attempts::of_run(tx, id, &run.id).await?;
        let open = open_invoices::list(tx, id).await?;
        let left: Vec<_> = open
            .into_iter()
            .filter(|open| run.numbers.contains(&open.invoice.id))
            .collect();
        let progress = PaymentProgress::of(tx, id, &made, &left).await?;
        if let Some(attempt) = made.iter().find(|attempt| attempt.state.is_open()) {
            return Ok(Next::Open {
                attempt_id: attempt.id.clone(),
                progress: progress.pending(&attempt.state),
            });
        }
        let is_paid = |state: &AttemptState| matches!(state, AttemptState::Paid { .. });
        if let Some(failed) = made.iter().find(|attempt| !is_paid(&attempt.state)) {
            // What was paid before stays paid.
            let problem = Problem {
                request_id: run.request_id.clone(),
                ..progress.failure(failed)
            };
            return conclude(tx, &run, problem.status, &problem).await;
        }
        match left.first() {
            None => conclude(tx, &run, 200, &progress.done()).await,
            Some(other) if other.debit_at.is_none() && is_under_way(other) => {
                let payments = progress.pending(&AttemptState::Unknown);
                Ok(Next::Replied(PaymentReply::Pending(payments)))
            }
            Some(open) => self.charge(tx, &run, open).await,
        }
    }
}

impl Pay {
    /// Records the order if there is something to pay and its total is what the person saw.
    async fn begin(&self, tx: &mut Tx) -> Result<PaymentRun, Error> {
        let Submission {
            key,
            actor,
            order,
            request_hash,
            request_id,
        } = &self.submission;
        let id = &key.organization_id;
        let payable = admitted(tx, id, self.now).await?;
        let sum = payable.total;
        in_currency("total", order.total, sum.currency())?;
        if order.total != sum {
            let sum = figures::money(sum);
            let detail =
                format!("The amount to pay is {sum}, not what you saw; nothing was charged");
            return Err(Error::refused(Code::OutstandingChanged, detail));
        }
        let numbers = payable.invoices.into_iter().map(|open| open.invoice.id);
        let run = PaymentRun {
            id: secret::id("pr")?,
            key: key.clone(),
            request_id: request_id.clone(),
            actor: actor.clone(),
            numbers: numbers.collect(),
            begun_at: self.now,
        };
        idempotency::take(tx, key, request_hash, self.now).await?;
        payment_runs::add(tx, &run).await?;
        let numbers: Vec<_> = run.numbers.iter().map(InvoiceNumber::as_str).collect();
        let entry = AuditEntry {
            actor,
            at: self.now,
            action: Action::PaymentOrdered,
            object: &run.id,
            description: format!("{} for {}", figures::money(sum), numbers.join(", ")),
            change: AuditChange::NONE,
        };
        records::audit(tx, id, entry).await?;
        Ok(run)
    }

    /// Records the attempt to pay the next invoice.
    async fn charge(
        &self,
        tx: &mut Tx,
        run: &PaymentRun,
        open: &StoredOpenInvoice,
    ) -> Result<Next, Error> {
        let id = &run.key.organization_id;
        let method = payment_methods::default_of(tx, id).await?;
        let method = method.ok_or_else(no_payment_method)?;
        let new = NewAttempt {
            purpose: PaymentPurpose::Outstanding {
                number: open.invoice.id.clone(),
                run: run.id.clone(),
            },
            amount: open.amount,
            method: Some(&method),
        };
        let attempt = begin(tx, id, new, self.now).await?;
        charge_of(tx, id, &attempt).await.map(Next::Charge)
    }
}

/// Stores the final response.
async fn conclude(
    tx: &mut Tx,
    run: &PaymentRun,
    status: u16,
    body: &impl serde::Serialize,
) -> Result<Next, Error> {
    let answer = idempotency::answer(tx, &run.key, status, body).await?;
    Ok(Next::Replied(PaymentReply::Settled(answer)))
}
