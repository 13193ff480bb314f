//! No constant duplicates the operator's policy: every value of it is set to something unusual, and
//! the program follows it (SPEC 9).

use api::account::account_status::{AccountStatus, What};
use api::account::leaving::{Leaving, Left};
use api::plan::plan_change::{PlanChange as Sent, State};
use axum::http::StatusCode;
use backend::demo::travel::travel;
use backend::store::Engine;
use billing::access::Condition;
use billing::account::deadline::DeadlineKind;
use billing::account::reason::Reason;
use billing::catalog::policy::{AfaLimit, OverageLock, Policy, RetentionMonths};
use billing::metering::usage::Metered;
use billing::{CurrencyCode, PlanChange};
use chrono::{DateTime, Utc};

use super::leaving::{cancellation, pause, send};
use super::on_both_databases;
use super::world::{Customer, Tenant, World, at, new_key, usd};

/// A policy whose values all differ from those of the documents.
fn unusual() -> Policy {
    // Without `..`, so that a new field has to be set here.
    Policy {
        trial_days: 21,
        trial_lock_days: 5,
        trial_cancel_days: 3,
        grace_days: 2,
        lock_days: 4,
        pause_days: 11,
        backup_purge_days: 13,
        retention_months: RetentionMonths {
            essentials: 7,
            basic: 2,
        },
        predebit_hours: 31,
        afa_limits: vec![AfaLimit {
            currency: CurrencyCode::USD,
            limit_minor: 9_000,
            effective_from: "2020-01-01".parse().unwrap(),
        }],
        authentication_minutes: 7,
        overage_lock: OverageLock::Off,
    }
}

