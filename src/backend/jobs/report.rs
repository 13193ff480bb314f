//! The report of a run.

use std::collections::BTreeMap;
use std::fmt;

use crate::store::schedule::{DeadlineKind, Parked};

/// What a run has done, and what it has left.
#[derive(Debug, Default)]
pub struct Report {
    /// How many jobs of each kind were done.
    pub done: BTreeMap<DeadlineKind, u64>,
    /// How often an organization was left because a payment's outcome is open.
    pub waiting: u64,
    /// The organizations that are parked now, also those that an earlier run parked.
    pub parked: Vec<Parked>,
}

impl Report {
    /// How many jobs were done in all.
    pub fn jobs(&self) -> u64 {
        self.done.values().sum()
    }

    pub(super) fn count(&mut self, kind: DeadlineKind) {
        *self.done.entry(kind).or_default() += 1;
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let jobs = self.jobs();
        write!(f, "{jobs} jobs done")?;
        for (kind, count) in &self.done {
            write!(f, "\n  {}: {count}", kind.as_str())?;
        }
        if self.waiting > 0 {
            write!(f, "\n{} times a payment was waited for", self.waiting)?;
        }
        for parked in &self.parked {
            let (id, error, again) = (&parked.organization_id, &parked.error, parked.retry_at);
            write!(f, "\nparked: {id}, until {again}: {error}")?;
        }
        Ok(())
    }
}
