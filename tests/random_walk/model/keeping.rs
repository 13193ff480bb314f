//! Retention: events by the plan, backups of an account that has ended (R18).

use super::{Account, Life};
use crate::random_walk::calendar::{DAY, Day, Instant, begins_at, local_day, months_later};

/// How long Essentials keeps an event.
const MONTHS: i64 = 36;

impl Account {
    /// The day on which a day's events are deleted: the end of every period is half-open (A61).
    fn leaves_on(event: Day) -> Day {
        months_later(event, MONTHS)
    }

    /// The oldest day whose events are kept today.
    pub(crate) fn oldest_kept(&self) -> Day {
        let mut day = months_later(self.today(), -MONTHS);
        while Self::leaves_on(day) <= self.today() {
            day += 1;
        }
        day
    }

    /// The day of the oldest event, and the day on which it is deleted.
    pub(crate) fn oldest_event(&self) -> Option<(Day, Day)> {
        let day = local_day(*self.events.first()?, self.offset);
        Some((day, Self::leaves_on(day)))
    }

    /// The instant at which it is deleted (A164).
    pub(crate) fn oldest_event_goes_at(&self) -> Option<Instant> {
        let (_, goes) = self.oldest_event()?;
        Some(begins_at(goes, self.offset))
    }

    /// Deletes the events of a day and all older ones.
    pub(crate) fn forgets(&mut self, at: Instant) {
        let today = local_day(at, self.offset);
        let offset = self.offset;
        self.events
            .retain(|event| Self::leaves_on(local_day(*event, offset)) > today);
    }

    /// When the last backup of an account that has ended is deleted.
    pub(crate) const fn backups_go_at(&self) -> Option<Instant> {
        match self.life {
            Life::Cancelled { at } => Some(at + 60 * DAY),
            Life::Trial { .. } | Life::Active | Life::Paused { .. } => None,
        }
    }

    /// Whether nobody can sign in any more: the people are deleted with the backups (A116).
    pub(crate) fn is_forgotten(&self) -> bool {
        self.backups_go_at().is_some_and(|at| at <= self.now)
    }
}
