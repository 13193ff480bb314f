//! What a request uses, and which condition shuts it (SPEC 6, "What works when").

use super::{Access, Condition, Gate, Organization, Works};

/// What a request uses, as far as the table tells requests apart. Changes of the plan are
/// [`Asks`](super::Asks)'s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Uses {
    /// Nothing of the table: who one is, and how the account stands.
    Nothing,
    /// The Organization area.
    Organization,
    /// The page that a pause leaves of the area: what is open is paid on it, reactivation asked for,
    /// and the account cancelled.
    Reactivation,
    /// Events, profiles and usage that come in.
    Ingestion,
    /// Exports.
    Exports,
}

impl Works {
    /// Whether what a request uses works.
    ///
    /// **Rule.** Exports asked for in the Organization area need both columns.
    /// **Source.** SPEC 6, "What works when"; R13.
    #[must_use]
    pub fn lets(&self, uses: Uses) -> bool {
        match uses {
            Uses::Nothing => true,
            Uses::Organization => self.organization <= Organization::Admins,
            Uses::Reactivation => self.organization <= Organization::ReactivationPage,
            Uses::Ingestion => self.ingestion == Gate::Open,
            Uses::Exports => self.exports == Gate::Open,
        }
    }
}

impl Access {
    /// The condition that shuts what a request uses; none where it works.
    ///
    /// **Rule.** Of several the first of the notices: life, then dunning, then usage.
    /// **Source.** SPEC 6, "What works when".
    ///
    /// # Worked example
    ///
    /// A pause leaves the page that requests reactivation, and nothing else.
    ///
    /// ```
    /// # use billing::policy::Policy;
    /// # use billing::access::{Condition, Uses, access};
    /// let account = serde_json::from_str(r#"{
    ///     "lifecycle": {"paused": {"at": "2025-06-01T00:00:00Z"}},
    ///     "dunning": "clear",
    ///     "usage_lock": {"clear": {"lifted_until": null}},
    ///     "as_of": "2025-06-01T00:00:00Z"
    /// }"#).unwrap();
    /// let access = access(&account, "2025-06-02T00:00:00Z".parse().unwrap(), &Policy::default());
    /// assert_eq!(access.shuts(Uses::Reactivation), None);
    /// assert_eq!(access.shuts(Uses::Organization), Some(Condition::Paused));
    /// assert_eq!(access.shuts(Uses::Ingestion), Some(Condition::Paused));
    /// ```
    #[must_use]
    pub fn shuts(&self, uses: Uses) -> Option<Condition> {
        let conditions = self.notices.iter().map(|notice| notice.condition);
        let mut shut = conditions.filter(|condition| !condition.works().lets(uses));
        shut.next()
    }
}
