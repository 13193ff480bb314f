//! The latest instant that anything was done at on this database: no program's clock shows an earlier
//! one (SPEC R2).

use chrono::{DateTime, Utc};

use super::row::instant;
use super::{Tx, Work};
use crate::clock::instant_text;
use crate::error::Error;

/// Notes that this instant has been reached, and answers the latest one.
#[derive(Debug)]
pub struct Reached(pub DateTime<Utc>);

/// The latest instant.
pub async fn read(tx: &mut Tx) -> Result<DateTime<Utc>, Error> {
    let latest: String = sqlx::query_scalar("SELECT latest_at FROM latest_instant")
        .fetch_one(tx.connection())
        .await?;
    instant(&latest)
}

/// Raises it. Where it lies behind already nothing is written, so that those who close a month do
/// not wait for each other.
pub async fn raise(tx: &mut Tx, at: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query("UPDATE latest_instant SET latest_at = $1 WHERE latest_at < $1")
        .bind(instant_text(at))
        .execute(tx.connection())
        .await?;
    Ok(())
}

impl Work for Reached {
    type Output = DateTime<Utc>;

    async fn run(&self, tx: &mut Tx) -> Result<DateTime<Utc>, Error> {
        raise(tx, self.0).await?;
        read(tx).await
    }
}
