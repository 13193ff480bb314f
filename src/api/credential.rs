//! Credentials: what a program shows that sends usage for an organization.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The longest a credential may hold, in days.
pub const LONGEST_DAYS: u32 = 730;
/// The most characters of a name.
pub const LONGEST_NAME: usize = 60;

/// A wish for a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueCredential {
    /// What it is for, so that it can be told from others.
    pub name: String,
    /// How many days it holds.
    pub days: u32,
}

/// A new credential: the only time its token is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuedCredential {
    /// The credential.
    pub credential: Credential,
    /// What the program sends as `Authorization: Bearer …`.
    pub token: String,
}

/// A credential as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// The address of the admin who issued it.
    pub issued_by: String,
    /// When.
    pub issued_at: DateTime<Utc>,
    /// From when on it does not hold any more.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute; never before its first use.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The credentials of an organization, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The credentials.
    pub credentials: Vec<Credential>,
}
