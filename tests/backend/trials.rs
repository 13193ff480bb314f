//! Trials: changes are free and act at once, and what is on file (SPEC R8, 6 rows 1 to 6).

use std::sync::Arc;

use api::Code;
use api::invoicing::invoice::{Invoice, Invoices, Party};
use api::plan::plan_change::{PlanChange as Sent, State};
use api::plan::subscription::Subscription;
use api::sandbox::{CardSaved, ClockMove, TestCard};
use axum::http::StatusCode;
use backend::store::Engine;
use billing::account::lifecycle::{OnFile, TrialLock};
use billing::invoicing::invoice::{InvoiceKind, InvoiceStatus};
use billing::{AddOnId, BillingFrequency, PlanChange};

use super::world::{Customer, Tenant, World, at, new_key, reasoned, usd};
use super::{invariants, on_both_databases};

/// A trial from 20 June 2026, 00:00, with nothing on file.
fn trial() -> Customer {
    let mut customer = Customer {
        card: None,
        has_details: false,
        ..Customer::new("acme")
    };
    customer.is_trial = true;
    customer
}

/// A server on the same database in another year: clocks only move forward.
async fn since(world: &World, start: &str) -> World {
    World::open(&world.url, at(start), |sandbox| Arc::new(sandbox)).await
}

/// Moves the clock, and runs everything that falls due.
async fn go(world: &World, tenant: &Tenant, instant: &str) {
    let moved = world
        .post(
            &tenant.admin,
            "/sandbox/clock",
            &ClockMove { now: at(instant) },
        )
        .await;
    assert!(moved.status.is_success(), "{}", moved.text);
}

async fn newest(world: &World, tenant: &Tenant) -> Invoice {
    let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
    let path = format!("/invoices/{}", listed.items[0].number);
    world.get(&tenant.admin, &path).await.json()
}

async fn shown(world: &World, tenant: &Tenant) -> Subscription {
    world.get(&tenant.admin, "/subscription").await.json()
}

fn details() -> Party {
    Party {
        name: "Acme Incorporated".to_owned(),
        address: vec!["500 Howard Street".to_owned()],
        tax_number: None,
    }
}

const CARD: CardSaved = CardSaved {
    card: TestCard::Success,
};

