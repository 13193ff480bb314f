//! The commit protocol of SPEC R19: one order, one charge, one response, whatever happens in between.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use api::Code;
use api::invoicing::invoice::{Invoice, Invoices};
use api::plan::plan_change::{Order, PlanChange as Sent, State};
use api::plan::subscription::{ScheduledKind, Subscription};
use axum::http::StatusCode;
use backend::store::Engine;
use billing::invoicing::invoice::{InvoiceKind, InvoiceStatus};
use billing::{AddOnId, PlanChange};

use super::world::{Customer, Held, HoldPoint, World, new_key, order_request, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// The lines of the quote are those of the invoice.
    async fn what_was_quoted_is_what_is_invoiced(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let quote = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await;
        assert_eq!(quote.due_now.total, usd("91.67"));
        let done: Sent = world.order(&tenant.admin, "key-upgrade", &quote.order()).await.json();
        assert_eq!((done.state, done.total), (State::Done, usd("91.67")));
        let number = done.invoice.unwrap();
        assert_eq!(number.as_str(), "ACME-2627-00001");
        let invoice: Invoice = world.get(&tenant.admin, &format!("/invoices/{number}")).await.json();
        assert_eq!(invoice.statement, quote.due_now);
        assert_eq!(
            (invoice.summary.kind, invoice.summary.status, invoice.summary.paid_with.as_deref()),
            (InvoiceKind::Upgrade, InvoiceStatus::Paid, Some("Visa ending 4242")),
        );
        let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        assert_eq!((listed.items, listed.next), (vec![invoice.summary], None));
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        assert_eq!((shown.tier, shown.version), (40_000, 2));
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox WHERE kind = 'invoice.issued'").await, 1);
        invariants::hold(&world).await;
    }

    /// The same key returns the same response to the byte, and acts once.
    async fn a_key_acts_once(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
        let first = world.order(&tenant.admin, "key-of-intent", &order).await;
        world.move_to("2026-06-22T00:00:00Z");
        for _ in 0..3 {
            let again = world.order(&tenant.admin, "key-of-intent", &order).await;
            assert_eq!((again.status, again.text), (first.status, first.text.clone()));
        }
        let other = world.quote(&tenant.admin, &PlanChange::to_tier(60_000)).await.order();
        assert_eq!(world.order(&tenant.admin, "key-of-intent", &other).await.code(), Code::KeyReused);
        assert_eq!(world.captures().await, 1);
        invariants::hold(&world).await;
    }

    /// Keys of two people or of two organizations are independent.
    async fn keys_belong_to_a_person(world: World) {
        for id in ["one", "two"] {
            let tenant = world.found(&Customer::new(id)).await;
            let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
            let done: Sent = world.order(&tenant.admin, "same-key", &order).await.json();
            assert_eq!(done.state, State::Done);
        }
        let three = world.found(&Customer::new("three")).await;
        world.run("UPDATE users SET role = 'admin' WHERE organization_id = 'three'").await.unwrap();
        let mut tiers = [40_000, 60_000, 80_000, 100_000].into_iter();
        for (_, token) in &three.people {
            let order = world.quote(token, &PlanChange::to_tier(tiers.next().unwrap())).await.order();
            let done: Sent = world.order(token, "same-key", &order).await.json();
            assert_eq!(done.state, State::Done);
        }
        assert_eq!(world.captures().await, 6);
        invariants::hold(&world).await;
    }

    /// An order without a key, or with a malformed one, is refused.
    async fn an_order_needs_a_key(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
        let bare = world.post(&tenant.admin, "/plan-changes", &order).await;
        assert_eq!(bare.code(), Code::InvalidKey);
        for key in ["short", "with a space in it", &"long".repeat(17)] {
            assert_eq!(world.order(&tenant.admin, key, &order).await.code(), Code::InvalidKey);
        }
        assert_eq!(world.captures().await, 0);
    }

    /// 200 concurrent requests with one key: one charge, one response.
    async fn concurrent_requests_with_one_key_charge_once(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let world = Arc::new(world);
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
        let send = |_| {
            let (world, token, order) = (world.clone(), tenant.admin.clone(), order.clone());
            tokio::spawn(async move { world.order(&token, "storm-key", &order).await })
        };
        let sent: Vec<_> = (0..200).map(send).collect();
        let mut answers = Vec::new();
        for reply in sent {
            let reply = reply.await.unwrap();
            if reply.status == StatusCode::OK {
                answers.push(reply.text);
            } else {
                let code = reply.code();
                assert!(matches!(code, Code::InProgress | Code::Unavailable), "{code:?}");
            }
        }
        let last = world.order(&tenant.admin, "storm-key", &order).await;
        assert!(answers.iter().all(|answer| *answer == last.text));
        assert_eq!((world.captures().await, last.json::<Sent>().state), (1, State::Done));
        invariants::hold(&world).await;
    }

    /// Two admins order at once: one order succeeds, the other is refused with what has changed.
    async fn concurrent_orders_of_two_admins_are_serialised(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        world.run("UPDATE users SET role = 'admin'").await.unwrap();
        let world = Arc::new(world);
        let mut orders = Vec::new();
        for ((_, token), tier) in tenant.people.iter().zip([40_000, 60_000]) {
            orders.push((token.clone(), world.quote(token, &PlanChange::to_tier(tier)).await.order()));
        }
        let send = |(token, order): (String, Order)| {
            let world = world.clone();
            tokio::spawn(async move { world.order(&token, &new_key(), &order).await })
        };
        let sent: Vec<_> = orders.into_iter().map(send).collect();
        let mut won = 0;
        for reply in sent {
            let reply = reply.await.unwrap();
            if reply.status == StatusCode::OK {
                won += 1;
            } else {
                assert!(matches!(reply.code(), Code::PaymentPending | Code::QuoteChanged));
            }
        }
        assert_eq!((won, world.captures().await), (1, 1));
        invariants::hold(&world).await;
    }

    /// Organizations that order at the same time do not hinder each other: each order is carried out at
    /// once.
    async fn sixteen_organizations_order_at_once(world: World) {
        let mut orders = Vec::new();
        for number in 0..16 {
            let tenant = world.found(&Customer::new(&format!("org{number}"))).await;
            let quote = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await;
            orders.push((tenant.admin, quote.order()));
        }
        let world = Arc::new(world);
        let send = |(token, order): (String, Order)| {
            let world = world.clone();
            tokio::spawn(async move { world.order(&token, &new_key(), &order).await })
        };
        let sent: Vec<_> = orders.into_iter().map(send).collect();
        for reply in sent {
            let done: Sent = reply.await.unwrap().json();
            assert_eq!((done.state, done.total), (State::Done, usd("91.67")));
        }
        assert_eq!(world.captures().await, 16);
    }

    /// The browser disconnects at any moment of the order: it is carried out once or not at all, and the
    /// same key finds out which.
    async fn hanging_up_changes_nothing(world: World) {
        for polls in 0..40 {
            let customer = Customer::new(&format!("h{polls}"));
            let tenant = world.found(&customer).await;
            let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
            hang_up(&world, order_request(&tenant.admin, "hang-up-key", &order), polls).await;
            world.rest().await;
            let again: Sent = world.order(&tenant.admin, "hang-up-key", &order).await.json();
            assert_eq!(again.state, State::Done);
            let of_one = format!("SELECT COUNT(*) FROM sandbox_charges WHERE token = '{}'", customer.token());
            assert_eq!(world.number(&of_one).await, 1, "after {polls} polls");
        }
        let reading = world.services.store.reading().await;
        assert!(reading.is_ok(), "a transaction was left open");
        invariants::hold(&world).await;
    }

    /// A lower tier waits for the 1st, costs nothing, and can be withdrawn once.
    async fn a_downgrade_waits_and_can_be_withdrawn(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let sent: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(5_000)).await.json();
        assert_eq!((sent.state, sent.effective.to_string()), (State::Scheduled, "2026-07-01".to_owned()));
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        assert_eq!((shown.tier, &shown.scheduled[0].kind), (20_000, &ScheduledKind::Downgrade(5_000)));
        assert_eq!(shown.scheduled[0].requested_by, "admin@acme.example");
        let path = format!("/scheduled-changes/{}", shown.scheduled[0].id);
        let kept: Subscription = world.delete(&tenant.admin, &path).await.json();
        assert_eq!((kept.tier, kept.scheduled.len(), kept.version), (20_000, 0, shown.version + 1));
        assert_eq!(world.delete(&tenant.admin, &path).await.code(), Code::NotScheduled);
        assert_eq!(world.captures().await, 0);
        invariants::hold(&world).await;
    }

    /// An upgrade withdraws a scheduled downgrade (A13); a scheduled removal survives it (R5).
    async fn an_upgrade_drops_the_downgrade_alone(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let removal = PlanChange { remove: [AddOnId::new("cloud-export")].into(), ..PlanChange::default() };
        for change in [PlanChange::to_tier(5_000), removal] {
            assert_eq!(world.buy(&tenant.admin, &change).await.json::<Sent>().state, State::Scheduled);
        }
        let sent: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await.json();
        assert_eq!(sent.state, State::Done);
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        let kinds: Vec<_> = shown.scheduled.iter().map(|change| &change.kind).collect();
        assert_eq!(kinds, [&ScheduledKind::Removal(AddOnId::new("cloud-export"))]);
        invariants::hold(&world).await;
    }

    /// An add-on is charged at once and has an invoice of its own kind.
    async fn an_add_on_is_charged_at_once(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let add = PlanChange { add: [AddOnId::new("premium-channels")].into(), ..PlanChange::default() };
        let sent: Sent = world.buy(&tenant.admin, &add).await.json();
        let path = format!("/invoices/{}", sent.invoice.unwrap());
        let invoice: Invoice = world.get(&tenant.admin, &path).await.json();
        assert_eq!((invoice.summary.kind, invoice.summary.total), (InvoiceKind::AddOn, usd("7.33")));
        assert_eq!(world.post(&tenant.admin, "/quotes", &add).await.code(), Code::ChangeRefused);
        invariants::hold(&world).await;
    }

    /// In trial every change is free and acts at once (R8); an order without changes is accepted.
    async fn what_costs_nothing_needs_no_card(world: World) {
        let mut customer = Customer::new("acme");
        customer.card = None;
        customer.is_trial = true;
        let tenant = world.found(&customer).await;
        let sent: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(60_000)).await.json();
        assert_eq!((sent.state, sent.invoice), (State::Done, None));
        let nothing: Sent = world.buy(&tenant.admin, &PlanChange::default()).await.json();
        assert_eq!(nothing.state, State::Done);
        let paying = world.found(&Customer { card: None, ..Customer::new("other") }).await;
        let refused = world.buy(&paying.admin, &PlanChange::to_tier(40_000)).await;
        assert_eq!(refused.code(), Code::NoPaymentMethod);
        invariants::hold(&world).await;
    }
}

