//! Users: who can sign in, and with which role.

use billing::people::permission::Role;
use billing::{OrganizationId, UserId};
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::{Text, Word};

/// A member of an organization.
#[derive(Debug, Clone)]
pub struct User {
    pub organization_id: OrganizationId,
    pub id: UserId,
    /// The e-mail address they sign in with.
    pub email: String,
    pub name: String,
    pub role: Role,
}

/// A user with the password hash that is checked at sign-in.
#[derive(Debug)]
pub struct SignIn {
    pub user: User,
    /// An argon2 hash.
    pub password_hash: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    organization_id: Text<OrganizationId>,
    id: Text<UserId>,
    email: String,
    name: String,
    role: Word<Role>,
}

#[derive(sqlx::FromRow)]
struct SignInRow {
    #[sqlx(flatten)]
    user: Row,
    password_hash: String,
}

/// The user who signs in with an e-mail address.
pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<SignIn>, Error> {
    let row: Option<SignInRow> = sqlx::query_as(
        "SELECT u.organization_id, u.id, u.email, u.name, u.role, u.password_hash \
         FROM sign_in_names s JOIN users u \
         ON u.organization_id = s.organization_id AND u.id = s.user_id WHERE s.email = $1",
    )
    .bind(email.to_lowercase())
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| SignIn {
        user: row.user.into(),
        password_hash: row.password_hash,
    }))
}

/// All users of an organization, ordered by name.
pub async fn all(tx: &mut Tx, organization_id: &OrganizationId) -> Result<Vec<User>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT organization_id, id, email, name, role FROM users \
         WHERE organization_id = $1 ORDER BY name, id",
    )
    .bind(organization_id.as_str())
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// Adds a user; an existing one is not changed.
pub async fn add(tx: &mut Tx, sign_in: &SignIn, now: DateTime<Utc>) -> Result<(), Error> {
    let user = &sign_in.user;
    sqlx::query(
        "INSERT INTO users (organization_id, id, email, name, role, password_hash, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organization_id, id) DO NOTHING",
    )
    .bind(user.organization_id.as_str())
    .bind(user.id.as_str())
    .bind(user.email.to_lowercase())
    .bind(user.name.as_str())
    .bind(Word(user.role))
    .bind(sign_in.password_hash.as_str())
    .bind(Text(now))
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "INSERT INTO sign_in_names (email, organization_id, user_id) VALUES ($1, $2, $3) \
         ON CONFLICT (email) DO NOTHING",
    )
    .bind(user.email.to_lowercase())
    .bind(user.organization_id.as_str())
    .bind(user.id.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            organization_id: row.organization_id.0,
            id: row.id.0,
            email: row.email,
            name: row.name,
            role: row.role.0,
        }
    }
}
