//! A payment gateway for the sandbox, which moves no money. It keeps its own record of charges, decides
//! by the payment method's token, and takes a script for the next charges.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use api::sandbox::ScriptedOutcome;
use async_trait::async_trait;
use billing::invoicing::collection::{Authentication, GatewayAnswer};
use chrono::TimeDelta;

use super::{Charge, NoAnswer, PaymentGateway};
use crate::foundation::clock::Clock;
use crate::foundation::error::Error;
use crate::foundation::secret;
use crate::store::sandbox::charges::{self, SandboxCharge};
use crate::store::{Changes, Store, Tx, Work};

/// How long after a charge with a timeout token every question about it stays unanswered.
const SILENCE: TimeDelta = TimeDelta::seconds(10);

#[derive(Debug, Clone)]
pub struct SandboxGateway {
    store: Store,
    clock: Clock,
    script: Script,
}

/// The scripted outcomes of the next charges, by token and in order.
#[derive(Debug, Clone, Default)]
pub struct Script(Arc<Mutex<HashMap<String, VecDeque<ScriptedOutcome>>>>);

impl Script {
    /// Replaces the scripted outcomes of a token.
    pub fn write(&self, token: &str, outcomes: Vec<ScriptedOutcome>) {
        self.lines(|lines| lines.insert(token.to_owned(), outcomes.into()));
    }

    fn next(&self, token: &str) -> Option<ScriptedOutcome> {
        self.lines(|lines| lines.get_mut(token)?.pop_front())
    }

    fn next_verdict(&self, token: &str) -> Option<ScriptedOutcome> {
        let verdict = |outcome: &ScriptedOutcome| {
            matches!(outcome, ScriptedOutcome::Success | ScriptedOutcome::Decline)
        };
        self.lines(|lines| lines.get_mut(token)?.pop_front_if(|next| verdict(next)))
    }

    fn lines<T>(
        &self,
        use_them: impl FnOnce(&mut HashMap<String, VecDeque<ScriptedOutcome>>) -> T,
    ) -> T {
        use_them(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SandboxGateway {
    /// A gateway that records its charges in that store, in transactions of its own.
    pub fn new(store: Store, clock: Clock, script: Script) -> Self {
        Self {
            store,
            clock,
            script,
        }
    }

    async fn enter(
        &self,
        charge: &Charge,
        outcome: &'static str,
    ) -> Result<SandboxCharge, NoAnswer> {
        let entry = SandboxCharge {
            key: charge.key.to_string(),
            token: charge.token.clone(),
            amount_minor: charge.amount.minor(),
            currency: charge.amount.currency().code(),
            outcome: outcome.to_owned(),
            reference: secret::id("sandbox").map_err(lost)?,
            decided_at: self.clock.now(),
        };
        self.store.write(Enter(entry)).await.map_err(lost)
    }

    async fn decide(&self, charge: &Charge, outcome: &'static str) -> Result<(), NoAnswer> {
        self.store
            .write(Decide {
                key: charge.key.to_string(),
                outcome,
            })
            .await
            .map_err(lost)
    }
}

#[async_trait]
impl PaymentGateway for SandboxGateway {
    async fn charge(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer> {
        let plan = self
            .script
            .next(&charge.token)
            .unwrap_or_else(|| unscripted(charge));
        let outcome = match plan {
            ScriptedOutcome::Success | ScriptedOutcome::TimeoutAfterCapture => "captured",
            ScriptedOutcome::Decline => "declined",
            ScriptedOutcome::Authentication => "authentication",
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

    async fn outcome(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer> {
        let entry = self.enter(charge, "never").await?;
        let silent = by_token(&charge.token) == ScriptedOutcome::TimeoutAfterCapture
            && self.clock.now() - entry.decided_at < SILENCE;
        if silent {
            return Err(NoAnswer);
        }
        if entry.outcome != "authentication" {
            return Ok(said(entry));
        }
        match self.script.next_verdict(&charge.token) {
            None => return Ok(GatewayAnswer::Authentication),
            Some(ScriptedOutcome::Success) => self.decide(charge, "captured").await?,
            Some(_) => self.decide(charge, "declined").await?,
        }
        self.enter(charge, "never").await.map(said)
    }

    async fn give_up(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer> {
        self.decide(charge, "never").await?;
        self.enter(charge, "never").await.map(said)
    }
}

/// The outcome of a charge without a script. A card that pays still needs the payer's confirmation
/// where the regulator requires it (SPEC R17).
fn unscripted(charge: &Charge) -> ScriptedOutcome {
    match (by_token(&charge.token), charge.authentication) {
        (ScriptedOutcome::Success, Authentication::Needed) => ScriptedOutcome::Authentication,
        (outcome, Authentication::Needed | Authentication::NotNeeded) => outcome,
    }
}

/// The outcome of a token without a script. The part after the colon only keeps tokens apart.
fn by_token(token: &str) -> ScriptedOutcome {
    match token.split(':').next() {
        Some("sandbox-decline") => ScriptedOutcome::Decline,
        Some("sandbox-timeout") => ScriptedOutcome::TimeoutAfterCapture,
        Some("sandbox-authentication") => ScriptedOutcome::Authentication,
        Some(_) | None => ScriptedOutcome::Success,
    }
}

fn said(entry: SandboxCharge) -> GatewayAnswer {
    match entry.outcome.as_str() {
        "captured" => GatewayAnswer::Captured {
            reference: entry.reference,
        },
        "declined" => GatewayAnswer::Declined {
            reason: "insufficient_funds".to_owned(),
        },
        "authentication" => GatewayAnswer::Authentication,
        _ => GatewayAnswer::Never,
    }
}

fn lost(cause: Error) -> NoAnswer {
    tracing::warn!(%cause, "the sandbox gateway cannot read its stored charges");
    NoAnswer
}

struct Enter(SandboxCharge);

impl Work for Enter {
    type Output = SandboxCharge;

    fn changes(&self) -> Changes<'_> {
        Changes::Other
    }

    async fn run(&self, tx: &mut Tx) -> Result<SandboxCharge, Error> {
        charges::enter(tx, &self.0).await
    }
}

struct Decide {
    key: String,
    outcome: &'static str,
}

impl Work for Decide {
    type Output = ();

    fn changes(&self) -> Changes<'_> {
        Changes::Other
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        charges::decide(tx, &self.key, self.outcome).await
    }
}
