//! Every kind of notification is posted by what the product does, and has a mail. Nothing is posted
//! here by hand: a kind that no code posts is missing.

use api::account::leaving::{Cancellation, Pause};
use api::invoicing::payment::PayOutstanding;
use api::plan::subscription::Subscription;
use api::sandbox::{GatewayScript, ScriptedOutcome};
use api::support::ticket::{Category, Priority, Topic};
use api::support::{NewTicket, Ticket};
use backend::leaving::Reactivate;
use backend::mail;
use backend::notification::KINDS;
use backend::people::tickets::Close;
use backend::store::Engine;
use backend::usage::evaluation::LiftLock;
use billing::OrganizationId;
use billing::account::reason::Reason;
use billing::metering::usage::Metered;
use billing::{AddOnId, PlanChange};

use super::Letters;

use crate::backend::leaving::{cancellation, go, send};
use crate::backend::on_both_databases;
use crate::backend::world::{Customer, Tenant, World, new_key, usd};

on_both_databases! {
    async fn every_kind_is_posted_by_the_product_and_written(world: World) {
        let payer = world.found(&Customer::new("payer")).await;
        let debtor = world.found(&Customer::new("debt").with_card("sandbox-decline")).await;
        let india = world.found(&Customer::new("india").in_rupees()).await;
        let tries = world.found(&trial("tries", Some("sandbox-success"))).await;
        world.found(&trial("bare", None)).await;
        let over = world.found(&unused("over")).await;
        let asked = world.found(&unused("asked")).await;
        let away = world.found(&unused("away")).await;
        let gone = world.found(&unused("gone")).await;
        let rests = world.found(&unused("rests")).await;

        orders(&world, &payer).await;
        ticket(&world, &payer).await;
        limits(&world, &over).await;
        let left = send(&world, &away, (&new_key(), "/pause"), &Pause { agreed: usd("0.00") }).await;
        assert!(left.status.is_success(), "{}", left.text);
        world.post(&away.admin, "/reactivation", &()).await.json::<api::account::leaving::Requested>();
        let back = Reactivate { organization_id: OrganizationId::new("away"), now: world.services.clock.now() };
        world.services.store.write(back).await.unwrap();
        let left = send(&world, &rests, (&new_key(), "/pause"), &Pause { agreed: usd("0.00") }).await;
        assert!(left.status.is_success(), "{}", left.text);
        let order: Cancellation = cancellation(Reason::LowUsage, "DELETE", usd("0.00"));
        assert!(send(&world, &gone, (&new_key(), "/cancellation"), &order).await.status.is_success());
        script(&world, &asked, &[ScriptedOutcome::Authentication]).await;
        go(&world, &tries, "2026-07-21T00:00:00Z").await;
        script(&world, &debtor, &[ScriptedOutcome::Success; 3]).await;
        let account_status: api::account::account_status::AccountStatus = world.get(&debtor.admin, "/account-status").await.json();
        let total = PayOutstanding { total: account_status.outstanding.unwrap().due };
        assert!(world.pay(&debtor.admin, &new_key(), &total).await.status.is_success());
        assert!(world.get(&india.admin, "/account-status").await.status.is_success());
        // A week before a pause ends.
        go(&world, &payer, "2026-08-12T10:00:00Z").await;

        let letters = Letters::new();
        let report = mail::send_due(&world.services, &letters.mailer()).await.unwrap();
        assert_eq!(report.parked, 0, "{:?}", world.names("SELECT parked FROM outbox WHERE parked IS NOT NULL").await);
        let mut expected = KINDS.map(str::to_owned);
        expected.sort();
        let posted = world.names("SELECT DISTINCT kind FROM outbox ORDER BY kind").await;
        assert_eq!(posted, expected, "posted");
        let written = world.names("SELECT DISTINCT kind FROM mails ORDER BY kind").await;
        assert_eq!(written, expected, "written");
        for letter in letters.read() {
            for slip in ["null", "{}", "()", "None", "Some("] {
                assert!(!letter.text.contains(slip), "{slip}: {}", letter.text);
            }
        }
    }
}

/// An upgrade, one that is declined, one that never arrives, a removal, and its withdrawal.
async fn orders(world: &World, tenant: &Tenant) {
    let change = PlanChange::to_tier(40_000);
    script(world, tenant, &[ScriptedOutcome::Decline]).await;
    world.buy(&tenant.admin, &change).await;
    script(world, tenant, &[ScriptedOutcome::TimeoutBeforeCapture]).await;
    let open = world.buy(&tenant.admin, &change).await;
    let open: api::plan::plan_change::PlanChange = open.json();
    world
        .get(&tenant.admin, &format!("/plan-changes/{}", open.id))
        .await;
    assert!(world.buy(&tenant.admin, &change).await.status.is_success());
    let remove = [AddOnId::new("cloud-export")].into();
    let removal = PlanChange {
        remove,
        ..PlanChange::default()
    };
    assert!(world.buy(&tenant.admin, &removal).await.status.is_success());
    let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
    let path = format!("/scheduled-changes/{}", shown.scheduled[0].id);
    world.delete(&tenant.admin, &path).await;
}

async fn ticket(world: &World, tenant: &Tenant) {
    let ticket = NewTicket {
        topic: Topic::Payments,
        category: Category::Billing,
        priority: Priority::High,
        subject: "Invoice of June".to_owned(),
        description: "It says twice the amount".to_owned(),
        attachments: Vec::new(),
        team: Vec::new(),
    };
    let opened = send(world, tenant, (&new_key(), "/support/tickets"), &ticket).await;
    let close = Close {
        organization_id: OrganizationId::new("payer"),
        number: opened.json::<Ticket>().number,
        now: world.services.clock.now(),
    };
    world.services.store.write(close).await.unwrap();
}

/// Alert, lock, an upgrade that unlocks; another lock, which the operator lifts.
async fn limits(world: &World, tenant: &Tenant) {
    let program = world.program(tenant, 30).await;
    assert!(world.send_users(&program, 60_001).await.status.is_success());
    let upgrade = PlanChange::to_tier(40_000);
    assert!(world.buy(&tenant.admin, &upgrade).await.status.is_success());
    let again = world.send_users(&program, 120_001).await;
    assert!(again.status.is_success());
    let lift = LiftLock {
        organization_id: OrganizationId::new("over"),
        reason: "an agreement".to_owned(),
        until: None,
        now: world.services.clock.now(),
    };
    world.services.store.write(lift).await.unwrap();
}

async fn script(world: &World, tenant: &Tenant, outcomes: &[ScriptedOutcome]) {
    let script = GatewayScript {
        outcomes: outcomes.to_vec(),
    };
    let reply = world.post(&tenant.admin, "/sandbox/gateway", &script).await;
    assert!(reply.status.is_success(), "{}", reply.text);
}

fn unused(id: &str) -> Customer {
    Customer {
        metered: Metered::default(),
        ..Customer::new(id)
    }
}

/// In trial since 20 June; without a card it locks on 13 July and expires on 20 July.
fn trial(id: &str, card: Option<&'static str>) -> Customer {
    let mut customer = Customer { card, ..unused(id) };
    customer.is_trial = true;
    customer
}
