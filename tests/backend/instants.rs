//! Several deadlines of one account at the same instant (SPEC R2): whatever triggers them, and in
//! whatever order they were stored, they act in the order of `billing::account::deadline::DeadlineKind`.

use std::collections::BTreeMap;

use api::invoicing::invoice::Invoices;
use backend::demo::travel::travel;
use backend::jobs::run_due;
use backend::store::schedule::DeadlineKind;
use backend::store::{Engine, Store, account_states};
use billing::OrganizationId;
use billing::PlanChange;
use billing::account::account_state::AccountEvent;
use billing::account::dunning::Dunning;
use billing::account::lifecycle::{self, Lifecycle};
use billing::invoicing::collection::Outstanding;
use billing::invoicing::invoice::InvoiceKind;
use billing::metering::usage::Metered;

use super::world::{Customer, Tenant, World, at, usd};
use super::{invariants, on_both_databases};

/// When everything falls due at once: a 1st, a midnight, the end of a month.
const INSTANT: &str = "2026-09-01T00:00:00Z";

on_both_databases! {
    /// A trial that ends on a 1st: its last month is closed as trial, and its first is charged, once.
    async fn a_trial_that_ends_on_a_first_is_charged_once(world: World) {
        let metered = Metered { mau: 22_000, data_points: 0 };
        let mut lars = Customer { day: "2026-06-01".parse().unwrap(), metered, ..Customer::new("late") };
        lars.is_trial = true;
        let tenant = world.found(&lars).await;
        let announced = world.quote(&tenant.admin, &PlanChange::default()).await.next_invoice;
        assert_eq!((announced.date.to_string().as_str(), announced.statement.total), ("2026-07-01", usd("270.00")));
        world.move_to("2026-07-01T00:00:10Z");
        run_due(&world.services, world.services.clock.now()).await.unwrap();
        let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        let listed: Vec<_> = listed.items.iter().map(|item| (item.kind, item.total)).collect();
        assert_eq!(listed, [(InvoiceKind::TrialFirst, usd("270.00"))]);
        assert_eq!(world.number("SELECT COUNT(*) FROM payments").await, 1);
        invariants::hold(&world).await;
    }

    /// RELIABILITY 60: month change, trial end, trial lock, trial cancellation, grace end, lock end,
    /// pause end, daily evaluation and retention at one instant; stored in either order; triggered by a
    /// tick, by `run-jobs`, by a page, by the sandbox clock, and after two days of downtime.
    async fn what_falls_due_at_one_instant_keeps_its_order(world: World) {
        let mut worlds = Vec::new();
        for _ in 0..2 * WAKERS.len() {
            worlds.push(world.fresh().await);
        }
        let mut found = BTreeMap::new();
        for (index, world) in worlds.iter().enumerate() {
            let (waker, reversed) = (WAKERS[index / 2], index % 2 == 1);
            let tenants = everybody(world).await;
            if reversed {
                note_in_reverse(world).await;
            }
            waker.wake(world, &tenants).await;
            run_due(&world.services, world.services.clock.now()).await.unwrap();
            invariants::hold(world).await;
            found.insert(format!("{waker:?}, reversed {reversed}"), outcome(world).await);
        }
        for (how, outcome) in found {
            assert_eq!(outcome, EXPECTED, "{how}");
        }
    }

    /// An earlier version may have stored another order: the migration corrects it.
    async fn the_migration_corrects_the_stored_order(world: World) {
        let mut customer = Customer { day: "2026-06-01".parse().unwrap(), ..Customer::new("late") };
        customer.is_trial = true;
        world.found(&customer).await;
        world.run("UPDATE due SET position = 9 WHERE kind = 'month_change'").await.unwrap();
        world.run("UPDATE due SET position = 4 WHERE kind = 'trial_end'").await.unwrap();
        Store::open(&world.url).await.unwrap().migrate().await.unwrap();
        let order = "SELECT kind FROM due WHERE due_at = '2026-07-01T00:00:00.000000Z' ORDER BY position";
        assert_eq!(world.names(order).await, ["month_change", "trial_end"]);
        for kind in DeadlineKind::ALL {
            let (word, place) = (kind.as_str(), kind as i64);
            let other = format!("SELECT COUNT(*) FROM due WHERE kind = '{word}' AND position <> {place}");
            assert_eq!(world.number(&other).await, 0, "{word}");
        }
    }
}

