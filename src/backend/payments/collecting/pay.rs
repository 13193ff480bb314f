//! An admin pays what is open: invoice by invoice, the oldest first, with one key for all of them
//! (SPEC R12, R19).

use api::audit::Action;
use api::invoicing::payment::{PaidInvoice, Payments, PaymentsState};
use api::{Code, Problem};
use billing::account::account_state::conditions;
use billing::account::lifecycle::Lifecycle;
use billing::invoicing::collection::{Authentication, Progress, pay_now};
use billing::{Currency, Money, OrganizationId};
use chrono::{DateTime, Utc};

use super::begin::written;
use super::{charge_of, check, debit};
use crate::account::confirmation;
use crate::foundation::amount::amount;
use crate::foundation::error::Error;
use crate::foundation::secret;
use crate::mail::figures;
use crate::services::Services;
use crate::services::gateway::Charge;
use crate::store::idempotency::{self, Answer, Key};
use crate::store::organizations::payment_methods;
use crate::store::payments::debits::{self, Debit, Open, State};
use crate::store::payments::payment_runs::{self, Run};
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::{Changes, Tx, Work, account_states};

const PENDING: &str = "A payment of your organization has not ended yet; nothing was charged";
const NOTHING_OPEN: &str =
    "No payment has failed or waits for you, so there is nothing to pay by hand";

/// An order to pay, as received.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The idempotency key, with the person who used it.
    pub key: Key,
    /// Who ordered it, and from which address.
    pub actor: Actor,
    /// The total that the person saw.
    pub total: String,
    /// The hash of the request, which tells a repeated order from another one.
    pub request_hash: String,
    /// The id that finds the request in the log.
    pub request_id: String,
}

/// The reply to an order to pay.
pub type PaymentReply = idempotency::StoredReply<Payments>;

/// The open invoices, split by whether they can be paid by hand.
#[derive(Debug, Clone)]
pub struct Payable {
    /// The invoices that an order to pay covers, oldest first.
    pub invoices: Vec<Open>,
    pub total: Money,
    /// The other open invoices: they are being debited, or still fall due without an order.
    pub rest: Vec<Open>,
}

impl Payable {
    fn numbers(&self) -> Vec<String> {
        let numbers = self.invoices.iter().map(|open| open.invoice.id.clone());
        numbers.collect()
    }
}

/// The next step of an order to pay.
enum Next {
    Replied(PaymentReply),
    Charge(Charge),
    /// One of its debits is under way: its id, and the progress so far.
    Open(String, Payments),
}

/// Pays everything that has to be paid now. Once begun it must run to its end, so call it in a task
/// that is not cancelled. Called again with the same key, it continues where it stopped.
///
/// # Errors
/// The refusal of the order; nothing was charged then.
pub async fn pay(services: Services, submission: Submission) -> Result<PaymentReply, Error> {
    let organization_id = submission.key.organization_id.clone();
    let mut looked = false;
    loop {
        let step = Pay {
            submission: submission.clone(),
            now: services.clock.now(),
        };
        match services.store.write(step).await? {
            Next::Replied(reply) => return Ok(reply),
            Next::Open(_, payments) if looked => return Ok(PaymentReply::Pending(payments)),
            Next::Open(id, _) => {
                looked = true;
                check(&services, &organization_id, &id).await?;
            }
            Next::Charge(charge) => {
                looked = true;
                let id = charge.key.clone();
                if let Err(cause) = debit(&services, &organization_id, charge).await {
                    // The gateway was called, so an error that says "nothing was charged" would be
                    // wrong.
                    tracing::error!(id, %cause, "a debit is not settled yet");
                }
            }
        }
    }
}

struct Pay {
    submission: Submission,
    now: DateTime<Utc>,
}

impl Work for Pay {
    type Output = Next;

