//! Two servers on one database whose clocks differ (SPEC R2, RELIABILITY 61, fault 46).

use std::sync::Arc;

use api::Code;
use api::plan::plan_change::{Order, PlanChange as Sent, State};
use api::plan::quote::Quote;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use backend::foundation::error::Error;
use backend::jobs::{catch_up, run_due};
use backend::payments::Submission;
use backend::payments::attempts::{Lease, reconcile};
use backend::payments::orders::Begin;
use backend::store::Engine;
use backend::store::idempotency::Key;
use backend::store::records::Actor;
use billing::PlanChange;

use super::world::{ACME, Customer, Held, HoldPoint, Tenant, World, at, new_key, request, usd};
use super::{invariants, on_both_databases};

/// The clock of one server, before the month change.
const BEHIND: &str = "2026-06-30T23:59:35Z";
/// The clock of the other, after it.
const AHEAD: &str = "2026-07-01T00:00:05Z";

on_both_databases! {
    /// One closes June, the other would sell a higher tier for its last day: it reads the latest instant of
    /// the database, and refuses because the price has changed.
    async fn an_order_of_the_month_that_another_has_closed_is_refused(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        world.move_to(BEHIND);
        let ahead = World::open(&world.url, at(AHEAD), |sandbox| Arc::new(sandbox)).await;
        let seen = world.quote(&tenant.admin, &PlanChange::to_tier(60_000)).await.order();
        assert_eq!(seen.billing_day.to_string(), "2026-06-30");
        run_due(&ahead.services, at(AHEAD)).await.unwrap();
        let refused = world.order(&tenant.admin, &new_key(), &seen).await.problem();
        assert_eq!(refused.code, Code::QuoteChanged);
        let fresh = refused.quote.unwrap();
        assert_eq!(fresh.billing_day.to_string(), "2026-07-01");
        assert_eq!(world.services.clock.now(), at(AHEAD));
        assert_eq!(world.captures().await, 1, "July, and nothing else");
        invariants::hold(&world).await;
    }

    /// If the close happens even later, the day itself is refused, and nothing is charged.
    async fn a_day_of_a_closed_month_is_refused(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        world.move_to(BEHIND);
        let seen = world.quote(&tenant.admin, &PlanChange::to_tier(60_000)).await.order();
        let ahead = World::open(&world.url, at(AHEAD), |sandbox| Arc::new(sandbox)).await;
        run_due(&ahead.services, at(AHEAD)).await.unwrap();
        let begin = Begin { submission: submission(seen), now: at(BEHIND) };
        let refused = world.services.store.write(begin).await.unwrap_err();
        assert!(refused.to_string().contains("closed"), "{refused}");
        assert_eq!(world.number("SELECT COUNT(*) FROM plan_changes").await, 0);
        let pause = serde_json::json!({ "agreed": usd("26.40") }).to_string();
        let keyed = request(Method::POST, &tenant.admin, "/pause")
            .header("content-type", "application/json")
            .header(api::route::IDEMPOTENCY_KEY, new_key())
            .body(Body::from(pause))
            .unwrap();
        let refused = world.send(keyed).await;
        assert!(!refused.status.is_success(), "June is settled already: {}", refused.text);
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 1);
        invariants::hold(&world).await;
    }

    /// The database's latest instant is a lower bound for a clock that was set back, and a server whose
    /// clock is behind it is not ready.
    async fn a_server_whose_clock_is_behind_is_not_ready(world: World) {
        world.found(&Customer::new("acme")).await;
        world.move_to("2026-06-30T23:59:58Z");
        let ahead = World::open(&world.url, at("2026-07-01T00:00:02Z"), |sandbox| Arc::new(sandbox)).await;
        run_due(&ahead.services, ahead.services.clock.now()).await.unwrap();
        catch_up(&world.services, &ACME).await.unwrap();
        assert_eq!(ready(&world).await, StatusCode::OK, "four seconds are borne");
        let ahead = World::open(&world.url, at("2026-07-01T00:00:28Z"), |sandbox| Arc::new(sandbox)).await;
        run_due(&ahead.services, ahead.services.clock.now()).await.unwrap();
        run_due(&world.services, world.services.clock.now()).await.unwrap();
        assert_eq!(world.services.clock.now(), at("2026-07-01T00:00:28Z"));
        assert_eq!((ready(&world).await, ready(&ahead).await), (StatusCode::SERVICE_UNAVAILABLE, StatusCode::OK));
        world.move_to("2026-07-01T00:00:30Z");
        run_due(&world.services, world.services.clock.now()).await.unwrap();
        assert_eq!(ready(&world).await, StatusCode::OK);
        // Set back by a month, and restarted.
        let back = World::open(&world.url, at("2026-06-01T00:00:00Z"), |sandbox| Arc::new(sandbox)).await;
        catch_up(&back.services, &ACME).await.unwrap();
        assert_eq!((back.services.clock.now(), ready(&back).await), (at("2026-07-01T00:00:30Z"), StatusCode::SERVICE_UNAVAILABLE));
    }

    /// A month change under load: orders through the server whose clock is late, jobs by the other. A
    /// customer who bought in June is charged for the higher tier in July.
    async fn a_month_change_under_load_with_two_clocks(world: World) {
        let mut tenants = Vec::new();
        for number in 0..8 {
            tenants.push(world.found(&Customer::new(&format!("c{number}"))).await);
        }
        world.move_to(BEHIND);
        let ahead = World::open(&world.url, at(AHEAD), |sandbox| Arc::new(sandbox)).await;
        let (behind, ahead) = (Arc::new(world), Arc::new(ahead));
        let buying: Vec<_> = tenants.into_iter().map(|tenant| tokio::spawn(buy(behind.clone(), tenant))).collect();
        let closing = {
            let ahead = ahead.clone();
            tokio::spawn(async move {
                for _ in 0..6 {
                    // As the server does, it comes again when the database was too busy.
                    let mut outcome = run_due(&ahead.services, at(AHEAD)).await;
                    while let Err(Error::Unavailable(_)) = outcome {
                        outcome = run_due(&ahead.services, at(AHEAD)).await;
                    }
                    outcome.unwrap();
                }
            })
        };
        let mut bought = 0;
        for buying in buying {
            bought += i64::from(buying.await.unwrap());
        }
        closing.await.unwrap();
        behind.rest().await;
        reconcile(&behind.services, Lease::Ignored).await.unwrap();
        run_due(&ahead.services, at(AHEAD)).await.unwrap();
        let done = "SELECT COUNT(*) FROM invoices WHERE kind = 'upgrade'";
        assert_eq!(ahead.number(done).await, bought);
        assert_eq!(ahead.number("SELECT COUNT(*) FROM month_closings WHERE period_start = '2026-06-01'").await, 8);
        // 700.00 and 10 % of it for the add-on, unless July was charged before the order was received.
        let lost = "SELECT COUNT(*) FROM invoices u WHERE u.kind = 'upgrade' AND u.invoice_date < '2026-07-01' \
                    AND NOT EXISTS (SELECT 1 FROM invoice_lines l JOIN invoices s ON s.number = l.number \
                    AND s.organization_id = l.organization_id WHERE s.organization_id = u.organization_id \
                    AND s.kind = 'scheduled' AND s.invoice_date = '2026-07-01' AND l.amount_minor = 70000)";
        assert_eq!(ahead.number(lost).await, 0, "sold for June, and July not billed for it");
        invariants::hold(&ahead).await;
    }
}

