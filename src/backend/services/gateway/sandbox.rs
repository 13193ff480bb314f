//! The only payment gateway so far, which moves no money. It keeps its own record of charges, and decides
//! by the payment method's token.

use api::sandbox::ScriptedOutcome;
use async_trait::async_trait;
use billing::invoicing::collection::{Authentication, GatewayAnswer};
use chrono::TimeDelta;

use super::{Charge, NoAnswer, PaymentGateway};
use crate::foundation::clock::Clock;
use crate::foundation::error::Error;
use crate::foundation::secret;
use crate::store::sandbox::charges::{self, Outcome, SandboxCharge};
use crate::store::{Changes, Store, Tx};

/// How long after a charge with a timeout token every question about it stays unanswered.
const SILENCE: TimeDelta = TimeDelta::seconds(10);

#[derive(Debug, Clone)]
pub struct SandboxGateway {
    store: Store,
    clock: Clock,
}

impl SandboxGateway {
    /// A gateway that records its charges in that store, in transactions of its own.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Sends a charge whose outcome is given. The same key charges once.
    pub(crate) async fn charge_as(
        &self,
        charge: &Charge,
        plan: ScriptedOutcome,
    ) -> Result<GatewayAnswer, NoAnswer> {
        let outcome = match plan {
            ScriptedOutcome::Success | ScriptedOutcome::TimeoutAfterCapture => Outcome::Captured,
            ScriptedOutcome::Decline => Outcome::Declined,
            ScriptedOutcome::Authentication => Outcome::Authentication,
            ScriptedOutcome::TimeoutBeforeCapture => return Err(NoAnswer),
        };
        let entry = self.enter(charge, outcome).await?;
        match plan {
            ScriptedOutcome::TimeoutAfterCapture => Err(NoAnswer),
            ScriptedOutcome::Success
            | ScriptedOutcome::Decline
            | ScriptedOutcome::Authentication
            | ScriptedOutcome::TimeoutBeforeCapture => Ok(said(entry)),
        }
    }

    /// Decides a charge that waits for the payer's confirmation. Returns its outcome, which may be an
    /// earlier one.
    pub(crate) async fn decide(
        &self,
        charge: &Charge,
        outcome: Outcome,
    ) -> Result<GatewayAnswer, NoAnswer> {
        let key = charge.key.clone();
        let decide = async move |tx: &mut Tx| charges::decide(tx, &key, outcome).await;
        let decided = self.store.transaction(Changes::Other, decide).await;
        decided.map_err(lost)?;
        self.enter(charge, Outcome::Never).await.map(said)
    }

    async fn enter(&self, charge: &Charge, outcome: Outcome) -> Result<SandboxCharge, NoAnswer> {
        let entry = SandboxCharge {
            key: charge.key.clone(),
            token: charge.token.clone(),
            amount_minor: charge.amount.minor(),
            currency: charge.amount.currency().code(),
            outcome,
            reference: secret::id("sandbox").map_err(lost)?,
            decided_at: self.clock.now(),
        };
        let enter = async move |tx: &mut Tx| charges::enter(tx, &entry).await;
        let entered = self.store.transaction(Changes::Other, enter).await;
        entered.map_err(lost)
    }
}

#[async_trait]
impl PaymentGateway for SandboxGateway {
    async fn charge(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer> {
        self.charge_as(charge, planned(charge)).await
    }

    async fn outcome(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer> {
        let entry = self.enter(charge, Outcome::Never).await?;
        let silent = by_token(&charge.token) == ScriptedOutcome::TimeoutAfterCapture
            && self.clock.now() - entry.decided_at < SILENCE;
        if silent {
            return Err(NoAnswer);
        }
        Ok(said(entry))
    }

    async fn give_up(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer> {
        self.decide(charge, Outcome::Never).await
    }
}

/// The outcome of a charge. A card that pays still needs the payer's confirmation where the regulator
/// requires it (SPEC R17).
fn planned(charge: &Charge) -> ScriptedOutcome {
    match (by_token(&charge.token), charge.authentication) {
        (ScriptedOutcome::Success, Authentication::Needed) => ScriptedOutcome::Authentication,
        (outcome, Authentication::Needed | Authentication::NotNeeded) => outcome,
    }
}

/// The outcome of a token. The part after the colon only keeps tokens apart.
fn by_token(token: &str) -> ScriptedOutcome {
    match token.split(':').next() {
        Some("sandbox-decline") => ScriptedOutcome::Decline,
        Some("sandbox-timeout") => ScriptedOutcome::TimeoutAfterCapture,
        Some("sandbox-authentication") => ScriptedOutcome::Authentication,
        Some(_) | None => ScriptedOutcome::Success,
    }
}

fn said(entry: SandboxCharge) -> GatewayAnswer {
    match entry.outcome {
        Outcome::Captured => GatewayAnswer::Captured {
            reference: entry.reference,
        },
        Outcome::Declined => GatewayAnswer::Declined {
            reason: "insufficient_funds".to_owned(),
        },
        Outcome::Authentication => GatewayAnswer::Authentication,
        Outcome::Never => GatewayAnswer::Never,
    }
}

fn lost(cause: Error) -> NoAnswer {
    tracing::warn!(%cause, "the sandbox gateway cannot read its stored charges");
    NoAnswer
}
