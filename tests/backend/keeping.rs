//! The store: nothing lost, nothing half-done, nothing rewritten, on both databases.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use api::plan::plan_change::{PlanChange as Sent, State};
use backend::foundation::error::Error;
use backend::store::subscriptions::{self, ChangeContext};
use backend::store::{Engine, SchemaMismatch, Store, Tx};
use billing::PlanChange;
use sqlx::{AnyConnection, Connection, Executor};
use tempfile::TempDir;

use super::world::{ACME, Customer, World};
use super::{cluster, invariants, on_both_databases};

/// The connections that a store reads with.
const READERS: usize = 8;

on_both_databases! {
    /// Rows that are issued, paid, closed or logged cannot be changed by any statement.
    async fn records_never_change(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let done: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await.json();
        assert_eq!(done.state, State::Done);
        world.move_to("2026-07-01T00:00:00Z");
        world.get(&tenant.admin, "/subscription").await;
        for (table, column) in [
            ("invoices", "total_minor"), ("invoice_lines", "amount_minor"), ("payments", "amount_minor"),
            ("month_closings", "mau"), ("audit", "position"), ("price_books", "version"),
        ] {
            assert!(world.number(&format!("SELECT COUNT(*) FROM {table}")).await > 0, "{table} is empty");
            for statement in [format!("UPDATE {table} SET {column} = 1"), format!("DELETE FROM {table}")] {
                let refused = world.run(&statement).await.unwrap_err().to_string();
                assert!(refused.contains("does not change"), "{statement}: {refused}");
            }
        }
        for statement in [
            "UPDATE usage_rows SET app = 1 WHERE day < '2026-07-01'",
            "DELETE FROM usage_rows",
            "INSERT INTO usage_rows (organization_id, project_id, day, app, web_identified, api, \
             anonymous_web, data_points, counted_at) SELECT organization_id, project_id, '2026-06-21', \
             1, 1, 1, 1, 1, counted_at FROM usage_days",
        ] {
            let refused = world.run(statement).await.unwrap_err().to_string();
            assert!(refused.contains("closed month"), "{statement}: {refused}");
        }
        invariants::hold(&world).await;
    }

    /// Many concurrent changes of one subscription run one after the other, and each succeeds.
    async fn no_update_is_lost(world: World) {
        world.found(&Customer::new("acme")).await;
        let store = world.services.store.clone();
        let bumping: Vec<_> = (0..40)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.transaction(ACME.clone(), async |tx: &mut Tx| bump(tx).await).await })
            })
            .collect();
        for outcome in bumping {
            outcome.await.unwrap().unwrap();
        }
        assert_eq!(world.number("SELECT version FROM subscriptions").await, 1 + 40);
    }

    /// A write against an old version is refused, and leaves nothing over in the tables.
    async fn a_refused_write_leaves_nothing(world: World) {
        world.found(&Customer::new("acme")).await;
        let half = async |tx: &mut Tx| half_and_refuse(tx).await;
        let refused = world.services.store.transaction(ACME.clone(), half).await;
        assert!(matches!(refused, Err(Error::Refused(_))));
        assert_eq!(world.number("SELECT version FROM subscriptions").await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM scheduled_changes").await, 0);
    }

    /// Transactions that are begun and dropped at any moment leave no open one in the pool.
    async fn dropped_transactions_leave_no_open_one(world: World) {
        let store = Arc::new(world.services.store.clone());
        for round in 0..200_u64 {
            let patience = Duration::from_micros(round * 10);
            drop(tokio::time::timeout(patience, store.reading()).await);
            let bump = store.transaction(ACME.clone(), async |tx: &mut Tx| bump(tx).await);
            drop(tokio::time::timeout(patience, bump).await);
        }
        world.found(&Customer::new("acme")).await;
        // A write that was given up runs to its end, perhaps only now that there is a subscription. So
        // the count of versions says nothing; an old snapshot would have no subscription at all.
        let mut held = Vec::new();
        for _ in 0..READERS {
            let mut tx = store.reading().await.unwrap();
            let seen = subscriptions::find(&mut tx, &ACME).await;
            assert!(seen.is_ok(), "a reader sees what is committed now, no old snapshot");
            held.push(tx); // so that the next one gets another connection
        }
    }

    /// A second open payment of an organization is refused by a constraint of the tables.
    async fn the_tables_refuse_a_second_open_payment(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-authentication")).await;
        world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await;
        let order = "INSERT INTO plan_changes SELECT organization_id, id || 'x', user_id, \
                     idempotency_key || 'x', ordered_by, address, request_id, quote, invoice_number, \
                     effective_on, ordered_at FROM plan_changes";
        let key = "INSERT INTO idempotency_keys SELECT organization_id, user_id, \
                   idempotency_key || 'x', request_hash, status, answer, created_at FROM idempotency_keys";
        world.run(key).await.unwrap();
        world.run(order).await.unwrap();
        let copy = "INSERT INTO payment_attempts SELECT organization_id, id || 'x', purpose, \
                    plan_change_id || 'x', number, payment_run_id, payment_method_id, state, \
                    amount_minor, currency, gateway_reference, reason, started_at, authenticate_by, \
                    settled_at FROM payment_attempts";
        let refused = world.run(copy).await.unwrap_err().to_string();
        assert!(refused.to_lowercase().contains("unique"), "{refused}");
    }

    /// A closure runs again as a whole when it conflicts; what it did before is rolled back.
    async fn a_closure_is_repeated_on_conflict(world: World) {
        world.found(&Customer::new("acme")).await;
        let attempts = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&attempts);
        let version = world.services.store.transaction(ACME.clone(), async move |tx: &mut Tx| {
            bump(tx).await?;
            if counted.fetch_add(1, Ordering::Relaxed) < 2 {
                return Err(Error::Conflict);
            }
            subscriptions::find(tx, &ACME).await.map(|found| found.version)
        });
        assert_eq!(version.await.unwrap(), 2);
        assert_eq!(attempts.load(Ordering::Relaxed), 3);
    }

    /// The migration creates the tables, and running it again changes nothing.
    async fn migrating_again_does_no_harm(world: World) {
        world.found(&Customer::new("acme")).await;
        assert_eq!(world.services.store.schema_mismatch().await.unwrap(), None);
        world.services.store.migrate().await.unwrap();
        assert_eq!(world.number("SELECT COUNT(*) FROM organizations").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_is_not_current() {
    let folder = TempDir::new().unwrap();
    let sqlite = format!("sqlite:{}/new/empty.db", folder.path().display());
    for url in [sqlite, cluster::empty_postgres().await] {
        let store = Store::create(&url).await.unwrap();
        assert_eq!(
            store.schema_mismatch().await.unwrap(),
            Some(SchemaMismatch::Behind),
            "{url}"
        );
        store.migrate().await.unwrap();
        assert_eq!(store.schema_mismatch().await.unwrap(), None, "{url}");
        store.close().await;
    }
    let mode = std::fs::metadata(folder.path().join("new/empty.db"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_database_is_refused_in_one_line() {
    let folder = TempDir::new().unwrap();
    let text = folder.path().join("text.db");
    std::fs::write(
        &text,
        "this is no database, it is a long enough text to have a header",
    )
    .unwrap();
    for url in [
        format!("sqlite:{}", text.display()),
        format!("sqlite:{}", folder.path().display()),
        format!("sqlite:{}/none.db", folder.path().display()),
        "mysql://localhost/prorata".to_owned(),
        "postgres://nobody@127.0.0.1:1/prorata".to_owned(),
    ] {
        let error = Store::open(&url).await.err().unwrap().to_string();
        assert!(
            error.starts_with("cannot open the database") && !error.contains('\n'),
            "{error}"
        );
    }
}

/// Another process locks the file for longer than a request waits: writes are refused in time, reads
/// go on, and the same order succeeds afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_file_refuses_writes_and_serves_reads() {
    let world = World::on(Engine::Sqlite).await;
    let tenant = world.found(&Customer::new("acme")).await;
    let order = world
        .quote(&tenant.admin, &PlanChange::to_tier(40_000))
        .await
        .order();
    let mut other = AnyConnection::connect(&world.url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let start = Instant::now();
    let refused = world.order(&tenant.admin, "locked-key", &order).await;
    assert_eq!(refused.code(), api::Code::Unavailable);
    assert!(refused.headers.contains_key("retry-after"));
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    assert!(
        world
            .get(&tenant.admin, "/subscription")
            .await
            .status
            .is_success()
    );
    other.execute("ROLLBACK").await.unwrap();
    let done: Sent = world
        .order(&tenant.admin, "locked-key", &order)
        .await
        .json();
    assert_eq!(done.state, State::Done);
    invariants::hold(&world).await;
}

/// PostgreSQL ends every session: the next requests use new ones.
#[tokio::test(flavor = "multi_thread")]
async fn ended_sessions_are_replaced() {
    let world = World::on(Engine::Postgres).await;
    let tenant = world.found(&Customer::new("acme")).await;
    let order = world
        .quote(&tenant.admin, &PlanChange::to_tier(40_000))
        .await
        .order();
    let end = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert!(world.number(end).await > 0);
    let shown = world.get(&tenant.admin, "/subscription").await;
    assert!(shown.status.is_success() || shown.code() == api::Code::Unavailable);
    let start = Instant::now();
    let done = loop {
        let reply = world.order(&tenant.admin, "ended-key", &order).await;
        if reply.status.is_success() {
            break reply.json::<Sent>();
        }
        assert_eq!(reply.code(), api::Code::Unavailable);
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "no new session: {}",
            reply.text
        );
    };
    assert_eq!((done.state, world.captures().await), (State::Done, 1));
    invariants::hold(&world).await;
}

/// Reads a subscription and writes it back one tier higher or lower.
async fn bump(tx: &mut Tx) -> Result<(), Error> {
    let before = subscriptions::find(tx, &ACME).await?;
    let mut after = before.subscription.clone();
    after.scheduled.tier = if after.scheduled.tier.is_some() {
        None
    } else {
        Some(5_000)
    };
    subscriptions::replace(tx, &ACME, &before, &after, context()).await
}

async fn half_and_refuse(tx: &mut Tx) -> Result<(), Error> {
    bump(tx).await?;
    let seen = subscriptions::find(tx, &ACME).await?;
    assert_eq!(seen.version, 2);
    let stale = subscriptions::StoredSubscription {
        version: 1,
        ..seen.clone()
    };
    let lost = subscriptions::replace(tx, &ACME, &stale, &seen.subscription, context()).await;
    assert!(matches!(lost, Err(Error::Conflict)));
    Err(Error::refused(
        api::Code::ChangeRefused,
        "Refused after half of it",
    ))
}

fn context() -> ChangeContext<'static> {
    ChangeContext {
        by: "test",
        day: "2026-06-20".parse().unwrap(),
        next_first: "2026-07-01".parse().unwrap(),
        now: "2026-06-20T10:00:00Z".parse().unwrap(),
    }
}
