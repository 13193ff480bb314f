//! Signs in and out. Each attempt is in the activity log with its account and address (SPEC R20).

use api::audit::Action;
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::foundation::secret::Token;
use crate::store::people::sessions::{self, Open};
use crate::store::people::users::User;
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::{Changes, Tx, Work};

/// Opens a session after a correct password.
#[derive(Debug)]
pub struct SignedIn {
    pub session: Open,
    /// The earlier session of the same browser, which ends (ASVS 7.2.4).
    pub earlier: Option<Token>,
    pub address: String,
    /// The instant of the product's clock, which differs from real time in a sandbox.
    pub now: DateTime<Utc>,
}

/// Which sessions of a person end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sessions {
    /// The session of this request.
    This,
    All,
}

/// Ends sessions of a person.
#[derive(Debug)]
pub struct SignedOut {
    pub user: User,
    /// The token of this request's session.
    pub token: Token,
    pub sessions: Sessions,
    /// The person, with the address of the browser.
    pub actor: Actor,
    pub now: DateTime<Utc>,
}

impl Work for SignedIn {
    type Output = ();

    fn changes(&self) -> Changes {
        Changes::Organization(self.session.user.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        if let Some(earlier) = &self.earlier {
            sessions::close(tx, earlier).await?;
        }
        self.session.run(tx).await?;
        let user = &self.session.user;
        let actor = actor(user, &self.address);
        note(tx, user, Action::SignedIn, &actor, self.now).await
    }
}

impl Work for SignedOut {
    type Output = ();

    fn changes(&self) -> Changes {
        Changes::Organization(self.user.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let action = match self.sessions {
            Sessions::This => {
                sessions::close(tx, &self.token).await?;
                Action::SignedOut
            }
            Sessions::All => {
                sessions::close_all(tx, &self.user).await?;
                Action::SignedOutEverywhere
            }
        };
        note(tx, &self.user, action, &self.actor, self.now).await
    }
}

/// Logs a wrong password for the account that was tried.
pub async fn log_failure(
    tx: &mut Tx,
    user: &User,
    address: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let actor = actor(user, address);
    note(tx, user, Action::SignInFailed, &actor, now).await
}

fn actor(user: &User, address: &str) -> Actor {
    Actor {
        name: user.email.clone(),
        address: address.to_owned(),
    }
}

async fn note(
    tx: &mut Tx,
    user: &User,
    action: Action,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let entry = AuditEntry {
        actor,
        at: now,
        action,
        object: user.id.as_str(),
        description: user.name.clone(),
        change: AuditChange::NONE,
    };
    records::audit(tx, &user.organization_id, entry).await
}