on_both_databases! {
    /// Row 6: a higher and a lower tier, an add-on more and one less: at once, free, without invoice and
    /// without the gateway; logged and mailed; the same key acts once.
    async fn changes_are_free_and_act_at_once(world: World) {
        let tenant = world.found(&trial()).await;
        let add_ons = |ids: &[&str]| ids.iter().map(|id| AddOnId::new(*id)).collect();
        let changes = [
            (PlanChange::to_tier(60_000), 60_000, 1),
            (PlanChange { tier: Some(5_000), add: add_ons(&["premium-channels"]), ..PlanChange::default() }, 5_000, 2),
            (PlanChange { remove: add_ons(&["cloud-export", "premium-channels"]), ..PlanChange::default() }, 5_000, 0),
        ];
        for (change, tier, held) in changes {
            let quote = world.quote(&tenant.admin, &change).await;
            assert_eq!((quote.due_now.lines.len(), quote.due_now.total), (0, usd("0.00")));
            assert_eq!(quote.next_invoice.date.to_string(), "2026-07-20", "the first one, behind the trial");
            let (key, order) = (new_key(), reasoned(quote.order()));
            let reply = world.order(&tenant.admin, &key, &order).await;
            let sent: Sent = reply.json();
            assert_eq!((sent.state, sent.invoice, sent.effective.to_string()), (State::Done, None, "2026-06-20".to_owned()));
            assert_eq!(world.order(&tenant.admin, &key, &order).await.text, reply.text, "acts once");
            let now = shown(&world, &tenant).await;
            assert_eq!((now.tier, now.add_ons.len(), now.scheduled.len()), (tier, held, 0));
        }
        assert_eq!(world.number("SELECT version FROM subscriptions").await, 4);
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox WHERE kind = 'plan.changed'").await, 3);
        assert_eq!(world.number("SELECT COUNT(*) FROM audit WHERE action = 'plan_change.done'").await, 3);
        assert_eq!(world.number("SELECT COUNT(*) FROM sandbox_charges").await, 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 0);
        invariants::hold(&world).await;
    }

    /// Usage is not charged, and no alert is sent (R10).
    async fn usage_in_trial_costs_nothing_and_sends_no_alert(world: World) {
        let mut customer = trial();
        customer.metered.mau = 90_000;
        let tenant = world.found(&customer).await;
        let quote = world.quote(&tenant.admin, &PlanChange::default()).await;
        assert_eq!((quote.overage.total, quote.next_invoice.overage), (usd("0.00"), usd("0.00")));
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox").await, 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM alert_crossings").await, 0);
    }

    /// Rows 2 and 3: 23 days, a lock that names what is missing, and both ways to lift it.
    async fn an_incomplete_trial_locks_and_is_cured(world: World) {
        let tenant = world.found(&trial()).await;
        let begun = shown(&world, &tenant).await.trial.unwrap();
        assert_eq!((begun.days_left, begun.on_file, begun.lock), (30, OnFile::Nothing, None));
        assert_eq!(begun.ends_at.to_rfc3339(), "2026-07-20T00:00:00+00:00");
        assert_eq!(begun.charged_from.to_string(), "2026-07-20");
        world.move_to("2026-07-12T23:59:59Z");
        assert_eq!(shown(&world, &tenant).await.trial.unwrap().lock, None);
        world.move_to("2026-07-13T00:00:00Z");
        let locked = shown(&world, &tenant).await.trial.unwrap();
        assert_eq!((locked.days_left, locked.lock), (7, Some(TrialLock::BillingMissing)));
        let after: Subscription = world.post(&tenant.admin, "/sandbox/payment-method", &CARD).await.json();
        assert_eq!(after.payment_method.unwrap().last4, "4242");
        let half = after.trial.unwrap();
        assert_eq!((half.on_file, half.lock), (OnFile::PaymentMethod, Some(TrialLock::BillingMissing)));
        let after: Subscription = world.post(&tenant.admin, "/sandbox/billing-details", &details()).await.json();
        let cured = after.trial.unwrap();
        assert_eq!((cured.on_file, cured.lock), (OnFile::Both, None));
        for action in ["payment_method.saved", "billing_details.saved"] {
            let query = format!("SELECT COUNT(*) FROM audit WHERE action = '{action}'");
            assert_eq!(world.number(&query).await, 1, "{action}");
        }
        invariants::hold(&world).await;
    }

    /// R8's own timeline, day by day: setup on 17 May 2025, lock on 9 June, end on 16 June, first
    /// charge 15/30 of June; from July on whole months.
    async fn a_complete_trial_becomes_a_plan(world: World) {
        let world = since(&world, "2025-05-17T00:00:00Z").await;
        let mut customer = Customer { day: "2025-05-17".parse().unwrap(), ..trial() };
        customer.subscription.add_ons.clear();
        let tenant = world.found(&customer).await;
        go(&world, &tenant, "2025-06-08T23:59:59Z").await;
        assert_eq!(shown(&world, &tenant).await.trial.unwrap().lock, None);
        go(&world, &tenant, "2025-06-09T00:00:00Z").await;
        assert_eq!(shown(&world, &tenant).await.trial.unwrap().lock, Some(TrialLock::BillingMissing));
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox WHERE kind = 'trial.locking'").await, 1);
        world.post(&tenant.admin, "/sandbox/payment-method", &CARD).await;
        world.post(&tenant.admin, "/sandbox/billing-details", &details()).await;
        let cured = shown(&world, &tenant).await.trial.unwrap();
        assert_eq!((cured.lock, cured.charged_from.to_string()), (None, "2025-06-16".to_owned()));
        let announced = world.quote(&tenant.admin, &PlanChange::default()).await.next_invoice;
        go(&world, &tenant, "2025-06-16T00:00:00Z").await;
        let now = shown(&world, &tenant).await;
        assert_eq!((now.trial, now.counted_from.to_string()), (None, "2025-06-16".to_owned()));
        let first = newest(&world, &tenant).await;
        assert_eq!((first.summary.kind, first.summary.total), (InvoiceKind::TrialFirst, usd("125.00")));
        assert_eq!(first.statement, announced.statement);
        assert_eq!(first.customer.name, "Acme Incorporated", "as the billing details say");
        assert_eq!(first.summary.status, InvoiceStatus::Paid);
        let announced = world.quote(&tenant.admin, &PlanChange::default()).await.next_invoice;
        go(&world, &tenant, "2025-07-01T00:00:00Z").await;
        let july = newest(&world, &tenant).await;
        assert_eq!((july.summary.total, &july.statement), (usd("250.00"), &announced.statement));
        invariants::hold(&world).await;
    }

    /// Rows 5 and 5a: expired on the 30th day, it becomes a plan on the day on which both are on file.
    async fn an_expired_trial_becomes_a_plan_when_completed(world: World) {
        let mut customer = Customer { has_details: true, ..trial() };
        customer.subscription.add_ons.clear();
        let tenant = world.found(&customer).await;
        go(&world, &tenant, "2026-07-20T00:00:00Z").await;
        let expired = shown(&world, &tenant).await.trial.unwrap();
        assert_eq!((expired.lock, expired.days_left), (Some(TrialLock::Expired), 0));
        go(&world, &tenant, "2026-07-22T12:00:00Z").await;
        let announced = world.quote(&tenant.admin, &PlanChange::default()).await.next_invoice;
        assert_eq!(announced.date.to_string(), "2026-07-22");
        world.post(&tenant.admin, "/sandbox/payment-method", &CARD).await;
        let now = shown(&world, &tenant).await;
        assert_eq!(now.trial, None);
        // 250 × 10 / 31.
        let first = newest(&world, &tenant).await;
        assert_eq!((first.summary.kind, first.summary.total), (InvoiceKind::TrialFirst, usd("80.65")));
        assert_eq!(first.statement, announced.statement);
        invariants::hold(&world).await;
    }

    /// Row 5: nobody acts, and 14 days after its end the account is cancelled.
    async fn a_trial_that_nobody_completes_is_cancelled(world: World) {
        let tenant = world.found(&trial()).await;
        go(&world, &tenant, "2026-08-02T23:59:59Z").await;
        assert_eq!(world.number("SELECT COUNT(*) FROM tombstones WHERE ended_at IS NOT NULL").await, 0);
        let now = ClockMove { now: at("2026-08-03T00:00:00Z") };
        assert!(world.post(&tenant.admin, "/sandbox/clock", &now).await.status.is_success());
        assert_eq!(world.number("SELECT COUNT(*) FROM tombstones WHERE ended_at IS NOT NULL").await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 0);
        invariants::hold(&world).await;
    }

    /// Details that cannot be printed on an invoice are refused.
    async fn details_are_checked_where_they_enter(world: World) {
        let tenant = world.found(&trial()).await;
        for (field, party) in [
            ("name", Party { name: " ".to_owned(), ..details() }),
            ("address", Party { address: Vec::new(), ..details() }),
            ("address", Party { address: vec!["a\nb".to_owned()], ..details() }),
            ("tax_number", Party { tax_number: Some(String::new()), ..details() }),
        ] {
            let reply = world.post(&tenant.admin, "/sandbox/billing-details", &party).await;
            assert_eq!((reply.code(), reply.problem().fields[0].field.as_str()), (Code::InvalidField, field));
        }
        assert_eq!(shown(&world, &tenant).await.trial.unwrap().on_file, OnFile::Nothing);
        assert_eq!(world.number("SELECT COUNT(*) FROM billing_details").await, 0);
    }

    /// A second card becomes the default; a paid plan accepts one too, and does not change.
    async fn a_new_card_is_the_default(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        let declined = world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await;
        assert_eq!(declined.code(), Code::PaymentDeclined);
        for _ in 0..2 {
            let reply = world.post(&tenant.admin, "/sandbox/payment-method", &CARD).await;
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM payment_methods").await, 2);
        let sent: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await.json();
        assert_eq!(sent.state, State::Done);
        invariants::hold(&world).await;
    }

    /// Annual billing that is chosen in trial begins after it (A151).
    async fn a_year_waits_for_the_end_of_the_trial(world: World) {
        let customer = Customer { annual_eligible: true, ..trial() };
        let tenant = world.found(&customer).await;
        let yearly = PlanChange { frequency: Some(BillingFrequency::Annual), ..PlanChange::default() };
        let reply = world.post(&tenant.admin, "/quotes", &yearly).await;
        assert_eq!(reply.code(), Code::ChangeRefused);
        assert!(reply.problem().detail.contains("once the trial has ended"), "{}", reply.text);
    }
}
