//! What a connection is doing now, and how long it may stay open.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Limits;

/// How soon a connection with a request in work is checked again.
const WORKING: Duration = Duration::from_secs(10);
/// How long the last bytes of an answer may take, as long as some are written.
const LAST_BYTES: Duration = Duration::from_secs(120);

/// The activity of one connection.
#[derive(Debug)]
pub(crate) struct Activity {
    first_request: Duration,
    idle: Duration,
    stalled: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Requests that the server is working on.
    working: usize,
    /// Answers with a part that the client has not read yet.
    sending: usize,
    has_served: bool,
    /// When the connection was opened, or its last answer ended.
    since: Instant,
    /// When the client last read a part of an answer.
    taken_at: Instant,
    /// When bytes were last written.
    wrote_at: Instant,
}

impl Activity {
    pub(crate) fn new(limits: &Limits, now: Instant) -> Self {
        Self {
            first_request: limits.first_request,
            idle: limits.idle,
            stalled: limits.stalled,
            state: Mutex::new(State {
                working: 0,
                sending: 0,
                has_served: false,
                since: now,
                taken_at: now,
                wrote_at: now,
            }),
        }
    }

    pub(crate) fn request_begins(&self) {
        let mut state = self.state();
        state.working += 1;
        state.has_served = true;
    }

    /// A part of an answer is ready and waits for the client.
    pub(crate) fn part_is_there(&self) {
        let mut state = self.state();
        state.working = state.working.saturating_sub(1);
        state.sending += 1;
        state.taken_at = Instant::now();
    }

    /// The client has read the part and polls for the next.
    pub(crate) fn part_is_taken(&self) {
        let mut state = self.state();
        state.sending = state.sending.saturating_sub(1);
        state.working += 1;
        state.taken_at = Instant::now();
    }

    /// The answer is complete, or was dropped before.
    pub(crate) fn request_ends(&self) {
        let mut state = self.state();
        state.working = state.working.saturating_sub(1);
        state.since = Instant::now();
    }

    pub(crate) fn wrote(&self) {
        self.state().wrote_at = Instant::now();
    }

    /// For how long the connection has had no request; `None` while it has one.
    pub(super) fn idle_for(&self, now: Instant) -> Option<Duration> {
        let state = self.state();
        let idle = state.working == 0 && state.sending == 0;
        idle.then(|| now.saturating_duration_since(state.since))
    }

    /// Until when the connection may stay open as things are; `None` when that time has passed.
    pub(super) fn open_until(&self, now: Instant) -> Option<Instant> {
        let state = self.state();
        let until = if state.working > 0 {
            now + WORKING
        } else if state.sending > 0 {
            state.taken_at + self.stalled
        } else if state.has_served {
            let last_bytes = state.wrote_at.min(state.since + LAST_BYTES);
            state.since.max(last_bytes) + self.idle
        } else {
            state.since + self.first_request
        };
        (until > now).then_some(until)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_first() -> (Activity, Instant) {
        let now = Instant::now();
        (Activity::new(&Limits::default(), now), now)
    }

    #[test]
    fn a_connection_without_a_request_ends_after_its_limit() {
        let (activity, opened) = at_first();
        let until = opened + Duration::from_secs(10);
        assert_eq!(activity.open_until(opened), Some(until));
        assert_eq!(activity.open_until(until), None);
        // Bytes that are written without a request, such as answers to pings, extend nothing.
        activity.wrote();
        assert_eq!(activity.open_until(until), None);
    }

    #[test]
    fn work_has_no_limit_and_idling_has_one() {
        let (activity, _) = at_first();
        activity.request_begins();
        let later = Instant::now() + Duration::from_secs(3_600);
        assert!(activity.open_until(later).is_some());
        assert_eq!(activity.idle_for(later), None);
        activity.request_ends();
        assert_eq!(activity.open_until(later), None);
        assert!(activity.open_until(Instant::now()).is_some());
    }

    #[test]
    fn a_client_that_reads_nothing_is_closed() {
        let (activity, _) = at_first();
        activity.request_begins();
        activity.part_is_there();
        let stalled = Instant::now() + Duration::from_secs(121);
        assert_eq!(activity.open_until(stalled), None);
        activity.part_is_taken();
        assert!(activity.open_until(stalled).is_some());
    }
}
