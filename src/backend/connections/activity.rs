//! What a connection does at the moment, and how long it may stay open for that.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Limits;

/// How often a connection at work is looked at.
const WORKING: Duration = Duration::from_secs(10);
/// How long the end of an answer may be on its way, as long as some of it goes out.
const LAST_BYTES: Duration = Duration::from_secs(120);

/// What a connection does.
#[derive(Debug)]
pub(crate) struct Activity {
    first_request: Duration,
    idle: Duration,
    stalled: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Requests that the server works on.
    working: usize,
    /// Answers of which the reader has yet to take what there is.
    sending: usize,
    has_served: bool,
    /// When it was opened, or its last answer ended.
    since: Instant,
    /// When a part of an answer was taken last.
    taken_at: Instant,
    /// When bytes went out last.
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

    /// A request has arrived.
    pub(crate) fn request_begins(&self) {
        let mut state = self.state();
        state.working += 1;
        state.has_served = true;
    }

    /// A part of its answer waits for the reader.
    pub(crate) fn part_is_there(&self) {
        let mut state = self.state();
        state.working = state.working.saturating_sub(1);
        state.sending += 1;
        state.taken_at = Instant::now();
    }

    /// The reader has taken it and wants more.
    pub(crate) fn part_is_taken(&self) {
        let mut state = self.state();
        state.sending = state.sending.saturating_sub(1);
        state.working += 1;
        state.taken_at = Instant::now();
    }

    /// The answer has ended, or broken off, while the server worked on it.
    pub(crate) fn request_ends(&self) {
        let mut state = self.state();
        state.working = state.working.saturating_sub(1);
        state.since = Instant::now();
    }

    /// Bytes went out.
    pub(crate) fn wrote(&self) {
        self.state().wrote_at = Instant::now();
    }

    /// For how long nothing has been asked for; none while something is.
    pub(super) fn idle_for(&self, now: Instant) -> Option<Duration> {
        let state = self.state();
        let idle = state.working == 0 && state.sending == 0;
        idle.then(|| now.saturating_duration_since(state.since))
    }

    /// Until when it may stay open as things are; none if that is over.
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
    fn a_connection_that_asks_nothing_is_over_at_its_time() {
        let (activity, opened) = at_first();
        let until = opened + Duration::from_secs(10);
        assert_eq!(activity.open_until(opened), Some(until));
        assert_eq!(activity.open_until(until), None);
        // Bytes that go out without a request, as answers to pings do, prolong nothing.
        activity.wrote();
        assert_eq!(activity.open_until(until), None);
    }

    #[test]
    fn work_takes_as_long_as_it_takes_and_idling_does_not() {
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
    fn a_reader_who_takes_nothing_is_let_go() {
        let (activity, _) = at_first();
        activity.request_begins();
        activity.part_is_there();
        let stalled = Instant::now() + Duration::from_secs(121);
        assert_eq!(activity.open_until(stalled), None);
        activity.part_is_taken();
        assert!(activity.open_until(stalled).is_some());
    }
}
