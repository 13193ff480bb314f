//! The services: the store, the clock and the gateway, which every payment needs together.

use std::sync::Arc;

use crate::foundation::clock::Clock;
use crate::store::Store;
use gateway::PaymentGateway;

pub mod gateway;

/// Store, clock and gateway. Clones share them.
#[derive(Debug, Clone)]
pub struct Services {
    pub store: Store,
    pub clock: Clock,
    pub gateway: Arc<dyn PaymentGateway>,
}
