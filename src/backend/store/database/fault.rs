//! Maps database errors: repeat the transaction, report the store as unavailable, or log a defect.

use crate::foundation::error::Error;

impl From<sqlx::Error> for Error {
    fn from(cause: sqlx::Error) -> Self {
        match &cause {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_) => Self::unavailable(cause),
            sqlx::Error::Database(database) => match database.code().as_deref() {
                Some(code) if CONFLICTS.contains(&code) => Self::Conflict,
                Some(code) if is_unavailable(code) => Self::unavailable(cause),
                _ => Self::unexpected(cause),
            },
            _ => Self::unexpected(cause),
        }
    }
}

/// PostgreSQL: a serialization failure, a deadlock, a unique key that was taken meanwhile. The repeated
/// transaction sees what the other one wrote.
const CONFLICTS: [&str; 3] = ["40001", "40P01", "23505"];
/// PostgreSQL classes and codes: no connection, no resources, shutting down or cancelled by a timeout,
/// disk error, read-only server, idle in a transaction for too long, locked.
const UNAVAILABLE: [&str; 7] = ["08", "53", "57", "58", "25006", "25P03", "55P03"];
/// SQLite's primary codes: busy, locked, out of memory, read-only, I/O, full, cannot open, a conflict
/// in the locking protocol.
const SQLITE_UNAVAILABLE: [u32; 8] = [5, 6, 7, 8, 10, 13, 14, 15];

/// PostgreSQL's codes have five characters. SQLite's are numbers whose last byte is the primary code.
fn is_unavailable(code: &str) -> bool {
    if code.len() == 5 {
        return UNAVAILABLE.iter().any(|class| code.starts_with(class));
    }
    code.parse::<u32>()
        .is_ok_and(|code| SQLITE_UNAVAILABLE.contains(&(code & 0xff)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transient_errors_are_unavailable() {
        // 1034: EIO at fsync. 778: at a write. 13: full. 517: an old snapshot. 1032: the file was moved.
        for code in ["5", "13", "517", "773", "778", "1034", "1032", "8714"] {
            assert!(is_unavailable(code), "SQLite {code}");
        }
        for code in ["53100", "57P01", "08006", "58030", "25P03"] {
            assert!(is_unavailable(code), "PostgreSQL {code}");
        }
        // A constraint (19, 787, 1811), a damaged file (11), a syntax error do not pass by themselves.
        for code in ["1", "11", "19", "787", "1811", "23503", "42601", "25P02"] {
            assert!(!is_unavailable(code), "{code}");
        }
    }
}
