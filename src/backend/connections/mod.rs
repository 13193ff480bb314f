//! The connections that are open: how many there may be, and how long one may do nothing
//! (RELIABILITY 4, invariant 64).
//!
//! When there is no room, the connection that has been idle longest makes place for the new one: an
//! address that opens connections and sends nothing takes room from itself, and requests are answered.

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

/// How many connections there may be, and for how long.
#[derive(Debug, Clone)]
pub struct Limits {
    /// In all.
    pub in_all: usize,
    /// From one address; proxies that are trusted have no such limit.
    pub per_address: usize,
    /// How long one may take to send its first request.
    pub first_request: Duration,
    /// How long one may do nothing between two requests.
    pub idle: Duration,
    /// How long a reader may take nothing of an answer.
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

/// What is known of an open connection.
#[derive(Debug)]
struct Place {
    /// None where the address is a proxy's.
    address: Option<IpAddr>,
    activity: Arc<Activity>,
    close: CancellationToken,
}

/// The place of one connection, free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    id: u64,
    connections: Connections,
    /// What the connection does.
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

    /// A place for one more connection from an address, or from a trusted proxy; none while all
    /// others are at work.
    pub(crate) fn admit(&self, address: Option<IpAddr>) -> Option<Held> {
        let now = Instant::now();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = open.counts();
        let own = address.map_or(0, |address| counts.get(&address).copied().unwrap_or(0));
        if address.is_some() && own >= self.limits.per_address {
            open.make_room(|place| (place.address == address).then_some(0), now)?;
        } else if open.places.len() >= self.limits.in_all {
            // First from whoever has most.
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
        Some(Held {
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

    /// Closes the connection that may go, ranks highest and has been idle longest; none if all work.
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

impl Held {
    /// Ends when the connection is to be closed: it has been idle for too long, or makes place.
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

impl Drop for Held {
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
    fn an_address_takes_room_from_itself() {
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
    fn who_is_at_work_keeps_its_place() {
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
    fn a_full_server_takes_room_from_whoever_has_most() {
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
