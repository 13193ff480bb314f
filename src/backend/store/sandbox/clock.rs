//! The latest instant of the sandbox clock, which marks the database of a sandbox.

use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::Tx;
use crate::store::database::column::Text;

/// The latest instant that the sandbox clock may have shown; `None` before its first start.
pub async fn latest(tx: &mut Tx) -> Result<Option<DateTime<Utc>>, Error> {
    let shown: Option<Text<_>> = sqlx::query_scalar("SELECT shown_at FROM sandbox_clock")
        .fetch_optional(tx.connection())
        .await?;
    Ok(shown.map(|Text(at)| at))
}
