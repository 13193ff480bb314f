//! How far the sandbox clock has come: time never runs back, not even over a restart.

use chrono::{DateTime, Utc};

use super::row::instant;
use super::{Tx, Work};
use crate::clock::instant_text;
use crate::error::Error;

/// Keeps the latest instant that the sandbox clock may have shown.
#[derive(Debug)]
pub struct Shown(pub DateTime<Utc>);

/// The latest instant that the sandbox clock may have shown; none before its first start.
pub async fn latest(tx: &mut Tx) -> Result<Option<DateTime<Utc>>, Error> {
    let shown: Option<String> = sqlx::query_scalar("SELECT shown_at FROM sandbox_clock")
        .fetch_optional(tx.connection())
        .await?;
    shown.as_deref().map(instant).transpose()
}

impl Work for Shown {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO sandbox_clock (id, shown_at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE \
             SET shown_at = excluded.shown_at WHERE excluded.shown_at > sandbox_clock.shown_at",
        )
        .bind(instant_text(self.0))
        .execute(tx.connection())
        .await?;
        Ok(())
    }
}
