//! A transaction on a connection of a pool.
//!
//! A connection returns to its pool only when its transaction has certainly ended. One whose `BEGIN`,
//! `COMMIT` or `ROLLBACK` failed or was cancelled may still be in a transaction and would then refuse
//! every later `BEGIN`. It is closed instead, and the pool opens another. sqlx's own transaction
//! returns it to the pool in these cases, with a wrong count of open transactions.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Executor};

/// How many closed connections `begin` skips: as many as a pool can hold.
const ENDED_AT_MOST: u32 = 32;
/// How long a `BEGIN` may take: longer than SQLite waits for its lock.
const BEGIN_PATIENCE: Duration = Duration::from_secs(3);
/// How long the rollback of a dropped transaction may take.
const ROLLBACK_PATIENCE: Duration = Duration::from_secs(5);

/// An open transaction. Dropping it rolls it back.
pub(crate) struct Transaction {
    /// `None` once it was returned to the pool or closed.
    connection: Option<Connection>,
}

/// A connection that is in a transaction, or that is beginning or ending one.
struct Connection {
    lent: PoolConnection<Any>,
    /// Whether it is certain that no transaction is open.
    clean: bool,
}

impl Transaction {
    /// Begins a transaction. `BEGIN` changes nothing, so it is repeated on the next connection when the
    /// pool's connection was closed, for example by a restart of the database.
    pub(crate) async fn begin(pool: &AnyPool, statement: &'static str) -> sqlx::Result<Self> {
        let mut passed_over = 0;
        loop {
            let lent = pool.acquire().await?;
            let mut connection = Connection { lent, clean: false };
            // On a connection that a firewall has dropped no answer ever arrives.
            let begun = tokio::time::timeout(BEGIN_PATIENCE, connection.lent.execute(statement));
            match begun.await.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
                Ok(_) => {
                    let connection = Some(connection);
                    return Ok(Self { connection });
                }
                Err(cause) if has_ended(&cause) && passed_over < ENDED_AT_MOST => passed_over += 1,
                Err(cause) => return Err(cause),
            }
        }
    }

    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        match &mut self.connection {
            Some(connection) => &mut connection.lent,
            None => unreachable!("only the last call takes the connection"),
        }
    }

    /// Commits. A `COMMIT` that fails is rolled back; when the connection is lost during it, the outcome
    /// is unknown.
    pub(crate) async fn commit(mut self) -> sqlx::Result<()> {
        let Some(mut connection) = self.connection.take() else {
            return Ok(());
        };
        let outcome = connection.end("COMMIT").await;
        if outcome.is_err()
            && let Err(cause) = connection.lent.execute("ROLLBACK").await
        {
            tracing::debug!(%cause, "nothing is left to roll back");
        }
        outcome
    }

    pub(crate) async fn rollback(mut self) {
        if let Some(connection) = self.connection.take() {
            roll_back(connection).await;
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(roll_back(connection));
        }
    }
}

async fn roll_back(mut connection: Connection) {
    let ended = tokio::time::timeout(ROLLBACK_PATIENCE, connection.end("ROLLBACK")).await;
    if let Ok(Err(cause)) = ended {
        tracing::warn!(%cause, "a transaction was not rolled back; its connection is closed");
    }
}

impl Connection {
    async fn end(&mut self, statement: &'static str) -> sqlx::Result<()> {
        self.lent.execute(statement).await?;
        self.clean = true;
        Ok(())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if !self.clean {
            self.lent.close_on_drop();
        }
    }
}

/// Whether an error says that the connection was closed before the statement arrived.
fn has_ended(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(database) => database
            .code()
            .is_some_and(|code| matches!(&*code, "57P01" | "57P02" | "57P05" | "25P03")),
        _ => false,
    }
}
