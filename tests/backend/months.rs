//! The month change: SPEC R15.

use std::sync::Arc;

use api::Code;
use api::invoicing::invoice::{Invoice, Invoices};
use api::plan::subscription::Subscription;
use backend::invoicing::month::{CloseMonth, Closed};
use backend::jobs::{MonthReport, close_everywhere};
use backend::store::Engine;
use billing::invoicing::invoice::{InvoiceKind, InvoiceNumber, InvoiceStatus};
use billing::metering::usage::Metered;
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{AddOnId, BillingPeriod, CurrencyCode, LineKind, PlanChange};

use super::world::{ACME, Customer, World, at, inr, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// June at 22,000 with one add-on: 250 + 20 for July, 24.00 + 2.40 for June (SPEC A27).
    async fn a_month_is_invoiced_once(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        assert_eq!(closed(&close(&world, "2026-06-01").await), [Some(Closed::NotOver)]);
        world.move_to("2026-07-01T00:00:00Z");
        let number = InvoiceNumber::parse("ACME-2627-00001").unwrap();
        assert_eq!(closed(&close(&world, "2026-06-01").await), [Some(Closed::Now(Some(number.clone())))]);
        assert_eq!(closed(&close(&world, "2026-06-01").await), [Some(Closed::Before)]);
        let invoice: Invoice = world.get(&tenant.admin, &format!("/invoices/{number}")).await.json();
        let lines: Vec<_> =
            invoice.statement.lines.iter().map(|line| (line.kind, line.amount)).collect();
        let expected =
            [(LineKind::Base, usd("250.00")), (LineKind::AddOn, usd("20.00")), (LineKind::MauOverage, usd("24.00")), (LineKind::AddOnOverage, usd("2.40"))];
        assert_eq!(lines, expected);
        assert!(invoice.statement.lines.iter().all(|line| line.derivation.is_some()));
        assert_eq!(invoice.usage_month(), BillingPeriod::of("2026-06-01".parse().unwrap()));
        let summary = &invoice.summary;
        assert_eq!((summary.kind, summary.status), (InvoiceKind::Scheduled, InvoiceStatus::Open));
        assert_eq!((summary.total, summary.issued_on.to_string()), (usd("296.40"), "2026-07-01".to_owned()));
        assert_eq!(summary.period_end.to_string(), "2026-08-01");
        invariants::hold(&world).await;
    }

    /// A scheduled downgrade takes effect, and the removed add-on still has its surcharge (A17).
    async fn what_was_scheduled_happens(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let change = PlanChange {
            tier: Some(5_000),
            remove: [AddOnId::new("cloud-export")].into(),
            ..PlanChange::default()
        };
        world.buy(&tenant.admin, &change).await;
        world.move_to("2026-07-03T12:00:00Z");
        assert!(close(&world, "2026-06-01").await.is_complete());
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        assert_eq!((shown.tier, shown.add_ons.len(), shown.scheduled.len()), (5_000, 0, 0));
        let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        assert_eq!(listed.items[0].total, usd("101.40"), "75.00 for July, 26.40 for June");
        assert_eq!(listed.next_invoice_on.to_string(), "2026-08-01");
        invariants::hold(&world).await;
    }

    /// Ten concurrent closes in two processes: one invoice.
    async fn concurrent_closes_issue_one_invoice(world: World) {
        for id in ["one", "two", "three"] {
            world.found(&Customer::new(id)).await;
        }
        world.move_to("2026-07-01T00:00:00Z");
        let worlds = [Arc::new(world.another().await), Arc::new(world)];
        let closing: Vec<_> = (0..10)
            .map(|index: usize| {
                let world = worlds[index % 2].clone();
                tokio::spawn(async move { close(&world, "2026-06-01").await })
            })
            .collect();
        for report in closing {
            report.await.unwrap();
        }
        let world = &worlds[1];
        assert!(close(world, "2026-06-01").await.is_complete());
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 3);
        assert_eq!(world.number("SELECT COUNT(*) FROM month_closings").await, 3);
        invariants::hold(world).await;
    }

    /// An organization that cannot be closed is reported; the others are closed.
    async fn a_broken_organization_does_not_block_others(world: World) {
        for id in ["one", "two", "three"] {
            world.found(&Customer::new(id)).await;
        }
        world.run("UPDATE subscriptions SET tier = 30000 WHERE organization_id = 'two'").await.unwrap();
        world.move_to("2026-07-01T00:00:00Z");
        let report = close(&world, "2026-06-01").await;
        assert!(!report.is_complete());
        let failed: Vec<_> =
            report.organizations.iter().filter(|(_, outcome)| outcome.is_err()).map(|(id, _)| id.as_str()).collect();
        assert_eq!(failed, ["two"]);
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 2);
        world.run("UPDATE subscriptions SET tier = 20000 WHERE organization_id = 'two'").await.unwrap();
        assert!(close(&world, "2026-06-01").await.is_complete());
        invariants::hold(&world).await;
    }

    /// Missed months are closed in order, each as of its own end; invoice numbers restart with the financial
    /// year.
    async fn missed_months_are_closed_in_order(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        world.move_to("2027-05-09T08:00:00Z");
        let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        let numbers: Vec<_> = listed.items.iter().map(|item| item.number.as_str()).collect();
        assert_eq!((numbers.len(), numbers[0], numbers[1]), (11, "ACME-2728-00002", "ACME-2728-00001"));
        assert_eq!((numbers[2], numbers[10]), ("ACME-2627-00009", "ACME-2627-00001"));
        assert_eq!(listed.items[2].issued_on.to_string(), "2027-03-01");
        assert_eq!((listed.items[9].total, listed.items[10].total), (usd("270.00"), usd("296.40")));
        invariants::hold(&world).await;
    }

    /// Three months late: each month as of its own end, its invoice due as of then too.
    async fn late_months_act_as_of_their_own_end(world: World) {
        world.found(&Customer::new("acme")).await;
        world.move_to("2026-09-15T08:00:00Z");
        assert!(close(&world, "2026-08-01").await.is_complete());
        for first in ["2026-07-01", "2026-08-01", "2026-09-01"] {
            let nominal = format!(
                "SELECT COUNT(*) FROM invoices i JOIN collections c ON c.organization_id = \
                 i.organization_id AND c.number = i.number WHERE i.invoice_date = '{first}' \
                 AND i.issued_at = '{first}T00:00:00.000000Z' AND c.debit_at = i.issued_at \
                 AND c.notice_at IS NULL"
            );
            assert_eq!(world.number(&nominal).await, 1, "{first}");
        }
        let late = "SELECT COUNT(*) FROM month_closings WHERE closed_at = '2026-09-15T08:00:00.000000Z'";
        assert_eq!(world.number(late).await, 3);
        invariants::hold(&world).await;
    }

    /// A month is not closed while an earlier one is open.
    async fn a_later_month_is_refused_while_an_earlier_one_is_open(world: World) {
        world.found(&Customer::new("acme")).await;
        world.move_to("2026-08-15T00:00:00Z");
        let work = CloseMonth { organization_id: ACME.clone(), period: month("2026-07-01"), now: world.services.clock.now() };
        let closed = world.services.store.write(work).await.unwrap();
        assert_eq!(closed, Closed::OutOfOrder(month("2026-06-01")));
        assert_eq!(world.number("SELECT COUNT(*) FROM month_closings").await, 0);
    }

    /// An order at the bank belongs to the month, whose close waits for it; then it is invoiced first.
    async fn a_pending_payment_delays_the_close(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-authentication")).await;
        world.move_to("2026-06-30T23:50:00Z");
        world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await;
        world.move_to("2026-07-01T00:10:00Z");
        assert_eq!(closed(&close(&world, "2026-06-01").await), [Some(Closed::PaymentPending)]);
        assert_eq!(world.number("SELECT COUNT(*) FROM month_closings").await, 0);
        let paid = api::sandbox::GatewayScript { outcomes: vec![api::sandbox::ScriptedOutcome::Success] };
        assert!(world.post(&tenant.admin, "/sandbox/gateway", &paid).await.status.is_success());
        backend::payments::attempts::reconcile(&world.services, backend::payments::attempts::Lease::Ignored).await.unwrap();
        let scheduled = InvoiceNumber::parse("ACME-2627-00002");
        assert_eq!(closed(&close(&world, "2026-06-01").await), [Some(Closed::Now(scheduled))]);
        let tier = "SELECT COUNT(*) FROM month_closings WHERE tier = 40000 AND billed_usage = 22000";
        assert_eq!(world.number(tier).await, 1);
        invariants::hold(&world).await;
    }

    /// Usage that was not evaluated before the month change locks at it, as of its instant (A89).
    async fn the_month_change_evaluates_the_usage_lock(world: World) {
        let metered = Metered { mau: 60_001, data_points: 0 };
        world.found(&Customer { metered, ..Customer::new("acme") }).await;
        world.move_to("2026-08-10T00:00:00Z");
        assert!(close(&world, "2026-07-01").await.is_complete());
        let locked = "SELECT COUNT(*) FROM account_states WHERE usage_lock = 'overage' \
                      AND state LIKE '%\"overage\":{\"since\":\"2026-07-01T00:00:00Z\"}%'";
        assert_eq!(world.number(locked).await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox WHERE kind = 'usage.locked'").await, 1);
        invariants::hold(&world).await;
    }

    /// A pause freezes scheduled changes and charges nothing; a cancelled account is not charged.
    async fn paused_and_cancelled_accounts_are_not_invoiced(world: World) {
        for id in ["rests", "gone"] {
            let tenant = world.found(&Customer::new(id)).await;
            world.buy(&tenant.admin, &PlanChange::to_tier(5_000)).await;
        }
        for (id, life) in [
            ("rests", r#"{"paused":{"at":"2026-06-25T00:00:00Z"}}"#),
            ("gone", r#"{"cancelled":{"at":"2026-06-25T00:00:00Z","cause":"ordered"}}"#),
        ] {
            let rest = r#""dunning":"clear","usage_lock":{"clear":{"lifted_until":null}}"#;
            let state = format!(r#"{{"lifecycle":{life},{rest},"as_of":"2026-06-25T00:00:00Z"}}"#);
            let statement = format!("UPDATE account_states SET state = '{state}' WHERE organization_id = '{id}'");
            world.run(&statement).await.unwrap();
        }
        world.move_to("2026-07-01T00:00:00Z");
        let report = close(&world, "2026-06-01").await;
        assert_eq!(closed(&report), [Some(Closed::Now(None)), Some(Closed::Now(None))]);
        let frozen = |mau: u64, id: &str| {
            format!("SELECT COUNT(*) FROM month_closings WHERE organization_id = '{id}' AND mau = {mau}")
        };
        assert_eq!(world.number(&frozen(22_000, "rests")).await, 1);
        assert_eq!(world.number(&frozen(0, "gone")).await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM scheduled_changes").await, 2);
        invariants::hold(&world).await;
    }

    /// A trial that nobody completed is cancelled on 3 August; a close in September still finds June and
    /// July as they ended, and in August nothing.
    async fn a_late_close_uses_the_account_as_of_then(world: World) {
        let mut customer = Customer { card: None, ..Customer::new("acme") };
        customer.is_trial = true;
        world.found(&customer).await;
        world.move_to("2026-09-15T00:00:00Z");
        assert!(close(&world, "2026-08-01").await.is_complete());
        let frozen = "SELECT COUNT(*) FROM month_closings WHERE period_start = '2026-06-01' AND mau = 22000";
        assert_eq!(world.number(frozen).await, 1);
        let gone = "SELECT COUNT(*) FROM audit WHERE action = 'month.closed' AND object = '2026-08'";
        assert_eq!((world.number(gone).await, world.number("SELECT COUNT(*) FROM invoices").await), (1, 0));
        invariants::hold(&world).await;
    }

    /// A long list is paged, newest first, without gap or repetition.
    async fn a_long_list_is_paged(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        world.move_to("2036-06-20T00:00:00Z");
        let mut numbers = Vec::new();
        let mut path = "/invoices".to_owned();
        loop {
            let page: Invoices = world.get(&tenant.admin, &path).await.json();
            assert!(page.items.len() <= 50);
            numbers.extend(page.items.into_iter().map(|item| (item.issued_on, item.number)));
            let Some(next) = page.next else { break };
            path = format!("/invoices?after={next}");
        }
        let mut sorted = numbers.clone();
        sorted.sort_by(|one, other| other.cmp(one));
        sorted.dedup();
        assert_eq!((numbers.len(), &numbers), (120, &sorted));
        invariants::hold(&world).await;
    }

    /// The month ends in the organization's zone, and rupees are taxed by place of supply.
    async fn india_begins_its_month_earlier(world: World) {
        let supplier = StateCode::MAHARASHTRA;
        let customer = Customer {
            currency: CurrencyCode::INR,
            book: "essentials-2025".to_owned(),
            zone_offset_minutes: 330,
            places: Some(TaxPlaces { supplier, customer: StateCode::parse("29").unwrap() }),
            ..Customer::new("ina")
        };
        let tenant = world.found(&customer).await;
        world.move_to("2026-06-30T18:29:59Z");
        assert_eq!(closed(&close(&world, "2026-06-01").await), [Some(Closed::NotOver)]);
        world.move_to("2026-06-30T18:30:00Z");
        assert!(close(&world, "2026-06-01").await.is_complete());
        let invoice: Invoice = world.get(&tenant.admin, "/invoices/INA-2627-00001").await.json();
        let statement = &invoice.statement;
        assert_eq!(statement.subtotal, inr("24640.00"), "20,000 + 2,000, and 2,400 + 240 for June");
        let taxes: Vec<_> = statement.taxes.iter().map(|tax| (tax.name.as_str(), tax.amount)).collect();
        assert_eq!((taxes, statement.total), (vec![("IGST", inr("4435.20"))], inr("29075.20")));
        assert_eq!(invoice.summary.issued_on.to_string(), "2026-07-01");
        let told_a_day_ahead = "SELECT COUNT(*) FROM collections WHERE amount_minor = 2907520 \
                                AND currency = 'INR' AND notice_at = '2026-06-30T18:30:00.000000Z' \
                                AND debit_at = '2026-07-01T18:30:00.000000Z'";
        assert_eq!(world.number(told_a_day_ahead).await, 1);
        invariants::hold(&world).await;
    }

    /// In trial a month closes without an invoice (R8).
    async fn a_trial_is_not_invoiced(world: World) {
        let mut customer = Customer::new("acme");
        customer.is_trial = true;
        world.found(&customer).await;
        world.move_to("2026-07-01T00:00:00Z");
        assert_eq!(closed(&close(&world, "2026-06-01").await), [Some(Closed::Now(None))]);
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 0);
        invariants::hold(&world).await;
    }

    /// Moving the sandbox clock closes the months that have ended before it responds; it never moves back.
    async fn the_sandbox_clock_closes_the_months(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let to = |now: &str| api::sandbox::ClockMove { now: at(now) };
        let moved = world.post(&tenant.admin, "/sandbox/clock", &to("2026-08-01T00:00:00Z")).await;
        assert!(moved.status.is_success(), "{}", moved.text);
        assert_eq!(world.number("SELECT COUNT(*) FROM month_closings").await, 2);
        let back = world.post(&tenant.admin, "/sandbox/clock", &to("2026-07-31T00:00:00Z")).await;
        assert_eq!(back.code(), Code::ClockBackwards);
        invariants::hold(&world).await;
    }
}

async fn close(world: &World, first: &str) -> MonthReport {
    close_everywhere(&world.services, month(first))
        .await
        .unwrap()
}

fn month(first: &str) -> BillingPeriod {
    BillingPeriod::of(first.parse().unwrap()).unwrap()
}

fn closed(report: &MonthReport) -> Vec<Option<Closed>> {
    report
        .organizations
        .iter()
        .map(|(_, outcome)| outcome.as_ref().ok().cloned())
        .collect()
}
