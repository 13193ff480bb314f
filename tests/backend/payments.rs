//! What a gateway can do to an order: decline, not respond, ask the payer; and what a crash leaves.

use std::sync::Arc;
use std::time::Duration;

use api::Code;
use api::plan::plan_change::{Order, PlanChange as Sent, State};
use api::plan::subscription::Subscription;
use api::sandbox::{GatewayScript, ScriptedOutcome};
use axum::http::StatusCode;
use backend::payments::attempts::{Lease, reconcile};
use backend::store::Engine;
use billing::PlanChange;
use billing::invoicing::invoice::InvoiceNumber;
use sqlx::{AnyConnection, Connection, Executor};
use tokio::runtime::Runtime;

use super::world::{Customer, Held, HoldPoint, START, Tenant, World, at, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// A decline is final: the plan is unchanged, and a new key may try again.
    async fn a_declined_card_changes_nothing(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
        let declined = world.order(&tenant.admin, "declined-key", &order).await;
        assert_eq!(declined.code(), Code::PaymentDeclined);
        let again = world.order(&tenant.admin, "declined-key", &order).await;
        assert_eq!(again.text, declined.text);
        let shown = subscription(&world, &tenant).await;
        assert_eq!((shown.tier, shown.version, shown.pending), (20_000, 1, None));
        script(&world, &tenant, &[ScriptedOutcome::Success]).await;
        let paid: Sent = world.order(&tenant.admin, "another-key", &order).await.json();
        assert_eq!(paid.state, State::Done);
        assert_eq!(paid.invoice, InvoiceNumber::parse("ACME-2627-00001"), "a decline takes no number");
        invariants::hold(&world).await;
    }

    /// The response was lost after the capture: the outcome is unknown, then found with the same key.
    async fn a_lost_response_is_looked_up(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        script(&world, &tenant, &[ScriptedOutcome::TimeoutAfterCapture]).await;
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
        let open = world.order(&tenant.admin, "unknown-key", &order).await;
        assert_eq!(open.status, StatusCode::ACCEPTED);
        let open: Sent = open.json();
        assert_eq!(open.state, State::Unknown);
        let again = world.order(&tenant.admin, "unknown-key", &order).await;
        assert_eq!(again.json::<Sent>(), open);
        let other = world.buy(&tenant.admin, &PlanChange::to_tier(60_000)).await;
        assert_eq!(other.code(), Code::PaymentPending);
        world.move_to("2026-06-21T09:00:00Z");
        assert_eq!(reconcile(&world.services, Lease::Respected).await.unwrap(), 1);
        let found: Sent = world.order(&tenant.admin, "unknown-key", &order).await.json();
        assert_eq!((&found.state, found.total), (&State::Done, usd("91.67")));
        assert_eq!(found.billing_day.to_string(), "2026-06-20", "late success applies with the quoted day");
        let asked: Sent = world.get(&tenant.admin, &format!("/plan-changes/{}", open.id)).await.json();
        assert_eq!(asked, found);
        assert_eq!((subscription(&world, &tenant).await.tier, world.captures().await), (40_000, 1));
        invariants::hold(&world).await;
    }

    /// The charge never arrived: the first query voids it, and nothing is charged.
    async fn a_charge_that_never_arrived_expires(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        script(&world, &tenant, &[ScriptedOutcome::TimeoutBeforeCapture]).await;
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
        let open: Sent = world.order(&tenant.admin, "unknown-key", &order).await.json();
        let asked: Sent = world.get(&tenant.admin, &format!("/plan-changes/{}", open.id)).await.json();
        assert_eq!(asked.state, State::Expired);
        let again = world.order(&tenant.admin, "unknown-key", &order).await;
        assert_eq!(again.code(), Code::PaymentExpired);
        assert_eq!((subscription(&world, &tenant).await.tier, world.captures().await), (20_000, 0));
        assert!(world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await.status.is_success());
        invariants::hold(&world).await;
    }

    /// A gateway that does not respond for a while keeps the order open, and the request does not wait.
    async fn a_gateway_without_response_is_asked_again(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-timeout")).await;
        let open: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await.json();
        let path = format!("/plan-changes/{}", open.id);
        let asked: Sent = world.get(&tenant.admin, &path).await.json();
        assert_eq!(asked.state, State::Unknown);
        world.move_to("2026-06-20T10:00:10Z");
        let asked: Sent = world.get(&tenant.admin, &path).await.json();
        assert_eq!(asked.state, State::Done);
        invariants::hold(&world).await;
    }

    /// The bank asks the payer: they confirm, they refuse, or they do nothing for half an hour.
    async fn an_authentication_ends_one_way_or_another(world: World) {
        let answers = [
            (Some(ScriptedOutcome::Success), State::Done),
            (Some(ScriptedOutcome::Decline), State::Declined { reason: "insufficient_funds".to_owned() }),
            (None, State::Expired),
        ];
        for (index, (verdict, expected)) in answers.into_iter().enumerate() {
            let customer = Customer::new(&format!("a{index}")).with_card("sandbox-authentication");
            let tenant = world.found(&customer).await;
            let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
            let reply = world.order(&tenant.admin, "bank-key", &order).await;
            assert_eq!(reply.status, StatusCode::ACCEPTED);
            let open: Sent = reply.json();
            let expires = open.ordered_at + chrono::TimeDelta::minutes(30);
            assert_eq!(open.state, State::Authentication { expires });
            let path = format!("/plan-changes/{}", open.id);
            let asked: Sent = world.get(&tenant.admin, &path).await.json();
            assert_eq!(asked.state, open.state, "asking alone decides nothing");
            match verdict {
                Some(verdict) => script(&world, &tenant, &[verdict]).await,
                None => world.services.clock.move_to(expires).unwrap(),
            }
            let asked: Sent = world.get(&tenant.admin, &path).await.json();
            assert_eq!(asked.state, expected);
        }
        assert_eq!(world.captures().await, 1);
        invariants::hold(&world).await;
    }

    /// While a payment is open, the month change waits; then both happen in order.
    async fn the_month_change_waits_for_an_open_payment(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        world.move_to("2026-06-30T23:59:00Z");
        script(&world, &tenant, &[ScriptedOutcome::TimeoutAfterCapture]).await;
        let open: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await.json();
        assert_eq!(open.state, State::Unknown);
        world.move_to("2026-07-01T00:00:10Z");
        let shown = subscription(&world, &tenant).await;
        assert!(shown.pending.is_some(), "reading the subscription closes no month over an open payment");
        assert_eq!(world.number("SELECT COUNT(*) FROM month_closings").await, 0);
        reconcile(&world.services, Lease::Respected).await.unwrap();
        let shown = subscription(&world, &tenant).await;
        assert_eq!(shown.tier, 40_000);
        let total = "SELECT total_minor FROM invoices WHERE kind = 'scheduled'";
        assert_eq!(world.number(total).await, 52_000, "July is billed on the tier that was paid for");
        invariants::hold(&world).await;
    }
}

