//! The real binary: its commands, and what is left when it is killed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use api::plan_change::{Order, PlanChange as Sent, State};
use api::quote::Quote;
use backend::store::Engine;
use billing::PlanChange;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::world::{Customer, START, World};
use super::{cluster, invariants};

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

/// From nothing to a demo with invoices, twice without harm, on both databases.
fn a_demo_grows_from_nothing(url: &str) {
    let early = run(&["seed-demo", "--database", url]);
    assert!(!early.status.success());
    let line = said(&early.stderr);
    assert!(
        line.contains("prorata migrate") && line.trim().lines().count() == 1,
        "{line}"
    );
    assert!(run(&["migrate", "--database", url]).status.success());
    let seed = [
        "seed-demo",
        "--database",
        url,
        "--clock",
        "2026-06-20T09:00:00Z",
    ];
    for _ in 0..2 {
        let seeded = run(&seed);
        assert!(seeded.status.success(), "{}", said(&seeded.stderr));
        assert!(said(&seeded.stdout).contains("ada@acme.example"));
    }
    let close = |month: &str, clock: &str| {
        run(&[
            "close-month",
            "--month",
            month,
            "--database",
            url,
            "--sandbox",
            "--clock",
            clock,
        ])
    };
    let early = close("2026-06", "2026-06-30T12:00:00Z");
    assert!(!early.status.success() && said(&early.stdout).contains("has not ended"));
    let closed = close("2026-06", "2026-07-01T00:00:00Z");
    assert!(closed.status.success(), "{}", said(&closed.stdout));
    assert!(said(&closed.stdout).contains("org_acme: closed, invoice ACME-2627-00004"));
    let again = close("2026-06", "2026-07-01T00:00:00Z");
    assert!(again.status.success() && said(&again.stdout).contains("was closed before"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_grows_from_nothing_on_sqlite() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("demo.db").display());
    a_demo_grows_from_nothing(&url);
    demo_holds(&url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_grows_from_nothing_on_postgres() {
    let url = cluster::empty_postgres().await;
    let command = url.clone();
    tokio::task::spawn_blocking(move || a_demo_grows_from_nothing(&command))
        .await
        .unwrap();
    demo_holds(&url).await;
}

async fn demo_holds(url: &str) {
    let start = "2026-07-01T00:00:00Z".parse().unwrap();
    let world = World::open(url, start, |sandbox| std::sync::Arc::new(sandbox)).await;
    let removed = "SELECT COUNT(*) FROM subscription_add_ons WHERE add_on = 'premium-channels'";
    assert_eq!(
        world.number(removed).await,
        0,
        "the scheduled removal has arrived"
    );
    let per_organization =
        "SELECT MIN(n) FROM (SELECT COUNT(*) AS n FROM invoices GROUP BY organization_id) c";
    assert_eq!(world.number(per_organization).await, 7);
    invariants::hold(&world).await;
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
    let wrong = run(&["close-month", "--month", "June"]);
    assert!(!wrong.status.success() && said(&wrong.stderr).contains("a month looks like 2026-06"));
}

/// A filter: bad lines, blank lines and bytes that are no text never stop the lines behind them.
#[test]
fn preview_never_stops_at_a_bad_line() {
    let mut filter = Command::new(prorata())
        .arg("preview")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let good = r#"{"id":"a","price_book":"essentials","currency":"USD","date":"2025-06-20","subscription":{"tier":20000,"add_ons":["cloud-export"],"status":"active"},"usage":{"mau":22000,"data_points":0},"change":{"tier":40000}}"#;
    let input = [
        good.as_bytes(),
        b"\n\n{\n\xff\xfe\n[]\n",
        good.as_bytes(),
        b"\r\n",
        good.as_bytes(),
    ]
    .concat();
    filter.stdin.take().unwrap().write_all(&input).unwrap();
    let output = filter.wait_with_output().unwrap();
    assert!(output.status.success());
    let answers = said(&output.stdout);
    let lines: Vec<&str> = answers.lines().collect();
    assert_eq!(lines.len(), 6, "{answers}");
    assert!(
        lines[0].starts_with(r#"{"id":"a","usage":{"processed_mau":0,"usage":22000"#),
        "{}",
        lines[0]
    );
    assert!(lines[1..4].iter().all(|line| line.contains(r#""error""#)));
    assert_eq!((lines[4], lines[5]), (lines[0], lines[0]));
}

/// A hundred thousand requests in a stream: the memory of the process stays where it was.
#[test]
fn preview_streams_with_flat_memory() {
    let mut filter = Command::new(prorata())
        .arg("preview")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = filter.stdin.take().unwrap();
    let mut output = filter.stdout.take().unwrap();
    let counting = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let mut lines = 0;
        let mut buffer = [0; 65_536];
        loop {
            let read = std::io::Read::read(&mut output, &mut buffer).unwrap();
            if read == 0 {
                return lines;
            }
            bytes.extend_from_slice(&buffer[..read]);
            lines += bytes.iter().filter(|byte| **byte == b'\n').count();
            bytes.clear();
        }
    });
    let write = |input: &mut std::process::ChildStdin, from: u32, to: u32| {
        for index in from..to {
            writeln!(
                input,
                r#"{{"id":"{index}","price_book":"essentials","currency":"USD","date":"2025-06-20","subscription":{{"tier":20000,"add_ons":[],"status":"active"}},"usage":{{"mau":{index},"data_points":0}}}}"#
            )
            .unwrap();
        }
    };
    write(&mut input, 0, 5_000);
    let before = peak_kilobytes(&filter);
    write(&mut input, 5_000, 100_000);
    let after = peak_kilobytes(&filter);
    drop(input);
    assert_eq!(counting.join().unwrap(), 100_000);
    assert!(filter.wait().unwrap().success());
    assert!(
        after < before + 2_048,
        "{before} kB before, {after} kB after"
    );
}

fn peak_kilobytes(process: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Killed at any moment of an order, round after round: the same key then finds one charge or none,
/// and nothing that was acknowledged is lost.
async fn kill_and_retry(engine: Engine, rounds: u32) {
    let world = World::on(engine).await;
    let mut tenants = Vec::new();
    for round in 0..rounds {
        let customer = Customer::new(&format!("k{round}"));
        tenants.push((world.found(&customer).await, customer));
    }
    for (round, (tenant, customer)) in (0_u64..).zip(&tenants) {
        let server = Server::start(&world.url, START).await;
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
        let server = Server::start(&world.url, "2026-06-20T10:05:00Z").await;
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

/// Repeats the same order with the same key until it is settled; none when nothing was charged.
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

/// Asked to stop while an order is on its way: the order ends, then the process, without an error.
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

/// A sender that never finishes its head is let go; others are served meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_sender_is_let_go() {
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
