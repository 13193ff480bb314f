//! The latest instant of the sandbox clock, which marks the database of a sandbox.

use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::row::instant;

/// The latest instant that the sandbox clock may have shown; `None` before its first start.
pub async fn latest(tx: &mut Tx) -> Result<Option<DateTime<Utc>>, Error> {
    let shown: Option<String> = sqlx::query_scalar("SELECT shown_at FROM sandbox_clock")
        .fetch_optional(tx.connection())
        .await?;
    shown.as_deref().map(instant).transpose()
}
