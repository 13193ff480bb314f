//! Who is signed in, and to which organization.

use billing::people::permission::Role;
use billing::{CurrencyCode, OrganizationId, UserId};
use serde::{Deserialize, Serialize};

/// The body of a sign-in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The person's e-mail address.
    pub email: String,
    /// The person's password, in plain text.
    pub password: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

/// The person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The opaque id of the person.
    pub user_id: UserId,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
    /// The person's role; [`Role::may`] says what it allows.
    pub role: Role,
    /// The name of the organization.
    pub organization: String,
    /// Whether the backend runs with `--sandbox` and the person may use the sandbox routes.
    pub sandbox: bool,
}

/// The organization of the person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// The opaque id of the organization.
    pub id: OrganizationId,
    /// The name of the organization.
    pub name: String,
    /// ISO 4217 code of the currency it is billed in; it never changes.
    pub currency: CurrencyCode,
    /// Offset of its time zone for billing days, in minutes east of UTC.
    pub offset_minutes: i32,
}
