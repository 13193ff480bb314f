//! The one place that reads the time, and that turns an instant into a billing day.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDate, SecondsFormat, SubsecRound, TimeDelta, Utc};

/// How far a clock may lie behind the latest instant of its database. A synchronised clock differs by
/// milliseconds; the stored instant may be one tick old.
const TOLERANCE: TimeDelta = TimeDelta::seconds(5);

/// What tells a clock the time.
pub trait TimeSource: Any + fmt::Debug + Send + Sync {
    fn now(&self) -> DateTime<Utc>;

    /// Whether the clock keeps up with the latest instant of its database.
    fn keeps_up(&self) -> bool {
        true
    }
}

/// The clock by which everything is dated. Clones share it.
#[derive(Debug, Clone)]
pub struct Clock {
    source: Arc<dyn TimeSource>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    /// The latest instant that the clock has shown or the database has seen. The clock never shows an
    /// earlier one.
    floor: DateTime<Utc>,
    /// How far the source lagged the database at the last comparison.
    lag: TimeDelta,
}

/// The system clock of the machine.
#[derive(Debug)]
struct Machine;

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
        Self::of(Machine)
    }

    /// A clock with another source of time.
    pub fn of(source: impl TimeSource) -> Self {
        Self {
            source: Arc::new(source),
            state: Arc::new(Mutex::new(State {
                floor: DateTime::UNIX_EPOCH,
                lag: TimeDelta::zero(),
            })),
        }
    }

    pub fn source(&self) -> &dyn TimeSource {
        &*self.source
    }

    /// The present instant, to the microsecond, as it is stored. It never steps back while the process
    /// runs, and is never earlier than the latest instant of the database.
    pub fn now(&self) -> DateTime<Utc> {
        let mut state = self.state();
        state.floor = self.source.now().trunc_subsecs(6).max(state.floor);
        state.floor
    }

    /// Compares the clock with the latest instant of its database, and shows nothing earlier from now
    /// on. Returns a value when the clock has fallen too far behind, or has caught up, since the last
    /// comparison.
    pub fn keep_up(&self, latest: DateTime<Utc>) -> Option<Kept> {
        if !self.source.keeps_up() {
            return None;
        }
        let mut state = self.state();
        let was_behind = state.is_behind();
        state.lag = (latest - self.source.now()).max(TimeDelta::zero());
        state.floor = state.floor.max(latest);
        match (was_behind, state.is_behind()) {
            (false, true) => Some(Kept::Behind { by: state.lag }),
            (true, false) => Some(Kept::InStep),
            (false, false) | (true, true) => None,
        }
    }

    /// Whether the clock is so far behind its database that the server must not rely on it.
    pub fn is_behind(&self) -> bool {
        self.state().is_behind()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_behind(&self) -> bool {
        self.lag > TOLERANCE
    }
}

impl TimeSource for Machine {
    fn now(&self) -> DateTime<Utc> {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let seconds = i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX);
        DateTime::from_timestamp(seconds, since_epoch.subsec_nanos())
            .unwrap_or(DateTime::UNIX_EPOCH)
    }
}

/// When something takes effect and when it is recorded, which may be later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamps {
    /// As of when it takes effect.
    pub effective_at: DateTime<Utc>,
    /// When it is recorded.
    pub recorded_at: DateTime<Utc>,
}

impl Timestamps {
    /// The timestamps of what takes effect when it is recorded.
    pub const fn immediate(now: DateTime<Utc>) -> Self {
        Self {
            effective_at: now,
            recorded_at: now,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_is_no_earlier_than_its_database() {
        let real = Clock::system();
        let tomorrow = real.now() + TimeDelta::days(1);
        real.keep_up(tomorrow);
        assert_eq!((real.now(), real.is_behind()), (tomorrow, true));
    }

    #[test]
    fn the_month_begins_earlier_east_of_utc() {
        let instant: DateTime<Utc> = "2025-06-30T18:30:00Z".parse().unwrap();
        assert_eq!(billing_day(instant, 330).to_string(), "2025-07-01");
        assert_eq!(billing_day(instant, 0).to_string(), "2025-06-30");
        assert_eq!(instant_text(instant), "2025-06-30T18:30:00.000000Z");
    }
}
