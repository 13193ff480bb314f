//! Mails agree with the screens (RELIABILITY 63): in every state in which a debit may fail or a lock may
//! start, what works, what comes next and the links are those of `GET /account-status`.

use api::account::account_status::{AccountStatus, What};
use api::account::leaving::Left;
use api::route::BASE;
use api::sandbox::{GatewayScript, ScriptedOutcome};
use backend::mail;
use backend::mail::figures;
use backend::store::Engine;
use billing::access::{Gate, OrganizationAccess, Works};
use billing::account::deadline::DeadlineKind;
use billing::account::reason::Reason;

use super::Letters;
use crate::backend::leaving::{cancellation, go, pause, send};
use crate::backend::on_both_databases;
use crate::backend::world::{Customer, Tenant, World, at, new_key, usd};

on_both_databases! {
    /// In grace everything works, the lock and the cancellation are announced, and invoices can be paid.
    async fn a_failed_payment_in_grace(world: World) {
        let tenant = world.found(&debtor()).await;
        go(&world, &tenant, "2026-07-01T00:00:00Z").await;
        let text = notified(&world, &tenant, "payment.failed").await;
        for says in [
            "Everything goes on working for now.",
            "The dashboard locks: July 11, 2026 at 12:00 AM (UTC)",
            "The account is cancelled: July 25, 2026 at 12:00 AM (UTC)",
            "Reason: the account of the payment method does not have enough funds",
            "/invoices",
        ] {
            assert!(text.contains(says), "{says}: {text}");
        }
    }

    /// During a lock the mail names what is closed and the day of the cancellation, and links to My Plan.
    async fn a_payment_lock(world: World) {
        let tenant = world.found(&debtor()).await;
        go(&world, &tenant, "2026-07-11T00:00:00Z").await;
        let text = notified(&world, &tenant, "payment.locked").await;
        for says in ["Dashboard: closed", "To open it again, pay all open invoices.", "July 25, 2026 at 12:00 AM (UTC)", "/plan\n"] {
            assert!(text.contains(says), "{says}: {text}");
        }
    }

    /// In a pause nothing works and no lock follows, only the deletion; the mail links to the pause's page.
    async fn a_failed_payment_in_a_pause(world: World) {
        let tenant = world.found(&debtor()).await;
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("26.40"))).await.json::<Left>();
        go(&world, &tenant, "2026-06-20T10:00:01Z").await;
        let text = notified(&world, &tenant, "payment.failed").await;
        for says in ["Data that comes in: closed", "The account is deleted: August 19, 2026 at 10:00 AM (UTC)", "My Plan: https://app.prorata.example/plan"] {
            assert!(text.contains(says), "{says}: {text}");
        }
        for lie in ["goes on working", "The dashboard locks", "The account is cancelled", "/invoices"] {
            assert!(!text.contains(lie), "{lie}: {text}");
        }
        notified(&world, &tenant, "account.paused").await;
        notified(&world, &tenant, "invoice.issued").await;
    }

    /// After a cancellation nothing works, nothing locks, and the mail links to no page.
    async fn a_failed_payment_of_a_final_invoice(world: World) {
        let tenant = world.found(&debtor()).await;
        let order = cancellation(Reason::LowUsage, "DELETE", usd("26.40"));
        send(&world, &tenant, (&new_key(), "/cancellation"), &order).await.json::<Left>();
        go(&world, &tenant, "2026-06-20T10:00:01Z").await;
        let text = notified(&world, &tenant, "payment.failed").await;
        assert!(text.contains("Dashboard: closed") && text.contains("no page is left to pay it on"), "{text}");
        for lie in ["goes on working", "The dashboard locks", "The account is cancelled:", "https://"] {
            assert!(!text.contains(lie), "{lie}: {text}");
        }
        notified(&world, &tenant, "account.cancelled").await;
        notified(&world, &tenant, "invoice.issued").await;
    }

    /// The notice of a debit above the limit says that the bank asks, and until when one can act.
    async fn a_debit_that_must_be_confirmed(world: World) {
        let tenant = world.found(&Customer::new("acme").in_rupees()).await;
        go(&world, &tenant, "2026-07-01T00:00:00Z").await;
        let text = notified(&world, &tenant, "payment.notice").await;
        for says in ["Your bank asks you to confirm this debit", "Not debited before: July 2, 2026 at 12:00 AM (UTC)"] {
            assert!(text.contains(says), "{says}: {text}");
        }
        notified(&world, &tenant, "invoice.issued").await;
        go(&world, &tenant, "2026-07-02T00:00:00Z").await;
        let text = notified(&world, &tenant, "payment.failed").await;
        assert!(text.contains("Reason: it has to be confirmed at the bank"), "{text}");
    }

    /// A scheduled debit that the bank unexpectedly wants confirmed: the mail says until when.
    async fn a_bank_that_asks_at_midnight(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let outcomes = vec![ScriptedOutcome::Authentication];
        world.post(&tenant.admin, "/sandbox/gateway", &GatewayScript { outcomes }).await;
        go(&world, &tenant, "2026-07-01T00:00:00Z").await;
        let text = notified(&world, &tenant, "payment.authentication").await;
        assert!(text.contains("Confirm before: July 1, 2026 at 12:30 AM (UTC)"), "{text}");
        let account_status: AccountStatus = world.get(&tenant.admin, "/account-status").await.json();
        assert_eq!(account_status.authentication.unwrap().expires, at("2026-07-01T00:30:00Z"));
    }

    /// One lock ends and another stays: the mail says which, and how that is lifted.
    async fn a_lock_that_is_left(world: World) {
        let tenant = world.found(&debtor()).await;
        let program = world.program(&tenant, 30).await;
        go(&world, &tenant, "2026-07-11T00:00:00Z").await;
        assert!(world.send_users(&program, 60_001).await.status.is_success());
        let text = notified(&world, &tenant, "usage.locked").await;
        assert!(text.contains("To open it again, pay all open invoices; then upgrade"), "{text}");
        let outcomes = vec![ScriptedOutcome::Success; 2];
        world.post(&tenant.admin, "/sandbox/gateway", &GatewayScript { outcomes }).await;
        let account_status: AccountStatus = world.get(&tenant.admin, "/account-status").await.json();
        let order = api::invoicing::payment::PayOutstanding { total: account_status.outstanding.unwrap().due };
        assert!(world.pay(&tenant.admin, &new_key(), &order).await.status.is_success());
        let text = notified(&world, &tenant, "payment.cleared").await;
        assert!(text.contains("The dashboard is still closed") && text.contains("upgrade to a tier"), "{text}");
    }
}

