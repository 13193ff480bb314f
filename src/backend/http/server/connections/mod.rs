//! The open connections: how many there may be, and how long one may be idle (RELIABILITY 4, invariant
//! 64).
//!
//! When no place is free, the connection that has been idle longest is closed for the new one. An
//! address that opens many connections and sends nothing therefore displaces its own connections, while
//! others are served.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

mod activity;
mod answer;
mod descriptors;
mod stream;

pub(crate) use activity::Activity;
pub(crate) use answer::Watched;
pub use descriptors::most_connections;
pub(crate) use stream::Noted;

/// Limits on the number of connections and on their time.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The most connections in all.
    pub in_all: usize,
    /// The most connections from one address. Trusted proxies have no such limit.
    pub per_address: usize,
    /// How long a connection may take to send its first request.
    pub first_request: Duration,
    /// How long a connection may be idle between two requests.
    pub idle: Duration,
    /// How long a client may read nothing of an answer.
    pub stalled: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_all: most_connections(),
            per_address: 256,
            first_request: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            stalled: Duration::from_secs(120),
        }
    }
}

/// The open connections. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    limits: Arc<Limits>,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    places: HashMap<u64, Place>,
}

/// An open connection, as the table of all connections keeps it.
#[derive(Debug)]
struct Place {
    /// `None` when the address belongs to a trusted proxy.
    address: Option<IpAddr>,
    activity: Arc<Activity>,
    close: CancellationToken,
}

/// The place of one connection. Dropping it frees the place.
#[derive(Debug)]
pub(crate) struct HeldConnection {
    id: u64,
    connections: Connections,
    /// What the connection is doing.
    pub(crate) activity: Arc<Activity>,
    close: CancellationToken,
}

impl Connections {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits: Arc::new(limits),
            open: Arc::default(),
        }
    }

    /// Takes a place for a connection from an address; `None` as the address means a trusted proxy.
    /// Returns `None` while every connection that could be closed has a request.
    pub(crate) fn admit(&self, address: Option<IpAddr>) -> Option<HeldConnection> {
        let now = Instant::now();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = open.counts();
        let own = address.map_or(0, |address| counts.get(&address).copied().unwrap_or(0));
        if address.is_some() && own >= self.limits.per_address {
            open.make_room(|place| (place.address == address).then_some(0), now)?;
        } else if open.places.len() >= self.limits.in_all {
            // Connections of the address with the most connections are closed first.
            let of = |place: &Place| {
                place
                    .address
                    .and_then(|address| counts.get(&address).copied())
            };
            open.make_room(|place| Some(of(place).unwrap_or(0)), now)?;
        }
        let activity = Arc::new(Activity::new(&self.limits, now));
        let (id, close) = (open.next, CancellationToken::new());
        open.next += 1;
        let place = Place {
            address,
            activity: activity.clone(),
            close: close.clone(),
        };
        open.places.insert(id, place);
        let connections = self.clone();
        Some(HeldConnection {
            id,
            connections,
            activity,
            close,
        })
    }
}

impl Open {
    fn counts(&self) -> HashMap<IpAddr, usize> {
        let mut counts = HashMap::new();
        for address in self.places.values().filter_map(|place| place.address) {
            *counts.entry(address).or_default() += 1;
        }
        counts
    }

    /// Closes one idle connection: the highest rank first, then the longest idle. `None` when none is
    /// idle.
    fn make_room(&mut self, rank: impl Fn(&Place) -> Option<usize>, now: Instant) -> Option<()> {
        let idle = self.places.iter().filter_map(|(id, place)| {
            let rank = rank(place)?;
            let since = place.activity.idle_for(now)?;
            Some(((rank, since), *id))
        });
        let (_, id) = idle.max()?;
        let place = self.places.remove(&id)?;
        tracing::debug!(address = ?place.address, "an idle connection makes place for another");
        place.close.cancel();
        Some(())
    }
}

impl HeldConnection {
    /// Completes when the connection has to be closed: it was idle for too long, or its place was given
    /// away.
    pub(crate) async fn over(&self) {
        let idle = async {
            while let Some(until) = self.activity.open_until(Instant::now()) {
                tokio::time::sleep_until(until.into()).await;
            }
        };
        tokio::select! {
            () = idle => {}
            () = self.close.cancelled() => {}
        }
    }
}

impl Drop for HeldConnection {
    fn drop(&mut self) {
        let mut open = self
            .connections
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.places.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    fn limited(in_all: usize, per_address: usize) -> Connections {
        Connections::new(Limits {
            in_all,
            per_address,
            ..Limits::default()
        })
    }

    #[test]
    fn an_address_displaces_its_own_connections() {
        let connections = limited(10, 2);
        let (one, two) = (
            connections.admit(address(1)).unwrap(),
            connections.admit(address(1)).unwrap(),
        );
        let other = connections.admit(address(2)).unwrap();
        let _three = connections.admit(address(1)).unwrap();
        assert!(one.close.is_cancelled() && !two.close.is_cancelled());
        assert!(!other.close.is_cancelled());
    }

    #[test]
    fn a_connection_with_a_request_keeps_its_place() {
        let connections = limited(10, 2);
        let (one, two) = (
            connections.admit(address(1)).unwrap(),
            connections.admit(address(1)).unwrap(),
        );
        one.activity.request_begins();
        two.activity.request_begins();
        assert!(connections.admit(address(1)).is_none());
        drop(two);
        assert!(connections.admit(address(1)).is_some());
    }

    #[test]
    fn a_full_server_displaces_the_address_with_the_most_connections() {
        let connections = limited(3, 3);
        let old = connections.admit(address(2)).unwrap();
        let one = connections.admit(address(1)).unwrap();
        let _two = connections.admit(address(1)).unwrap();
        let _new = connections.admit(address(3)).unwrap();
        assert!(one.close.is_cancelled() && !old.close.is_cancelled());
    }

    #[test]
    fn a_proxy_has_no_limit_of_its_own() {
        let connections = limited(4, 1);
        let all: Vec<_> = (0..4).map(|_| connections.admit(None).unwrap()).collect();
        assert!(all.iter().all(|held| !held.close.is_cancelled()));
    }
}