/// The result for each account: its state, its invoices by kind and day, whether its month is closed.
const EXPECTED: &str = "\
cancelled: Cancelled TrialExpired 2026-09-01T00:00:00+00:00; nothing; 2 closed
grace: Locked 2026-08-22T00:00:00+00:00; scheduled 2026-08-01 296.40, scheduled 2026-09-01 270.00; 2 closed
lock: Cancelled Unpaid 2026-09-01T00:00:00+00:00; scheduled 2026-08-01 296.40; 2 closed
locking: Trial; nothing; 1 closed
pause: Cancelled PauseExpired 2026-09-01T00:00:00+00:00; scheduled 2026-07-01 296.40; 3 closed
retention: Active; scheduled 2026-07-01 296.40, scheduled 2026-08-01 270.00, scheduled 2026-09-01 270.00; 3 closed
trial: Active; trial_first 2026-09-01 270.00; 1 closed
events: 0
";

/// What triggers the deadlines that have passed.
#[derive(Debug, Clone, Copy)]
enum Waker {
    /// The server's tick, and `prorata run-jobs`, to the second.
    Tick,
    /// A page of each account; the gateway's part runs in the tick after it.
    Page,
    /// The sandbox clock as it is moved.
    Clock,
    /// A start after two days.
    Downtime,
}

const WAKERS: [Waker; 4] = [Waker::Tick, Waker::Page, Waker::Clock, Waker::Downtime];

impl Waker {
    async fn wake(self, world: &World, tenants: &[Tenant]) {
        match self {
            Self::Tick => {
                world.move_to(INSTANT);
                run_due(&world.services, at(INSTANT)).await.unwrap();
            }
            Self::Page => {
                world.move_to(INSTANT);
                for tenant in tenants {
                    world.get(&tenant.admin, "/account-status").await;
                }
            }
            Self::Clock => go(world, "2026-09-01T00:00:30Z").await,
            Self::Downtime => world.move_to("2026-09-03T00:00:00Z"),
        }
    }
}

/// An account for each kind of deadline. All deadlines are at the same instant, half a day later.
async fn everybody(world: &World) -> Vec<Tenant> {
    let mut tenants = Vec::new();
    let retention = world.found(&Customer::new("retention")).await;
    let event = "INSERT INTO events VALUES ('retention', 'prj', 'old', 'Launched', 'custom', 'ada', \
                 'app', 0, '2023-08-31T12:00:00.000000Z', '{}', 1, 'print', '2023-08-31T12:00:00.000000Z')";
    tenants.extend([retention, world.found(&Customer::new("pause")).await]);
    go(world, "2026-07-03T00:00:00Z").await;
    pause(world).await;
    world.run(event).await.unwrap();
    go(world, "2026-07-19T00:00:00Z").await;
    tenants.push(world.found(&trial("cancelled", "2026-07-19", None)).await);
    go(world, "2026-08-02T00:00:00Z").await;
    tenants.push(
        world
            .found(&trial("trial", "2026-08-02", Some("sandbox-success")))
            .await,
    );
    tenants.push(fails(world, "lock", "2026-08-08T00:00:00Z").await);
    go(world, "2026-08-09T00:00:00Z").await;
    tenants.push(world.found(&trial("locking", "2026-08-09", None)).await);
    tenants.push(fails(world, "grace", "2026-08-22T00:00:00Z").await);
    go(world, "2026-08-31T12:00:00Z").await;
    tenants
}

