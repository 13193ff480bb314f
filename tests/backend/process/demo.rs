//! The demo: seeded twice without effect, its months closed by the month change itself.

use std::sync::Arc;

use tempfile::TempDir;

use super::super::world::World;
use super::super::{cluster, invariants};
use super::{run, said};

/// From an empty database to a demo with invoices; seeding again changes nothing; on both databases.
fn a_demo_grows_from_nothing(url: &str) {
    let early = run(&["seed-demo", "--database", url]);
    let line = said(&early.stderr);
    assert!(
        !early.status.success() && line.contains("prorata migrate"),
        "{line}"
    );
    assert_eq!(line.trim().lines().count(), 1, "{line}");
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
    let world = World::open(url, start, |sandbox| Arc::new(sandbox)).await;
    let removed = "SELECT COUNT(*) FROM subscription_add_ons WHERE add_on = 'premium-channels'";
    assert_eq!(
        world.number(removed).await,
        0,
        "the scheduled removal has arrived"
    );
    let per_organization = "SELECT MIN(n) FROM (SELECT COUNT(*) AS n FROM invoices WHERE organization_id IN \
         ('org_acme', 'org_decline', 'org_timeout', 'org_india') GROUP BY organization_id) c";
    assert_eq!(world.number(per_organization).await, 7);
    let yearly = "SELECT COUNT(*) FROM annual_terms t JOIN invoices i \
                  ON i.organization_id = t.organization_id AND i.number = t.invoice_number \
                  WHERE t.starts_on = '2026-01-01' AND t.billable_limit = 240000 \
                  AND i.kind = 'annual'";
    assert_eq!(world.number(yearly).await, 1);
    let trials = "SELECT COUNT(*) FROM subscriptions s WHERE status = 'trial' AND NOT EXISTS \
                  (SELECT 1 FROM invoices i WHERE i.organization_id = s.organization_id)";
    assert_eq!(world.number(trials).await, 2);
    let events = "SELECT COUNT(*) FROM events WHERE organization_id = 'org_fresh'";
    assert!(
        world.number(events).await > 500,
        "one organization lives on events"
    );
    let counted = "SELECT MIN(data_points) FROM usage_days WHERE organization_id = 'org_fresh'";
    assert!(world.number(counted).await > 100);
    invariants::hold(&world).await;
}
