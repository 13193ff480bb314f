//! A server that was down (SPEC R2): states follow the rules' instants, and nothing is deleted before
//! the notice that announces it was sent three days ago.

use api::account::account_status::{AccountStatus, What};
use api::invoicing::payment::PayOutstanding;
use api::sandbox::{GatewayScript, ScriptedOutcome};
use axum::http::StatusCode;
use backend::demo::travel::travel;
use backend::jobs::{catch_up, planned_jobs, run_due};
use backend::leaving::Reactivate;
use backend::mail;
use backend::store::Engine;
use backend::store::schedule::DeadlineKind;
use billing::access::Condition;
use billing::account::account_state::{AccountEvent, AccountState};
use billing::account::dunning::Dunning;
use billing::account::lifecycle::{self, Lifecycle};
use billing::invoicing::collection::Outstanding;

use super::jobs::replace;
use super::mails::Letters;
use super::world::{ACME, Customer, Tenant, World, at};
use super::{invariants, on_both_databases};

/// When the server starts again.
const START: &str = "2026-10-31T09:00:00Z";
/// Three days later.
const KEPT: &str = "2026-11-03T09:00:00Z";

on_both_databases! {
    /// RELIABILITY 59, fault 45: a payment lock, a trial and a pause that ran out during the downtime.
    async fn nothing_is_deleted_without_notice(world: World) {
        for late in Late::ALL {
            let world = world.fresh().await;
            let tenant = late.stand_still(&world).await;
            foretold(&world, late).await;
            run_due(&world.services, at(START)).await.unwrap();
            lives(&world, &tenant, late).await;
            let mails = format!("SELECT COUNT(*) FROM outbox WHERE kind = '{}'", late.notified());
            assert_eq!(world.number(&mails).await, 1, "{late:?}");
            mail::write_out(&world.services, &Letters::new().mailer()).await.unwrap();
            let text = format!("SELECT text_body FROM mails WHERE kind = '{}'", late.notified());
            let text = world.names(&text).await;
            assert!(text[0].contains("November 3, 2026 at 9:00 AM (UTC)"), "{text:?}");
            world.move_to("2026-11-03T08:59:59Z");
            run_due(&world.services, world.services.clock.now()).await.unwrap();
            lives(&world, &tenant, late).await;
            world.move_to(KEPT);
            run_due(&world.services, at(KEPT)).await.unwrap();
            let ended = format!("SELECT COUNT(*) FROM tombstones WHERE ended_at = '{}'", "2026-11-03T09:00:00.000000Z");
            assert_eq!(world.number(&ended).await, 1, "{late:?}");
            assert_eq!(world.number(&mails).await, 1, "once: {late:?}");
            invariants::hold(&world).await;
        }
    }

    /// The same if a page is requested before the tick; a cure in the last days counts.
    async fn what_is_late_can_still_be_cured(world: World) {
        for late in Late::ALL {
            let world = world.fresh().await;
            let tenant = late.stand_still(&world).await;
            lives(&world, &tenant, late).await;
            world.move_to("2026-11-03T08:59:59Z");
            late.cure(&world, &tenant).await;
            run_due(&world.services, world.services.clock.now()).await.unwrap();
            go(&world, "2026-11-20T00:00:00Z").await;
            assert!(matches!(state(&world).await.lifecycle(), Lifecycle::Active { .. }), "{late:?}");
            assert_eq!(state(&world).await.nominal_end(&Default::default()), None);
            assert_eq!(world.number("SELECT COUNT(*) FROM tombstones").await, 0);
            invariants::hold(&world).await;
        }
    }

    /// Row 17: paid before the lock ran out, and the bank's response was lost in the downtime. The bank is
    /// asked before anything is deleted, also if a page is requested before the tick.
    async fn what_was_paid_in_time_keeps_the_account(world: World) {
        for is_page_first in [false, true] {
            let world = world.fresh().await;
            let tenant = Late::Payment.begin(&world).await;
            go(&world, "2026-07-24T10:00:00Z").await;
            let owed: AccountStatus = world.get(&tenant.admin, "/account-status").await.json();
            let outcomes = vec![ScriptedOutcome::TimeoutAfterCapture];
            let script = world.post(&tenant.admin, "/sandbox/gateway", &GatewayScript { outcomes }).await;
            assert!(script.status.is_success(), "{}", script.text);
            let total = owed.outstanding.unwrap().total;
            let sent = world.pay(&tenant.admin, "pay-july", &PayOutstanding { total }).await;
            assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.text);
            world.move_to(START);
            if is_page_first {
                world.get(&tenant.admin, "/account-status").await;
            }
            run_due(&world.services, at(START)).await.unwrap();
            assert_eq!(world.number("SELECT COUNT(*) FROM tombstones").await, 0);
            assert_eq!(world.number("SELECT COUNT(*) FROM payments").await, 1);
            assert!(matches!(state(&world).await.lifecycle(), Lifecycle::Active { .. }));
            let grace = Dunning::Grace { failed_at: at(START) };
            assert_eq!(state(&world).await.dunning(), grace, "the months since then are declined now");
            invariants::hold(&world).await;
        }
    }

    /// Without a downtime the dates are those of the rules, and a pause is announced once, a week before
    /// its end.
    async fn without_downtime_no_date_moves(world: World) {
        for (late, end) in [
            (Late::Payment, "2026-07-25T00:05:00.000000Z"),
            (Late::Trial, "2026-08-03T00:00:00.000000Z"),
            (Late::Pause, "2026-08-19T10:00:00.000000Z"),
        ] {
            let world = world.fresh().await;
            late.begin(&world).await;
            go(&world, "2026-09-01T00:00:00Z").await;
            let ended = format!("SELECT COUNT(*) FROM tombstones WHERE ended_at = '{end}'");
            assert_eq!(world.number(&ended).await, 1, "{late:?}");
            let notified = "SELECT created_at FROM outbox WHERE kind = 'account.ending'";
            let notified = world.names(notified).await;
            match late {
                Late::Pause => assert_eq!(notified, ["2026-08-12T10:00:00.000000Z"]),
                Late::Payment | Late::Trial => assert!(notified.is_empty(), "{notified:?}"),
            }
        }
    }
}