    fn changes(&self) -> Changes<'_> {
        Changes::Account(&self.submission.key.organization_id, self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<Next, Error> {
        let key = &self.submission.key;
        let run = match payment_runs::find(tx, key).await? {
            Some(run) => run,
            None => self.begin(tx).await?,
        };
        if run.request_hash != self.submission.request_hash {
            return Err(reused());
        }
        if let Some(answer) = run.answer {
            return Ok(Next::Replied(PaymentReply::Settled(answer)));
        }
        let id = &key.organization_id;
        let made = debits::of_run(tx, id, &run.id).await?;
        let open = debits::open(tx, id).await?;
        let left: Vec<_> = open
            .into_iter()
            .filter(|open| run.numbers.contains(&open.invoice.id))
            .collect();
        let progress = PaymentProgress::of(tx, id, (&made, &left)).await?;
        if let Some(debit) = made.iter().find(|debit| debit.state.is_under_way()) {
            return Ok(Next::Open(debit.id.clone(), progress.pending(debit.state)));
        }
        if let Some(failed) = made.iter().find(|debit| debit.state != State::Paid) {
            return self.refuse(tx, &run, (failed, &progress)).await;
        }
        match left.first() {
            None => conclude(tx, &run, (200, &progress.done())).await,
            Some(other) if other.debit_at.is_none() && is_under_way(other) => {
                let payments = progress.pending(State::Unknown);
                Ok(Next::Replied(PaymentReply::Pending(payments)))
            }
            Some(open) => self.charge(tx, &run, open).await,
        }
    }
}

impl Pay {
    /// Records the order if there is something to pay and its total is what the person saw.
    async fn begin(&self, tx: &mut Tx) -> Result<Run, Error> {
        let Submission {
            key,
            actor,
            total,
            request_hash,
            request_id,
        } = &self.submission;
        let id = &key.organization_id;
        if idempotency::find(tx, key).await?.is_some() {
            return Err(reused());
        }
        let payable = admitted(tx, id, self.now).await?;
        let sum = payable.total;
        if amount("total", total, sum.currency())? != sum {
            let sum = told(sum);
            let detail =
                format!("The amount to pay is {sum}, not what you saw; nothing was charged");
            return Err(Error::refused(Code::OutstandingChanged, detail));
        }
        let run = Run {
            id: secret::id("pr")?,
            key: key.clone(),
            request_hash: request_hash.clone(),
            request_id: request_id.clone(),
            actor: actor.clone(),
            numbers: payable.numbers(),
            answer: None,
            begun_at: self.now,
        };
        payment_runs::add(tx, &run).await?;
        let entry = AuditEntry {
            action: Action::PaymentOrdered,
            object: &run.id,
            description: format!("{} for {}", told(sum), run.numbers.join(", ")),
            change: AuditChange::NONE,
        };
        records::audit(tx, id, (actor, self.now), entry).await?;
        Ok(run)
    }

    /// Records the debit of the next invoice.
    async fn charge(&self, tx: &mut Tx, run: &Run, open: &Open) -> Result<Next, Error> {
        let id = &run.key.organization_id;
        let method = payment_methods::default_of(tx, id).await?;
        let method = method.ok_or_else(|| {
            Error::refused(
                Code::NoPaymentMethod,
                "Add a payment method first; nothing was charged",
            )
        })?;
        let debit = written(open, (Some(&run.id), Some(&method)), self.now)?;
        debits::begin(tx, id, &debit).await?;
        charge_of(tx, id, &debit).await.map(Next::Charge)
    }

