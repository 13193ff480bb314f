//! Usage against its limit: alerts (SPEC R10), the usage lock (R11), and what it forbids.

use std::sync::Arc;

use api::Code;
use api::plan::plan_change::{Order, PlanChange as Sent, State};
use api::plan::subscription::Subscription;
use axum::http::StatusCode;
use backend::foundation::error::Error;
use backend::store::usage::UsageDay;
use backend::store::{Changes, Engine, Tx, account_states};
use backend::usage::evaluation;
use billing::account::usage_lock::UsageLock;
use billing::catalog::policy::{OverageLock, Policy};
use billing::metering::usage::{MauParts, Metered};
use billing::{AddOnId, PlanChange};

use super::world::{ACME, Customer, Tenant, World, at, new_key};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// From 70% to 260% between two counts: six records, one mail that names the highest.
    async fn a_jump_is_recorded_step_by_step_and_mailed_once(world: World) {
        world.found(&customer("acme", 14_000)).await;
        count(&world, "2026-06-21", 14_000).await;
        assert_eq!(alerts(&world).await, (0, 0));
        count(&world, "2026-06-22", 52_000).await;
        assert_eq!(alerts(&world).await, (6, 1));
        let highest = "SELECT COUNT(*) FROM outbox WHERE kind = 'usage.alert' \
                       AND body LIKE '%\"percent\":250%' AND body LIKE '%\"usage\":52000%'";
        assert_eq!(world.number(highest).await, 1);
        let logged = "SELECT COUNT(*) FROM audit WHERE action = 'usage.alert' \
                      AND description = '52,000 of 20,000 MAU: reached 80%, 100%, 125%, 150%, 200%, 250%'";
        assert_eq!(world.number(logged).await, 1);
        count(&world, "2026-06-23", 52_000).await;
        assert_eq!(alerts(&world).await, (6, 1), "nothing is told twice");
        invariants::hold(&world).await;
    }

    /// The month change resets the alerts; what was recorded stays on record.
    async fn a_new_month_resets_the_alerts(world: World) {
        world.found(&customer("acme", 0)).await;
        count(&world, "2026-06-21", 16_000).await;
        assert_eq!(alerts(&world).await, (1, 1));
        world.move_to("2026-07-02T00:00:00Z");
        backend::jobs::catch_up(&world.services, &ACME).await.unwrap();
        let reset = "SELECT COUNT(*) FROM alert_crossings WHERE period_start = '2026-06-01' \
                     AND reset_at = '2026-07-01T00:00:00.000000Z'";
        assert_eq!(world.number(reset).await, 1);
        count(&world, "2026-07-02", 17_000).await;
        assert_eq!(alerts(&world).await, (2, 2));
        invariants::hold(&world).await;
    }

    /// Ten imports at once, in two processes: each threshold once, one mail.
    async fn concurrent_counts_alert_once(world: World) {
        world.found(&customer("acme", 0)).await;
        world.move_to("2026-06-21T12:00:00Z");
        let worlds = [Arc::new(world.another().await), Arc::new(world)];
        let counting: Vec<_> = (0..10)
            .map(|index: usize| {
                let world = worlds[index % 2].clone();
                tokio::spawn(async move { count_now(&world, "2026-06-21", 20_000).await })
            })
            .collect();
        for outcome in counting {
            outcome.await.unwrap().unwrap();
        }
        assert_eq!(alerts(&worlds[1]).await, (2, 1));
        invariants::hold(&worlds[1]).await;
    }

    /// An upgrade that is too small alerts by its own limit at once (R5, A76).
    async fn an_upgrade_that_is_too_small_alerts(world: World) {
        let tenant = world.found(&customer("acme", 0)).await;
        count(&world, "2026-06-21", 35_000).await;
        assert_eq!(alerts(&world).await, (4, 1));
        world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await;
        let own = "SELECT COUNT(*) FROM alert_crossings WHERE tier = 40000 AND percent = 80";
        assert_eq!((world.number(own).await, alerts(&world).await), (1, (5, 2)));
        invariants::hold(&world).await;
    }

    /// In trial no alert is sent and nothing locks.
    async fn a_trial_neither_alerts_nor_locks(world: World) {
        let mut trial = customer("acme", 0);
        trial.is_trial = true;
        world.found(&trial).await;
        count(&world, "2026-06-21", 70_000).await;
        assert_eq!((alerts(&world).await, lock(&world).await), ((0, 0), UsageLock::CLEAR));
    }

    /// Strictly above 300% (A7): 60,000 of 20,000 alerts, 60,001 locks.
    async fn usage_above_300_percent_locks(world: World) {
        world.found(&customer("acme", 0)).await;
        count(&world, "2026-06-21", 60_000).await;
        assert_eq!((alerts(&world).await, lock(&world).await), ((7, 1), UsageLock::CLEAR));
        count(&world, "2026-06-22", 60_001).await;
        let since = at("2026-06-22T12:00:00Z");
        assert_eq!(lock(&world).await, UsageLock::Overage { since });
        count(&world, "2026-06-23", 61_000).await;
        assert_eq!(lock(&world).await, UsageLock::Overage { since });
        assert_eq!(notified(&world, "usage.locked").await, (1, 1));
        invariants::hold(&world).await;
    }

    /// Row 19: with a policy that waits for the billing date, the month ends before the lock starts, and its
    /// overage is invoiced.
    async fn a_policy_may_wait_for_the_billing_date(world: World) {
        let overage_lock = OverageLock::AtNextBillingDate;
        let world = world.under(Policy { overage_lock, ..Policy::default() });
        world.found(&customer("acme", 0)).await;
        count(&world, "2026-06-22", 60_001).await;
        assert_eq!((notified(&world, "usage.locked").await, lock(&world).await), ((0, 0), UsageLock::CLEAR));
        world.move_to("2026-07-01T00:00:00Z");
        backend::jobs::catch_up(&world.services, &ACME).await.unwrap();
        let since = at("2026-07-01T00:00:00Z");
        assert_eq!(lock(&world).await, UsageLock::Overage { since });
        // 40,001 over at 1.20 for a hundred, a tenth of it for the add-on, and July in advance.
        let billed = world.number("SELECT subtotal_minor FROM invoices").await;
        assert_eq!(billed, 48_001 + 4_800 + 25_000 + 2_000);
        invariants::hold(&world).await;
    }

    /// The lock stays in the next month (A8), and the month is invoiced as usual.
    async fn a_new_month_does_not_unlock(world: World) {
        world.found(&customer("acme", 0)).await;
        count(&world, "2026-06-22", 60_001).await;
        world.move_to("2026-07-02T00:00:00Z");
        backend::jobs::catch_up(&world.services, &ACME).await.unwrap();
        count(&world, "2026-07-02", 100).await;
        assert_eq!(lock(&world).await, UsageLock::Overage { since: at("2026-06-22T12:00:00Z") });
        assert_eq!(notified(&world, "usage.locked").await, (1, 1));
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 1);
        invariants::hold(&world).await;
    }

    /// A wrong upload locks, and its correction unlocks: usage was never above the line. Its alerts are
    /// withdrawn, and are sent again if usage reaches them.
    async fn corrected_figures_withdraw_lock_and_alerts(world: World) {
        world.found(&customer("acme", 0)).await;
        count(&world, "2026-06-21", 210_000).await;
        assert!(matches!(lock(&world).await, UsageLock::Overage { .. }));
        assert_eq!(latched(&world).await, 8);
        count(&world, "2026-06-21", 21_000).await;
        assert_eq!((lock(&world).await, latched(&world).await), (UsageLock::CLEAR, 2));
        for kind in ["usage.locked", "usage.unlocked"] {
            assert_eq!(notified(&world, kind).await, (1, 1), "{kind}: a mail and a line each");
        }
        let said = world.names("SELECT description FROM audit WHERE action = 'usage.unlocked'").await;
        assert_eq!(said, ["figures were corrected to 21,000 of 20,000 MAU: usage was never above the line, \
                           the dashboard is open again"]);
        let said = world.names("SELECT description FROM audit WHERE action = 'usage.alert_withdrawn'").await;
        assert_eq!(said, ["figures were corrected to 21,000 MAU: usage never reached 125%, 150%, 200%, 250%, 300%, 600% of 20,000"]);
        count(&world, "2026-06-22", 26_000).await;
        assert_eq!((latched(&world).await, notified(&world, "usage.alert").await), (3, (2, 2)));
        count(&world, "2026-06-23", 60_001).await;
        assert!(matches!(lock(&world).await, UsageLock::Overage { .. }), "a real one locks again");
        invariants::hold(&world).await;
    }

    /// Corrected, but still above the line; or below it, but locked in the month before: it stays locked.
    async fn a_correction_that_changes_nothing_unlocks_nothing(world: World) {
        world.found(&customer("acme", 0)).await;
        count(&world, "2026-06-21", 80_000).await;
        count(&world, "2026-06-21", 60_001).await;
        let locked = UsageLock::Overage { since: at("2026-06-21T12:00:00Z") };
        assert_eq!(lock(&world).await, locked);
        world.move_to("2026-07-02T00:00:00Z");
        backend::jobs::catch_up(&world.services, &ACME).await.unwrap();
        count(&world, "2026-07-02", 300).await;
        count(&world, "2026-07-02", 100).await;
        assert_eq!(lock(&world).await, locked, "a new month does not unlock (A8)");
        assert_eq!(notified(&world, "usage.unlocked").await, (0, 0));
        invariants::hold(&world).await;
    }

    /// The operator lifts a lock with a reason, once; the month that locked does not lock again, not even at
    /// its close, and the next one may.
    async fn the_operator_lifts_a_lock(world: World) {
        world.found(&customer("acme", 0)).await;
        count(&world, "2026-06-21", 70_000).await;
        assert!(lift(&world, " ").await.unwrap_err().to_string().contains("reason"));
        // It is mailed and kept, so it is checked like every text (RELIABILITY, threats 8 and 16).
        assert!(lift(&world, "see card 4242 4242 4242 4242").await.is_err());
        assert!(lift(&world, "an\u{0} agreement").await.is_err());
        assert_eq!(lift(&world, "an agreement").await.unwrap().to_string(), "2026-07-01");
        let until = Some(at("2026-07-01T00:00:00Z"));
        assert_eq!(lock(&world).await, UsageLock::Clear { lifted_until: until });
        assert_eq!(notified(&world, "usage.lock_lifted").await, (1, 1));
        let said = world.names("SELECT description FROM audit WHERE action = 'usage.lock_lifted'").await;
        assert_eq!(said, ["until July 1, 2026, because an agreement"]);
        let mailed = "SELECT COUNT(*) FROM outbox WHERE kind = 'usage.lock_lifted' AND body LIKE '%an agreement%'";
        assert_eq!(world.number(mailed).await, 1);
        assert!(lift(&world, "again").await.is_err(), "there is no lock");
        count(&world, "2026-06-22", 71_000).await;
        assert_eq!(lock(&world).await, UsageLock::Clear { lifted_until: until });
        world.move_to("2026-07-01T00:00:00Z");
        backend::jobs::catch_up(&world.services, &ACME).await.unwrap();
        assert_eq!(notified(&world, "usage.locked").await, (1, 1), "the close does not lock again");
        count(&world, "2026-07-02", 60_001).await;
        assert!(matches!(lock(&world).await, UsageLock::Overage { .. }));
        invariants::hold(&world).await;
    }

    /// 70,000 users on the 5,000 tier: 20,000 is not enough (350%), 40,000 is (175%).
    async fn an_upgrade_that_the_usage_fits_cures_the_lock(world: World) {
        let mut small = customer("acme", 0);
        small.subscription.tier = 5_000;
        let tenant = world.found(&small).await;
        count(&world, "2026-06-21", 70_000).await;
        let locked = UsageLock::Overage { since: at("2026-06-21T12:00:00Z") };
        assert_eq!(lock(&world).await, locked);
        let done: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(20_000)).await.json();
        assert_eq!((done.state, lock(&world).await), (State::Done, locked));
        let done: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await.json();
        assert_eq!((done.state, lock(&world).await), (State::Done, UsageLock::CLEAR));
        assert_eq!(notified(&world, "usage.unlocked").await, (1, 1));
        let lower: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(20_000)).await.json();
        assert_eq!(lower.state, State::Scheduled);
        invariants::hold(&world).await;
    }

    /// During the lock only an upgrade is accepted; the refusal names the rule, and what lifts it.
    async fn a_lock_refuses_everything_but_an_upgrade(world: World) {
        let tenant = world.found(&customer("acme", 0)).await;
        let first = world.quote(&tenant.admin, &PlanChange::to_tier(5_000)).await.order();
        let key = new_key();
        let scheduled = world.order(&tenant.admin, &key, &first).await;
        count(&world, "2026-06-21", 60_001).await;
        let add_on = || [AddOnId::new("premium-channels")].into();
        for change in [
            PlanChange::to_tier(5_000),
            PlanChange { add: add_on(), ..PlanChange::default() },
            PlanChange { remove: [AddOnId::new("cloud-export")].into(), ..PlanChange::default() },
            PlanChange { add: add_on(), ..PlanChange::to_tier(40_000) },
        ] {
            let problem = world.buy(&tenant.admin, &change).await.problem();
            assert_eq!((problem.code, problem.status), (Code::UpgradeOnly, 409), "{change:?}");
            let sentence = "Nothing was changed: the account is locked for its usage and can only be \
                            upgraded: upgrade to a tier that is high enough for the usage";
            assert_eq!(problem.detail, sentence);
        }
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        let waiting = format!("/scheduled-changes/{}", shown.scheduled[0].id);
        assert_eq!(world.delete(&tenant.admin, &waiting).await.code(), Code::UpgradeOnly);
        let replayed = world.order(&tenant.admin, &key, &first).await;
        assert_eq!((replayed.status, replayed.text), (StatusCode::OK, scheduled.text), "answered before");
        assert_eq!((world.captures().await, world.number("SELECT COUNT(*) FROM plan_changes").await), (0, 1));
        let done: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await.json();
        assert_eq!(done.state, State::Done);
        invariants::hold(&world).await;
    }

    /// The other rows of the access table refuse upgrades too, each with its rule.
    async fn what_every_other_state_forbids(world: World) {
        let tenant = world.found(&customer("acme", 0)).await;
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
        let since = "2026-06-19T00:00:00Z";
        let active = format!("{{\"active\":{{\"since\":\"{since}\"}}}}");
        let failed = "{\"grace\":{\"failed_at\":\"2026-06-01T00:00:00Z\"}}";
        put(&world, &active, failed).await;
        refuses(&world, (&tenant, &order), (Code::PaymentLocked, "pay all open invoices")).await;
        put(&world, &format!("{{\"paused\":{{\"at\":\"{since}\"}}}}"), "\"clear\"").await;
        refuses(&world, (&tenant, &order), (Code::AccountPaused, "which the support team carries out")).await;
        let gone = format!("{{\"cancelled\":{{\"at\":\"{since}\",\"cause\":\"ordered\"}}}}");
        put(&world, &gone, "\"clear\"").await;
        refuses(&world, (&tenant, &order), (Code::AccountCancelled, "sign up again for a new account")).await;
        assert_eq!(world.captures().await, 0);
        invariants::hold(&world).await;
    }
}

