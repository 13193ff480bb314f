//! The lifecycle at the end of a month, as the month's close needs it (SPEC R15).

use chrono::{DateTime, Utc};

use super::AccountState;
use crate::account::lifecycle::Lifecycle;
use crate::catalog::policy::Policy;
use crate::invoicing::month_close::Life;

impl Life {
    /// The life of an account whose month ends at an instant.
    ///
    /// **Rule.** The state just before that instant. An account that ends together with the month is not
    /// charged for the next month, and gets no further invoice for this one.
    /// **Source.** SPEC R2.
    /// **Silent on** an account that time ends on a 1st: A170.
    ///
    /// # Worked example
    ///
    /// A pause that began on 2 May at midnight ends together with June.
    ///
    /// ```
    /// # use billing::{catalog::policy::Policy, account::account_state::AccountState};
    /// # use billing::invoicing::month_close::Life;
    /// let paused: AccountState = serde_json::from_str(r#"{
    ///     "lifecycle": {"paused": {"at": "2025-05-02T00:00:00Z"}},
    ///     "dunning": "clear",
    ///     "usage_lock": {"clear": {"lifted_until": null}},
    ///     "as_of": "2025-05-02T00:00:00Z"
    /// }"#).unwrap();
    /// let life = |end: &str| Life::as_month_ends(&paused, end.parse().unwrap(), &Policy::default());
    /// assert_eq!(life("2025-06-01T00:00:00Z"), Life::Paused);
    /// assert_eq!(life("2025-07-01T00:00:00Z"), Life::Ending);
    /// ```
    pub fn as_month_ends(state: &AccountState, at: DateTime<Utc>, policy: &Policy) -> Self {
        let before = Self::of(state.before(at, policy).lifecycle());
        let after = Self::of(state.at(at, policy).lifecycle());
        match (before, after) {
            (Self::Running | Self::Paused, Self::Cancelled) => Self::Ending,
            (before, _) => before,
        }
    }

    const fn of(lifecycle: Lifecycle) -> Self {
        match lifecycle {
            Lifecycle::Trial { .. } | Lifecycle::Active { .. } => Self::Running,
            Lifecycle::Paused { .. } => Self::Paused,
            Lifecycle::Cancelled { .. } => Self::Cancelled,
        }
    }
}