/// The process dies between capture and commit, or before the charge reaches the gateway. The next
/// process settles it when it starts.
fn a_crash_leaves_nothing_half_done(engine: Engine, context: HoldPoint) {
    let first = Runtime::new().unwrap();
    let (before, tenant, order) = first.block_on(until_held(engine, context));
    first.shutdown_timeout(Duration::from_secs(1));
    let captured = context == HoldPoint::AfterCapture;
    Runtime::new().unwrap().block_on(async {
        let world = World::open(&before.url, at(START), |sandbox| Arc::new(sandbox)).await;
        let again = world.order(&tenant.admin, "crash-key", &order).await;
        assert_eq!(again.code(), Code::InProgress);
        assert_eq!(
            reconcile(&world.services, Lease::Respected).await.unwrap(),
            0,
            "its lease runs"
        );
        assert_eq!(reconcile(&world.services, Lease::Ignored).await.unwrap(), 1);
        let again = world.order(&tenant.admin, "crash-key", &order).await;
        if captured {
            assert_eq!(again.json::<Sent>().state, State::Done);
        } else {
            assert_eq!(again.code(), Code::PaymentExpired);
        }
        assert_eq!(world.captures().await, i64::from(captured));
        let tier = subscription(&world, &tenant).await.tier;
        assert_eq!(tier, if captured { 40_000 } else { 20_000 });
        invariants::hold(&world).await;
        world.services.store.close().await;
    });
}