/// A customer on the 20,000 tier whose usage so far was not evaluated.
fn customer(id: &str, mau: u64) -> Customer {
    Customer {
        metered: Metered {
            mau,
            data_points: 0,
        },
        ..Customer::new(id)
    }
}

/// Counts this many users on that day, at noon.
async fn count(world: &World, day: &str, mau: u64) {
    world.move_to(&format!("{day}T12:00:00Z"));
    count_now(world, day, mau).await.unwrap();
}

async fn count_now(world: &World, day: &str, mau: u64) -> Result<(), Error> {
    let now = world.services.clock.now();
    let parts = MauParts {
        app: mau,
        ..MauParts::default()
    };
    let counted = [UsageDay {
        project_id: "prj".to_owned(),
        day: day.parse().unwrap(),
        parts,
        data_points: 0,
        counted_at: now,
    }];
    let count = async move |tx: &mut Tx| evaluation::count(tx, &ACME, &counted, now).await;
    let changes = Changes::Account(ACME.clone(), now);
    world.services.store.transaction(changes, count).await
}

async fn lift(world: &World, reason: &str) -> Result<chrono::NaiveDate, Error> {
    let work = evaluation::LiftLock {
        organization_id: ACME.clone(),
        reason: reason.to_owned(),
        until: None,
        now: world.services.clock.now(),
    };
    world.services.store.write(work).await
}