    /// The reply after a payment has failed. What was paid before stays paid.
    async fn refuse(
        &self,
        tx: &mut Tx,
        run: &Run,
        (failed, progress): (&Debit, &PaymentProgress),
    ) -> Result<Next, Error> {
        let problem = Problem {
            request_id: run.request_id.clone(),
            ..failure(failed, progress)
        };
        conclude(tx, run, (problem.status, &problem)).await
    }
}

/// Why a debit was not paid, and what is left to pay.
pub(super) fn failure(failed: &Debit, progress: &PaymentProgress) -> Problem {
    let (code, what) = match failed.state {
        State::Declined => (Code::PaymentDeclined, "Your bank declined the payment"),
        _ => (Code::PaymentExpired, "The payment was not finished"),
    };
    let (number, left) = (&failed.number, told(progress.left));
    let detail = format!(
        "{what} of invoice {number}; {left} is still to be paid. Use another payment method or ask \
         your bank"
    );
    Problem::new(code, detail)
}

/// An amount with its currency, for a sentence.
fn told(amount: Money) -> String {
    figures::money(&amount.to_string(), amount.currency().code())
}

/// The progress of an order to pay.
pub(super) struct PaymentProgress {
    currency: Currency,
    paid: Vec<PaidInvoice>,
    left: Money,
}

impl PaymentProgress {
    pub(super) async fn of(
        tx: &mut Tx,
        organization_id: &OrganizationId,
        (made, left): (&[Debit], &[Open]),
    ) -> Result<Self, Error> {
        let left = sum(tx, organization_id, left).await?;
        let currency = left.currency();
        let paid = made.iter().filter(|debit| debit.state == State::Paid);
        let paid = paid.map(|debit| PaidInvoice {
            invoice: debit.number.clone(),
            amount: Money::new(debit.amount_minor, currency).to_string(),
        });
        Ok(Self {
            currency,
            paid: paid.collect(),
            left,
        })
    }

    pub(super) fn done(&self) -> Payments {
        self.sent(PaymentsState::Paid, None)
    }

    pub(super) fn pending(&self, state: State) -> Payments {
        match state {
            State::Authentication { expires } => {
                self.sent(PaymentsState::Authentication, Some(expires))
            }
            _ => self.sent(PaymentsState::Processing, None),
        }
    }

    fn sent(&self, state: PaymentsState, expires: Option<DateTime<Utc>>) -> Payments {
        Payments {
            state,
            expires,
            currency: self.currency.code().to_owned(),
            paid: self.paid.clone(),
            left: self.left.to_string(),
        }
    }
}

/// What an order to pay would cover now.
///
/// # Errors
/// Fails when the organization does not exist.
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

/// The open invoices; those that only their payer can pay are marked as such.
async fn open(tx: &mut Tx, id: &OrganizationId) -> Result<Vec<Open>, Error> {
    let mut open = debits::open(tx, id).await?;
    for one in &mut open {
        let (Progress::Issued, Some(at)) = (one.invoice.progress, one.debit_at) else {
            continue;
        };
        let amount = one.amount(tx, id).await?;
        if confirmation::when_due(tx, id, (amount, at)).await? == Some(Authentication::Needed) {
            one.invoice.progress = Progress::AwaitsPayer;
        }
    }
    Ok(open)
}

/// What can be paid by hand, or the refusal when nothing can.
async fn admitted(tx: &mut Tx, id: &OrganizationId, now: DateTime<Utc>) -> Result<Payable, Error> {
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
            let under_way = payable.rest.iter().any(is_under_way);
            if under_way {
                (Code::PaymentPending, PENDING)
            } else {
                (Code::NothingOpen, NOTHING_OPEN)
            }
        }
    };
    Err(Error::refused(code, detail))
}

fn is_under_way(open: &Open) -> bool {
    matches!(open.invoice.progress, Progress::Processing { .. })
}

async fn sum(tx: &mut Tx, organization_id: &OrganizationId, open: &[Open]) -> Result<Money, Error> {
    let code = crate::store::organizations::find(tx, organization_id)
        .await?
        .currency;
    let currency = debits::currency(tx, organization_id, &code).await?;
    let amounts = open
        .iter()
        .map(|open| Money::new(open.amount_minor, currency));
    Ok(Money::sum(currency, amounts)?)
}

async fn conclude(
    tx: &mut Tx,
    run: &Run,
    (status, body): (u16, &impl serde::Serialize),
) -> Result<Next, Error> {
    let body = serde_json::to_string(body).map_err(Error::unexpected)?;
    let answer = Answer { status, body };
    payment_runs::answer(tx, run, &answer).await?;
    Ok(Next::Replied(PaymentReply::Settled(answer)))
}

fn reused() -> Error {
    Error::refused(
        Code::KeyReused,
        "This key was used for another order; nothing was charged for this one",
    )
}
