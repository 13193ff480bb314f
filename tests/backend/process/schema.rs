//! A database with the tables of another program is refused in one line, and stays as it is.

use sqlx::{AnyConnection, Connection, Executor};

use super::super::cluster;
use super::{run, said};

#[tokio::test(flavor = "multi_thread")]
async fn another_schema_is_refused_on_sqlite() {
    let (url, _folder) = cluster::sqlite().await;
    is_refused(url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_schema_is_refused_on_postgres() {
    is_refused(cluster::postgres().await).await;
}

/// A migration more than this program has, then numbers of migrations that are no longer there.
async fn is_refused(url: String) {
    sqlx::any::install_default_drivers();
    for (change, expected) in [
        (
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             SELECT 2, 'newer', success, checksum, 0 FROM _sqlx_migrations",
            "a newer version of Prorata has migrated the database",
        ),
        (
            "UPDATE _sqlx_migrations SET version = version + 20",
            "to start anew, delete it",
        ),
    ] {
        let mut database = AnyConnection::connect(&url).await.unwrap();
        database.execute(change).await.unwrap();
        database.close().await.unwrap();
        for command in ["migrate", "serve", "seed-demo"] {
            let database = url.clone();
            let refused =
                tokio::task::spawn_blocking(move || run(&[command, "--database", &database]));
            let refused = refused.await.unwrap();
            let line = said(&refused.stderr);
            assert!(
                !refused.status.success() && line.contains(expected),
                "{command}: {line}"
            );
            assert_eq!(line.trim().lines().count(), 1, "{line}");
        }
    }
}
