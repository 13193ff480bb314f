//! A database that an earlier version has filled is migrated with its data.

use std::path::Path;

use backend::store::{Store, account_states};
use billing::OrganizationId;
use billing::account::account_state::AccountState;
use billing::account::lifecycle::{Lifecycle, OnFile};
use sqlx::migrate::Migrator;
use sqlx::{AnyPool, AssertSqlSafe};
use tempfile::TempDir;

use super::cluster;
use super::world::at;

/// Three organizations: one active, two in trial, one of them without a card.
const FILLED: [&str; 6] = [
    "INSERT INTO price_books VALUES ('book', 1, '{}', '2026-01-01T00:00:00Z')",
    "INSERT INTO organizations SELECT o.id, o.id, '{}', 'USD', 0, NULL, NULL, 'book', 1, o.id, \
     '2026-01-01T00:00:00Z' FROM (SELECT 'PAYS' AS id UNION SELECT 'TRIES' UNION SELECT 'BARE') o",
    "INSERT INTO subscriptions SELECT id, 1, CASE id WHEN 'PAYS' THEN 'active' ELSE 'trial' END, \
     20000, '2026-06-20' FROM organizations",
    "INSERT INTO payment_methods SELECT id, 'pm', 'Visa', '4242', 2028, 9, 'token', 1 \
     FROM organizations WHERE id <> 'BARE'",
    "INSERT INTO projects SELECT id, 'prj', 'Shop' FROM organizations",
    "INSERT INTO month_closings VALUES ('PAYS', '2026-06-01', '2026-07-01T00:00:00Z', 20000, 7, 0, NULL)",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_filled_database_is_brought_up_to_date() {
    sqlx::any::install_default_drivers();
    let folder = TempDir::new().unwrap();
    let sqlite = format!("sqlite:{}/old.db", folder.path().display());
    for (engine, url) in [
        ("sqlite", sqlite),
        ("postgres", cluster::empty_postgres().await),
    ] {
        Store::create(&url).await.unwrap().close().await;
        fill(engine, &url).await;
        let store = Store::open(&url).await.unwrap();
        assert!(!store.is_current().await.unwrap(), "{engine}");
        store.migrate().await.unwrap();
        assert!(store.is_current().await.unwrap(), "{engine}");
        let since = at("2026-06-20T00:00:00Z");
        assert_eq!(
            state(&store, &OrganizationId::from_static("PAYS")).await,
            AccountState::running(since)
        );
        for (id, on_file) in [("TRIES", OnFile::Both), ("BARE", OnFile::BillingDetails)] {
            let trial = Lifecycle::Trial {
                started_at: since,
                on_file,
            };
            assert_eq!(
                state(&store, &OrganizationId::new(id)).await.lifecycle(),
                trial,
                "{engine}: {id}"
            );
        }
        store.close().await;
    }
}

/// Creates the tables of the earlier version, and fills them.
async fn fill(engine: &str, url: &str) {
    let before = TempDir::new().unwrap();
    let name = "0001_foundation.sql";
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/backend/store/migrations");
    std::fs::copy(all.join(engine).join(name), before.path().join(name)).unwrap();
    let pool = AnyPool::connect(url).await.unwrap();
    let migrator = Migrator::new(before.path()).await.unwrap();
    migrator.run(&pool).await.unwrap();
    for statement in FILLED {
        sqlx::query(AssertSqlSafe(statement))
            .execute(&pool)
            .await
            .unwrap_or_else(|cause| panic!("{engine}: {statement}: {cause}"));
    }
    pool.close().await;
}

async fn state(store: &Store, id: &OrganizationId) -> AccountState {
    let mut tx = store.reading().await.unwrap();
    account_states::find(&mut tx, id).await.unwrap()
}
