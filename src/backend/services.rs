//! The services: the store, the clock and the gateway, which every payment needs together.

use std::sync::Arc;

use crate::clock::Clock;
use crate::gateway::PaymentGateway;
use crate::store::Store;

/// Store, clock and gateway. Clones share them.
#[derive(Debug, Clone)]
pub struct Services {
    pub store: Store,
    pub clock: Clock,
    pub gateway: Arc<dyn PaymentGateway>,
}