/// The number of thresholds that are latched.
async fn latched(world: &World) -> i64 {
    let latched = "SELECT COUNT(*) FROM alert_crossings WHERE reset_at IS NULL";
    world.number(latched).await
}

/// The number of thresholds that are recorded, and of mails about one.
async fn alerts(world: &World) -> (i64, i64) {
    let recorded = world.number("SELECT COUNT(*) FROM alert_crossings").await;
    (recorded, notified(world, "usage.alert").await.0)
}

/// The number of mails and of log entries of a kind.
async fn notified(world: &World, kind: &str) -> (i64, i64) {
    let mails = format!("SELECT COUNT(*) FROM outbox WHERE kind = '{kind}'");
    let lines = format!("SELECT COUNT(*) FROM audit WHERE action = '{kind}'");
    (world.number(&mails).await, world.number(&lines).await)
}

async fn lock(world: &World) -> UsageLock {
    let mut tx = world.services.store.reading().await.unwrap();
    let state = account_states::find(&mut tx, &ACME).await.unwrap();
    state.usage_lock()
}

/// Writes a state into the database directly.
async fn put(world: &World, lifecycle: &str, dunning: &str) {
    let state = format!(
        "{{\"lifecycle\":{lifecycle},\"dunning\":{dunning},\
         \"usage_lock\":{{\"clear\":{{\"lifted_until\":null}}}},\"as_of\":\"2026-06-19T00:00:00Z\"}}"
    );
    let statement = format!("UPDATE account_states SET state = '{state}'");
    world.run(&statement).await.unwrap();
}

async fn refuses(
    world: &World,
    (tenant, order): (&Tenant, &Order),
    (code, lifted_by): (Code, &str),
) {
    let reply = world.order(&tenant.admin, &new_key(), order).await;
    let problem = reply.problem();
    assert_eq!(problem.code, code);
    assert!(problem.detail.ends_with(lifted_by), "{}", problem.detail);
}