/// A payment that is in progress when the month ends delays the close, whichever clock ends the month:
/// so its outcome never meets a closed month.
async fn a_payment_on_its_way_holds_its_month(engine: Engine) {
    let (send, held) = std::sync::mpsc::channel();
    let world = World::with_gateway(engine, |sandbox| {
        let gateway = Held::new(sandbox, HoldPoint::AfterCapture);
        send.send(gateway.clone()).unwrap();
        Arc::new(gateway)
    })
    .await;
    let held = held.recv().unwrap();
    let tenant = world.found(&Customer::new("acme")).await;
    world.move_to(BEHIND);
    let world = Arc::new(world);
    let buying = tokio::spawn(buy(world.clone(), tenant));
    held.arrival().await;
    let ahead = World::open(&world.url, at(AHEAD), |sandbox| Arc::new(sandbox)).await;
    run_due(&ahead.services, at(AHEAD)).await.unwrap();
    let closings = "SELECT COUNT(*) FROM month_closings";
    assert_eq!(ahead.number(closings).await, 0, "June waits");
    held.release();
    assert!(buying.await.unwrap());
    run_due(&ahead.services, at(AHEAD)).await.unwrap();
    assert_eq!(ahead.number(closings).await, 1);
    let july = "SELECT total_minor FROM invoices WHERE kind = 'scheduled'";
    assert_eq!(ahead.number(july).await, 77_000, "700.00 and 70.00");
    invariants::hold(&ahead).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_in_progress_delays_the_close_on_sqlite() {
    a_payment_on_its_way_holds_its_month(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_in_progress_delays_the_close_on_postgres() {
    a_payment_on_its_way_holds_its_month(Engine::Postgres).await;
}

/// Buys the 60,000 tier; again at the current price when the first is refused as stale, and again when
/// the database was too busy.
async fn buy(world: Arc<World>, tenant: Tenant) -> bool {
    let change = PlanChange::to_tier(60_000);
    for _ in 0..100 {
        let quoted = world.post(&tenant.admin, "/quotes", &change).await;
        if quoted.status == StatusCode::SERVICE_UNAVAILABLE {
            continue;
        }
        let quote: Quote = quoted.json();
        let reply = world.order(&tenant.admin, &new_key(), &quote.order()).await;
        if reply.status.is_success() {
            let sent: Sent = reply.json();
            // The database was too busy to settle it: its outcome is asked for again.
            assert!(
                matches!(sent.state, State::Done | State::Unknown),
                "{sent:?}"
            );
            return true;
        }
        let code = reply.code();
        assert!(
            matches!(
                code,
                Code::QuoteChanged | Code::MonthClosed | Code::Unavailable
            ),
            "{}",
            reply.text
        );
    }
    false
}

async fn ready(world: &World) -> StatusCode {
    let ready = Request::builder().uri("/ready").body(Body::empty());
    world.send(ready.unwrap()).await.status
}

fn submission(order: Order) -> Submission<Order> {
    Submission {
        key: Key {
            organization_id: ACME.clone(),
            user_id: billing::UserId::new("acme-Admin"),
            text: new_key(),
        },
        actor: Actor {
            name: "admin@acme.example".to_owned(),
            address: "-".to_owned(),
        },
        order,
        request_hash: "hash".to_owned(),
        request_id: "request".to_owned(),
    }
}