/// What ran out while the server was down.
#[derive(Debug, Clone, Copy)]
enum Late {
    Payment,
    Trial,
    Pause,
}

impl Late {
    const ALL: [Self; 3] = [Self::Payment, Self::Trial, Self::Pause];

    /// An account that ends if nobody acts.
    async fn begin(self, world: &World) -> Tenant {
        match self {
            Self::Payment => {
                let declines = Customer::new("acme").with_card("sandbox-decline");
                let tenant = world.found(&declines).await;
                world.move_to("2026-07-01T00:05:00Z");
                run_due(&world.services, world.services.clock.now())
                    .await
                    .unwrap();
                tenant
            }
            Self::Trial => {
                let mut trial = Customer {
                    card: None,
                    ..Customer::new("acme")
                };
                trial.is_trial = true;
                world.found(&trial).await
            }
            Self::Pause => {
                let tenant = world.found(&Customer::new("acme")).await;
                let event = AccountEvent::Life(lifecycle::LifecycleEvent::Pause {
                    outstanding: Outstanding::Nothing,
                });
                let now = world.services.clock.now();
                let paused = state(world)
                    .await
                    .after(event, now, &Default::default())
                    .unwrap();
                replace(world, ACME.as_str(), paused).await;
                tenant
            }
        }
    }

    /// As [`Late::begin`], and then nothing runs until long after that end.
    async fn stand_still(self, world: &World) -> Tenant {
        let tenant = self.begin(world).await;
        world.move_to(START);
        tenant
    }

