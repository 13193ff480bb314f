//! Notifications as mails (SPEC R10, R12; RELIABILITY fault 39): each recipient once, whatever the mail
//! server does, and no payment waits for it.

use std::sync::Arc;

use api::invoicing::invoice::Invoices;
use api::plan::subscription::Subscription;
use api::route::BASE;
use api::sandbox::mailbox::{Mail, MailState, Mailbox};
use axum::http::{StatusCode, header};
use backend::mail::{self, Report};
use backend::notification::Notification;
use backend::store::records::outbox;
use backend::store::{Engine, Tx};
use billing::access::alert;
use billing::people::permission::Role;
use billing::{AddOnId, PlanChange};

use super::world::{ACME, Customer, Tenant, World, at, usd};
use super::{invariants, on_both_databases};

mod every_kind;
mod post;
mod truth;

pub(super) use post::Letters;
use post::{Server, Talk, mailer};

on_both_databases! {
    /// An upgrade: one mail to each admin, with the figures of the invoice, as text and as HTML.
    async fn a_change_is_mailed_to_every_admin(world: World) {
        let tenant = world.found(&customer("acme")).await;
        let letters = Letters::new();
        upgrade(&world, &tenant).await;
        let report = mail::send_due(&world.services, &letters.mailer()).await.unwrap();
        assert_eq!(report, Report { written: 2, sent: 2, ..Report::default() });
        let [changed, invoice] = &letters.read()[..] else { panic!("two letters") };
        for letter in [changed, invoice] {
            assert_eq!(letter.header("To"), "Admin@acme.example".to_lowercase());
            assert_eq!(letter.header("From"), "Prorata <billing@prorata.example>");
            assert_eq!(letter.header("Date"), "Sat, 20 Jun 2026 10:00:00 +0000");
            assert!(letter.header("Message-ID").ends_with("@prorata.example>"));
            assert!(letter.text.contains("multipart/alternative"), "{}", letter.text);
        }
        let (changed, invoice) = match invoice.header("Subject").starts_with("Invoice") {
            true => (changed, invoice),
            false => (invoice, changed),
        };
        assert_eq!(changed.header("Subject"), "acme: the plan is changed");
        assert_eq!(invoice.header("Subject"), "Invoice ACME-2627-00001: $91.67");
        assert!(invoice.text.contains("From 20,000 to 40,000 MAU: $91.67"), "{}", invoice.text);
        let issued: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        assert_eq!(issued.items[0].total, usd("91.67"));
        let again = mail::send_due(&world.services, &letters.mailer()).await.unwrap();
        assert!(again.is_empty() && letters.read().len() == 2, "{again}");
    }

    /// Scheduling and withdrawing send mails too, with the names of the add-ons.
    async fn a_scheduled_change_is_mailed(world: World) {
        let tenant = world.found(&customer("acme")).await;
        let remove = [AddOnId::new("cloud-export")].into();
        world.buy(&tenant.admin, &PlanChange { remove, ..PlanChange::default() }).await;
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        let path = format!("/scheduled-changes/{}", shown.scheduled[0].id);
        world.delete(&tenant.admin, &path).await;
        let letters = Letters::new();
        mail::send_due(&world.services, &letters.mailer()).await.unwrap();
        let [scheduled, withdrawn] = &letters.read()[..] else { panic!("two letters") };
        assert_eq!(scheduled.header("Subject"), "acme: a change of the plan is scheduled");
        assert!(scheduled.text.contains("From: July 1, 2026"), "{}", scheduled.text);
        assert_eq!(withdrawn.header("Subject"), "acme: a scheduled change is withdrawn");
        for letter in [scheduled, withdrawn] {
            assert!(letter.text.contains("Add-on removed: Cloud Export"), "{}", letter.text);
        }
    }

    /// A mail server that is down only delays its mails.
    async fn a_mail_server_outage_only_delays_mails(world: World) {
        let tenant = world.found(&customer("acme")).await;
        let server = Server::down().await;
        let mailer = mailer(&server.address());
        let done = upgrade(&world, &tenant).await;
        assert_eq!(done, StatusCode::OK, "the order does not wait");
        let first = mail::send_due(&world.services, &mailer).await.unwrap();
        assert_eq!((first.written, first.sent, first.delayed, first.parked), (2, 0, 1, 0));
        let at_once = mail::send_due(&world.services, &mailer).await.unwrap();
        assert_eq!((at_once.delayed, at_once.sent), (1, 0), "the other mail is tried; the first rests");
        assert!(mail::send_due(&world.services, &mailer).await.unwrap().is_empty(), "both rest");
        let tried = "SELECT COUNT(*) FROM mails WHERE attempts = 1 AND last_failure IS NOT NULL \
                     AND sent_at IS NULL AND parked IS NULL";
        assert_eq!(world.number(tried).await, 2);
        mailer.clock.move_to(mailer.clock.now() + chrono::TimeDelta::minutes(1)).unwrap();
        let server = server.up(Talk::Takes).await;
        let second = mail::send_due(&world.services, &mailer).await.unwrap();
        assert_eq!((second.sent, second.delayed), (2, 0));
        assert_eq!(server.taken(), 2);
        invariants::hold(&world).await;
    }

    /// Refused permanently: parked with the server's words. Refused temporarily: retried.
    async fn a_refusal_is_permanent_or_temporary(world: World) {
        world.found(&customer("acme")).await;
        post(&world, alert(80)).await;
        let server = Server::down().await.up(Talk::Later).await;
        let mailer = mailer(&server.address());
        let later = mail::send_due(&world.services, &mailer).await.unwrap();
        assert_eq!((later.delayed, later.parked), (1, 0));
        server.says(Talk::Never);
        mailer.clock.move_to(mailer.clock.now() + chrono::TimeDelta::hours(1)).unwrap();
        let never = mail::send_due(&world.services, &mailer).await.unwrap();
        assert_eq!((never.delayed, never.parked), (0, 1));
        let why = "SELECT COUNT(*) FROM mails WHERE parked LIKE '%no such reader%' AND attempts = 2";
        assert_eq!(world.number(why).await, 1);
        mailer.clock.move_to(mailer.clock.now() + chrono::TimeDelta::days(9)).unwrap();
        assert!(mail::send_due(&world.services, &mailer).await.unwrap().is_empty());
    }

    /// Mails are sent in the order of their causes, whatever order they were found in.
    async fn mails_keep_the_order_of_their_causes(world: World) {
        world.found(&customer("acme")).await;
        let percents = [80, 100, 125, 150, 200, 250, 300, 600, 700, 800, 900, 950];
        for percent in percents {
            post(&world, alert(percent)).await;
        }
        let letters = Letters::new();
        mail::send_due(&world.services, &letters.mailer()).await.unwrap();
        let notified: Vec<_> = letters.read().iter().map(|letter| letter.header("Subject")).collect();
        let expected = percents.map(|percent| format!("acme: {percent}% of the plan's users reached"));
        assert_eq!(notified, expected);
    }

    /// Two processes, many notifications: each mail is sent once.
    async fn two_processes_send_no_mail_twice(world: World) {
        world.found(&customer("acme")).await;
        for percent in [80, 100, 125, 150, 200, 250, 300, 600] {
            post(&world, alert(percent)).await;
        }
        let letters = Letters::new();
        let worlds = [Arc::new(world.another().await), Arc::new(world)];
        let sending = worlds.iter().cycle().take(6).map(|world| {
            let (world, mailer) = (Arc::clone(world), letters.mailer());
            tokio::spawn(async move { mail::send_due(&world.services, &mailer).await })
        });
        let mut sent = 0;
        for sending in sending.collect::<Vec<_>>() {
            // SQLite may make one of them retry later; nothing is lost by that.
            sent += sending.await.unwrap().map_or(0, |report| report.sent);
        }
        sent += mail::send_due(&worlds[1].services, &letters.mailer()).await.unwrap().sent;
        assert_eq!((sent, letters.handed_over(), letters.read().len()), (8, 8, 8));
    }

    /// A process that dies after sending and before recording it sends the same mail again, with the same id.
    async fn a_mail_that_is_handed_over_twice_is_one_mail(world: World) {
        world.found(&customer("acme")).await;
        post(&world, alert(100)).await;
        let letters = Letters::new();
        mail::send_due(&world.services, &letters.mailer()).await.unwrap();
        let id = letters.read()[0].header("Message-ID");
        world.run("UPDATE mails SET sent_at = NULL, held_until = '2000-01-01T00:00:00.000000Z'").await.unwrap();
        mail::send_due(&world.services, &letters.mailer()).await.unwrap();
        let again = letters.read();
        assert_eq!((letters.handed_over(), again.len(), again[0].header("Message-ID")), (2, 1, id));
    }

    /// A mail of a kind without a template is parked, and does not delay the mails after it.
    async fn an_unknown_kind_is_parked_not_lost(world: World) {
        world.found(&customer("acme")).await;
        for (position, kind, body) in [(1, "moon.landed", r#"{"crew":2}"#), (2, "usage.alert", r#"{"percent":"many"}"#)] {
            let stored = format!(
                "INSERT INTO outbox (organization_id, position, id, kind, body, account, created_at) \
                 SELECT 'acme', {position}, 'old_{position}', '{kind}', '{body}', state, \
                 '2026-06-20T09:00:00.000000Z' FROM account_states"
            );
            world.run(&stored).await.unwrap();
        }
        post(&world, alert(80)).await;
        let letters = Letters::new();
        let report = mail::send_due(&world.services, &letters.mailer()).await.unwrap();
        assert_eq!((report.parked, report.sent), (2, 1));
        let why = "SELECT COUNT(*) FROM outbox WHERE kind = 'moon.landed' \
                   AND parked = 'no letter for moon.landed' AND body LIKE '%crew%'";
        assert_eq!(world.number(why).await, 1);
    }

    /// A notification with the facts of an earlier version is written all the same.
    async fn a_notification_of_an_earlier_version_is_written(world: World) {
        world.found(&customer("acme")).await;
        let stored = "INSERT INTO outbox (organization_id, position, id, kind, body, account, created_at) SELECT \
                      'acme', 1, 'old', 'account.paused', '{\"by\":\"ada@acme.example\",\"since\":\"2026-06-20T09:00:00Z\",\"invoice\":null}', \
                      state, '2026-06-20T09:00:00.000000Z' FROM account_states";
        world.run(stored).await.unwrap();
        let letters = Letters::new();
        let report = mail::send_due(&world.services, &letters.mailer()).await.unwrap();
        assert_eq!((report.sent, report.parked), (1, 0));
        assert!(letters.read()[0].text.contains("was paused by ada@acme.example"), "{}", letters.read()[0].text);
    }

    /// The sandbox's mailbox: only the caller's organization, as text, and as a page without scripts.
    /// Without `--sandbox` it does not exist.
    async fn the_mailbox_shows_what_was_written(world: World) {
        let mut world = world;
        let (acme, other) = (world.found(&customer("acme")).await, world.found(&customer("other")).await);
        let letters = Letters::new();
        world.route(world.app.clone().with_mailer(letters.mailer()));
        upgrade(&world, &acme).await;
        let mailbox: Mailbox = world.get(&acme.admin, "/sandbox/mailbox").await.json();
        let kinds: Vec<_> = mailbox.items.iter().map(|mail| mail.kind.as_str()).collect();
        assert_eq!(kinds, ["plan.changed", "invoice.issued"]);
        assert!(mailbox.items.iter().all(|mail| mail.state == MailState::Waiting));
        let path = format!("/sandbox/mailbox/{}", mailbox.items[1].id);
        let mail: Mail = world.get(&acme.admin, &path).await.json();
        assert!(mail.text.contains("Total: $91.67"), "{}", mail.text);
        let page = format!("/sandbox/mail-pages/{}", mailbox.items[1].id);
        let shown = world.get(&acme.admin, &page).await;
        let policy = shown.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("sandbox") && policy.contains("default-src 'none'"), "{policy}");
        assert!(shown.text.contains("<td>$91.67</td>"), "{}", shown.text);
        let theirs: Mailbox = world.get(&other.admin, "/sandbox/mailbox").await.json();
        assert_eq!(theirs.items, []);
        for path in [&path, &page] {
            assert_eq!(world.get(&other.admin, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let member = &acme.people.iter().find(|(role, _)| *role == Role::Member).unwrap().1;
        assert_eq!(world.get(member, "/sandbox/mailbox").await.status, StatusCode::FORBIDDEN);
        assert_eq!(world.get("", "/sandbox/mailbox").await.status, StatusCode::UNAUTHORIZED);
        let real = backend::http::AppState::new(world.services.clone()).with_mailer(letters.mailer());
        world.route(real);
        let shut = world.get(&acme.admin, "/sandbox/mailbox").await;
        assert_eq!(shut.status, StatusCode::NOT_FOUND, "{BASE}");
    }
}

fn alert(percent: u64) -> Notification {
    Notification::UsageAlert(alert::AlertNotice {
        period_start: "2026-06-01".parse().unwrap(),
        tier: 20_000,
        usage: percent * 200,
        percent,
    })
}

fn customer(id: &str) -> Customer {
    Customer::new(id)
}

async fn upgrade(world: &World, tenant: &Tenant) -> StatusCode {
    let change = PlanChange::to_tier(40_000);
    world.buy(&tenant.admin, &change).await.status
}

/// Posts a notification, as the product does.
async fn post(world: &World, notification: Notification) {
    world
        .services
        .store
        .transaction(ACME.clone(), async move |tx: &mut Tx| {
            outbox::publish(tx, &ACME, &notification, at("2026-06-20T10:00:00Z")).await
        })
        .await
        .unwrap();
}
