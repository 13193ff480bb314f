//! The tables of both databases, and whether a database has them.
//!
//! `schema/*.sql` are the tables, written once in the SQL of SQLite; PostgreSQL gets them with its own
//! names of the types. What a row must never become is refused by triggers, which each database writes
//! in its own way: `schema/sqlite.sql` and `schema/postgres.sql`.

use std::borrow::Cow;
use std::sync::LazyLock;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::Engine;

const TABLES: &str = concat!(
    include_str!("schema/organizations.sql"),
    include_str!("schema/invoicing.sql"),
    include_str!("schema/usage.sql"),
    include_str!("schema/records.sql"),
);

/// What PostgreSQL says instead. Its tables are strict by themselves, and its `INTEGER` has 32 bits.
const IN_POSTGRES: [(&str, &str); 4] = [
    (" STRICT, WITHOUT ROWID;", ";"),
    (" STRICT;", ";"),
    ("INTEGER", "BIGINT"),
    ("BLOB", "BYTEA"),
];

static SQLITE: LazyLock<Migrator> =
    LazyLock::new(|| migrator(format!("{TABLES}{}", include_str!("schema/sqlite.sql"))));

static POSTGRES: LazyLock<Migrator> = LazyLock::new(|| {
    let tables = IN_POSTGRES
        .iter()
        .fold(TABLES.to_owned(), |sql, (here, there)| {
            sql.replace(here, there)
        });
    migrator(format!("{tables}{}", include_str!("schema/postgres.sql")))
});

fn migrator(schema: String) -> Migrator {
    let schema = Migration::new(
        1,
        Cow::Borrowed("schema"),
        MigrationType::Simple,
        AssertSqlSafe(schema).into_sql_str(),
        false,
    );
    Migrator::with_migrations(vec![schema])
}

impl Engine {
    pub(super) fn migrator(self) -> &'static Migrator {
        match self {
            Self::Sqlite => &SQLITE,
            Self::Postgres => &POSTGRES,
        }
    }
}

/// The database has other tables than this program. Displays as one line for the person who started it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SchemaMismatch {
    #[error("the database is not up to date; run `prorata migrate` first")]
    Behind,
    #[error("a newer version of Prorata has migrated the database; use that version")]
    Ahead,
    /// Nothing was released, so nothing leads from that state to this one.
    #[error(
        "the database is of an earlier state of Prorata, which is not migrated; to start anew, delete it \
         (with its -wal and -shm files, or drop and create it on PostgreSQL), then run `prorata migrate`"
    )]
    Earlier,
}

/// How the migrations that a database has had, by version and checksum, differ from this program's.
pub(super) fn mismatch(
    applied: &[(i64, Vec<u8>)],
    migrations: &[Migration],
) -> Option<SchemaMismatch> {
    let agree = applied
        .iter()
        .zip(migrations)
        .all(|((version, checksum), migration)| {
            *version == migration.version && *checksum == *migration.checksum
        });
    if !agree {
        return Some(SchemaMismatch::Earlier);
    }
    match applied.len().cmp(&migrations.len()) {
        std::cmp::Ordering::Less => Some(SchemaMismatch::Behind),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(SchemaMismatch::Ahead),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_behind_ahead_or_of_an_earlier_state() {
        let migration = |version| {
            let sql = AssertSqlSafe(format!("SELECT {version}")).into_sql_str();
            Migration::new(version, "".into(), MigrationType::Simple, sql, false)
        };
        let known = [migration(1), migration(2)];
        let first = (1, known[0].checksum.to_vec());
        let second = (2, known[1].checksum.to_vec());
        let third = (3, vec![7]);
        let check = |applied: &[(i64, Vec<u8>)], expected| {
            assert_eq!(mismatch(applied, &known), expected, "{applied:?}");
        };
        check(&[], Some(SchemaMismatch::Behind));
        check(std::slice::from_ref(&first), Some(SchemaMismatch::Behind));
        check(&[first.clone(), second.clone()], None);
        check(
            &[first.clone(), second.clone(), third],
            Some(SchemaMismatch::Ahead),
        );
        check(&[(1, vec![7])], Some(SchemaMismatch::Earlier));
        check(&[first, (3, vec![7])], Some(SchemaMismatch::Earlier));
        check(&[second], Some(SchemaMismatch::Earlier));
    }

    #[test]
    fn postgres_gets_no_word_of_sqlite() {
        for migration in POSTGRES.iter() {
            let sql = migration.sql.as_str();
            for word in ["STRICT", "ROWID", "INTEGER", "BLOB", "RAISE("] {
                assert!(!sql.contains(word), "{word}");
            }
        }
    }
}
