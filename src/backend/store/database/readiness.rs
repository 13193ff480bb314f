//! Proves by a write that the store accepts writes (RELIABILITY 4, invariant 58).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;

use crate::foundation::error::Error;
use crate::store::database::column::Text;
use crate::store::{Changes, Store, Tx};

/// How long one proof is reused.
const PROOF_LASTS: Duration = Duration::from_secs(1);

/// The last proof that the store accepts writes.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    /// The instant of the last proof. The lock allows one proof at a time.
    proved: Mutex<Option<Instant>>,
    /// Whether a write has failed since, which ends the proof early.
    doubted: AtomicBool,
}

impl Readiness {
    /// Called when a write failed because the store was unavailable.
    pub(crate) fn doubt(&self) {
        self.doubted.store(true, Ordering::Relaxed);
    }
}

impl Store {
    /// Commits a write to the file that was opened, unless a recent proof exists.
    ///
    /// # Errors
    /// A store that accepts no writes now.
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
        self.transaction(Changes::Other, async move |tx: &mut Tx| {
            probe(tx, now).await
        })
        .await?;
        *proved = Some(Instant::now());
        Ok(())
    }
}

/// Updates one row whose content has no meaning.
async fn probe(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO readiness (id, written_at) VALUES (1, $1) \
         ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at",
    )
    .bind(Text(now))
    .execute(tx.connection())
    .await?;
    Ok(())
}
