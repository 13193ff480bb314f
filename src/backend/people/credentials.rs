//! Issues and revokes credentials: the tokens of programs that send usage for an organization.

use api::audit::Action;
use api::problem::FieldError;
use api::usage::credential::{Credential, IssueCredential, LONGEST_DAYS, LONGEST_NAME};
use api::{Code, Problem};
use billing::OrganizationId;
use billing::text::{OneLine, OneLineFault};
use chrono::{DateTime, TimeDelta, Utc};

use crate::account::sentence;
use crate::foundation::error::Error;
use crate::foundation::secret::{self, Token};
use crate::mail::figures::date;
use crate::store::people::credentials;
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::{Changes, Tx, Work, organizations};

/// A credential to be issued.
#[derive(Debug)]
pub struct Issue {
    organization_id: OrganizationId,
    actor: Actor,
    credential: Credential,
    token: Token,
}

impl Issue {
    /// Creates a credential with a new token.
    ///
    /// # Errors
    /// Fails for an invalid name or lifetime, and when the operating system yields no random bytes.
    pub fn new(
        organization_id: OrganizationId,
        actor: Actor,
        wanted: &IssueCredential,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let name = checked(wanted)?;
        let credential = Credential {
            id: secret::id("crd")?,
            name: name.into(),
            issued_by: actor.name.clone(),
            issued_at: now,
            expires_at: now + TimeDelta::days(i64::from(wanted.days)),
            revoked_at: None,
            last_used_at: None,
        };
        Ok(Self {
            organization_id,
            actor,
            credential,
            token: Token::of_program()?,
        })
    }
}

/// Checks the requested name and lifetime and returns the name. The error lists every invalid field.
fn checked(wanted: &IssueCredential) -> Result<OneLine, Error> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, message: String| {
        faults.push(FieldError {
            field: field.to_owned(),
            message,
        });
    };
    let name = OneLine::parse(&wanted.name);
    let length = wanted.name.trim().chars().count();
    match &name {
        Err(mistyped) if mistyped.fault != OneLineFault::Empty && length <= LONGEST_NAME => {
            fault("name", sentence(&mistyped.fault));
        }
        Ok(_) if length <= LONGEST_NAME => {}
        Ok(_) | Err(_) => fault(
            "name",
            format!("Say in 1 to {LONGEST_NAME} characters what the credential is for"),
        ),
    }
    if !(1..=LONGEST_DAYS).contains(&wanted.days) {
        fault(
            "days",
            format!("A credential holds 1 to {LONGEST_DAYS} days"),
        );
    }
    match (name, faults.first()) {
        (Ok(name), None) => Ok(name),
        (_, first) => {
            let detail = first.map(|first| first.message.clone()).unwrap_or_default();
            Err(Error::from(Problem {
                fields: faults,
                ..Problem::new(Code::InvalidField, detail)
            }))
        }
    }
}

impl Work for Issue {
    type Output = (Credential, Token);

    fn changes(&self) -> Changes {
        Changes::Organization(self.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<(Credential, Token), Error> {
        let credential = &self.credential;
        organizations::find(tx, &self.organization_id).await?;
        credentials::add(tx, &self.organization_id, credential, &self.token).await?;
        let entry = AuditEntry {
            actor: &self.actor,
            at: credential.issued_at,
            action: Action::CredentialIssued,
            object: &credential.id,
            description: format!(
                "{}, until {}",
                credential.name,
                date(credential.expires_at.date_naive())
            ),
            change: AuditChange::NONE,
        };
        records::audit(tx, &self.organization_id, entry).await?;
        Ok((credential.clone(), self.token.clone()))
    }
}

/// Revokes a credential, which is refused from then on.
#[derive(Debug)]
pub struct Revoke {
    pub organization_id: OrganizationId,
    /// The credential's id.
    pub id: String,
    pub actor: Actor,
    pub now: DateTime<Utc>,
}

impl Work for Revoke {
    /// The credentials afterwards; `None` when there was none to revoke.
    type Output = Option<Vec<Credential>>;

    fn changes(&self) -> Changes {
        Changes::Organization(self.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, Error> {
        let id = &self.organization_id;
        if !credentials::revoke(tx, id, &self.id, self.now).await? {
            return Ok(None);
        }
        let entry = AuditEntry {
            actor: &self.actor,
            at: self.now,
            action: Action::CredentialRevoked,
            object: &self.id,
            description: "opens nothing any more".to_owned(),
            change: AuditChange::NONE,
        };
        records::audit(tx, id, entry).await?;
        credentials::list(tx, id).await.map(Some)
    }
}
