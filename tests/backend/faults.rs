//! Errors at the begin, in the middle and at the commit of a transaction (RELIABILITY 4, invariant 58):
//! each is returned as an error and does not affect later requests. A failing disk is in `process/disk.rs`.

use api::Code;
use api::plan::plan_change::{PlanChange as Sent, State};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use backend::payments::attempts::{Lease, reconcile};
use backend::store::Engine;
use billing::PlanChange;
use billing::people::permission::Role;
use sqlx::{AnyConnection, Connection, Executor};

use super::world::{Customer, Reply, World, user};
use super::{invariants, on_both_databases};

/// A fault, and the statements that cause and end it.
struct Fault {
    what: &'static str,
    breaks: &'static [&'static str],
    mends: &'static [&'static str],
}

const SQLITE: [Fault; 3] = [
    Fault {
        what: "a statement fails",
        breaks: &["CREATE TRIGGER fault BEFORE INSERT ON sessions \
                   BEGIN SELECT RAISE(ABORT, 'fault'); END"],
        mends: &["DROP TRIGGER fault"],
    },
    Fault {
        what: "a statement fails and ends the transaction, so the rollback fails too",
        breaks: &["CREATE TRIGGER fault BEFORE INSERT ON sessions \
                   BEGIN SELECT RAISE(ROLLBACK, 'fault'); END"],
        mends: &["DROP TRIGGER fault"],
    },
    Fault {
        what: "the commit fails and leaves the transaction open",
        breaks: &[
            "CREATE TABLE fault_parents (id INTEGER PRIMARY KEY)",
            "CREATE TABLE fault_children (id INTEGER REFERENCES fault_parents (id) \
             DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TRIGGER fault AFTER INSERT ON sessions \
             BEGIN INSERT INTO fault_children VALUES (1); END",
        ],
        mends: &[
            "DROP TRIGGER fault",
            "DROP TABLE fault_children",
            "DROP TABLE fault_parents",
        ],
    },
];

const POSTGRES: [Fault; 4] = [
    Fault {
        what: "a statement fails",
        breaks: &[
            "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'fault'; END $$",
            "CREATE TRIGGER fault BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION fault()",
        ],
        mends: &["DROP FUNCTION fault CASCADE"],
    },
    Fault {
        what: "the connection is lost at a statement, so the rollback fails too",
        breaks: &[
            "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$",
            "CREATE TRIGGER fault BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION fault()",
        ],
        mends: &["DROP FUNCTION fault CASCADE"],
    },
    Fault {
        what: "the commit fails",
        breaks: &[
            "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'fault'; END $$",
            "CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON sessions DEFERRABLE INITIALLY DEFERRED \
             FOR EACH ROW EXECUTE FUNCTION fault()",
        ],
        mends: &["DROP FUNCTION fault CASCADE"],
    },
    Fault {
        what: "the connection is lost at the commit",
        breaks: &[
            "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON sessions DEFERRABLE INITIALLY DEFERRED \
             FOR EACH ROW EXECUTE FUNCTION fault()",
        ],
        mends: &["DROP FUNCTION fault CASCADE"],
    },
];

on_both_databases! {
    /// Statement, commit and rollback fail, by an error or with the connection: the one request is refused,
    /// reads go on, and 200 later writes succeed.
    async fn a_failed_transaction_does_not_affect_later_ones(world: World) {
        let customer = Customer::new("acme");
        let tenant = world.found(&customer).await;
        let faults = match world.services.store.engine() {
            Engine::Sqlite => SQLITE.as_slice(),
            Engine::Postgres => &POSTGRES,
        };
        for Fault { what, breaks, mends } in faults {
            run(&world, breaks).await;
            for _ in 0..3 {
                let refused = sign_in(&world, &customer).await;
                assert!(refused.status.is_server_error(), "{what}: {}", refused.text);
                let read = world.get(&tenant.admin, "/subscription").await;
                assert_eq!(read.status, StatusCode::OK, "{what}: {}", read.text);
            }
            run(&world, mends).await;
            let signed_in = sign_in(&world, &customer).await;
            assert_eq!(signed_in.status, StatusCode::OK, "{what}: {}", signed_in.text);
            for _ in 0..200 {
                world.sign_in(&user(&customer, Role::Member)).await;
            }
            assert_eq!(ready(&world).await.status, StatusCode::OK, "{what}");
        }
    }

    /// The transaction that settles a charge fails at its commit: the customer is charged and the order
    /// unknown, until writes work again and its outcome is looked up.
    async fn an_order_whose_settlement_fails_is_looked_up(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
        let breaks: &[&str] = match world.services.store.engine() {
            Engine::Sqlite => &[
                "CREATE TABLE fault_parents (id INTEGER PRIMARY KEY)",
                "CREATE TABLE fault_children (id INTEGER REFERENCES fault_parents (id) \
                 DEFERRABLE INITIALLY DEFERRED)",
                "CREATE TRIGGER fault AFTER INSERT ON invoices \
                 BEGIN INSERT INTO fault_children VALUES (1); END",
            ],
            Engine::Postgres => &[
                "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
                "CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON invoices \
                 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fault()",
            ],
        };
        run(&world, breaks).await;
        let unknown: Sent = world.order(&tenant.admin, "key-of-intent", &order).await.json();
        assert_eq!((unknown.state, world.captures().await), (State::Unknown, 1));
        world.move_to("2026-06-20T10:01:00Z");
        let still = reconcile(&world.services, Lease::Respected).await.unwrap();
        assert_eq!(still, 0, "it cannot be written yet");
        let mends: &[&str] = match world.services.store.engine() {
            Engine::Sqlite => {
                &["DROP TRIGGER fault", "DROP TABLE fault_children", "DROP TABLE fault_parents"]
            }
            Engine::Postgres => &["DROP FUNCTION fault CASCADE"],
        };
        run(&world, mends).await;
        assert_eq!(reconcile(&world.services, Lease::Respected).await.unwrap(), 1);
        let done: Sent = world.order(&tenant.admin, "key-of-intent", &order).await.json();
        assert_eq!((done.state, world.captures().await), (State::Done, 1));
        invariants::hold(&world).await;
    }
}

