//! Whether the store takes writes, proved by one (RELIABILITY 4, invariant 58).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;

use super::{Store, Tx, Work};
use crate::clock::instant_text;
use crate::error::Error;

/// How long a proof holds, however often it is asked for.
const PROOF_LASTS: Duration = Duration::from_secs(1);

/// What is known of the store's writes.
#[derive(Debug, Default)]
pub(super) struct Readiness {
    /// When the last write was proved; one proof at a time.
    proved: Mutex<Option<Instant>>,
    /// Whether a write has failed since: the proof holds no longer.
    doubted: AtomicBool,
}

impl Readiness {
    /// A write has failed for the store's sake.
    pub(super) fn doubt(&self) {
        self.doubted.store(true, Ordering::Relaxed);
    }
}

/// Writes a row that means nothing, to its commit.
struct Probe {
    now: DateTime<Utc>,
}

impl Work for Probe {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO readiness (id, written_at) VALUES (1, $1) \
             ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at",
        )
        .bind(instant_text(self.now))
        .execute(tx.connection())
        .await?;
        Ok(())
    }
}

impl Store {
    /// Proves that a write reaches its commit, on the file that was opened.
    ///
    /// # Errors
    /// A store that takes no writes now.
    pub async fn prove_writable(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let mut proved = self.readiness.proved.lock().await;
        let doubted = self.readiness.doubted.swap(false, Ordering::Relaxed);
        let holds = !doubted && proved.is_some_and(|at| at.elapsed() < PROOF_LASTS);
        if holds
            && self
                .file
                .as_ref()
                .is_none_or(|file| file.check_in_place().is_ok())
        {
            return Ok(());
        }
        *proved = None;
        self.write(Probe { now }).await?;
        *proved = Some(Instant::now());
        Ok(())
    }
}
