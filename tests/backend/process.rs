//! The real binary: its commands, and what a kill leaves.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use api::plan::plan_change::{Order, PlanChange as Sent, State};
use api::plan::quote::Quote;
use backend::store::Engine;
use billing::PlanChange;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::invariants;
use super::world::{Customer, START, World};

mod connections;
mod demo;
mod disk;
mod filter;
mod intake;
mod jobs;
mod memory;
mod schema;
mod server;

use server::Server;

/// The binary, built as these tests are.
fn prorata() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let profile = std::env::current_exe().unwrap();
        let profile = profile.parent().unwrap().parent().unwrap();
        let mut build = Command::new(env!("CARGO"));
        build.args([
            "build",
            "--quiet",
            "--package",
            "backend",
            "--bin",
            "prorata",
        ]);
        build.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        build.env("CARGO_TARGET_DIR", profile.parent().unwrap());
        if profile.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "prorata does not build");
        profile.join("prorata")
    })
}

fn run(arguments: &[&str]) -> Output {
    Command::new(prorata())
        .args(arguments)
        .env("RUST_LOG", "error")
        .output()
        .unwrap()
}

fn said(output: &[u8]) -> String {
    String::from_utf8(output.to_vec()).unwrap()
}

/// A wrong option, a wrong database, a taken address: one line and an exit code.
#[test]
fn failures_are_one_line() {
    for arguments in [
        ["serve", "--database", "mysql://h/d"].as_slice(),
        &[
            "migrate",
            "--database",
            "postgres://nobody@127.0.0.1:1/none",
        ],
        &[
            "close-month",
            "--month",
            "2026-06",
            "--database",
            "sqlite:/proc/none/x.db",
        ],
    ] {
        let failed = run(arguments);
        let line = said(&failed.stderr);
        assert!(!failed.status.success(), "{arguments:?}");
        assert!(
            line.starts_with("prorata: cannot open") && line.trim().lines().count() == 1,
            "{line}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.json");
    for (text, expected) in [
        ("{\"grace_dayz\": 12}", "unknown field `grace_dayz`"),
        ("{", "EOF"),
    ] {
        std::fs::write(&policy, text).unwrap();
        let file = policy.display().to_string();
        let failed = run(&[
            "run-jobs",
            "--database",
            "sqlite::memory:",
            "--policy",
            &file,
        ]);
        let line = said(&failed.stderr);
        assert!(
            !failed.status.success() && line.contains(expected),
            "{line}"
        );
        assert!(
            line.starts_with("prorata: cannot read the policy") && line.trim().lines().count() == 1,
            "{line}"
        );
    }
    let wrong = run(&["close-month", "--month", "June"]);
    assert!(!wrong.status.success() && said(&wrong.stderr).contains("a month looks like 2026-06"));
}

/// Killed at any moment of an order, round after round: the same key then finds one charge or none, and
/// nothing that was acknowledged is lost.
async fn kill_and_retry(engine: Engine, rounds: u32) {
    let world = World::on(engine).await;
    let mut tenants = Vec::new();
    for round in 0..rounds {
        let customer = Customer::new(&format!("k{round}"));
        tenants.push((world.found(&customer).await, customer));
    }
    for (round, (tenant, customer)) in (0_u64..).zip(&tenants) {
        // The sandbox clock never moves back, not even in a restart.
        let hour = 10 + round % 12;
        let (begin, again) = (
            format!("2026-06-{:02}T{hour:02}:00:00Z", 20 + round / 12),
            "05:00Z",
        );
        let server = Server::start(&world.url, &begin).await;
        let change = PlanChange::to_tier(40_000);
        let quote: (u16, Quote) = server
            .post(&tenant.admin, "/quotes", "", &change)
            .await
            .unwrap();
        let order = quote.1.order();
        let patience = Duration::from_micros(round * 1_700);
        let sending = send(&server, &tenant.admin, &order);
        let acknowledged = tokio::time::timeout(patience, sending).await.ok().flatten();
        server.kill();
        let later = begin.replace("00:00Z", again);
        let server = Server::start(&world.url, &later).await;
        let again = settled(&server, &tenant.admin, &order).await;
        if let Some(acknowledged) = acknowledged {
            assert_eq!(
                again.as_ref(),
                Some(&acknowledged),
                "an acknowledged answer stays"
            );
        }
        let captures = format!(
            "SELECT COUNT(*) FROM sandbox_charges WHERE outcome = 'captured' AND token = '{}'",
            customer.token()
        );
        assert_eq!(world.number(&captures).await, i64::from(again.is_some()));
        server.stop().await;
    }
    invariants::hold(&world).await;
}

async fn send(server: &Server, token: &str, order: &Order) -> Option<Sent> {
    let (status, sent) = server
        .post(token, "/plan-changes", "kill-key", order)
        .await?;
    (status == 200).then_some(sent)
}

/// Repeats the same order with the same key until it is settled; `None` when nothing was charged.
async fn settled(server: &Server, token: &str, order: &Order) -> Option<Sent> {
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        let answer: Option<(u16, serde_json::Value)> =
            server.post(token, "/plan-changes", "kill-key", order).await;
        match answer {
            Some((200, sent)) => return Some(serde_json::from_value(sent).unwrap()),
            Some((402, problem)) => {
                assert_eq!(problem["code"], "payment_expired");
                return None;
            }
            open => assert!(Instant::now() < patience, "not settled: {open:?}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_on_sqlite() {
    kill_and_retry(Engine::Sqlite, 16).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_on_postgres() {
    kill_and_retry(Engine::Postgres, 16).await;
}

/// Asked to stop while an order is in progress: the order ends, then the process, without an error.
#[tokio::test(flavor = "multi_thread")]
async fn stopping_lets_orders_end() {
    let world = World::on(Engine::Sqlite).await;
    let tenant = world.found(&Customer::new("acme")).await;
    let server = std::sync::Arc::new(Server::start(&world.url, START).await);
    let change = PlanChange::to_tier(40_000);
    let quote: (u16, Quote) = server
        .post(&tenant.admin, "/quotes", "", &change)
        .await
        .unwrap();
    let order = quote.1.order();
    let sending = {
        let (server, token) = (server.clone(), tenant.admin.clone());
        tokio::spawn(async move { send(&server, &token, &order).await })
    };
    while world.number("SELECT COUNT(*) FROM plan_changes").await == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    server.ask_to_stop();
    assert_eq!(sending.await.unwrap().unwrap().state, State::Done);
    std::sync::Arc::into_inner(server).unwrap().ended().await;
    invariants::hold(&world).await;
}

/// A connection that never finishes its request head is closed; others are served meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_connection_is_closed() {
    let world = World::on(Engine::Sqlite).await;
    let tenant = world.found(&Customer::new("acme")).await;
    let server = Server::start(&world.url, START).await;
    let mut slow = TcpStream::connect(server.address()).await.unwrap();
    slow.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n")
        .await
        .unwrap();
    let session: (u16, api::session::Session) =
        server.get(&tenant.admin, "/session").await.unwrap();
    assert_eq!(session.0, 200);
    let mut rest = Vec::new();
    let gone = tokio::time::timeout(Duration::from_secs(15), slow.read_to_end(&mut rest)).await;
    assert!(gone.is_ok(), "the connection is still open");
    server.stop().await;
}
