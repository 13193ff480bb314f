//! How often one may try to sign in (RELIABILITY 3, row 36), and how many passwords are hashed at
//! once: each takes 19 MiB.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use api::Code;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::Semaphore;

use crate::error::Error;
use crate::secret::password_matches;

/// How many passwords are hashed at once.
const HASHING: usize = 4;
/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(4);

/// Attempts per account and address. Clones share the count.
#[derive(Clone)]
pub struct SignInLimits {
    attempts: Arc<DefaultKeyedRateLimiter<(String, String)>>,
    hashing: Arc<Semaphore>,
}

impl SignInLimits {
    /// Ten attempts at once, then ten a minute.
    #[must_use]
    pub fn strict() -> Self {
        Self::per_minute(NonZeroU32::MIN.saturating_add(9))
    }

    /// Six hundred a minute: tests sign in often.
    #[must_use]
    pub fn sandbox() -> Self {
        Self::per_minute(NonZeroU32::MIN.saturating_add(599))
    }

    /// So many at once, and so many a minute.
    #[must_use]
    pub fn per_minute(attempts: NonZeroU32) -> Self {
        Self {
            attempts: Arc::new(RateLimiter::keyed(Quota::per_minute(attempts))),
            hashing: Arc::new(Semaphore::new(HASHING)),
        }
    }

    /// Whether the password has that hash, when it is this sign-in's turn.
    pub(super) async fn matches(&self, password: String, hash: String) -> Result<bool, Error> {
        let turn = tokio::time::timeout(PATIENCE, self.hashing.clone().acquire_owned()).await;
        let turn = turn
            .map_err(Error::unavailable)?
            .map_err(Error::unexpected)?;
        let hashing = tokio::task::spawn_blocking(move || {
            let matches = password_matches(&password, &hash);
            drop(turn);
            matches
        });
        hashing.await.map_err(Error::unexpected)
    }

    pub(super) fn check(&self, email: &str, address: &str) -> Result<(), Error> {
        let key = (email.to_lowercase(), address.to_owned());
        if self.attempts.len() > 10_000 {
            self.attempts.retain_recent();
        }
        self.attempts.check_key(&key).map_err(|_| {
            Error::refused(
                Code::TooManyRequests,
                "Too many attempts; wait a minute and try again",
            )
        })
    }
}

impl std::fmt::Debug for SignInLimits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInLimits")
    }
}
