//! The latest instant at which anything was written to this database. No process's clock shows an
//! earlier one (SPEC R2).

use chrono::{DateTime, Utc};

use super::column::Text;
use crate::foundation::error::Error;
use crate::store::Tx;

pub async fn read(tx: &mut Tx) -> Result<DateTime<Utc>, Error> {
    let Text(latest) = sqlx::query_scalar("SELECT latest_at FROM latest_instant")
        .fetch_one(tx.connection())
        .await?;
    Ok(latest)
}

/// Raises it to `at`. Writes nothing when it is later already, so that transactions that close months
/// do not wait for each other.
pub async fn raise(tx: &mut Tx, at: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query("UPDATE latest_instant SET latest_at = $1 WHERE latest_at < $1")
        .bind(Text(at))
        .execute(tx.connection())
        .await?;
    Ok(())
}
