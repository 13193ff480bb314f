//! The audit log: written in the transaction of its cause (SPEC R20).

use api::audit::{Action, AuditValue, SYSTEM};
use chrono::{DateTime, Utc};

use super::row::to_json;
use super::{Tx, Work};
use crate::clock::instant_text;
use crate::error::Error;

/// The address of what no browser and no program of the customer does.
pub const NOWHERE: &str = "-";

/// Who does something, from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Their e-mail address, or `system`.
    pub name: String,
    /// The address of their browser, or `-`.
    pub address: String,
}

/// Something that was done.
#[derive(Debug)]
pub struct AuditEntry<'a> {
    /// What was done.
    pub action: Action,
    /// The id of what it was done to.
    pub object: &'a str,
    /// A line for people.
    pub description: String,
    /// From what to what, where that can be shown.
    pub change: Change,
}

/// What stood there before, and what stands there since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Before.
    pub before: Option<AuditValue>,
    /// Since.
    pub after: Option<AuditValue>,
}

impl Change {
    /// Something that changes nothing that could be shown.
    pub const NONE: Self = Self {
        before: None,
        after: None,
    };

    /// From one to the other.
    pub const fn of(before: AuditValue, after: AuditValue) -> Self {
        Self {
            before: Some(before),
            after: Some(after),
        }
    }
}

impl Actor {
    /// The program itself: jobs and reconciliation.
    pub fn system() -> Self {
        Self {
            name: SYSTEM.to_owned(),
            address: NOWHERE.to_owned(),
        }
    }

    /// Whoever runs the server, by a command.
    pub fn operator() -> Self {
        Self {
            name: "operator".to_owned(),
            address: NOWHERE.to_owned(),
        }
    }
}

/// Writes a line of the audit log. Lines of an organization are numbered without holes.
pub async fn audit(
    tx: &mut Tx,
    organization_id: &str,
    (actor, at): (&Actor, DateTime<Utc>),
    entry: AuditEntry<'_>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO audit (organization_id, position, at, actor, action, object, description, \
         address, was, became) \
         SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9 FROM audit WHERE organization_id = $1",
    )
    .bind(organization_id)
    .bind(instant_text(at))
    .bind(actor.name.as_str())
    .bind(entry.action.as_str())
    .bind(entry.object)
    .bind(entry.description)
    .bind(actor.address.as_str())
    .bind(written(entry.change.before)?)
    .bind(written(entry.change.after)?)
    .execute(tx.connection())
    .await?;
    Ok(())
}

fn written(side: Option<AuditValue>) -> Result<Option<String>, Error> {
    side.as_ref().map(to_json).transpose()
}

/// Something that was taken away: written to the log by itself, before it is handed out (SPEC R20).
#[derive(Debug)]
pub struct LoggedAccess {
    /// Whose it is.
    pub organization_id: String,
    /// What was done.
    pub action: Action,
    /// The id of what was taken.
    pub object: String,
    /// A line for people.
    pub description: String,
    /// Who took it.
    pub actor: Actor,
    /// When.
    pub now: DateTime<Utc>,
}

impl Work for LoggedAccess {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let entry = AuditEntry {
            action: self.action,
            object: &self.object,
            description: self.description.clone(),
            change: Change::NONE,
        };
        audit(tx, &self.organization_id, (&self.actor, self.now), entry).await
    }
}
