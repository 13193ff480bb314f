//! Clocks that can be moved forward: the sandbox's, those of tests, and that of the demo's past.

use std::any::Any;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chrono::{DateTime, Utc};

use crate::foundation::clock::{Clock, TimeSource};

/// A source of time that can be moved.
#[derive(Debug)]
struct Movable(Mutex<Time>);

#[derive(Debug)]
enum Time {
    /// Starts at an instant and runs on.
    Running {
        start: DateTime<Utc>,
        since: Instant,
    },
    /// A running clock while jobs run as of an instant: fixed until it is moved.
    Held(DateTime<Utc>),
    /// Fixed until it is moved.
    Fixed(DateTime<Utc>),
    /// Fixed until it is moved, and not kept in step with the database.
    Past(DateTime<Utc>),
}

/// Why a clock was not moved. A movable clock only moves forward, the system clock is never moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotMoved {
    /// The clock is the system clock.
    #[error("the clock is the real one")]
    Real,
    /// The clock is already past that instant.
    #[error("the clock already shows {now}")]
    Backwards { now: DateTime<Utc> },
}

impl Clock {
    /// A clock that shows this instant now and runs on.
    pub fn running_from(start: DateTime<Utc>) -> Self {
        Self::moved(Time::running_from(start))
    }

    /// A fixed clock.
    pub fn fixed_at(at: DateTime<Utc>) -> Self {
        Self::moved(Time::Fixed(at))
    }

    /// A fixed clock that may show a time before the latest instant of its database: each organization
    /// of the demo has a history of its own.
    pub fn of_the_past(at: DateTime<Utc>) -> Self {
        Self::moved(Time::Past(at))
    }

    /// Moves the clock forward.
    ///
    /// # Errors
    /// Fails for the system clock, and for an instant in the past.
    pub fn move_to(&self, at: DateTime<Utc>) -> Result<(), NotMoved> {
        let now = self.now();
        if at < now {
            return Err(NotMoved::Backwards { now });
        }
        let mut time = self.time()?;
        *time = match *time {
            Time::Running { .. } | Time::Held(_) => Time::running_from(at),
            Time::Fixed(_) => Time::Fixed(at),
            Time::Past(_) => Time::Past(at),
        };
        Ok(())
    }

    /// Stops the clock at the present instant until it is moved. A running clock would already be past
    /// any instant that it has just shown.
    ///
    /// # Errors
    /// Fails for the system clock.
    pub fn hold(&self) -> Result<(), NotMoved> {
        let now = self.now();
        let mut time = self.time()?;
        if let Time::Running { .. } = *time {
            *time = Time::Held(now);
        }
        Ok(())
    }

    /// Moves the clock forward and stops it there until it is moved again.
    ///
    /// # Errors
    /// As [`Clock::move_to`].
    pub fn hold_at(&self, at: DateTime<Utc>) -> Result<(), NotMoved> {
        self.move_to(at)?;
        let mut time = self.time()?;
        if let Time::Running { .. } = *time {
            *time = Time::Held(at);
        }
        Ok(())
    }

    fn moved(time: Time) -> Self {
        Self::of(Movable(Mutex::new(time)))
    }

    fn time(&self) -> Result<MutexGuard<'_, Time>, NotMoved> {
        let source: &dyn Any = self.source();
        let movable = source.downcast_ref::<Movable>().ok_or(NotMoved::Real)?;
        Ok(movable.time())
    }
}

impl Movable {
    fn time(&self) -> MutexGuard<'_, Time> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TimeSource for Movable {
    fn now(&self) -> DateTime<Utc> {
        match *self.time() {
            Time::Running { start, since } => start + since.elapsed(),
            Time::Held(at) | Time::Fixed(at) | Time::Past(at) => at,
        }
    }

    fn keeps_up(&self) -> bool {
        !matches!(*self.time(), Time::Past(_))
    }
}

impl Time {
    fn running_from(start: DateTime<Utc>) -> Self {
        Self::Running {
            start,
            since: Instant::now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::clock::Kept;
    use chrono::TimeDelta;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_fixed_clock_moves_forward_only() {
        let clock = Clock::fixed_at(at("2026-06-20T10:00:00Z"));
        assert_eq!(clock.move_to(at("2026-06-21T00:00:00Z")), Ok(()));
        let now = at("2026-06-21T00:00:00Z");
        assert_eq!(
            clock.move_to(at("2026-06-20T23:59:59Z")),
            Err(NotMoved::Backwards { now })
        );
        assert_eq!(clock.now(), now);
    }

    #[test]
    fn a_running_clock_stops_and_runs_on_from_there() {
        let clock = Clock::running_from(at("2026-06-20T10:00:00Z"));
        assert_eq!(clock.hold(), Ok(()));
        let now = clock.now();
        assert_eq!((clock.now(), clock.move_to(now)), (now, Ok(())));
        assert_eq!(Clock::system().hold(), Err(NotMoved::Real));
    }

    #[test]
    fn no_clock_is_earlier_than_its_database() {
        let clock = Clock::fixed_at(at("2026-06-30T23:59:30Z"));
        let latest = at("2026-07-01T00:00:00Z");
        let by = TimeDelta::seconds(30);
        assert_eq!(clock.keep_up(latest), Some(Kept::Behind { by }));
        assert_eq!((clock.now(), clock.is_behind()), (latest, true));
        assert_eq!(clock.keep_up(latest), None, "said once");
        let past = Clock::of_the_past(at("2026-06-01T00:00:00Z"));
        assert_eq!(
            (past.keep_up(latest), past.now()),
            (None, at("2026-06-01T00:00:00Z"))
        );
        assert_eq!(clock.move_to(at("2026-07-01T00:00:20Z")), Ok(()));
        assert_eq!(clock.keep_up(latest), Some(Kept::InStep));
        assert!(!clock.is_behind());
        let few = at("2026-07-01T00:00:25Z");
        assert_eq!(
            (clock.keep_up(few), clock.now()),
            (None, few),
            "some seconds"
        );
    }

    #[test]
    fn the_system_clock_cannot_be_moved() {
        assert_eq!(
            Clock::system().move_to(at("2999-01-01T00:00:00Z")),
            Err(NotMoved::Real)
        );
    }
}
