//! Jobs that fall due run once, in order, whatever happens (SPEC 6, R2, R8, R12 to R15).

use std::sync::Arc;

use api::Code;
use api::invoicing::invoice::Invoices;
use api::sandbox::{ClockMove, GatewayScript, ScriptedOutcome};
use backend::demo::travel::travel;
use backend::jobs::{Report, run_due};
use backend::store::retention::{erasure, tombstones};
use backend::store::schedule::{self, DeadlineKind};
use backend::store::{Changes, Engine, Tx, account_states};
use billing::account::account_state::{AccountEvent, AccountState};
use billing::account::dunning::Dunning;
use billing::account::lifecycle::{self, Cause, Lifecycle};
use billing::catalog::policy::Policy;
use billing::invoicing::collection::Outstanding;
use billing::invoicing::invoice::{InvoiceKind, InvoiceStatus};
use billing::metering::usage::Metered;
use billing::{Money, OrganizationId, PlanChange};

use super::world::{ACME, Customer, Tenant, World, at, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// SPEC 6, worked timeline: a charge fails five minutes late, and grace, lock and end follow from it.
    async fn an_unpaid_invoice_leads_to_grace_lock_and_end(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        world.move_to("2026-07-01T00:05:00Z");
        run(&world).await;
        let failed_at = at("2026-07-01T00:05:00Z");
        assert_eq!(state(&world, &ACME).await.dunning(), Dunning::Grace { failed_at });
        assert_eq!(statuses(&world, &tenant).await, [InvoiceStatus::Overdue]);
        go(&world, "2026-07-11T00:04:59Z").await;
        assert_eq!(state(&world, &ACME).await.dunning(), Dunning::Grace { failed_at });
        go(&world, "2026-07-11T00:05:00Z").await;
        assert_eq!(state(&world, &ACME).await.dunning(), Dunning::Locked { failed_at });
        go(&world, "2026-07-25T00:04:59Z").await;
        assert_eq!(world.number("SELECT COUNT(*) FROM tombstones").await, 0);
        go(&world, "2026-07-25T00:05:00Z").await;
        let ended = Lifecycle::Cancelled { at: at("2026-07-25T00:05:00Z"), cause: Cause::Unpaid };
        assert_eq!(state(&world, &ACME).await.lifecycle(), ended);
        assert_eq!(world.number("SELECT COUNT(*) FROM usage_days").await, 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM users").await, 1, "the admin, until the backups are gone");
        assert_eq!(world.number("SELECT COUNT(*) FROM payment_methods WHERE gateway_token <> ''").await, 0);
        let stone = stone(&world, &ACME).await.unwrap();
        assert_eq!(stone.backups_until, at("2026-09-23T00:05:00Z"));
        go(&world, "2026-09-23T00:05:00Z").await;
        assert_eq!(world.number("SELECT COUNT(*) FROM users").await, 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM due").await, 0);
        for kind in ["payment.failed", "payment.locked"] {
            let notified = format!("SELECT COUNT(*) FROM audit WHERE action = '{kind}'");
            assert_eq!(world.number(&notified).await, 1, "{kind}");
        }
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 1, "an invoice is kept");
        assert_eq!(world.number("SELECT COUNT(*) FROM month_closings").await, 1);
        invariants::hold(&world).await;
    }

    /// The same by the sandbox clock, in one long jump: each step as of its instant.
    async fn a_long_jump_goes_through_each_step(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        let payer = world.found(&Customer::new("payer")).await;
        let moved = world.post(&tenant.admin, "/sandbox/clock", &clock("2026-10-05T00:00:00Z")).await;
        assert!(moved.status.is_success(), "{}", moved.text);
        let ended = Lifecycle::Cancelled { at: at("2026-07-25T00:00:00Z"), cause: Cause::Unpaid };
        assert_eq!(state(&world, &ACME).await.lifecycle(), ended);
        let notified = "SELECT COUNT(*) FROM audit WHERE (action, at) IN \
                    (('payment.failed', '2026-07-01T00:00:00.000000Z'), \
                    ('payment.locked', '2026-07-11T00:00:00.000000Z'), \
                    ('account.cancelled', '2026-07-25T00:00:00.000000Z'), \
                    ('account.purged', '2026-09-23T00:00:00.000000Z'))";
        assert_eq!(world.number(notified).await, 4);
        assert_eq!(statuses(&world, &payer).await, [InvoiceStatus::Paid; 4], "July to October");
        let on_the_first = "SELECT COUNT(*) FROM payments WHERE organization_id = 'payer' \
                            AND paid_at LIKE '2026-%-01T00:00:00.000000Z'";
        assert_eq!(world.number(on_the_first).await, 4);
        let back = world.post(&payer.admin, "/sandbox/clock", &clock("2026-10-04T00:00:00Z")).await;
        assert_eq!(back.code(), Code::ClockBackwards);
        invariants::hold(&world).await;
    }

    /// Rows 2, 5 and the cancellation after them: a trial that nobody completes.
    async fn an_incomplete_trial_locks_expires_and_ends(world: World) {
        let mut customer = Customer { card: None, ..Customer::new("acme") };
        customer.is_trial = true;
        world.found(&customer).await;
        go(&world, "2026-09-01T00:00:00Z").await;
        let notified = "SELECT COUNT(*) FROM audit WHERE (action, at) IN \
                    (('trial.locking', '2026-07-13T00:00:00.000000Z'), \
                    ('trial.expired', '2026-07-20T00:00:00.000000Z'), \
                    ('account.cancelled', '2026-08-03T00:00:00.000000Z'))";
        assert_eq!(world.number(notified).await, 3);
        let ended = Lifecycle::Cancelled { at: at("2026-08-03T00:00:00Z"), cause: Cause::TrialExpired };
        assert_eq!(state(&world, &ACME).await.lifecycle(), ended);
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 0);
        invariants::hold(&world).await;
    }

    /// Row 4: charged for the rest of the month, then by the month; usage of the trial is free (R4).
    async fn a_complete_trial_is_charged_from_its_end(world: World) {
        let mut customer = Customer::new("acme");
        customer.is_trial = true;
        let tenant = world.found(&customer).await;
        go(&world, "2026-08-02T00:00:00Z").await;
        let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        let shown: Vec<_> = listed
            .items
            .iter()
            .map(|item| (item.kind, item.status, item.issued_on.to_string(), item.total))
            .collect();
        let paid = InvoiceStatus::Paid;
        let expected = [
            (InvoiceKind::Scheduled, paid, "2026-08-01".to_owned(), usd("270.00")),
            (InvoiceKind::TrialFirst, paid, "2026-07-20".to_owned(), usd("104.51")),
        ];
        assert_eq!(shown, expected, "(250 + 20) × 12 ÷ 31, line by line");
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox WHERE kind = 'trial.ended'").await, 1);
        invariants::hold(&world).await;
    }

    /// Row 5a: completed after its end, it is charged from then on.
    async fn an_expired_trial_is_cured(world: World) {
        let mut customer = Customer { card: None, ..Customer::new("acme") };
        customer.is_trial = true;
        let tenant = world.found(&customer).await;
        go(&world, "2026-07-25T09:00:00Z").await;
        let event = AccountEvent::Life(lifecycle::LifecycleEvent::PaymentMethodSaved);
        let after = state(&world, &ACME).await.after(event, world.services.clock.now(), &Policy::default());
        replace(&world, "acme", after.unwrap()).await;
        run(&world).await;
        let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        assert_eq!(listed.items[0].issued_on.to_string(), "2026-07-25");
        assert_eq!(listed.items[0].total, usd("60.97"), "56.45 and 4.52 for 7 of 31 days");
        invariants::hold(&world).await;
    }

    /// Row 25: a pause that nobody ends, deleted after sixty days.
    async fn a_pause_ends_in_deletion(world: World) {
        world.found(&Customer::new("acme")).await;
        let event = AccountEvent::Life(lifecycle::LifecycleEvent::Pause { outstanding: Outstanding::Nothing });
        let paused = state(&world, &ACME).await.after(event, world.services.clock.now(), &Policy::default());
        replace(&world, "acme", paused.unwrap()).await;
        go(&world, "2026-08-19T09:59:59Z").await;
        assert!(stone(&world, &ACME).await.is_none());
        go(&world, "2026-08-19T10:00:00Z").await;
        assert_eq!(stone(&world, &ACME).await.unwrap().cause, Cause::PauseExpired);
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 0);
        invariants::hold(&world).await;
    }

    /// The data of one organization is broken: its job is parked and reported, the others go on, and it is
    /// retried, each time later.
    async fn a_broken_organization_is_parked(world: World) {
        for id in ["one", "two", "three"] {
            world.found(&Customer::new(id)).await;
        }
        world.run("UPDATE subscriptions SET tier = 30000 WHERE organization_id = 'two'").await.unwrap();
        world.move_to("2026-07-01T00:00:00Z");
        let report = run(&world).await;
        let named: Vec<_> = report.parked.iter().map(|parked| parked.organization_id.as_str()).collect();
        assert_eq!((named, report.parked[0].retry_at), (vec!["two"], at("2026-07-01T00:01:00Z")));
        assert!(report.to_string().contains("parked: two"), "{report}");
        assert_eq!(world.number("SELECT COUNT(*) FROM payments").await, 2);
        assert_eq!(run(&world).await.jobs(), 0, "parked, and nothing else to do");
        world.move_to("2026-07-01T00:01:00Z");
        assert_eq!(run(&world).await.parked[0].retry_at, at("2026-07-01T00:03:00Z"));
        world.run("UPDATE subscriptions SET tier = 20000 WHERE organization_id = 'two'").await.unwrap();
        world.move_to("2026-07-01T00:03:00Z");
        let report = run(&world).await;
        assert!(report.parked.is_empty() && report.done[&DeadlineKind::MonthChange] == 1, "{report}");
        assert_eq!(world.number("SELECT COUNT(*) FROM payments").await, 3);
        invariants::hold(&world).await;
    }

    /// Two processes at once, ten times: every job runs once.
    async fn two_processes_do_each_job_once(world: World) {
        for id in ["one", "two", "three", "four", "five", "six"] {
            world.found(&Customer::new(id)).await;
        }
        world.move_to("2026-07-01T00:00:00Z");
        let worlds = [Arc::new(world.another().await), Arc::new(world)];
        let running: Vec<_> = (0..10)
            .map(|index: usize| {
                let world = worlds[index % 2].clone();
                tokio::spawn(async move { run(&world).await })
            })
            .collect();
        let mut changed = 0;
        for report in running {
            let report = report.await.unwrap();
            changed += report.done.get(&DeadlineKind::MonthChange).copied().unwrap_or(0);
        }
        let world = &worlds[1];
        changed += run(world).await.done.get(&DeadlineKind::MonthChange).copied().unwrap_or(0);
        assert_eq!(changed, 6);
        assert_eq!((world.captures().await, world.number("SELECT COUNT(*) FROM payment_attempts").await), (6, 6));
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 6);
        invariants::hold(world).await;
    }

    /// A117: the month change waits for an order with an unknown outcome, and the jobs ask for it, late as
    /// after a downtime. The order belongs to June, so July is charged on the higher tier.
    async fn the_month_change_looks_up_the_order_it_waits_for(world: World) {
        let tenant = ordered_at_the_end_of_june(&world, "sandbox-success").await;
        world.move_to("2026-07-01T00:00:29Z");
        assert_eq!(run(&world).await.waiting, 1, "it is asked about after a minute");
        world.move_to("2026-07-05T00:00:00Z");
        assert_eq!(run(&world).await.waiting, 0);
        assert_eq!(charged(&world, &tenant).await, on_the_higher_tier());
        invariants::hold(&world).await;
    }

    /// The same while the clock passes it: the month changes as soon as the outcome is known.
    async fn a_month_changes_once_its_order_is_known(world: World) {
        let tenant = ordered_at_the_end_of_june(&world, "sandbox-timeout").await;
        go(&world, "2026-07-05T00:00:00Z").await;
        assert_eq!(charged(&world, &tenant).await, on_the_higher_tier());
        let debited = "SELECT COUNT(*) FROM payment_attempts WHERE started_at = '2026-07-01T00:00:55.000000Z'";
        assert_eq!(world.number(debited).await, 1, "a minute after the order");
        invariants::hold(&world).await;
    }

    /// A clock that is set back runs nothing, and nothing twice.
    async fn a_clock_set_back_does_nothing(world: World) {
        world.found(&Customer::new("acme")).await;
        go(&world, "2026-07-01T00:00:00Z").await;
        let before = state(&world, &ACME).await;
        for earlier in ["2026-06-20T10:00:00Z", "2026-01-01T00:00:00Z"] {
            let report = run_due(&world.services, at(earlier)).await.unwrap();
            assert_eq!((report.jobs(), report.waiting), (0, 0), "{report}");
        }
        assert_eq!((world.captures().await, state(&world, &ACME).await), (1, before));
    }

    /// A stored deadline is deleted with the state that it comes from.
    async fn the_schedule_follows_the_state(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        script(&world, &tenant, &[ScriptedOutcome::Decline]).await;
        go(&world, "2026-07-01T00:00:00Z").await;
        assert_eq!(kinds(&world).await, [DeadlineKind::Alerts, DeadlineKind::GraceEnd, DeadlineKind::LockEnd, DeadlineKind::MonthChange]);
        let order = api::invoicing::payment::PayOutstanding { total: usd("296.40") };
        let paid = world.pay(&tenant.admin, "pay-july", &order).await;
        assert!(paid.status.is_success(), "{}", paid.text);
        assert_eq!(kinds(&world).await, [DeadlineKind::Alerts, DeadlineKind::MonthChange]);
        assert_eq!(state(&world, &ACME).await.dunning(), Dunning::Clear);
    }

    /// The daily evaluation finds usage that no import has evaluated (R10, R11).
    async fn alerts_are_evaluated_daily(world: World) {
        let metered = Metered { mau: 60_001, data_points: 0 };
        world.found(&Customer { metered, ..Customer::new("acme") }).await;
        go(&world, "2026-06-21T00:00:00Z").await;
        assert_eq!(world.number("SELECT COUNT(*) FROM alert_crossings").await, 7);
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox WHERE kind = 'usage.alert'").await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM account_states WHERE usage_lock = 'overage'").await, 1);
        go(&world, "2026-06-25T00:00:00Z").await;
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox WHERE kind = 'usage.alert'").await, 1);
    }

    /// Every table with an organization is deleted with it, kept with a reason, or both in part.
    async fn every_table_is_deleted_or_kept_with_a_reason(world: World) {
        let columns = match world.services.store.engine() {
            Engine::Sqlite => {
                "SELECT COUNT(*) FROM sqlite_master m JOIN pragma_table_info(m.name) c \
                 WHERE m.type = 'table' AND c.name = 'organization_id'"
            }
            Engine::Postgres => {
                "SELECT COUNT(*) FROM information_schema.columns c JOIN information_schema.tables t \
                 ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
                 WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' \
                 AND c.column_name = 'organization_id'"
            }
        };
        let kept = erasure::KEPT.iter().map(|(table, _)| *table);
        let mut listed: Vec<_> = erasure::GONE.into_iter().chain(erasure::PARTLY).chain(kept).collect();
        listed.sort_unstable();
        listed.dedup();
        // `organizations` has its own id in another column.
        assert_eq!(world.number(columns).await + 1, i64::try_from(listed.len()).unwrap(), "{listed:?}");
        for table in listed.iter().filter(|table| **table != "organizations") {
            world.number(&format!("SELECT COUNT(organization_id) FROM {table}")).await;
        }
    }
}

