//! Rate limits for sign-in (RELIABILITY 3, row 36), and a limit on concurrent password hashes: each
//! takes 19 MiB.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use api::Code;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::Semaphore;

use crate::foundation::error::Error;
use crate::foundation::secret::HashMemory;

/// How many passwords are hashed at once. Their memory is reused, so it is at most 38 MiB.
const HASHING: usize = 2;
/// How long a sign-in waits until its password can be hashed.
const PATIENCE: Duration = Duration::from_secs(4);
/// The number of counters of each kind. Keys are hashed onto them, so that memory does not grow with
/// the number of addresses or accounts; keys that share a counter share its limit.
const COUNTERS: u64 = 65_536;
/// The limit of an account over all addresses, as a multiple of its limit from one address (A210).
const PER_ACCOUNT: u32 = 3;
/// The limit of an address over all accounts, as a multiple of its limit for one account (A210).
const PER_ADDRESS: u32 = 6;
/// How many failures of an account the activity log records at once, and then per hour (A212).
const FAILURES_LOGGED: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);

/// Counts attempts by account and address, by account, and by address. Clones share the counts.
#[derive(Clone)]
pub struct SignInLimits(Arc<Limits>);

struct Limits {
    hasher: RandomState,
    pairs: Counters,
    accounts: Counters,
    addresses: Counters,
    failures: Counters,
    hashing: Arc<Semaphore>,
    memories: Mutex<Vec<HashMemory>>,
}

type Counters = DefaultKeyedRateLimiter<u64>;

impl SignInLimits {
    /// Ten attempts at once, then ten a minute.
    pub fn strict() -> Self {
        Self::per_minute(NonZeroU32::MIN.saturating_add(9))
    }

    /// `attempts` on an account from one address at once, then as many a minute.
    pub fn per_minute(attempts: NonZeroU32) -> Self {
        let times = |factor: u32| {
            let most = attempts.saturating_mul(NonZeroU32::MIN.saturating_add(factor - 1));
            RateLimiter::keyed(Quota::per_minute(most))
        };
        Self(Arc::new(Limits {
            hasher: RandomState::new(),
            pairs: times(1),
            accounts: times(PER_ACCOUNT),
            addresses: times(PER_ADDRESS),
            failures: RateLimiter::keyed(Quota::per_hour(FAILURES_LOGGED)),
            hashing: Arc::new(Semaphore::new(HASHING)),
            memories: Mutex::default(),
        }))
    }

    /// Whether the password has that hash. Waits until fewer than [`HASHING`] passwords are being hashed.
    pub(in crate::http) async fn matches(
        &self,
        password: String,
        hash: String,
    ) -> Result<bool, Error> {
        let turn = tokio::time::timeout(PATIENCE, self.0.hashing.clone().acquire_owned()).await;
        let turn = turn
            .map_err(Error::unavailable)?
            .map_err(Error::unexpected)?;
        let limits = self.0.clone();
        let hashing = tokio::task::spawn_blocking(move || {
            let mut memory = limits.memory().pop().unwrap_or_default();
            let matches = memory.matches(&password, &hash);
            limits.memory().push(memory);
            drop(turn);
            matches
        });
        hashing.await.map_err(Error::unexpected)
    }

    /// Counts an attempt. Refuses it when a limit is reached.
    pub(in crate::http) fn check(&self, email: &str, address: Option<IpAddr>) -> Result<(), Error> {
        let (account, origin) = (email.to_lowercase(), address.map(origin));
        let limits = &self.0;
        let within = limits.addresses.check_key(&limits.counter(&origin)).is_ok()
            && limits
                .pairs
                .check_key(&limits.counter(&(&account, origin)))
                .is_ok()
            && limits.accounts.check_key(&limits.counter(&account)).is_ok();
        if within {
            return Ok(());
        }
        tracing::warn!(?address, "too many attempts to sign in");
        Err(Error::refused(
            Code::TooManyRequests,
            "Too many attempts; wait a minute and try again",
        ))
    }

    /// Whether the activity log records one more failure of an account.
    pub(in crate::http) fn logs_failure(&self, account: &str) -> bool {
        let counter = self.0.counter(&account);
        self.0.failures.check_key(&counter).is_ok()
    }
}

impl Limits {
    fn counter(&self, key: &impl std::hash::Hash) -> u64 {
        self.hasher.hash_one(key) % COUNTERS
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Vec<HashMemory>> {
        self.memories.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The network that counts as one address: for IPv6 the /64, which one person can have.
fn origin(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

impl std::fmt::Debug for SignInLimits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInLimits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Option<IpAddr> {
        Some(address.parse().unwrap())
    }

    fn let_through(limits: &SignInLimits, attempts: &[(&str, String)]) -> usize {
        let passes = |(email, address): &&(&str, String)| limits.check(email, at(address)).is_ok();
        attempts.iter().filter(passes).count()
    }

    #[test]
    fn an_account_has_a_limit_over_all_addresses() {
        let spread: Vec<_> = (0..200)
            .map(|n| ("ada@acme.example", format!("192.0.2.{n}")))
            .collect();
        assert_eq!(let_through(&SignInLimits::strict(), &spread), 30);
    }

    #[test]
    fn an_address_has_a_limit_over_all_accounts() {
        let limits = SignInLimits::strict();
        let tried = (0..200).filter(|n| {
            limits
                .check(&format!("{n}@x.example"), at("192.0.2.1"))
                .is_ok()
        });
        assert_eq!(tried.count(), 60);
        // Another address is not limited by it, and an IPv6 network counts as one address.
        assert!(limits.check("ada@acme.example", at("192.0.2.2")).is_ok());
        let tried = (0..200).filter(|n| {
            limits
                .check(&format!("{n}@y.example"), at(&format!("2001:db8::{n:x}")))
                .is_ok()
        });
        assert_eq!(tried.count(), 60);
    }

    #[test]
    fn an_account_has_the_lowest_limit_from_one_address() {
        let limits = SignInLimits::strict();
        let same: Vec<_> = (0..20)
            .map(|_| ("Ada@acme.example", "192.0.2.1".to_owned()))
            .collect();
        assert_eq!(let_through(&limits, &same), 10);
    }

    #[test]
    fn the_number_of_counters_is_bounded() {
        let limits = SignInLimits::per_minute(NonZeroU32::new(600).unwrap());
        for n in 0..200_000_u32 {
            let address = IpAddr::from(n.to_be_bytes());
            drop(limits.check(&format!("{n}@x.example"), Some(address)));
        }
        assert!(
            limits.0.pairs.len() as u64 <= COUNTERS && limits.0.accounts.len() as u64 <= COUNTERS
        );
    }
}
