//! Random ids and tokens, and the hashes that are stored of them. What is random fails when the operating
//! system yields no random bytes.

use argon2::password_hash::{Output, PasswordHash, PasswordHasher, Salt, SaltString};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::Error;

/// A session token as the client holds it: 256 random bits. Never stored, never logged.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Creates a random token.
    pub fn new() -> Result<Self, Error> {
        random::<32>().map(|bytes| Self(hex(&bytes)))
    }

    /// Creates a random token for a program, recognizable by its prefix.
    pub fn of_program() -> Result<Self, Error> {
        random::<32>().map(|bytes| Self(format!("prorata_{}", hex(&bytes))))
    }

    /// A token that a client sent. The store decides whether it is valid.
    pub fn shown(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The token's text, to be sent to its client.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The hash that is stored.
    pub fn hash(&self) -> String {
        fingerprint(self.0.as_bytes())
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// How much work a password hash takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// For passwords of people.
    Full,
    /// For short-lived accounts of tests, which create thousands.
    Trifling,
}

/// A new id: a prefix that names the kind of thing, then 96 random bits.
pub fn id(prefix: &str) -> Result<String, Error> {
    random::<12>().map(|bytes| format!("{prefix}_{}", hex(&bytes)))
}

/// SHA-256 in hexadecimal.
pub fn fingerprint(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of a value's JSON, in hexadecimal.
pub fn fingerprint_of(value: &impl Serialize) -> Result<String, Error> {
    let text = serde_json::to_vec(value).map_err(Error::unexpected)?;
    Ok(fingerprint(&text))
}

/// The argon2id hash of a password, with its salt and cost.
pub fn password_hash(password: &str, cost: Cost) -> Result<String, Error> {
    let params = match cost {
        Cost::Full => Params::default(),
        Cost::Trifling => Params::new(8, 1, 1, None).map_err(Error::unexpected)?,
    };
    let salt = SaltString::encode_b64(&random::<16>()?).map_err(Error::unexpected)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon
        .hash_password(password.as_bytes(), &salt)
        .map_err(Error::unexpected)?;
    Ok(hash.to_string())
}

/// The memory for hashing a password, reused for the next one: 19 MiB at [`Cost::Full`].
#[derive(Default)]
pub struct HashMemory(Vec<Block>);

impl HashMemory {
    /// Whether the password matches the hash.
    pub fn matches(&mut self, password: &str, hash: &str) -> bool {
        let Ok(hash) = PasswordHash::new(hash) else {
            return false;
        };
        self.compute(password, &hash)
            .is_ok_and(|computed| Some(computed) == hash.hash)
    }

    /// Hashes the password with the salt and at the cost of another hash.
    fn compute(&mut self, password: &str, like: &PasswordHash<'_>) -> Result<Output, Error> {
        let params = Params::try_from(like).map_err(Error::unexpected)?;
        let algorithm = Algorithm::try_from(like.algorithm).map_err(Error::unexpected)?;
        let version = like.version.map_or(Ok(Version::V0x13), Version::try_from);
        let argon = Argon2::new(algorithm, version.map_err(Error::unexpected)?, params);
        let (Some(salt), Some(expected)) = (like.salt, like.hash) else {
            return Err(Error::unexpected("a hash without salt or value"));
        };
        let mut bytes = [0; Salt::MAX_LENGTH];
        let salt = salt.decode_b64(&mut bytes).map_err(Error::unexpected)?;
        let blocks = argon.params().block_count();
        if self.0.len() < blocks {
            self.0.resize(blocks, Block::new());
        }
        Output::init_with(expected.len(), |out| {
            argon
                .hash_password_into_with_memory(password.as_bytes(), salt, out, &mut self.0)
                .map_err(Into::into)
        })
        .map_err(Error::unexpected)
    }
}

impl std::fmt::Debug for HashMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HashMemory(…)")
    }
}

/// A random part of `range`, for waits that should not coincide.
pub fn jitter(range: std::time::Duration) -> std::time::Duration {
    let share = random::<1>().map_or(255, |[byte]| u32::from(byte));
    range * share / 255
}

fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::unexpected)?;
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier;

    use super::*;

    #[test]
    fn a_password_matches_only_its_own_hash() {
        let mut memory = HashMemory::default();
        for cost in [Cost::Trifling, Cost::Full, Cost::Trifling] {
            let hash = password_hash("correct horse", cost).unwrap();
            assert!(memory.matches("correct horse", &hash));
            assert!(!memory.matches("correct horsf", &hash));
            let verified = PasswordHash::new(&hash).unwrap();
            let verified = Argon2::default().verify_password(b"correct horse", &verified);
            assert_eq!(verified, Ok(()), "the crate itself says the same");
        }
        assert!(!memory.matches("correct horse", "no hash"));
    }

    #[test]
    fn tokens_differ_and_are_not_logged() {
        let (one, other) = (Token::new().unwrap(), Token::new().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), 64);
        assert_eq!(format!("{one:?}"), "Token(…)");
        assert_eq!(one.hash(), Token::shown(one.reveal()).hash());
    }
}
