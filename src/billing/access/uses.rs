//! What a request uses, and which condition shuts it (SPEC 6, "What works when").

use super::{Access, Condition, Gate, OrganizationAccess, Works};

/// What a request uses, as far as the table tells requests apart. Changes of the plan are
/// [`OrderKind`](super::OrderKind)'s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestUse {
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
    pub fn lets(&self, uses: RequestUse) -> bool {
        match uses {
            RequestUse::Nothing => true,
            RequestUse::Organization => self.organization <= OrganizationAccess::Admins,
            RequestUse::Reactivation => self.organization <= OrganizationAccess::ReactivationPage,
            RequestUse::Ingestion => self.ingestion == Gate::Open,
            RequestUse::Exports => self.exports == Gate::Open,
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
    /// # use billing::access::{Condition, RequestUse, access};
    /// let account = serde_json::from_str(r#"{
    ///     "lifecycle": {"paused": {"at": "2025-06-01T00:00:00Z"}},
    ///     "dunning": "clear",
    ///     "usage_lock": {"clear": {"lifted_until": null}},
    ///     "as_of": "2025-06-01T00:00:00Z"
    /// }"#).unwrap();
    /// let access = access(&account, "2025-06-02T00:00:00Z".parse().unwrap(), &Policy::default());
    /// assert_eq!(access.shuts(RequestUse::Reactivation), None);
    /// assert_eq!(access.shuts(RequestUse::Organization), Some(Condition::Paused));
    /// assert_eq!(access.shuts(RequestUse::Ingestion), Some(Condition::Paused));
    /// ```
    pub fn shuts(&self, uses: RequestUse) -> Option<Condition> {
        let conditions = self.notices.iter().map(|notice| notice.condition);
        let mut shut = conditions.filter(|condition| !condition.works().lets(uses));
        shut.next()
    }
}