/// From 20,000 to 40,000 five seconds before July, and the response is lost.
async fn ordered_at_the_end_of_june(world: &World, card: &'static str) -> Tenant {
    let tenant = world.found(&Customer::new("acme").with_card(card)).await;
    go(world, "2026-06-30T23:59:55Z").await;
    script(world, &tenant, &[ScriptedOutcome::TimeoutAfterCapture]).await;
    let sent = world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await;
    assert_eq!(sent.status.as_u16(), 202, "{}", sent.text);
    tenant
}

/// Kind and total of each invoice, newest first.
async fn charged(world: &World, tenant: &Tenant) -> Vec<(InvoiceKind, Money)> {
    let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
    let items = listed.items.into_iter();
    items.map(|item| (item.kind, item.total)).collect()
}

/// June's upgrade, and July on the higher tier without June's overage.
fn on_the_higher_tier() -> [(InvoiceKind, Money); 2] {
    [
        (InvoiceKind::Scheduled, usd("520.00")),
        (InvoiceKind::Upgrade, usd("8.33")),
    ]
}

async fn run(world: &World) -> Report {
    run_due(&world.services, world.services.clock.now())
        .await
        .unwrap()
}

/// Moves the clock, and runs everything that falls due.
async fn go(world: &World, instant: &str) {
    let report = travel(&world.services, at(instant)).await.unwrap().unwrap();
    assert!(report.parked.is_empty(), "{report}");
}

