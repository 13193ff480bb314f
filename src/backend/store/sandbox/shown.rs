//! Stores what the clock of a sandbox has shown, so that time never runs backwards after a restart.

use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::database::column::Text;
use crate::store::{Changes, Tx, Work};

/// Stores an instant that the sandbox clock may have shown, if it is later than the stored one.
#[derive(Debug)]
pub struct Shown(pub DateTime<Utc>);

impl Work for Shown {
    type Output = ();

    fn changes(&self) -> Changes<'_> {
        Changes::Other
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO sandbox_clock (id, shown_at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE \
             SET shown_at = excluded.shown_at WHERE excluded.shown_at > sandbox_clock.shown_at",
        )
        .bind(Text(self.0))
        .execute(tx.connection())
        .await?;
        Ok(())
    }
}
