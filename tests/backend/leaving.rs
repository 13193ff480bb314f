//! Pausing and cancelling: the preview, the order, the reactivation (SPEC R13, R14).

use api::Code;
use api::account::account_status::{AccountStatus, What};
use api::account::leaving::{Cancellation, Leaving, Left, Pause, Requested};
use api::invoicing::invoice::Invoices;
use api::invoicing::payment::{PayOutstanding, Payments, PaymentsState};
use api::route::IDEMPOTENCY_KEY;
use api::sandbox::{CardSaved, ClockMove, GatewayScript, ScriptedOutcome, TestCard};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use backend::foundation::error::Error;
use backend::leaving::Reactivate;
use backend::store::Engine;
use billing::Money;
use billing::access::Condition;
use billing::account::deadline::DeadlineKind;
use billing::account::lifecycle::{Cause, Lifecycle};
use billing::account::reason::Reason;
use billing::invoicing::invoice::{InvoiceKind, InvoiceNumber, InvoiceStatus};
use billing::people::permission::Role;
use serde::Serialize;

use super::world::{ACME, Customer, Reply, Tenant, World, at, new_key, request, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// Row 23: a pause takes effect at once, settles the overage that was shown, and acts once.
    async fn a_pause_settles_and_acts_once(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let shown = leaving(&world, &tenant).await;
        assert_eq!((shown.settles.total, shown.settles.lines.len()), (usd("26.40"), 2));
        assert_eq!(shown.pause_ends_at, at("2026-08-19T10:00:00Z"));
        assert_eq!((shown.pause_refused, shown.cancel_refused), (None, None));
        let other = send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("0.00"))).await;
        assert_eq!(other.code(), Code::QuoteChanged);
        assert!(matches!(stands(&world, &tenant).await.lifecycle, Lifecycle::Active { .. }));
        let key = new_key();
        let done = send(&world, &tenant, (&key, "/pause"), &pause(usd("26.40"))).await;
        let left: Left = done.json();
        let again = send(&world, &tenant, (&key, "/pause"), &pause(usd("26.40"))).await;
        assert_eq!((again.status, again.text), (StatusCode::OK, done.text), "the same key, the same answer");
        let reused = send(&world, &tenant, (&key, "/pause"), &pause(usd("0.00"))).await;
        assert_eq!(reused.code(), Code::KeyReused);
        let second = send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("0.00"))).await;
        assert_eq!(second.code(), Code::AccountPaused);
        let account_status = stands(&world, &tenant).await;
        assert_eq!(account_status.lifecycle, Lifecycle::Paused { at: at("2026-06-20T10:00:00Z") });
        assert_eq!(account_status.access.notices[0].next.unwrap().at, at("2026-08-19T10:00:00Z"));
        let finals = "SELECT COUNT(*) FROM invoices WHERE kind = 'final' AND total_minor = 2640";
        assert_eq!((world.number(finals).await, left.invoice.is_some()), (1, true));
        backend::jobs::run_due(&world.services, world.services.clock.now()).await.unwrap();
        assert_eq!(world.captures().await, 1, "it falls due at once");
        for (table, column) in [("audit", "action"), ("outbox", "kind")] {
            let notified = format!("SELECT COUNT(*) FROM {table} WHERE {column} = 'account.paused'");
            assert_eq!(world.number(&notified).await, 1, "{table}");
        }
        invariants::hold(&world).await;
    }

    /// Refused with an outstanding debt, in trial, and to every other role: each refusal names what lifts it.
    async fn a_pause_is_refused_with_its_reason(world: World) {
        let debtor = world.found(&Customer::new("debt").with_card("sandbox-decline")).await;
        let mut trial = Customer::new("trial");
        trial.is_trial = true;
        let trial = world.found(&trial).await;
        let (_, member) = trial.people.iter().find(|(role, _)| *role == Role::Member).unwrap();
        let request = keyed(member, (&new_key(), "/pause"), &pause(usd("0.00")));
        assert_eq!(world.send(request).await.code(), Code::Forbidden);
        let problem = send(&world, &trial, (&new_key(), "/pause"), &pause(usd("0.00"))).await.problem();
        let sentence = "Nothing was changed: a trial cannot be paused: wait until the trial has ended";
        assert_eq!((problem.code, problem.detail.as_str()), (Code::ChangeRefused, sentence));
        go(&world, &debtor, "2026-07-02T00:00:00Z").await;
        let shown = leaving(&world, &debtor).await;
        let refused = shown.pause_refused.unwrap();
        let sentence = "An invoice is still unpaid: pay all open invoices";
        assert_eq!((refused.code, refused.detail.as_str()), (Code::PaymentLocked, sentence));
        let sentence = "Nothing was changed: an invoice is still unpaid: pay all open invoices";
        let total = shown.settles.total;
        let problem = send(&world, &debtor, (&new_key(), "/pause"), &pause(total)).await.problem();
        assert_eq!(problem.detail, sentence);
        invariants::hold(&world).await;
    }

    /// Row 24: requested once, carried out by the operator; the paid month costs nothing (R13).
    async fn a_requested_reactivation_makes_the_paid_month_free(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let early = world.post(&tenant.admin, "/reactivation", &()).await;
        assert_eq!(early.code(), Code::ChangeRefused);
        go(&world, &tenant, "2026-07-02T00:00:00Z").await;
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("0.00"))).await.json::<Left>();
        assert_eq!(world.get(&tenant.admin, "/subscription").await.code(), Code::AccountPaused);
        let asked: Requested = world.post(&tenant.admin, "/reactivation", &()).await.json();
        let again: Requested = world.post(&tenant.admin, "/reactivation", &()).await.json();
        assert!(asked.by.eq_ignore_ascii_case("admin@acme.example"), "{}", asked.by);
        assert_eq!(again, asked);
        assert_eq!(stands(&world, &tenant).await.reactivation, Some(asked));
        go(&world, &tenant, "2026-07-10T00:00:00Z").await;
        assert_eq!(reactivate(&world).await.unwrap(), None, "July was paid");
        let account_status = stands(&world, &tenant).await;
        assert!(matches!(account_status.lifecycle, Lifecycle::Active { .. }));
        assert_eq!((account_status.reactivation, account_status.access.notices.len()), (None, 0));
        let refused = reactivate(&world).await.unwrap_err().to_string();
        assert!(refused.contains("not paused"), "{refused}");
        invariants::hold(&world).await;
    }

    /// Reactivated in a month that was not paid: the rest of it is charged, from that day on (R13).
    async fn a_month_that_was_not_paid_is_charged_for_its_rest(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        go(&world, &tenant, "2026-07-02T00:00:00Z").await;
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("0.00"))).await.json::<Left>();
        go(&world, &tenant, "2026-08-17T00:00:00Z").await;
        let number = reactivate(&world).await.unwrap().unwrap();
        let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        let back = listed.items.iter().find(|item| item.number == number).unwrap();
        // (250.00 + 20.00) × 15 ÷ 31
        assert_eq!((back.kind, back.total), (InvoiceKind::Reactivation, usd("130.65")));
        let scheduled = listed.items.iter().filter(|item| item.kind == InvoiceKind::Scheduled);
        assert_eq!(scheduled.count(), 1, "nothing is charged while it is paused");
        go(&world, &tenant, "2026-09-01T00:00:00Z").await;
        let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        assert_eq!((listed.items[0].kind, listed.items[0].status), (InvoiceKind::Scheduled, InvoiceStatus::Paid));
        invariants::hold(&world).await;
    }

    /// Row 26: reason and word, a final invoice, and only the account status is left; once per key.
    async fn a_cancellation_ends_the_account_once(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let shown = leaving(&world, &tenant).await;
        let counts = shown.counts;
        assert_eq!((counts.projects, counts.users, counts.events, counts.invoices), (1, 4, 1, 0));
        assert_eq!(shown.backups_until, at("2026-08-19T10:00:00Z"));
        for (reason, word, field) in [
            (Reason::Other(" ".to_owned()), "DELETE", "reason"),
            (Reason::LowUsage, "delete", "confirmation"),
            (Reason::LowUsage, "DELETE ", "confirmation"),
        ] {
            let order = cancellation(reason, word, usd("26.40"));
            let problem = send(&world, &tenant, (&new_key(), "/cancellation"), &order).await.problem();
            assert_eq!((problem.code, problem.fields[0].field.as_str()), (Code::InvalidField, field));
        }
        let order = cancellation(Reason::Other("moving on".to_owned()), "DELETE", usd("26.40"));
        let key = new_key();
        let done = send(&world, &tenant, (&key, "/cancellation"), &order).await;
        let left: Left = done.json();
        let again = send(&world, &tenant, (&key, "/cancellation"), &order).await;
        assert_eq!((again.status, again.text), (StatusCode::OK, done.text));
        let other = send(&world, &tenant, (&new_key(), "/cancellation"), &order).await;
        assert_eq!(other.code(), Code::AccountCancelled);
        let account_status = stands(&world, &tenant).await;
        let ended = Lifecycle::Cancelled { at: left.at, cause: Cause::Ordered };
        assert_eq!((account_status.lifecycle, account_status.access.notices[0].condition), (ended, Condition::Cancelled));
        assert_eq!(world.get(&tenant.admin, "/invoices").await.code(), Code::AccountCancelled);
        for table in ["projects", "usage_days", "scheduled_changes"] {
            assert_eq!(world.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
        let finals = "SELECT COUNT(*) FROM invoices WHERE kind = 'final' AND total_minor = 2640";
        assert_eq!(world.number(finals).await, 1);
        let why = "SELECT COUNT(*) FROM departures WHERE kind = 'cancellation' AND reason LIKE '%moving on%'";
        assert_eq!(world.number(why).await, 1);
        invariants::hold(&world).await;
    }

    /// The last invoice of a pause has failed: it is listed and paid by hand, then the plan is reactivated
    /// (R13, A63, A113).
    async fn a_debt_of_a_pause_is_paid_before_reactivation(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("26.40"))).await.json::<Left>();
        go(&world, &tenant, "2026-06-21T10:00:00Z").await;
        let refused = reactivate(&world).await.unwrap_err().to_string();
        assert!(refused.contains("an invoice is still unpaid: pay all open invoices"), "{refused}");
        let owed = stands(&world, &tenant).await.outstanding.unwrap();
        assert_eq!((owed.due, owed.invoices[0].is_due), (usd("26.40"), true));
        let order = PayOutstanding { total: usd("26.40") };
        let declined = world.pay(&tenant.admin, &new_key(), &order).await;
        assert_eq!(declined.code(), Code::PaymentDeclined);
        assert!(declined.problem().detail.contains("$26.40 is still to be paid"), "{}", declined.text);
        script(&world, &tenant, &[ScriptedOutcome::Success]).await;
        let paid: Payments = world.pay(&tenant.admin, &new_key(), &order).await.json();
        assert_eq!((paid.state, paid.left), (PaymentsState::Paid, usd("0.00")));
        assert_eq!(stands(&world, &tenant).await.outstanding, None);
        reactivate(&world).await.unwrap();
        assert!(matches!(stands(&world, &tenant).await.lifecycle, Lifecycle::Active { .. }));
        invariants::hold(&world).await;
    }

    /// The same with another card, which pays the failed invoice when it is saved.
    async fn another_card_pays_the_debt_of_a_pause(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("26.40"))).await.json::<Left>();
        go(&world, &tenant, "2026-06-21T10:00:00Z").await;
        let card = CardSaved { card: TestCard::Success };
        assert!(world.post(&tenant.admin, "/sandbox/payment-method", &card).await.status.is_success());
        assert_eq!((stands(&world, &tenant).await.outstanding, world.captures().await), (None, 1));
        assert!(reactivate(&world).await.is_ok());
        invariants::hold(&world).await;
    }

    /// The same in rupees: before its debit and after it has failed, and the bank asks.
    async fn a_debt_of_a_pause_in_rupees_is_paid_by_hand(world: World) {
        for later in [None, Some("2026-06-22T10:00:00Z")] {
            let world = world.fresh().await;
            let customer = Customer::new("acme").with_card("sandbox-authentication").in_rupees();
            let tenant = world.found(&customer).await;
            let total = leaving(&world, &tenant).await.settles.total;
            send(&world, &tenant, (&new_key(), "/pause"), &pause(total)).await.json::<Left>();
            let coming = stands(&world, &tenant).await.coming;
            let debit = coming.iter().find(|one| one.what == What::Deadline(DeadlineKind::EarliestDebit)).unwrap();
            assert_eq!(debit.at, Some(at("2026-06-21T10:00:00Z")));
            if let Some(later) = later {
                go(&world, &tenant, later).await;
            }
            assert_eq!(stands(&world, &tenant).await.outstanding.unwrap().due, total);
            let order = PayOutstanding { total };
            let open = world.pay(&tenant.admin, &new_key(), &order).await;
            assert_eq!((open.status, open.json::<Payments>().state), (StatusCode::ACCEPTED, PaymentsState::Authentication));
            assert!(stands(&world, &tenant).await.authentication.unwrap().invoice.is_some());
            script(&world, &tenant, &[ScriptedOutcome::Success]).await;
            let paid: Payments = world.get(&tenant.admin, "/outstanding/payments").await.json();
            assert_eq!(paid.state, PaymentsState::Paid);
            assert!(reactivate(&world).await.is_ok());
            invariants::hold(&world).await;
        }
    }

    /// Row 26: nobody has to wait for the end of a pause, or pay, to have their data deleted; and the month
    /// that the pause has settled is not invoiced again (A191).
    async fn a_paused_account_is_cancelled_from_its_page(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("26.40"))).await.json::<Left>();
        go(&world, &tenant, "2026-06-22T10:00:00Z").await;
        let shown = leaving(&world, &tenant).await;
        assert_eq!((shown.settles.total, shown.cancel_refused), (usd("0.00"), None));
        let order = cancellation(Reason::LowUsage, "DELETE", usd("0.00"));
        let left: Left = send(&world, &tenant, (&new_key(), "/cancellation"), &order).await.json();
        assert_eq!(left.invoice, None);
        let ended = Lifecycle::Cancelled { at: at("2026-06-22T10:00:00Z"), cause: Cause::Ordered };
        assert_eq!(stands(&world, &tenant).await.lifecycle, ended);
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM projects").await, 0);
        invariants::hold(&world).await;
    }

    /// Row 25: a pause that nobody ends cancels the account after sixty days.
    async fn a_pause_that_runs_out_ends_the_account(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("26.40"))).await.json::<Left>();
        go(&world, &tenant, "2026-08-19T09:59:59Z").await;
        assert!(matches!(stands(&world, &tenant).await.lifecycle, Lifecycle::Paused { .. }));
        go(&world, &tenant, "2026-08-19T10:00:00Z").await;
        let ended = Lifecycle::Cancelled { at: at("2026-08-19T10:00:00Z"), cause: Cause::PauseExpired };
        assert_eq!(stands(&world, &tenant).await.lifecycle, ended);
        invariants::hold(&world).await;
    }
}

