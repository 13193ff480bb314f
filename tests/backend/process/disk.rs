//! The real binary on a disk that fails (RELIABILITY 5, rows 5 and 44): full, or an error at a sync,
//! at each statement of an order. Meanwhile writes are refused and reads go on; afterwards writes work
//! again without a restart, and the order's outcome is found.

use std::path::{Path, PathBuf};
use std::process::Command;

use api::plan::plan_change::PlanChange as Sent;
use api::plan::quote::Quote;
use backend::store::Engine;
use billing::PlanChange;
use tempfile::TempDir;

use super::super::invariants;
use super::super::world::{Customer, START, World, at};
use super::server::Server;
use super::settled;

/// Which system calls of the database fail, until the test stops them.
const FAULTS: [(&str, &str, &[u32]); 3] = [
    ("one sync fails with EIO", "sync 5 {skip} 1", &[0, 1, 2, 3]),
    (
        "every sync fails with EIO",
        "sync 5 {skip} 1000000",
        &[0, 1, 2],
    ),
    // Each commit writes many pages and fails at one of them.
    ("the disk is full", "write 28 {skip} 1000000", &[0, 20, 60]),
];

/// Compiles the library that makes the disk fail.
fn library(folder: &Path) -> PathBuf {
    let source = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/backend/process/failing_disk.c"
    );
    let library = folder.join("failing_disk.so");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O1", "-o"]);
    let compiled = compiler.arg(&library).arg(source).status().unwrap();
    assert!(compiled.success(), "cc cannot compile {source}");
    library
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_disk_loses_no_order_and_no_later_write() {
    let folder = TempDir::new().unwrap();
    let (library, orders) = (library(folder.path()), folder.path().join("fails"));
    let world = World::on(Engine::Sqlite).await;
    let mut tenants = Vec::new();
    for (what, order, skips) in FAULTS {
        for skip in skips {
            let id = format!("f{}", tenants.len());
            let tenant = world.found(&Customer::new(&id)).await;
            let order = order.replace("{skip}", &skip.to_string());
            tenants.push((format!("{what}, after {skip}"), order, tenant));
        }
    }
    let environment = [
        ("LD_PRELOAD", library.as_path()),
        ("FAILING_DISK", orders.as_path()),
    ];
    let server = Server::start_in(&world.url, START, &environment).await;
    let (mut now, mut charged_unsettled) = (at(START), 0);
    for (what, order, tenant) in &tenants {
        let change = PlanChange::to_tier(40_000);
        let quote: (u16, Quote) = server
            .post(&tenant.admin, "/quotes", "", &change)
            .await
            .unwrap();
        assert_eq!(quote.0, 200, "{what}");
        std::fs::write(&orders, order).unwrap();
        let ordered: (u16, serde_json::Value) = server
            .post(&tenant.admin, "/plan-changes", "kill-key", &quote.1.order())
            .await
            .unwrap();
        let acknowledged: Option<Sent> =
            (ordered.0 == 200).then(|| serde_json::from_value(ordered.1).unwrap());
        let read: (u16, serde_json::Value) = server.get(&tenant.admin, "/session").await.unwrap();
        assert_eq!(read.0, 200, "{what}: reads go on");
        if order.ends_with(" 0 1000000") {
            assert_eq!(server.ready().await, 503, "{what}");
        }
        std::fs::remove_file(&orders).unwrap();
        assert_eq!(server.ready().await, 200, "{what}: writes go on");
        let captures = world.captures().await;
        // Orders that no request works on any more are settled as the clock moves.
        now += chrono::TimeDelta::minutes(2);
        let moved = server.move_clock(&tenant.admin, now).await;
        assert_eq!(moved, 200, "{what}");
        let done = settled(&server, &tenant.admin, &quote.1.order()).await;
        if let Some(acknowledged) = acknowledged {
            assert_eq!(done.as_ref(), Some(&acknowledged), "{what}");
        } else if world.captures().await == captures && done.is_some() {
            charged_unsettled += 1;
        }
        for write in 0..200 {
            now += chrono::TimeDelta::seconds(10);
            let moved = server.move_clock(&tenant.admin, now).await;
            assert_eq!(moved, 200, "{what}: write {write}");
        }
    }
    assert!(charged_unsettled > 0, "no fault hit a settling commit");
    server.stop().await;
    invariants::hold(&world).await;
}

/// A log of which no line can be written, such as one on the same full disk, stops no request.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_log_stops_nothing() {
    let world = World::on(Engine::Sqlite).await;
    let tenant = world.found(&Customer::new("acme")).await;
    let server = Server::start_without_log(&world.url).await;
    for _ in 0..3 {
        let change = PlanChange::to_tier(40_000);
        let answer = server.post(&tenant.admin, "/quotes", "", &change).await;
        let (status, _): (u16, Quote) = answer.expect("the connection holds");
        assert_eq!(status, 200);
    }
    server.stop().await;
}
