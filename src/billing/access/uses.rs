//! The part of the product that a request uses, and the condition that closes it (SPEC 6).

use super::{Gate, OrganizationAccess, Works};

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