    /// The kind of the notice that announces the end.
    fn notified(self) -> &'static str {
        match self {
            Self::Payment => "payment.locked",
            Self::Trial => "trial.expired",
            Self::Pause => "account.ending",
        }
    }

    fn end(self) -> (DeadlineKind, Condition) {
        match self {
            Self::Payment => (DeadlineKind::LockEnd, Condition::PaymentLock),
            Self::Trial => (DeadlineKind::TrialCancellation, Condition::TrialExpired),
            Self::Pause => (DeadlineKind::PauseEnd, Condition::Paused),
        }
    }

    async fn cure(self, world: &World, tenant: &Tenant) {
        match self {
            Self::Payment => {
                let card = "UPDATE payment_methods SET gateway_token = 'sandbox-success:acme'";
                world.run(card).await.unwrap();
                let account_status: AccountStatus =
                    world.get(&tenant.admin, "/account-status").await.json();
                let total = account_status.outstanding.unwrap().total;
                let order = PayOutstanding { total };
                let paid = world.pay(&tenant.admin, "pay-late", &order).await;
                assert!(paid.status.is_success(), "{}", paid.text);
            }
            Self::Trial => {
                let card = api::sandbox::TestCard::Success;
                let saved = api::sandbox::CardSaved { card };
                let reply = world
                    .post(&tenant.admin, "/sandbox/payment-method", &saved)
                    .await;
                assert!(reply.status.is_success(), "{}", reply.text);
            }
            Self::Pause => {
                catch_up(&world.services, &ACME).await.unwrap();
                let work = Reactivate {
                    organization_id: ACME.clone(),
                    now: world.services.clock.now(),
                };
                world.services.store.write(work).await.unwrap();
            }
        }
    }
}

/// The account exists, and every page has the same date.
async fn lives(world: &World, tenant: &Tenant, late: Late) {
    let (kind, condition) = late.end();
    let account_status: AccountStatus = world.get(&tenant.admin, "/account-status").await.json();
    assert_eq!(world.number("SELECT COUNT(*) FROM tombstones").await, 0);
    let notice = account_status.access.notices[0];
    assert_eq!(notice.condition, condition);
    let next = notice.next.unwrap();
    assert_eq!((next.at, next.kind), (at(KEPT), kind));
    let coming = account_status
        .coming
        .iter()
        .find(|one| one.what == What::Deadline(kind));
    assert_eq!(coming.unwrap().at, Some(at(KEPT)));
    // The page of a paused plan has no calendar file.
    if !matches!(late, Late::Pause) {
        let calendar = world.get(&tenant.admin, "/coming-up.ics").await.text;
        assert!(calendar.contains("DTSTART:20261103T090000Z"), "{calendar}");
    }
    if let Late::Payment = late {
        let failed_at = at("2026-07-01T00:05:00Z");
        assert_eq!(state(world).await.dunning(), Dunning::Locked { failed_at });
    }
}

/// The dry run lists what would be done and the real instant of the end, and changes nothing.
async fn foretold(world: &World, late: Late) {
    let rows = [
        "SELECT COUNT(*) FROM due",
        "SELECT COUNT(*) FROM outbox",
        "SELECT COUNT(*) FROM audit",
        "SELECT COUNT(*) FROM month_closings",
        "SELECT COUNT(*) FROM invoices",
    ];
    let mut before = Vec::new();
    for count in rows {
        before.push(world.number(count).await);
    }
    let planned = planned_jobs(&world.services, at(START)).await.unwrap();
    let ends: Vec<_> = planned
        .iter()
        .filter(|one| one.kind.ends_account())
        .collect();
    assert_eq!(ends.len(), 1, "{planned:?}");
    assert_eq!(
        (ends[0].kind, ends[0].not_before),
        (late.end().0, Some(at(KEPT)))
    );
    let months = planned
        .iter()
        .filter(|one| one.kind == DeadlineKind::MonthChange);
    let months = months.count();
    assert!(months >= 3, "month after month: {planned:?}");
    let mut after = Vec::new();
    for count in rows {
        after.push(world.number(count).await);
    }
    assert_eq!(before, after);
}

async fn go(world: &World, instant: &str) {
    let report = travel(&world.services, at(instant)).await.unwrap().unwrap();
    assert!(report.parked.is_empty(), "{report}");
}

async fn state(world: &World) -> AccountState {
    let mut tx = world.services.store.reading().await.unwrap();
    backend::store::account_states::find(&mut tx, &ACME)
        .await
        .unwrap()
}
