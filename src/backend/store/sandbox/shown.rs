//! Stores what the clock of a sandbox has shown, so that time never runs backwards after a restart.

use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::database::column::Text;
use crate::store::{Changes, Store, Tx};

/// Stores an instant that the sandbox clock may have shown, if it is later than the stored one.
pub async fn keep(store: &Store, shown_at: DateTime<Utc>) -> Result<(), Error> {
    let keep = async move |tx: &mut Tx| {
        sqlx::query(
            "INSERT INTO sandbox_clock (id, shown_at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE \
             SET shown_at = excluded.shown_at WHERE excluded.shown_at > sandbox_clock.shown_at",
        )
        .bind(Text(shown_at))
        .execute(tx.connection())
        .await?;
        Ok(())
    };
    store.transaction(Changes::Other, keep).await
}
