//! The sandbox gateway with a script: what is scripted decides before the payment method does.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use api::sandbox::ScriptedOutcome;
use async_trait::async_trait;
use billing::invoicing::collection::GatewayAnswer;

use crate::foundation::clock::Clock;
use crate::services::gateway::{Charge, NoAnswer, PaymentGateway, SandboxGateway};
use crate::store::Store;
use crate::store::sandbox::charges::Outcome;

#[derive(Debug, Clone)]
pub struct ScriptedGateway {
    sandbox: SandboxGateway,
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

impl ScriptedGateway {
    /// A gateway that records its charges in that store, in transactions of its own.
    pub fn new(store: Store, clock: Clock, script: Script) -> Self {
        Self {
            sandbox: SandboxGateway::new(store, clock),
            script,
        }
    }
}

#[async_trait]
impl PaymentGateway for ScriptedGateway {
    async fn charge(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer> {
        match self.script.next(&charge.token) {
            Some(outcome) => self.sandbox.charge_as(charge, outcome).await,
            None => self.sandbox.charge(charge).await,
        }
    }

    /// While the bank waits for the payer's confirmation, the next success or decline is the payer's
    /// reply.
    async fn outcome(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer> {
        let answer = self.sandbox.outcome(charge).await?;
        if answer != GatewayAnswer::Authentication {
            return Ok(answer);
        }
        match self.script.next_verdict(&charge.token) {
            None => Ok(answer),
            Some(ScriptedOutcome::Success) => self.sandbox.decide(charge, Outcome::Captured).await,
            Some(_) => self.sandbox.decide(charge, Outcome::Declined).await,
        }
    }

    async fn give_up(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer> {
        self.sandbox.give_up(charge).await
    }
}