on_both_databases! {
    /// Trial, lock and cancellation of a trial without a card.
    async fn the_days_of_a_trial(world: World) {
        let world = world.under(unusual());
        let mut customer = Customer { card: None, ..unused() };
        customer.is_trial = true;
        let tenant = world.found(&customer).await;
        assert_eq!(coming(&world, &tenant, DeadlineKind::TrialLock).await, Some(at("2026-07-06T00:00:00Z")));
        assert_eq!(coming(&world, &tenant, DeadlineKind::TrialEnd).await, Some(at("2026-07-11T00:00:00Z")));
        assert_eq!(coming(&world, &tenant, DeadlineKind::TrialCancellation).await, Some(at("2026-07-14T00:00:00Z")));
        to(&world, "2026-07-06T00:00:00Z").await;
        assert!(is(&world, &tenant, Condition::TrialBillingMissing).await);
        to(&world, "2026-07-11T00:00:00Z").await;
        assert!(is(&world, &tenant, Condition::TrialExpired).await);
    }

    /// Grace and lock.
    async fn the_days_of_grace_and_lock(world: World) {
        let world = world.under(unusual());
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        to(&world, "2026-07-01T00:00:00Z").await;
        assert_eq!(coming(&world, &tenant, DeadlineKind::GraceEnd).await, Some(at("2026-07-03T00:00:00Z")));
        assert_eq!(coming(&world, &tenant, DeadlineKind::LockEnd).await, Some(at("2026-07-07T00:00:00Z")));
        to(&world, "2026-07-03T00:00:00Z").await;
        assert!(is(&world, &tenant, Condition::PaymentLock).await);
    }

    /// The pause, and the backups after a cancellation.
    async fn the_days_of_a_pause_and_of_backups(world: World) {
        let world = world.under(unusual());
        let tenant = world.found(&unused()).await;
        let shown: Leaving = world.get(&tenant.admin, "/leaving").await.json();
        assert_eq!(shown.pause_ends_at, at("2026-07-01T10:00:00Z"));
        assert_eq!(shown.backups_until, at("2026-07-03T10:00:00Z"));
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("0.00"))).await.json::<Left>();
        assert_eq!(coming(&world, &tenant, DeadlineKind::PauseEnd).await, Some(at("2026-07-01T10:00:00Z")));
        let order = cancellation(Reason::LowUsage, "DELETE", usd("0.00"));
        send(&world, &tenant, (&new_key(), "/cancellation"), &order).await.json::<Left>();
        assert_eq!(coming(&world, &tenant, DeadlineKind::BackupPurge).await, Some(at("2026-07-03T10:00:00Z")));
    }

    /// How long events are kept.
    async fn the_months_of_events(world: World) {
        let world = world.under(unusual());
        let tenant = world.found(&unused()).await;
        let data: api::data::Data = world.get(&tenant.admin, "/data").await.json();
        assert_eq!(data.retention_months, 7);
    }

    /// The notice of a debit in rupees.
    async fn the_hours_of_a_notice(world: World) {
        let world = world.under(unusual());
        let tenant = world.found(&Customer::new("acme").in_rupees()).await;
        to(&world, "2026-07-01T00:00:00Z").await;
        assert_eq!(coming(&world, &tenant, DeadlineKind::EarliestDebit).await, Some(at("2026-07-02T07:00:00Z")));
        let debit = "SELECT COUNT(*) FROM collections WHERE debit_at LIKE '2026-07-02T07:00:00%'";
        assert_eq!(world.number(debit).await, 1);
    }

    /// Which payments need a confirmation, and how long the bank waits: for an order, and for an invoice.
    async fn the_minutes_and_the_limit_of_a_confirmation(world: World) {
        let world = world.under(unusual());
        let tenant = world.found(&Customer::new("acme")).await;
        let ordered = world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await;
        assert_eq!(ordered.status, StatusCode::ACCEPTED, "dollars have a limit here");
        let ordered: Sent = ordered.json();
        let expires = at("2026-06-20T10:07:00Z");
        assert_eq!(ordered.state, State::Authentication { expires });
        to(&world, "2026-06-20T10:06:59Z").await;
        let path = format!("/plan-changes/{}", ordered.id);
        assert_eq!(world.get(&tenant.admin, &path).await.json::<Sent>().state, ordered.state);
        to(&world, "2026-06-20T10:07:00Z").await;
        assert_eq!(world.get(&tenant.admin, &path).await.json::<Sent>().state, State::Expired);
        to(&world, "2026-07-01T00:00:00Z").await;
        let account_status: AccountStatus = world.get(&tenant.admin, "/account-status").await.json();
        let order = api::invoicing::payment::PayOutstanding { total: account_status.outstanding.unwrap().due };
        let open: api::invoicing::payment::Payments = world.pay(&tenant.admin, &new_key(), &order).await.json();
        assert_eq!(open.expires, Some(at("2026-07-01T00:07:00Z")));
    }

    /// Whether usage locks.
    async fn the_lock_for_usage(world: World) {
        let world = world.under(unusual());
        let tenant = world.found(&unused()).await;
        let program = world.program(&tenant, 30).await;
        assert!(world.send_users(&program, 60_001).await.status.is_success());
        assert!(!is(&world, &tenant, Condition::OverageLock).await);
    }
}

fn unused() -> Customer {
    Customer {
        metered: Metered::default(),
        ..Customer::new("acme")
    }
}

async fn to(world: &World, instant: &str) {
    let report = travel(&world.services, at(instant)).await.unwrap().unwrap();
    assert!(report.parked.is_empty(), "{report}");
}

async fn account_status(world: &World, tenant: &Tenant) -> AccountStatus {
    world.get(&tenant.admin, "/account-status").await.json()
}

async fn is(world: &World, tenant: &Tenant, condition: Condition) -> bool {
    let notices = account_status(world, tenant).await.access.notices;
    notices.iter().any(|notice| notice.condition == condition)
}

async fn coming(world: &World, tenant: &Tenant, kind: DeadlineKind) -> Option<DateTime<Utc>> {
    let coming = account_status(world, tenant).await.coming;
    let mut coming = coming.into_iter();
    coming.find(|one| one.what == What::Deadline(kind))?.at
}
