//! The one place that reads the time, and that turns an instant into a billing day.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDate, SecondsFormat, SubsecRound, TimeDelta, Utc};

/// How far a clock may lie behind the latest instant of its database. A synchronised clock differs by
/// milliseconds; the stored instant may be one tick old.
const TOLERANCE: TimeDelta = TimeDelta::seconds(5);

/// The source of time. Clones share it.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    source: Source,
    /// The latest instant that the database has seen. The clock never shows an earlier one.
    floor: DateTime<Utc>,
    /// How far the source lagged the floor at the last comparison.
    lag: TimeDelta,
}

#[derive(Debug)]
enum Source {
    /// The system clock of the machine.
    System,
    /// Sandbox: starts at an instant and runs on.
    Running {
        start: DateTime<Utc>,
        since: Instant,
    },
    /// Sandbox, while jobs run as of an instant: fixed until it is moved.
    Held(DateTime<Utc>),
    /// Tests: fixed until it is moved.
    Fixed(DateTime<Utc>),
    /// For the history of the demo: fixed until it is moved, and not kept in step with the database.
    Past(DateTime<Utc>),
}

/// Why a clock was not moved. A sandbox clock only moves forward, the system clock is never moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotMoved {
    /// The clock is the system clock.
    #[error("the clock is the real one")]
    Real,
    /// The clock is already past that instant.
    #[error("the clock already shows {now}")]
    Backwards { now: DateTime<Utc> },
}

/// What a comparison with the latest instant of the database found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The clock is too far behind.
    Behind { by: TimeDelta },
    /// The clock has caught up.
    InStep,
}

impl Clock {
    /// The system clock.
    pub fn system() -> Self {
        Self::from(Source::System)
    }

    /// A clock that shows this instant now and runs on.
    pub fn running_from(start: DateTime<Utc>) -> Self {
        Self::from(Source::Running {
            start,
            since: Instant::now(),
        })
    }

    /// A fixed clock.
    pub fn fixed_at(at: DateTime<Utc>) -> Self {
        Self::from(Source::Fixed(at))
    }

    /// A fixed clock that may show a time before the latest instant of its database: each organization
    /// of the demo has a history of its own.
    pub fn of_the_past(at: DateTime<Utc>) -> Self {
        Self::from(Source::Past(at))
    }

    /// The present instant, to the microsecond, as it is stored. It never steps back while the process
    /// runs, and is never earlier than the latest instant of the database.
    pub fn now(&self) -> DateTime<Utc> {
        self.inner(Inner::now)
    }

    /// Compares the clock with the latest instant of its database, and shows nothing earlier from now
    /// on. Returns a value when the clock has fallen too far behind, or has caught up, since the last
    /// comparison.
    pub fn keep_up(&self, latest: DateTime<Utc>) -> Option<Kept> {
        self.inner(|inner| {
            if let Source::Past(_) = inner.source {
                return None;
            }
            let was_behind = inner.is_behind();
            inner.lag = (latest - inner.source.now()).max(TimeDelta::zero());
            inner.floor = inner.floor.max(latest);
            match (was_behind, inner.is_behind()) {
                (false, true) => Some(Kept::Behind { by: inner.lag }),
                (true, false) => Some(Kept::InStep),
                (false, false) | (true, true) => None,
            }
        })
    }

    /// Whether the clock is so far behind its database that the server must not rely on it.
    pub fn is_behind(&self) -> bool {
        self.inner(|inner| inner.is_behind())
    }

    /// Moves a sandbox or test clock forward.
    ///
    /// # Errors
    /// Fails for the system clock, and for an instant in the past.
    pub fn move_to(&self, at: DateTime<Utc>) -> Result<(), NotMoved> {
        self.inner(|inner| {
            let now = inner.now();
            if at < now {
                return Err(NotMoved::Backwards { now });
            }
            inner.source = match inner.source {
                Source::System => return Err(NotMoved::Real),
                Source::Running { .. } | Source::Held(_) => Source::Running {
                    start: at,
                    since: Instant::now(),
                },
                Source::Fixed(_) => Source::Fixed(at),
                Source::Past(_) => Source::Past(at),
            };
            Ok(())
        })
    }

    /// Stops a sandbox or test clock at the present instant until it is moved. A running clock would
    /// already be past any instant that it has just shown.
    ///
    /// # Errors
    /// Fails for the system clock.
    pub fn hold(&self) -> Result<(), NotMoved> {
        self.inner(|inner| {
            let now = inner.now();
            match inner.source {
                Source::System => return Err(NotMoved::Real),
                Source::Running { .. } => inner.source = Source::Held(now),
                Source::Held(_) | Source::Fixed(_) | Source::Past(_) => {}
            }
            Ok(())
        })
    }

    /// Moves a sandbox or test clock forward and stops it there until it is moved again.
    ///
    /// # Errors
    /// As [`Clock::move_to`].
    pub fn hold_at(&self, at: DateTime<Utc>) -> Result<(), NotMoved> {
        self.move_to(at)?;
        self.inner(|inner| {
            if let Source::Running { .. } = inner.source {
                inner.source = Source::Held(at);
            }
        });
        Ok(())
    }

    fn inner<T>(&self, use_it: impl FnOnce(&mut Inner) -> T) -> T {
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl From<Source> for Clock {
    fn from(source: Source) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            source,
            floor: DateTime::UNIX_EPOCH,
            lag: TimeDelta::zero(),
        })))
    }
}

impl Inner {
    fn now(&mut self) -> DateTime<Utc> {
        let shown = self.source.now().trunc_subsecs(6).max(self.floor);
        if let Source::System = self.source {
            self.floor = shown;
        }
        shown
    }

    fn is_behind(&self) -> bool {
        self.lag > TOLERANCE
    }
}

impl Source {
    fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => machine_now(),
            Self::Running { start, since } => *start + since.elapsed(),
            Self::Held(at) | Self::Fixed(at) | Self::Past(at) => *at,
        }
    }
}

/// The billing day of an instant in an organization's time zone (SPEC R2). An instant that the calendar
/// cannot represent yields the first day of the calendar.
pub fn billing_day(at: DateTime<Utc>, zone_offset_minutes: i32) -> NaiveDate {
    billing::period::billing_day(at, zone_offset_minutes).unwrap_or(NaiveDate::MIN)
}

/// An instant as it is stored and sent: UTC with Z and always the same length, so that text sorts by
/// time.
pub fn instant_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn machine_now() -> DateTime<Utc> {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, since_epoch.subsec_nanos()).unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let real = Clock::system();
        let tomorrow = real.now() + TimeDelta::days(1);
        real.keep_up(tomorrow);
        assert_eq!((real.now(), real.is_behind()), (tomorrow, true));
    }

    #[test]
    fn the_system_clock_cannot_be_moved() {
        assert_eq!(
            Clock::system().move_to(at("2999-01-01T00:00:00Z")),
            Err(NotMoved::Real)
        );
    }

    #[test]
    fn the_month_begins_earlier_east_of_utc() {
        let instant = at("2025-06-30T18:30:00Z");
        assert_eq!(billing_day(instant, 330).to_string(), "2025-07-01");
        assert_eq!(billing_day(instant, 0).to_string(), "2025-06-30");
        assert_eq!(instant_text(instant), "2025-06-30T18:30:00.000000Z");
    }
}
