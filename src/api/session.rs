//! Who is signed in, and where.

use billing::permission::Role;
use serde::{Deserialize, Serialize};

/// What a person signs in with.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The person's id, opaque.
    pub user_id: String,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
    /// The person's role; what it allows is for [`Role::may`] to say.
    pub role: Role,
    /// The name of the organization.
    pub organization: String,
    /// Whether the backend runs with `--sandbox` and the person may use it.
    pub sandbox: bool,
}

/// The organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// Its id, opaque.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The currency it is billed in, for ever.
    pub currency: String,
    /// Its zone, in minutes east of UTC, for billing days.
    pub offset_minutes: i32,
}
