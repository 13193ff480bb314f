//! What a database error means to the one who waits.

use crate::error::Error;

impl From<sqlx::Error> for Error {
    fn from(cause: sqlx::Error) -> Self {
        match &cause {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_) => Self::unavailable(cause),
            sqlx::Error::Database(database) => match database.code().as_deref() {
                Some(code) if CONFLICTS.contains(&code) => Self::Conflict,
                Some(code)
                    if code.len() == 5
                        && UNAVAILABLE.iter().any(|class| code.starts_with(class)) =>
                {
                    Self::unavailable(cause)
                }
                Some(code) if SQLITE_UNAVAILABLE.contains(&code) => Self::unavailable(cause),
                _ => Self::unexpected(cause),
            },
            _ => Self::unexpected(cause),
        }
    }
}

/// PostgreSQL: the transaction met another one, or its key was taken meanwhile. Done again as a
/// whole it sees what the other one did.
const CONFLICTS: [&str; 3] = ["40001", "40P01", "23505"];
/// PostgreSQL classes: no connection, no resources, shutting down, cancelled by a time limit.
const UNAVAILABLE: [&str; 4] = ["08", "53", "57", "55P03"];
/// SQLite: busy (also while recovering or with an old snapshot), locked, read-only, I/O, full.
const SQLITE_UNAVAILABLE: [&str; 7] = ["5", "261", "517", "6", "8", "10", "13"];