fn trial(id: &str, day: &str, card: Option<&'static str>) -> Customer {
    let mut customer = Customer {
        card,
        day: day.parse().unwrap(),
        ..Customer::new(id)
    };
    customer.is_trial = true;
    customer
}

/// An account whose invoice of August fails at an instant.
async fn fails(world: &World, id: &str, instant: &str) -> Tenant {
    let customer = Customer {
        day: "2026-07-15".parse().unwrap(),
        ..Customer::new(id).with_card("sandbox-decline")
    };
    go(world, &format!("{}T12:00:00Z", before(instant))).await;
    let tenant = world.found(&customer).await;
    world.move_to(instant);
    run_due(&world.services, at(instant)).await.unwrap();
    tenant
}

fn before(instant: &str) -> String {
    at(instant).date_naive().pred_opt().unwrap().to_string()
}

/// The account `pause` is paused now.
async fn pause(world: &World) {
    let event = AccountEvent::Life(lifecycle::LifecycleEvent::Pause {
        outstanding: Outstanding::Nothing,
    });
    let mut tx = world.services.store.reading().await.unwrap();
    let state = account_states::find(&mut tx, &OrganizationId::from_static("pause"))
        .await
        .unwrap();
    drop(tx);
    let now = world.services.clock.now();
    let paused = state.after(event, now, &Default::default()).unwrap();
    super::jobs::replace(world, "pause", paused).await;
}

async fn go(world: &World, instant: &str) {
    let report = travel(&world.services, at(instant)).await.unwrap().unwrap();
    assert!(report.parked.is_empty(), "{report}");
}

/// Stores the same deadlines again, the last first.
async fn note_in_reverse(world: &World) {
    let rows = "SELECT '(''' || organization_id || ''', ''' || kind || ''', ''' || subject || ''', ''' \
                || due_at || ''', ' || position || ')' FROM due ORDER BY due_at, position, subject";
    let mut rows = world.names(rows).await;
    rows.reverse();
    world.run("DELETE FROM due").await.unwrap();
    for row in rows {
        let noted = format!(
            "INSERT INTO due (organization_id, kind, subject, due_at, position) VALUES {row}"
        );
        world.run(&noted).await.unwrap();
    }
}

async fn outcome(world: &World) -> String {
    let ids = world
        .names("SELECT id FROM organizations ORDER BY id")
        .await;
    let mut text = String::new();
    for id in ids {
        let mut tx = world.services.store.reading().await.unwrap();
        let state = account_states::find(&mut tx, &OrganizationId::new(id.clone()))
            .await
            .unwrap();
        drop(tx);
        let life = match (state.lifecycle(), state.dunning()) {
            (Lifecycle::Cancelled { at, cause }, _) => {
                format!("Cancelled {cause:?} {}", at.to_rfc3339())
            }
            (_, Dunning::Locked { failed_at }) => format!("Locked {}", failed_at.to_rfc3339()),
            (Lifecycle::Trial { .. }, _) => "Trial".to_owned(),
            (Lifecycle::Active { .. }, _) => "Active".to_owned(),
            (Lifecycle::Paused { .. }, _) => "Paused".to_owned(),
        };
        let of = format!("WHERE organization_id = '{id}'");
        let invoices = format!(
            "SELECT kind || ' ' || invoice_date || ' ' || (total_minor / 100) || '.' || \
             SUBSTR(CAST(100 + total_minor % 100 AS TEXT), 2) FROM invoices {of} ORDER BY number"
        );
        let invoices = world.names(&invoices).await;
        let invoices = match invoices.is_empty() {
            true => "nothing".to_owned(),
            false => invoices.join(", "),
        };
        let closed = world
            .number(&format!("SELECT COUNT(*) FROM month_closings {of}"))
            .await;
        text += &format!("{id}: {life}; {invoices}; {closed} closed\n");
    }
    let events = world.number("SELECT COUNT(*) FROM events").await;
    text + &format!("events: {events}\n")
}
