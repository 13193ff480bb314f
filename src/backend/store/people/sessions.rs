//! Sessions: opened at sign-in, ended after 30 minutes without a request or 12 hours in all
//! (RELIABILITY 3, row 9).

use billing::account::account_state::AccountState;
use billing::catalog::policy::Policy;
use chrono::{DateTime, TimeDelta, Utc};

use super::users::{self, User};
use crate::foundation::error::Error;
use crate::foundation::secret::Token;
use crate::store::database::column::{Json, Text};
use crate::store::{Changes, Tx, Work};

/// How long a session lasts without a request.
const IDLE: TimeDelta = TimeDelta::minutes(30);
/// How long a session lasts at most.
const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// `last_seen_at` is written again only after this time, so that few requests write.
const FRESH: TimeDelta = TimeDelta::minutes(1);

#[derive(Debug, Clone)]
pub struct Session {
    /// Who is signed in, with their current role.
    pub user: User,
    /// The state of their organization's account.
    pub account_state: AccountState,
    /// The end of the session even if it is in use.
    pub ends_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
}

/// Opens a session, and deletes expired ones.
#[derive(Debug)]
pub struct Open {
    /// The token that the browser's cookie will hold.
    pub token: Token,
    pub user: User,
    pub now: DateTime<Utc>,
}

/// Records that a session is in use.
#[derive(Debug)]
pub struct Touch {
    pub token: Token,
    pub now: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    user: users::Row,
    opened_at: Text<DateTime<Utc>>,
    last_seen_at: Text<DateTime<Utc>>,
    state: Json<AccountState>,
}

/// The session of a token; `None` when it is unknown or has expired.
pub async fn find(
    tx: &mut Tx,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<Option<Session>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT u.organization_id, u.id, u.email, u.name, u.role, s.opened_at, s.last_seen_at, a.state \
         FROM sessions s \
         JOIN users u ON u.organization_id = s.organization_id AND u.id = s.user_id \
         JOIN account_states a ON a.organization_id = s.organization_id WHERE s.token_hash = $1",
    )
    .bind(token.hash())
    .fetch_optional(tx.connection())
    .await?;
    let policy = tx.policy();
    let session = row.map(|row| row.session(&policy));
    Ok(session.filter(|session| session.is_open(now)))
}

impl Session {
    /// Whether the recorded use is old enough to be written again.
    pub fn wants_touch(&self, now: DateTime<Utc>) -> bool {
        now - self.last_seen_at >= FRESH
    }

    fn is_open(&self, now: DateTime<Utc>) -> bool {
        now < self.ends_at && now - self.last_seen_at < IDLE
    }
}

impl Work for Open {
    type Output = ();

    fn changes(&self) -> Changes {
        Changes::Organization(self.user.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        sqlx::query("DELETE FROM sessions WHERE opened_at <= $1 OR last_seen_at <= $2")
            .bind(Text(self.now - ABSOLUTE))
            .bind(Text(self.now - IDLE))
            .execute(tx.connection())
            .await?;
        sqlx::query(
            "INSERT INTO sessions (token_hash, organization_id, user_id, opened_at, last_seen_at) \
             VALUES ($1, $2, $3, $4, $4)",
        )
        .bind(self.token.hash())
        .bind(self.user.organization_id.as_str())
        .bind(self.user.id.as_str())
        .bind(Text(self.now))
        .execute(tx.connection())
        .await?;
        Ok(())
    }
}

/// Ends the session of a token.
pub async fn close(tx: &mut Tx, token: &Token) -> Result<(), Error> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
        .bind(token.hash())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Ends every session of a person.
pub async fn close_all(tx: &mut Tx, user: &User) -> Result<(), Error> {
    sqlx::query("DELETE FROM sessions WHERE organization_id = $1 AND user_id = $2")
        .bind(user.organization_id.as_str())
        .bind(user.id.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

impl Work for Touch {
    type Output = ();

    fn changes(&self) -> Changes {
        Changes::Other
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        sqlx::query(
            "UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1 AND last_seen_at < $2",
        )
        .bind(self.token.hash())
        .bind(Text(self.now))
        .execute(tx.connection())
        .await?;
        Ok(())
    }
}

impl Row {
    fn session(self, policy: &Policy) -> Session {
        Session {
            user: self.user.into(),
            account_state: self.state.0.by_the_record(policy),
            ends_at: self.opened_at.0 + ABSOLUTE,
            last_seen_at: self.last_seen_at.0,
        }
    }
}