pub(super) async fn leaving(world: &World, tenant: &Tenant) -> Leaving {
    world.get(&tenant.admin, "/leaving").await.json()
}

async fn stands(world: &World, tenant: &Tenant) -> AccountStatus {
    world.get(&tenant.admin, "/account-status").await.json()
}

pub(super) async fn reactivate(world: &World) -> Result<Option<InvoiceNumber>, Error> {
    let work = Reactivate {
        organization_id: ACME.clone(),
        now: world.services.clock.now(),
    };
    world.services.store.write(work).await
}

async fn script(world: &World, tenant: &Tenant, outcomes: &[ScriptedOutcome]) {
    let script = GatewayScript {
        outcomes: outcomes.to_vec(),
    };
    let reply = world.post(&tenant.admin, "/sandbox/gateway", &script).await;
    assert!(reply.status.is_success(), "{}", reply.text);
}

/// Moves the clock as the sandbox does, and runs what falls due on the way.
pub(super) async fn go(world: &World, tenant: &Tenant, instant: &str) {
    let to = ClockMove { now: at(instant) };
    let moved = world.post(&tenant.admin, "/sandbox/clock", &to).await;
    assert!(moved.status.is_success(), "{}", moved.text);
}

pub(super) fn pause(agreed: Money) -> Pause {
    Pause { agreed }
}

pub(super) fn cancellation(reason: Reason, confirmation: &str, agreed: Money) -> Cancellation {
    Cancellation {
        reason,
        confirmation: confirmation.to_owned(),
        agreed,
    }
}

pub(super) async fn send(
    world: &World,
    tenant: &Tenant,
    order: (&str, &str),
    body: &impl Serialize,
) -> Reply {
    world.send(keyed(&tenant.admin, order, body)).await
}

fn keyed(
    token: &str,
    (key, path): (&str, &str),
    body: &impl Serialize,
) -> axum::http::Request<Body> {
    request(Method::POST, token, path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(IDEMPOTENCY_KEY, key)
        .body(Body::from(serde_json::to_string(body).unwrap()))
        .unwrap()
}
