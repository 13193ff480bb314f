//! The services: the store, the clock and the gateway, which every movement of money needs together.

use std::sync::Arc;

use crate::clock::Clock;
use crate::gateway::PaymentGateway;
use crate::store::Store;

/// Store, clock and gateway. Clones share them.
#[derive(Debug, Clone)]
pub struct Services {
    /// What is kept.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Who takes the money.
    pub gateway: Arc<dyn PaymentGateway>,
}
