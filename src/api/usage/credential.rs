//! Credentials: the bearer tokens of programs that send usage for an organization.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The longest validity of a credential, in days.
pub const LONGEST_DAYS: u32 = 730;
/// The longest name of a credential, in characters.
pub const LONGEST_NAME: usize = 60;

/// The request to issue a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueCredential {
    /// What the credential is for, so that admins can tell it from others.
    pub name: String,
    /// How many days it is valid.
    pub days: u32,
}

/// A new credential. Its token is shown only this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuedCredential {
    /// The credential as it is listed from now on.
    pub credential: Credential,
    /// The token that the program sends as `Authorization: Bearer …`.
    pub token: String,
}

/// A credential as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// The opaque id of the credential.
    pub id: String,
    /// What the credential is for.
    pub name: String,
    /// The e-mail address of the admin who issued it.
    pub issued_by: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// The instant from which it is no longer valid.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked; `None` while it is not.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute; `None` before its first use.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The credentials of an organization, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// All credentials, expired and revoked ones included.
    pub credentials: Vec<Credential>,
}