/// While the gateway works, the same key is in progress, and every other order is refused.
async fn an_order_in_progress_is_alone(engine: Engine) {
    let mut held = None;
    let world = World::with_gateway(engine, |sandbox| {
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
    let first = {
        let (world, token, order) = (world.clone(), tenant.admin.clone(), order.clone());
        tokio::spawn(async move { world.order(&token, "first-key", &order).await })
    };
    held.arrival().await;
    let again = world.order(&tenant.admin, "first-key", &order).await;
    assert_eq!(again.code(), Code::InProgress);
    assert!(again.headers.contains_key("retry-after"));
    for change in [PlanChange::to_tier(60_000), PlanChange::to_tier(5_000)] {
        assert_eq!(
            world.buy(&tenant.admin, &change).await.code(),
            Code::PaymentPending
        );
    }
    let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
    assert_eq!(
        (shown.tier, shown.pending.unwrap().state),
        (20_000, State::Started)
    );
    held.release();
    assert_eq!(first.await.unwrap().json::<Sent>().state, State::Done);
    assert_eq!(world.captures().await, 1);
    invariants::hold(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_in_progress_is_alone_on_sqlite() {
    an_order_in_progress_is_alone(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_in_progress_is_alone_on_postgres() {
    an_order_in_progress_is_alone(Engine::Postgres).await;
}

/// Polls a request this many times, 0.3 ms apart, and drops it.
async fn hang_up(world: &World, request: axum::http::Request<axum::body::Body>, polls: u32) {
    let mut sending = pin!(world.send(request));
    for _ in 0..polls {
        let mut context = Context::from_waker(Waker::noop());
        if sending.as_mut().poll(&mut context).is_ready() {
            return;
        }
        tokio::time::sleep(Duration::from_micros(300)).await;
    }
}