/// A world in which an order waits in the gateway.
async fn until_held(engine: Engine, context: HoldPoint) -> (Arc<World>, Tenant, Order) {
    let mut held = None;
    let world = World::with_gateway(engine, |sandbox| {
        let gateway = Held::new(sandbox, context);
        held = Some(gateway.clone());
        Arc::new(gateway)
    });
    let (world, held) = (Arc::new(world.await), held.unwrap());
    let tenant = world.found(&Customer::new("acme")).await;
    let order = world
        .quote(&tenant.admin, &PlanChange::to_tier(40_000))
        .await
        .order();
    let sending = (world.clone(), tenant.admin.clone(), order.clone());
    tokio::spawn(async move { sending.0.order(&sending.1, "crash-key", &sending.2).await });
    held.arrival().await;
    (world, tenant, order)
}

#[test]
fn a_crash_between_capture_and_commit_on_sqlite() {
    a_crash_leaves_nothing_half_done(Engine::Sqlite, HoldPoint::AfterCapture);
}

#[test]
fn a_crash_between_capture_and_commit_on_postgres() {
    a_crash_leaves_nothing_half_done(Engine::Postgres, HoldPoint::AfterCapture);
}

#[test]
fn a_crash_before_the_charge_on_sqlite() {
    a_crash_leaves_nothing_half_done(Engine::Sqlite, HoldPoint::BeforeCapture);
}

#[test]
fn a_crash_before_the_charge_on_postgres() {
    a_crash_leaves_nothing_half_done(Engine::Postgres, HoldPoint::BeforeCapture);
}

/// The outcome of a captured charge cannot be written: the order stays open, no response says that
/// nothing was charged, and it is settled once the file is unlocked.
#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_cannot_be_written_waits() {
    let mut held = None;
    let world = World::with_gateway(Engine::Sqlite, |sandbox| {
        let gateway = Held::new(sandbox, HoldPoint::AfterCapture);
        held = Some(gateway.clone());
        Arc::new(gateway)
    });
    let (world, held) = (Arc::new(world.await), held.unwrap());
    let tenant = world.found(&Customer::new("acme")).await;
    let order = world
        .quote(&tenant.admin, &PlanChange::to_tier(40_000))
        .await
        .order();
    let sending = {
        let (world, token, order) = (world.clone(), tenant.admin.clone(), order.clone());
        tokio::spawn(async move { world.order(&token, "stuck-key", &order).await })
    };
    held.arrival().await;
    let mut other = AnyConnection::connect(&world.url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    held.release();
    let open = sending.await.unwrap();
    assert_eq!(
        (open.status, open.json::<Sent>().state),
        (StatusCode::ACCEPTED, State::Unknown)
    );
    other.execute("ROLLBACK").await.unwrap();
    world.move_to("2026-06-20T10:00:30Z");
    assert_eq!(
        reconcile(&world.services, Lease::Respected).await.unwrap(),
        1
    );
    let done: Sent = world.order(&tenant.admin, "stuck-key", &order).await.json();
    assert_eq!((done.state, world.captures().await), (State::Done, 1));
    invariants::hold(&world).await;
}

async fn subscription(world: &World, tenant: &Tenant) -> Subscription {
    world.get(&tenant.admin, "/subscription").await.json()
}

async fn script(world: &World, tenant: &Tenant, outcomes: &[ScriptedOutcome]) {
    let script = GatewayScript {
        outcomes: outcomes.to_vec(),
    };
    let reply = world.post(&tenant.admin, "/sandbox/gateway", &script).await;
    assert!(reply.status.is_success(), "{}", reply.text);
}
