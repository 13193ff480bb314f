//! The differences between the two databases: how each is opened and begins a transaction.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The database in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded: one file, one writer at a time.
    Sqlite,
    /// A server, which several machines can share.
    Postgres,
}

/// The database cannot be opened. Displays as one line for the person who started the program.
#[derive(Debug, thiserror::Error)]
#[error("{line}")]
pub struct OpenError {
    line: String,
}

impl OpenError {
    pub(crate) fn new(url: &str, cause: &dyn fmt::Display) -> Self {
        Self {
            line: format!(
                "cannot open the database {}: {cause}",
                without_password(url)
            ),
        }
    }
}

impl Engine {
    pub(crate) fn of(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("sqlite:") {
            Ok(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres)
        } else {
            Err(OpenError::new(
                url,
                &"it is neither sqlite:PATH nor postgres://…",
            ))
        }
    }

    /// Creates the file and its folder. Only the owner can read the file; SQLite gives the files that it
    /// adds the same mode.
    pub(crate) fn make_file(self, url: &str) -> Result<(), OpenError> {
        match self {
            Self::Postgres => Ok(()),
            Self::Sqlite => make_file(&file_of(url)).map_err(|cause| OpenError::new(url, &cause)),
        }
    }

    /// Fails when the file does not exist: a wrong path must not create a new database.
    pub(crate) fn find_file(self, url: &str) -> Result<(), OpenError> {
        match self {
            Self::Sqlite if !file_of(url).exists() => Err(OpenError::new(
                url,
                &"there is no such file; `prorata migrate` makes it",
            )),
            Self::Sqlite | Self::Postgres => Ok(()),
        }
    }

    /// The database file, for an embedded database.
    pub(crate) fn file(self, url: &str) -> Option<PathBuf> {
        match self {
            Self::Sqlite => Some(file_of(url)),
            Self::Postgres => None,
        }
    }

    pub(crate) fn connect_url(self, url: &str) -> String {
        match self {
            Self::Postgres => url.to_owned(),
            Self::Sqlite => format!("sqlite:{}", file_of(url).display()),
        }
    }

    pub(crate) const fn writers(self) -> u32 {
        match self {
            Self::Sqlite => 1,
            Self::Postgres => 16,
        }
    }

    /// Readers have connections of their own, so that they never wait for writers that wait for each
    /// other.
    pub(crate) const fn readers(self) -> u32 {
        8
    }

    /// How long a request waits for a connection. SQLite has one writer, so all writes queue for it.
    pub(crate) const fn patience(self) -> Duration {
        match self {
            Self::Sqlite => Duration::from_millis(2_500),
            Self::Postgres => Duration::from_secs(2),
        }
    }

    pub(crate) const fn writer_settings(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON"
            }
            Self::Postgres => {
                "SET statement_timeout = '10s'; SET lock_timeout = '2s'; \
                 SET idle_in_transaction_session_timeout = '15s'"
            }
        }
    }

    pub(crate) const fn reader_settings(self) -> &'static str {
        match self {
            Self::Sqlite => "PRAGMA busy_timeout = 2000; PRAGMA query_only = ON",
            Self::Postgres => Self::Postgres.writer_settings(),
        }
    }

    /// Begins a transaction that no other one can change anything for: SQLite has one writer, PostgreSQL
    /// detects conflicts.
    pub(crate) const fn begin_serializable(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        }
    }

    /// Begins a transaction that then waits for [`Engine::organization_lock`]. Every statement must see
    /// what was committed during the wait, so the transaction has no snapshot of its own.
    pub(crate) const fn begin_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        }
    }

    /// The statement that waits for the other transactions of an organization, whose id is `$1`, and
    /// locks it until the transaction ends.
    pub(crate) const fn organization_lock(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => {
                Some("SELECT CAST(pg_advisory_xact_lock(hashtextextended($1, 0)) AS TEXT)")
            }
        }
    }

    pub(crate) const fn begin_reading(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// The statement that allows one transaction to take longer than a request may.
    pub(crate) const fn export_patience(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(
                "SET LOCAL statement_timeout = '10min'; \
                 SET LOCAL idle_in_transaction_session_timeout = '10min'",
            ),
        }
    }
}

fn file_of(url: &str) -> PathBuf {
    let path = url.trim_start_matches("sqlite:");
    let path = path.strip_prefix("//").unwrap_or(path);
    PathBuf::from(path.split('?').next().unwrap_or(path))
}

fn make_file(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn without_password(url: &str) -> String {
    let Some((before, host)) = url.rsplit_once('@') else {
        return url.to_owned();
    };
    match before.rsplit_once(':') {
        Some((user, _)) if user.contains("://") => format!("{user}:…@{host}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses_and_hides_passwords() {
        assert_eq!(
            file_of("sqlite:data/prorata.db"),
            PathBuf::from("data/prorata.db")
        );
        assert_eq!(
            file_of("sqlite:///tmp/a.db?mode=rwc"),
            PathBuf::from("/tmp/a.db")
        );
        assert_eq!(Engine::of("postgresql://h/d").ok(), Some(Engine::Postgres));
        assert!(Engine::of("mysql://h/d").is_err());
        let error = OpenError::new("postgres://ann:secret@db/prorata", &"no answer");
        assert_eq!(
            error.to_string(),
            "cannot open the database postgres://ann:…@db/prorata: no answer"
        );
        assert_eq!(
            without_password("postgres://ann@db/p"),
            "postgres://ann@db/p"
        );
    }
}
