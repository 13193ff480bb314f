//! The audit log, written in the transaction of its cause (SPEC R20).

use api::audit::{Action, AuditValue, SYSTEM};
use billing::OrganizationId;
use chrono::{DateTime, Utc};

use super::database::column::{Json, Text};
use super::{Changes, Tx, Work};
use crate::foundation::error::Error;

pub mod audit;
pub mod mails;
pub mod outbox;
pub mod tickets;

/// The address of an entry that no browser and no program of the customer has caused.
pub const NOWHERE: &str = "-";

/// Who acts, and from which address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// An e-mail address, `credential NAME` for a program, `operator`, or `system`.
    pub name: String,
    /// The IP address of the browser, or `-`.
    pub address: String,
}

/// An entry of the audit log.
#[derive(Debug)]
pub struct AuditEntry<'a> {
    pub actor: &'a Actor,
    pub at: DateTime<Utc>,
    pub action: Action,
    /// The id of the changed object.
    pub object: &'a str,
    /// One line for a reader of the log.
    pub description: String,
    /// The value before and after, if it can be shown.
    pub change: AuditChange,
}

/// The audit values before and after a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditChange {
    pub before: Option<AuditValue>,
    pub after: Option<AuditValue>,
}

impl AuditChange {
    /// No values: nothing that could be shown has changed.
    pub const NONE: Self = Self {
        before: None,
        after: None,
    };

    pub const fn of(before: AuditValue, after: AuditValue) -> Self {
        Self {
            before: Some(before),
            after: Some(after),
        }
    }
}

impl Actor {
    /// The server itself: jobs and reconciliation.
    pub fn system() -> Self {
        Self {
            name: SYSTEM.to_owned(),
            address: NOWHERE.to_owned(),
        }
    }

    /// The operator, who acts by a command on the server.
    pub fn operator() -> Self {
        Self {
            name: "operator".to_owned(),
            address: NOWHERE.to_owned(),
        }
    }
}

/// Writes an entry. The entries of an organization are numbered without gaps.
pub async fn audit(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    entry: AuditEntry<'_>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO audit (organization_id, position, at, actor, action, object, description, \
         address, was, became) \
         SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9 FROM audit WHERE organization_id = $1",
    )
    .bind(organization_id.as_str())
    .bind(Text(entry.at))
    .bind(entry.actor.name.as_str())
    .bind(entry.action.as_str())
    .bind(entry.object)
    .bind(entry.description)
    .bind(entry.actor.address.as_str())
    .bind(entry.change.before.map(Json))
    .bind(entry.change.after.map(Json))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Writes an entry about an export or a download, before its data is sent (SPEC R20).
#[derive(Debug)]
pub struct LoggedAccess {
    pub organization_id: OrganizationId,
    pub action: Action,
    /// The id of the object that is sent.
    pub object: String,
    /// One line for a reader of the log.
    pub description: String,
    pub actor: Actor,
    pub now: DateTime<Utc>,
}

impl Work for LoggedAccess {
    type Output = ();

    fn changes(&self) -> Changes {
        Changes::Organization(self.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let entry = AuditEntry {
            actor: &self.actor,
            at: self.now,
            action: self.action,
            object: &self.object,
            description: self.description.clone(),
            change: AuditChange::NONE,
        };
        audit(tx, &self.organization_id, entry).await
    }
}
