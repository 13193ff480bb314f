//! The part of the product that a request uses, and the condition that closes it (SPEC 6).

use super::{Access, Condition, Gate, OrganizationAccess, Works};

/// The part that a request uses, as far as the table distinguishes parts. Changes of the plan have
/// their own [`OrderKind`](super::OrderKind).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestUse {
    /// No part of the table: the session and the account status.
    Nothing,
    /// The Organization area.
    Organization,
    /// The page of the area that stays during a pause: pay open invoices, request a reactivation, cancel
    /// the account.
    Reactivation,
    /// The intake of events, profiles and usage.
    Ingestion,
    /// Exports.
    Exports,
}

impl Works {
    /// Whether the part that a request uses works.
    ///
    /// **Rule.** Exports requested in the Organization area need both columns.
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
    /// The condition that closes what a request uses; `None` when it works.
    ///
    /// **Rule.** If several do, the first of the notices: lifecycle, then dunning, then usage.
    /// **Source.** SPEC 6, "What works when".
    ///
    /// # Worked example
    ///
    /// A pause allows the page that requests a reactivation, and nothing else.
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
