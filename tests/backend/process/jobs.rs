//! `prorata run-jobs`: killed at any moment, started twice, by two processes at once.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use backend::store::Engine;

use super::super::world::{Customer, World};
use super::super::{imports, invariants};
use super::{Server, prorata, run, said};

const CUSTOMERS: i64 = 12;

fn arguments<'a>(url: &'a str, clock: &'a str, mail: &'a str) -> [&'a str; 8] {
    [
        "run-jobs",
        "--database",
        url,
        "--sandbox",
        "--clock",
        clock,
        "--mail",
        mail,
    ]
}

fn start(arguments: &[&str]) -> Child {
    let mut command = Command::new(prorata());
    command.args(arguments).env("RUST_LOG", "off");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Runs two at once, and kills them after this many milliseconds.
fn killed_after(millis: u64, arguments: &[&str]) {
    let mut two = [(); 2].map(|()| start(arguments));
    std::thread::sleep(Duration::from_millis(millis));
    for child in &mut two {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

/// The month change and the collection after it, killed later and later while two processes run; then
/// run to the end. Every invoice once, every debit once, at the gateway too.
async fn killed_again_and_again(engine: Engine) {
    let world = World::on(engine).await;
    for number in 0..CUSTOMERS {
        world.found(&Customer::new(&format!("c{number}"))).await;
    }
    let mail = tempfile::TempDir::new().unwrap();
    let mail = format!("dir:{}", mail.path().display());
    let url = world.url.clone();
    let killing = tokio::task::spawn_blocking(move || {
        let clock = "2026-07-01T00:00:00Z";
        for round in 0..14 {
            killed_after(15 + 14 * round, &arguments(&url, clock, &mail));
        }
        // The claim of a process that was killed during a debit expires after half a minute.
        for clock in [
            "2026-07-01T00:01:00Z",
            "2026-07-01T00:40:00Z",
            "2026-07-01T00:40:01Z",
        ] {
            let done = run(&arguments(&url, clock, &mail));
            assert!(done.status.success(), "{}", said(&done.stderr));
        }
    });
    killing.await.unwrap();
    for (what, query) in [
        (
            "closed once",
            "SELECT COUNT(*) FROM month_closings WHERE period_start = '2026-06-01'",
        ),
        ("invoiced once", "SELECT COUNT(*) FROM invoices"),
        ("paid once", "SELECT COUNT(*) FROM payments"),
        (
            "captured once",
            "SELECT COUNT(*) FROM sandbox_charges WHERE outcome = 'captured'",
        ),
    ] {
        assert_eq!(world.number(query).await, CUSTOMERS, "{what}");
    }
    let open = "SELECT COUNT(*) FROM payment_attempts WHERE settled_at IS NULL";
    assert_eq!(world.number(open).await, 0);
    invariants::hold(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_killed_at_any_moment_on_sqlite() {
    killed_again_and_again(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_killed_at_any_moment_on_postgres() {
    killed_again_and_again(Engine::Postgres).await;
}

/// Twelve thousand events past their retention, on two days, and one that is kept: killed later and later
/// while two processes delete them; then run to the end. Each day is reported once.
async fn killed_while_events_are_deleted(engine: Engine) {
    let world = World::on(engine).await;
    world.found(&Customer::new("acme")).await;
    let events = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) \
        INSERT INTO events SELECT 'acme', 'prj', CAST(i AS TEXT), 'Launched', 'custom', 'ada', 'app', 0, \
        CASE WHEN i = 0 THEN '2023-06-22T00:00:00.000000Z' WHEN i < 6000 THEN \
        '2023-06-21T00:00:00.000000Z' ELSE '2023-06-20T00:00:00.000000Z' END, '{}', 1, 'print', \
        '2023-06-22T00:00:00.000000Z' FROM n";
    world.run(events).await.unwrap();
    let mail = tempfile::TempDir::new().unwrap();
    let mail = format!("dir:{}", mail.path().display());
    let url = world.url.clone();
    let killing = tokio::task::spawn_blocking(move || {
        let clock = "2026-06-21T00:00:00Z";
        for round in 0..10 {
            killed_after(20 + 12 * round, &arguments(&url, clock, &mail));
        }
        let done = run(&arguments(&url, clock, &mail));
        assert!(done.status.success(), "{}", said(&done.stderr));
    });
    killing.await.unwrap();
    assert_eq!(world.names("SELECT id FROM events").await, ["0"]);
    let notified = "SELECT COUNT(*) FROM audit WHERE action = 'events.expired'";
    assert_eq!(world.number(notified).await, 2);
    invariants::hold(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deletions_killed_at_any_moment_on_sqlite() {
    killed_while_events_are_deleted(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deletions_killed_at_any_moment_on_postgres() {
    killed_while_events_are_deleted(Engine::Postgres).await;
}

/// An abandoned file is also deleted in an installation with cron instead of a server.
#[tokio::test(flavor = "multi_thread")]
async fn abandoned_files_are_deleted() {
    let world = World::on(Engine::Sqlite).await;
    imports::founded(&world).await;
    imports::killed(&world).await;
    let old = "UPDATE usage_imports SET touched_at = '2026-01-01T00:00:00.000000Z'";
    world.run(old).await.unwrap();
    let mail = tempfile::TempDir::new().unwrap();
    let mail = format!("dir:{}", mail.path().display());
    let done = run(&arguments(&world.url, "2026-06-20T10:00:00Z", &mail));
    assert!(done.status.success(), "{}", said(&done.stderr));
    assert_eq!(
        world.number("SELECT COUNT(*) FROM usage_imports").await,
        0,
        "the file"
    );
    assert_eq!(
        world.number("SELECT COUNT(*) FROM usage_rows").await,
        1,
        "its rows"
    );
}

/// A job that cannot run is named, and the exit code shows it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_parked_is_named() {
    let world = World::on(Engine::Sqlite).await;
    for id in ["one", "two"] {
        world.found(&Customer::new(id)).await;
    }
    let broken = "UPDATE subscriptions SET tier = 30000 WHERE organization_id = 'two'";
    world.run(broken).await.unwrap();
    let mail = tempfile::TempDir::new().unwrap();
    let mail = format!("dir:{}", mail.path().display());
    let done = run(&arguments(&world.url, "2026-07-01T00:00:00Z", &mail));
    assert!(!done.status.success());
    let text = said(&done.stdout);
    assert!(
        text.contains("month_change: 1") && text.contains("parked: two"),
        "{text}"
    );
    assert!(said(&done.stderr).contains("1 organizations are parked"));
}

/// A sandbox continues from the latest instant it has had, whatever `--clock` it is started with.
#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_clock_survives_a_restart() {
    let world = World::on(Engine::Sqlite).await;
    let tenant = world.found(&Customer::new("acme")).await;
    let server = Server::start(&world.url, "2026-06-20T10:00:00Z").await;
    let to = api::sandbox::ClockMove {
        now: "2026-07-11T00:00:00Z".parse().unwrap(),
    };
    let moved: (u16, api::sandbox::ClockMove) = server
        .post(&tenant.admin, "/sandbox/clock", "", &to)
        .await
        .unwrap();
    assert_eq!(moved.0, 200);
    server.kill();
    let server = Server::start(&world.url, "2026-06-20T10:00:00Z").await;
    let shown: (u16, api::plan::subscription::Subscription) =
        server.get(&tenant.admin, "/subscription").await.unwrap();
    assert_eq!(shown.1.billing_day.to_string(), "2026-07-11");
    let paid = "SELECT COUNT(*) FROM payments WHERE paid_at LIKE '2026-07-01T00:00:00%'";
    assert_eq!(world.number(paid).await, 1);
    server.stop().await;
}

/// `prorata reactivate` with a clock far ahead reactivates, or refuses; it deletes nothing. And the dry
/// run lists what a late start would do.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_far_ahead_deletes_nothing() {
    let world = World::on(Engine::Sqlite).await;
    for id in ["acme", "told"] {
        world.found(&Customer::new(id)).await;
        let paused = format!(
            "UPDATE account_states SET state = '{{\"lifecycle\":{{\"paused\":{{\"at\":\"2026-06-20T10:00:00Z\"}}}},\
             \"dunning\":\"clear\",\"usage_lock\":{{\"clear\":{{\"lifted_until\":null}}}},{}\
             \"as_of\":\"2026-06-20T10:00:00Z\"}}' WHERE organization_id = '{id}'",
            match id {
                "told" => "\"end_notified_at\":\"2026-08-12T10:00:00Z\",",
                _ => "",
            }
        );
        world.run(&paused).await.unwrap();
    }
    let (url, clock) = (world.url.as_str(), "2026-10-01T09:00:00Z");
    let dry = run(&[
        &arguments(url, clock, "dir:/nonexistent")[..],
        &["--dry-run"],
    ]
    .concat());
    let text = said(&dry.stdout);
    assert!(dry.status.success(), "{text}{}", said(&dry.stderr));
    for line in [
        "acme  2026-08-19T10:00:00Z  pause_end: the account is cancelled and its data deleted, \
         not before 2026-10-04T09:00:00",
        "acme  2026-08-12T10:00:00Z  end_notice: the notice of the account's end goes out",
        "told  2026-08-19T10:00:00Z  pause_end: the account is cancelled and its data deleted\n",
        "nothing was changed",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let reactivate = |id| {
        let options = ["--database", url, "--sandbox", "--clock", clock, id];
        run(&[&["reactivate"][..], &options].concat())
    };
    let done = reactivate("acme");
    assert!(done.status.success(), "{}", said(&done.stderr));
    let refused = reactivate("told");
    assert!(!refused.status.success());
    let line = said(&refused.stderr);
    assert!(line.contains("nothing was changed"), "{line}");
    assert_eq!(world.number("SELECT COUNT(*) FROM tombstones").await, 0);
}
