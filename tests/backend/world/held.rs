//! A gateway that stops in the middle of a charge until the test releases it.

use std::sync::Arc;

use async_trait::async_trait;
use backend::demo::gateway::ScriptedGateway;
use backend::services::gateway::{Charge, NoAnswer, PaymentGateway};
use billing::invoicing::collection::GatewayAnswer;
use tokio::sync::Semaphore;

/// The point at which the charge stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HoldPoint {
    /// Before the charge reaches the gateway.
    BeforeCapture,
    /// After the gateway has decided.
    AfterCapture,
}

/// The sandbox gateway, stopped at a point.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    sandbox: ScriptedGateway,
    context: HoldPoint,
    arrived: Arc<Semaphore>,
    released: Arc<Semaphore>,
}

impl Held {
    pub(crate) fn new(sandbox: ScriptedGateway, context: HoldPoint) -> Self {
        let none = || Arc::new(Semaphore::new(0));
        Self {
            sandbox,
            context,
            arrived: none(),
            released: none(),
        }
    }

    /// Waits until a charge has stopped.
    pub(crate) async fn arrival(&self) {
        self.arrived.acquire().await.unwrap().forget();
    }

    /// Lets the charge continue.
    pub(crate) fn release(&self) {
        self.released.add_permits(1);
    }

    async fn hold(&self, context: HoldPoint) {
        if context == self.context {
            self.arrived.add_permits(1);
            self.released.acquire().await.unwrap().forget();
        }
    }
}

#[async_trait]
impl PaymentGateway for Held {
    async fn charge(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer> {
        self.hold(HoldPoint::BeforeCapture).await;
        let outcome = self.sandbox.charge(charge).await;
        self.hold(HoldPoint::AfterCapture).await;
        outcome
    }

    async fn outcome(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer> {
        self.sandbox.outcome(charge).await
    }

    async fn give_up(&self, charge: &Charge) -> Result<GatewayAnswer, NoAnswer> {
        self.sandbox.give_up(charge).await
    }
}