fn debtor() -> Customer {
    Customer::new("acme").with_card("sandbox-decline")
}

/// The latest mail of a kind, compared with the current account status.
async fn notified(world: &World, tenant: &Tenant, kind: &str) -> String {
    let letters = Letters::new();
    let report = mail::send_due(&world.services, &letters.mailer())
        .await
        .unwrap();
    assert_eq!(report.parked, 0, "{kind}");
    let latest = format!("SELECT text_body FROM mails WHERE kind = '{kind}' ORDER BY position");
    let text = world.names(&latest).await.pop().unwrap_or_default();
    assert!(!text.is_empty(), "no {kind}");
    let account_status: AccountStatus = world.get(&tenant.admin, "/account-status").await.json();
    works_as_it_says(&text, account_status.access.works);
    comes_as_it_says(&text, &account_status);
    leads_where_one_can_go(&text, account_status.access.works.organization);
    text
}

fn works_as_it_says(text: &str, works: Works) {
    let columns = [
        ("Dashboard", works.dashboard),
        ("Exports", works.exports),
        ("Data that comes in", works.ingestion),
        ("Running campaigns", works.campaigns),
    ];
    for (name, gate) in columns {
        if text.contains("Everything goes on working") {
            assert_eq!(gate, Gate::Open, "{name}: {text}");
        }
        let is_open = text.contains(&format!("{name}: works"));
        let is_shut = text.contains(&format!("{name}: closed"));
        assert!(!(is_open && gate == Gate::Shut), "{name}: {text}");
        assert!(!(is_shut && gate == Gate::Open), "{name}: {text}");
    }
}

/// The events that the mail announces are those of the account status, at the same instant.
fn comes_as_it_says(text: &str, account_status: &AccountStatus) {
    let labels: [(&str, &[DeadlineKind]); 5] = [
        (
            "The dashboard locks",
            &[DeadlineKind::GraceEnd, DeadlineKind::TrialLock],
        ),
        (
            "The account is cancelled",
            &[DeadlineKind::LockEnd, DeadlineKind::TrialCancellation],
        ),
        ("The account is deleted", &[DeadlineKind::PauseEnd]),
        ("The trial ends", &[DeadlineKind::TrialEnd]),
        ("Not debited before", &[DeadlineKind::EarliestDebit]),
    ];
    for (label, kinds) in labels {
        let mut lines = text.lines();
        let Some(line) = lines.find_map(|line| line.trim().strip_prefix(&format!("{label}: ")))
        else {
            continue;
        };
        let coming = account_status.coming.iter().filter(|one| match one.what {
            What::Deadline(kind) => kinds.contains(&kind),
            What::Change(_) | What::Alert(_) => false,
        });
        let coming: Vec<_> = coming
            .filter_map(|one| one.at)
            .map(|at| figures::instant(at, account_status.offset_minutes))
            .collect();
        assert!(
            coming.iter().any(|at| at == line),
            "{label}: {line}: {coming:?}"
        );
    }
}

fn leads_where_one_can_go(text: &str, organization: OrganizationAccess) {
    let links: Vec<_> = text
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("https://app.prorata.example"))
        .collect();
    assert!(links.iter().all(|path| !path.starts_with(BASE)), "{text}");
    match organization {
        OrganizationAccess::Admins => assert!(!links.is_empty(), "{text}"),
        OrganizationAccess::ReactivationPage => assert_eq!(links, ["/plan"], "{text}"),
        OrganizationAccess::Closed => assert!(links.is_empty(), "{text}"),
    }
}