/// `BEGIN` fails while another process holds the write lock: 503 and not ready; afterwards both work.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_file_refuses_writes_until_it_is_unlocked() {
    let world = World::on(Engine::Sqlite).await;
    let customer = Customer::new("acme");
    let tenant = world.found(&customer).await;
    let mut other = AnyConnection::connect(&world.url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    assert_eq!(sign_in(&world, &customer).await.code(), Code::Unavailable);
    let not_ready = ready(&world).await;
    assert_eq!(
        (not_ready.status, not_ready.text.as_str()),
        (
            StatusCode::SERVICE_UNAVAILABLE,
            r#"{"status":"store not writable"}"#
        )
    );
    let read = world.get(&tenant.admin, "/subscription").await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.text);
    other.execute("ROLLBACK").await.unwrap();
    assert_eq!(ready(&world).await.status, StatusCode::OK);
    for _ in 0..200 {
        world.sign_in(&user(&customer, Role::Member)).await;
    }
}

/// PostgreSQL has ended every connection, as in a restart: the next requests open others.
#[tokio::test(flavor = "multi_thread")]
async fn closed_connections_are_replaced() {
    let world = World::on(Engine::Postgres).await;
    let customer = Customer::new("acme");
    let tenant = world.found(&customer).await;
    let reads = (0..8).map(|_| world.get(&tenant.admin, "/subscription"));
    let reads: Vec<_> = reads.collect();
    for read in reads {
        assert_eq!(read.await.status, StatusCode::OK);
    }
    world
        .run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await
        .unwrap();
    for _ in 0..20 {
        world.sign_in(&user(&customer, Role::Member)).await;
        let read = world.get(&tenant.admin, "/subscription").await;
        assert_eq!(read.status, StatusCode::OK, "{}", read.text);
    }
}

/// A database file that was moved away or replaced accepts no writes, because a restart would lose them.
#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_file_takes_no_writes() {
    let world = World::on(Engine::Sqlite).await;
    let customer = Customer::new("acme");
    world.found(&customer).await;
    assert_eq!(ready(&world).await.status, StatusCode::OK);
    let path = world.url.trim_start_matches("sqlite:");
    let moved = format!("{path}.moved");
    std::fs::rename(path, &moved).unwrap();
    assert_eq!(ready(&world).await.status, StatusCode::SERVICE_UNAVAILABLE);
    std::fs::copy(&moved, path).unwrap();
    assert_eq!(ready(&world).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(sign_in(&world, &customer).await.code(), Code::Unavailable);
    std::fs::rename(&moved, path).unwrap();
    assert_eq!(ready(&world).await.status, StatusCode::OK);
    assert_eq!(sign_in(&world, &customer).await.status, StatusCode::OK);
}

/// Rows that may not change cannot be replaced either, on any connection: `INSERT OR REPLACE` deletes
/// without firing the triggers against deletion.
#[tokio::test(flavor = "multi_thread")]
async fn immutable_rows_cannot_be_replaced() {
    let world = World::on(Engine::Sqlite).await;
    let tenant = world.found(&Customer::new("acme")).await;
    let bought: Sent = world
        .buy(&tenant.admin, &PlanChange::to_tier(40_000))
        .await
        .json();
    assert_eq!(bought.state, State::Done);
    world.move_to("2026-07-01T00:00:10Z");
    backend::jobs::run_due(&world.services, world.services.clock.now())
        .await
        .unwrap();
    for table in [
        "audit",
        "invoices",
        "invoice_lines",
        "payments",
        "month_closings",
    ] {
        let count = format!("SELECT COUNT(*) FROM {table}");
        assert!(world.number(&count).await > 0, "{table} is empty");
        let replaced = format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}");
        let refused = world.run(&replaced).await.unwrap_err().to_string();
        assert!(refused.contains("does not change"), "{table}: {refused}");
    }
    let books = "SELECT COUNT(*) FROM price_books WHERE body = 'other'";
    let replaced = "INSERT OR REPLACE INTO price_books SELECT id, version, 'other', stored_at \
                    FROM price_books";
    world.run(replaced).await.unwrap();
    assert_eq!(world.number(books).await, 0);
}

async fn run(world: &World, statements: &[&str]) {
    for statement in statements {
        world.run(statement).await.unwrap();
    }
}

async fn sign_in(world: &World, customer: &Customer) -> Reply {
    let email = customer.email(Role::Admin);
    let words = serde_json::json!({ "email": email, "password": "correct horse" });
    world.post("", "/session", &words).await
}

async fn ready(world: &World) -> Reply {
    let request = Request::get("/ready").body(Body::empty()).unwrap();
    world.send(request).await
}