fn clock(now: &str) -> ClockMove {
    ClockMove { now: at(now) }
}

async fn state(world: &World, id: &OrganizationId) -> AccountState {
    let mut tx = world.services.store.reading().await.unwrap();
    account_states::find(&mut tx, id).await.unwrap()
}

async fn stone(world: &World, id: &OrganizationId) -> Option<tombstones::Tombstone> {
    let mut tx = world.services.store.reading().await.unwrap();
    tombstones::find(&mut tx, id).await.unwrap()
}

async fn kinds(world: &World) -> Vec<DeadlineKind> {
    let mut tx = world.services.store.reading().await.unwrap();
    let due = schedule::all(&mut tx, &ACME).await.unwrap();
    due.into_iter().map(|due| due.kind).collect()
}

async fn statuses(world: &World, tenant: &Tenant) -> Vec<InvoiceStatus> {
    let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
    listed.items.iter().map(|item| item.status).collect()
}

async fn script(world: &World, tenant: &Tenant, outcomes: &[ScriptedOutcome]) {
    let script = GatewayScript {
        outcomes: outcomes.to_vec(),
    };
    let reply = world.post(&tenant.admin, "/sandbox/gateway", &script).await;
    assert!(reply.status.is_success(), "{}", reply.text);
}

/// Overwrites an account's state with another.
pub(super) async fn replace(world: &World, id: &str, state: AccountState) {
    let (id, now) = (OrganizationId::new(id), world.services.clock.now());
    let changes = Changes::Account(id.clone(), now);
    let replace = async move |tx: &mut Tx| account_states::replace(tx, &id, &state, now).await;
    let store = &world.services.store;
    store.transaction(changes, replace).await.unwrap();
}
