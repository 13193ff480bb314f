//! The audit log: who changed what and when, with both values; in pages and as a file (SPEC R20).

use std::collections::BTreeMap;

use api::Code;
use api::account::account_status::AccountStatus;
use api::account::leaving::{Cancellation, Left, Pause};
use api::audit::{Action, Activity, AuditValue, Entry, Section};
use api::invoicing::invoice::Party;
use api::invoicing::payment::{PayOutstanding, Payments};
use api::plan::subscription::{ScheduledKind, Subscription};
use api::route::IDEMPOTENCY_KEY;
use api::sandbox::{CardSaved, ClockMove, GatewayScript, ScriptedOutcome, TestCard};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use backend::leaving::Reactivate;
use backend::store::Engine;
use billing::account::reason::Reason;
use billing::people::permission::Role;
use billing::{AddOnId, BillingFrequency, PlanChange};
use serde::Serialize;

use super::world::{ACME, Customer, Reply, Tenant, World, at, new_key, request, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// A higher tier and an add-on in one order: actor, time, address, and the prices before and after.
    async fn an_order_says_what_it_was_from_and_to(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let change = PlanChange {
            add: [AddOnId::new("premium-channels")].into(),
            ..PlanChange::to_tier(40_000)
        };
        assert!(world.buy(&tenant.admin, &change).await.status.is_success());
        let log = read(&world, &tenant, "").await;
        let actions: Vec<_> = log.items.iter().map(|entry| entry.action).collect();
        assert_eq!(actions, [Action::PlanChanged, Action::AddOnAdded, Action::PlanOrdered]);
        for entry in &log.items {
            assert!(entry.actor.eq_ignore_ascii_case("admin@acme.example"), "{entry:?}");
            assert_eq!(entry.at, at("2026-06-20T10:00:00Z"));
            assert!(entry.object.starts_with("pc_") || entry.object == "premium-channels", "{entry:?}");
        }
        let changed = &log.items[0];
        assert_eq!(changed.before, Some(plan(20_000, "270.00")));
        assert_eq!(changed.after, Some(plan(40_000, "540.00")));
        assert_eq!(changed.description, "charged $99.00, invoice ACME-2627-00001");
        let added = &log.items[1];
        assert_eq!((&added.before, &added.after), (&None, &Some(price("20.00"))));
        assert_eq!(added.description, "Premium Channels");
        assert_eq!(log.items[2].description, "40,000 MAU, with Premium Channels, for $99.00");
        assert_eq!((log.offset_minutes, log.next), (0, None));
        invariants::hold(&world).await;
    }

    /// Scheduled changes: logged when scheduled, withdrawn, dropped by a higher tier, and applied on the 1st.
    async fn what_is_scheduled_is_logged_until_it_happens(world: World) {
        let mut customer = Customer::new("acme");
        customer.subscription.tier = 40_000;
        let tenant = world.found(&customer).await;
        let lower = PlanChange {
            remove: [AddOnId::new("cloud-export")].into(),
            ..PlanChange::to_tier(20_000)
        };
        world.buy(&tenant.admin, &lower).await;
        let newest = read(&world, &tenant, "?limit=2").await.items;
        assert_eq!((newest[0].action, &newest[0].before, &newest[0].after),
            (Action::PlanScheduled, &Some(plan(40_000, "520.00")), &Some(plan(20_000, "250.00"))));
        assert_eq!(newest[0].description, "from July 1, 2026 on");
        assert_eq!((newest[1].action, &newest[1].before), (Action::AddOnEnding, &Some(price("20.00"))));
        assert_eq!(newest[1].description, "Cloud Export, on July 1, 2026");

        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        let mut waiting = shown.scheduled;
        waiting.sort_by_key(|change| matches!(change.kind, ScheduledKind::Downgrade(_)));
        for change in waiting {
            let path = format!("/scheduled-changes/{}", change.id);
            assert!(world.delete(&tenant.admin, &path).await.status.is_success());
        }
        let kept = read(&world, &tenant, "?limit=2").await.items;
        assert_eq!((kept[1].action, &kept[1].before, &kept[1].after), (Action::AddOnKept, &None, &Some(price("20.00"))));
        assert_eq!((kept[0].action, &kept[0].before, &kept[0].after),
            (Action::PlanKept, &Some(plan(20_000, "270.00")), &Some(plan(40_000, "520.00"))));
        assert_eq!(kept[0].description, "stays on 40,000 MAU");

        world.buy(&tenant.admin, &PlanChange::to_tier(20_000)).await;
        world.buy(&tenant.admin, &PlanChange::to_tier(60_000)).await;
        let dropped = read(&world, &tenant, "?limit=2&section=plan").await.items;
        assert_eq!((dropped[1].action, dropped[1].description.as_str()),
            (Action::PlanKept, "the downgrade to 20,000 MAU is dropped for a higher tier"));

        world.buy(&tenant.admin, &lower).await;
        go(&world, &tenant, "2026-07-01T00:00:00Z").await;
        let turned = by_action(&read(&world, &tenant, "?limit=5").await.items);
        let applied = &turned[Action::PlanTurned.as_str()];
        assert_eq!((&applied.before, &applied.after), (&Some(plan(60_000, "770.00")), &Some(plan(20_000, "250.00"))));
        assert_eq!((applied.actor.as_str(), &applied.address), ("system", &None));
        assert_eq!(turned[Action::AddOnEnded.as_str()].before, Some(price("20.00")));
        let closed = &turned[Action::MonthClosed.as_str()];
        assert_eq!((&closed.before, closed.object.as_str()), (&None, "2026-06"));
        assert!(matches!(closed.after, Some(AuditValue::Open(_))), "{closed:?}");
        invariants::hold(&world).await;
    }

    /// Annual billing from the 1st with its price is logged, and a change whose payment was declined too.
    async fn a_year_and_a_declined_card_are_logged(world: World) {
        let mut customer = Customer::new("acme");
        customer.annual_eligible = true;
        let tenant = world.found(&customer).await;
        let yearly = PlanChange { frequency: Some(BillingFrequency::Annual), ..PlanChange::default() };
        world.buy(&tenant.admin, &yearly).await;
        let year = AuditValue::Priced { tier: Some(20_000), price: usd("2268.00"), frequency: BillingFrequency::Annual };
        let newest = &read(&world, &tenant, "?limit=1").await.items[0];
        assert_eq!((&newest.before, &newest.after), (&Some(plan(20_000, "270.00")), &Some(year.clone())));
        go(&world, &tenant, "2026-07-01T00:00:00Z").await;
        let turned = by_action(&read(&world, &tenant, "").await.items);
        assert_eq!(turned[Action::PlanTurned.as_str()].after, Some(year));

        let other = world.found(&Customer::new("other").with_card("sandbox-decline")).await;
        assert_eq!(world.buy(&other.admin, &PlanChange::to_tier(40_000)).await.code(), Code::PaymentDeclined);
        let actions: Vec<_> = read(&world, &other, "").await.items.iter().map(|entry| entry.action).collect();
        assert!(actions.starts_with(&[Action::PlanDeclined, Action::PlanOrdered]), "{actions:?}");
        invariants::hold(&world).await;
    }

    /// Payment method, billing details, and every download are logged with their actor.
    async fn saved_details_and_downloads_are_logged(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let card = CardSaved { card: TestCard::Authentication };
        assert!(world.post(&tenant.admin, "/sandbox/payment-method", &card).await.status.is_success());
        let details = Party {
            name: "Acme Ltd".to_owned(),
            address: vec!["1 Main Street".to_owned(), "Dublin".to_owned()],
            tax_number: None,
        };
        assert!(world.post(&tenant.admin, "/sandbox/billing-details", &details).await.status.is_success());
        for path in ["/usage/summary.csv", "/exports/csv", "/audit.csv?section=plan,billing&from=2026-06-01"] {
            assert_eq!(world.get(&tenant.admin, path).await.status, StatusCode::OK, "{path}");
        }
        let log = by_action(&read(&world, &tenant, "").await.items);
        let named = |name: &str| Some(AuditValue::Named(name.to_owned()));
        let card = &log[Action::PaymentMethodSaved.as_str()];
        assert_eq!((&card.before, &card.after), (&named("Visa ending 4242"), &named("Visa ending 3155")));
        let saved = &log[Action::BillingDetailsSaved.as_str()];
        assert_eq!((&saved.before, &saved.after), (&named("acme"), &named("Acme Ltd, 1 Main Street, Dublin")));
        assert_eq!(log[Action::UsageDownloaded.as_str()].description, "usage summary of June 2026");
        assert_eq!(log[Action::DataExported.as_str()].object, "csv");
        assert_eq!(log[Action::LogDownloaded.as_str()].description, "the activity log: plan,billing, from 2026-06-01");
        assert!(log.values().all(|entry| entry.actor.eq_ignore_ascii_case("admin@acme.example")));
    }

    /// A failed payment and a manual one are logged, with the outstanding sum before and after.
    async fn payments_say_what_is_open(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        go(&world, &tenant, "2026-07-02T00:00:00Z").await;
        let account_status: AccountStatus = world.get(&tenant.admin, "/account-status").await.json();
        let total = account_status.outstanding.unwrap().total;
        let script = GatewayScript { outcomes: vec![ScriptedOutcome::Success] };
        world.post(&tenant.admin, "/sandbox/gateway", &script).await;
        let order = PayOutstanding { total };
        world.pay(&tenant.admin, &new_key(), &order).await.json::<Payments>();
        let log = by_action(&read(&world, &tenant, "?section=invoices").await.items);
        let paid = &log[Action::PaymentSucceeded.as_str()];
        assert_eq!((&paid.before, &paid.after), (&Some(AuditValue::Open(total)), &Some(AuditValue::Open(usd("0.00")))));
        assert!(log[Action::PaymentFailed.as_str()].description.starts_with("invoice ACME-2627-00001, because "));
        assert!(log[Action::PaymentOrdered.as_str()].actor.contains('@'));
        invariants::hold(&world).await;
    }

    /// A pause, a reactivation and a cancellation are logged with the charge that ends or begins.
    async fn a_pause_and_the_end_are_logged(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        send(&world, &tenant, "/pause", &Pause { agreed: usd("26.40") }).await.json::<Left>();
        assert_eq!(world.get(&tenant.admin, "/audit").await.code(), Code::AccountPaused);
        backend::jobs::run_due(&world.services, world.services.clock.now()).await.unwrap();
        let back = Reactivate { organization_id: ACME.clone(), now: world.services.clock.now() };
        world.services.store.write(back).await.unwrap();
        let log = by_action(&read(&world, &tenant, "?section=account").await.items);
        let (paused, back) = (&log[Action::AccountPaused.as_str()], &log[Action::AccountReactivated.as_str()]);
        assert_eq!((&paused.before, &paused.after), (&Some(plan(20_000, "270.00")), &Some(price("0.00"))));
        assert_eq!((&back.before, &back.after), (&paused.after, &paused.before));
        assert_eq!((back.actor.as_str(), paused.description.as_str()), ("operator", "overage so far on invoice ACME-2627-00001"));

        let leaving: api::account::leaving::Leaving = world.get(&tenant.admin, "/leaving").await.json();
        let order = Cancellation {
            reason: Reason::SwitchingProduct,
            confirmation: "DELETE".to_owned(),
            agreed: leaving.settles.total,
        };
        send(&world, &tenant, "/cancellation", &order).await.json::<Left>();
        for path in ["/audit", "/audit.csv"] {
            assert_eq!(world.get(&tenant.admin, path).await.code(), Code::AccountCancelled, "{path}");
        }
        let kept = "SELECT COUNT(*) FROM audit WHERE action = 'account.cancelled' AND was LIKE '%270.00%' \
                    OR action = 'account.cancellation_ordered' AND description = 'because another product takes over'";
        assert_eq!(world.number(kept).await, 2, "an ended account keeps its log");
        invariants::hold(&world).await;
    }

    /// In trial every change acts at once; the end of the trial logs the first charge.
    async fn a_trial_is_logged(world: World) {
        let mut customer = Customer::new("acme");
        customer.is_trial = true;
        let tenant = world.found(&customer).await;
        let change = PlanChange { remove: [AddOnId::new("cloud-export")].into(), ..PlanChange::default() };
        world.buy(&tenant.admin, &change).await;
        go(&world, &tenant, "2026-07-21T00:00:00Z").await;
        let log = by_action(&read(&world, &tenant, "").await.items);
        assert_eq!(log[Action::AddOnEnded.as_str()].before, Some(price("20.00")));
        assert_eq!(log[Action::PlanChanged.as_str()].description, "without charge");
        let ended = &log[Action::TrialEnded.as_str()];
        assert_eq!((&ended.before, &ended.after), (&Some(price("0.00")), &Some(plan(20_000, "250.00"))));
        invariants::hold(&world).await;
    }
}

on_both_databases! {
    /// Pages go from the newest entry to the first without a gap; sections and days filter them.
    async fn the_log_is_paged_and_filtered(world: World) {
        let customer = Customer { zone_offset_minutes: 330, ..Customer::new("acme") };
        let tenant = world.found(&customer).await;
        for _ in 0..4 {
            world.get(&tenant.admin, "/usage/summary.csv").await;
        }
        world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await;
        // 20 June 18:30 UTC is midnight in the organization's zone.
        world.move_to("2026-06-20T18:29:59Z");
        world.get(&tenant.admin, "/usage/summary.csv").await;
        world.move_to("2026-06-20T18:30:00Z");
        world.get(&tenant.admin, "/usage/summary.csv").await;
        let whole = read(&world, &tenant, "").await;
        assert_eq!(positions(&whole), (1..=8).rev().collect::<Vec<_>>());
        let mut paged = Vec::new();
        let mut path = "?limit=3".to_owned();
        loop {
            let page = read(&world, &tenant, &path).await;
            paged.extend(page.items);
            let Some(next) = page.next else { break };
            path = format!("?limit=3&before={next}");
        }
        assert_eq!(paged, whole.items);
        assert_eq!(positions(&read(&world, &tenant, "?limit=8").await), positions(&whole), "and no empty page");

        for (query, expected) in [
            ("?section=plan", vec![6, 5]),
            ("?section=plan,data&from=2026-06-21", vec![8]),
            ("?to=2026-06-20&section=data", vec![7, 4, 3, 2, 1]),
            ("?from=2026-06-21&to=2026-06-21", vec![8]),
            ("?section=support", vec![]),
        ] {
            assert_eq!(positions(&read(&world, &tenant, query).await), expected, "{query}");
        }
        for (query, field) in [
            ("?section=plans", "section"),
            ("?section=", "section"),
            ("?from=2026-06-21&to=2026-06-20", "to"),
            ("?limit=0", "limit"),
            ("?limit=51", "limit"),
        ] {
            let problem = world.get(&tenant.admin, &format!("/audit{query}")).await.problem();
            assert_eq!((problem.code, problem.fields[0].field.as_str()), (Code::InvalidField, field), "{query}");
        }
        for path in ["/audit?from=x", "/audit?before=-1", "/audit?other=1", "/audit.csv?limit=1"] {
            assert_eq!(world.get(&tenant.admin, path).await.code(), Code::InvalidField, "{path}");
        }
    }

    /// Admins read and download the log; no other role does, and nobody that of another organization.
    async fn the_log_is_for_admins_of_its_organization(world: World) {
        let one = world.found(&Customer::new("one")).await;
        let other = world.found(&Customer::new("other")).await;
        world.buy(&one.admin, &PlanChange::to_tier(40_000)).await;
        for (role, token) in &one.people {
            for path in ["/audit", "/audit.csv"] {
                let reply = world.get(token, path).await;
                match role {
                    Role::Admin => assert_eq!(reply.status, StatusCode::OK, "{path}"),
                    Role::Approver | Role::Creator | Role::Member => {
                        assert_eq!(reply.code(), Code::Forbidden, "{path} for {role:?}");
                    }
                }
            }
        }
        assert_eq!(world.get("", "/audit").await.code(), Code::NotSignedIn);
        assert_eq!(read(&world, &other, "").await.items, []);
        let items = read(&world, &one, "").await.items;
        let refused = items.iter().filter(|entry| entry.action == Action::DownloadRefused);
        assert_eq!(refused.count(), 3, "one download of each other role");
        assert_eq!(items.len(), 6, "the order, the one download, and those");
        assert!(!world.get(&other.admin, "/audit.csv").await.text.contains("pc_"));
    }

    /// The file has the entries of the pages, is safe to open in a spreadsheet, and is not cut.
    async fn the_file_holds_what_is_selected(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await;
        world.run("INSERT INTO audit (organization_id, position, at, actor, action, object, description, address) \
            VALUES ('acme', 3, '2026-06-20T10:00:01.000000Z', '=x@acme.example', 'ticket.opened', '1', \
            '=HYPERLINK(\"x\"), \"two\"', '-')").await.unwrap();
        let reply = world.get(&tenant.admin, "/audit.csv").await;
        assert_eq!(reply.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
        let named = reply.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(named, "attachment; filename=\"activity-acme-2026-06-20.csv\"");
        let lines: Vec<_> = reply.text.split("\r\n").collect();
        assert_eq!(lines[0], "\u{feff}position,at,actor,section,action,object,description,address,before,after");
        assert_eq!(lines.len(), 6, "the head, four entries, the end: {lines:?}");
        assert!(lines[1].starts_with("4,2026-06-20T10:00:00.000000Z,") && lines[1].contains(",audit.downloaded,"), "{lines:?}");
        assert_eq!(lines[2], "3,2026-06-20T10:00:01.000000Z,'=x@acme.example,support,ticket.opened,1,\
            \"'=HYPERLINK(\"\"x\"\"), \"\"two\"\"\",,,");
        assert!(lines[3].ends_with(",\"20000 MAU, 270.00 USD a month\",\"40000 MAU, 520.00 USD a month\""), "{lines:?}");
        let plan = world.get(&tenant.admin, "/audit.csv?section=plan").await.text;
        assert_eq!(plan.matches("\r\n").count(), 3, "{plan}");

        let many = "INSERT INTO audit (organization_id, position, at, actor, action, object, description, address) \
            WITH RECURSIVE n (place) AS (SELECT 6 UNION ALL SELECT place + 1 FROM n WHERE place < 2500) \
            SELECT 'acme', place, '2026-06-20T10:00:02.000000Z', 'system', 'usage.alert', 'x', 'y', '-' FROM n";
        world.run(many).await.unwrap();
        let whole = world.get(&tenant.admin, "/audit.csv").await.text;
        let places: Vec<u64> = whole.split("\r\n").skip(1).filter(|line| !line.is_empty())
            .map(|line| line.split(',').next().unwrap().parse().unwrap()).collect();
        assert_eq!(places, (1..=2501).rev().collect::<Vec<_>>(), "in pieces, and none twice");
    }

    /// Entries from before values were logged stay readable, and no entry can be changed.
    async fn older_entries_stay(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        for (place, action) in (1..).zip(Action::ALL) {
            let row = format!("INSERT INTO audit (organization_id, position, at, actor, action, object, \
                description, address) VALUES ('acme', {place}, '2026-06-01T00:00:00.000000Z', 'system', \
                '{}', 'x', 'as it was', '-')", action.as_str());
            world.run(&row).await.unwrap();
        }
        let mut log = read(&world, &tenant, "").await;
        let mut items = log.items;
        while let Some(next) = log.next {
            log = read(&world, &tenant, &format!("?before={next}")).await;
            items.append(&mut log.items);
        }
        assert_eq!(items.len(), Action::ALL.len());
        assert!(items.iter().all(|entry| entry.before.is_none() && entry.after.is_none()));
        let mut sum = 0;
        for section in Section::ALL {
            sum += read(&world, &tenant, &format!("?section={}", section.as_str())).await.items.len();
        }
        assert_eq!(sum, Action::ALL.len(), "each entry lies in one section");
        assert!(world.run("UPDATE audit SET became = '{}'").await.is_err());
        assert!(world.run("DELETE FROM audit").await.is_err());
    }
}

async fn read(world: &World, tenant: &Tenant, query: &str) -> Activity {
    world
        .get(&tenant.admin, &format!("/audit{query}"))
        .await
        .json()
}

fn positions(log: &Activity) -> Vec<u64> {
    log.items.iter().map(|entry| entry.position).collect()
}

/// The newest entry of each action.
fn by_action(entries: &[Entry]) -> BTreeMap<&'static str, Entry> {
    let oldest_first = entries.iter().rev();
    oldest_first
        .map(|entry| (entry.action.as_str(), entry.clone()))
        .collect()
}

fn plan(tier: u64, price: &str) -> AuditValue {
    AuditValue::Priced {
        tier: Some(tier),
        price: usd(price),
        frequency: BillingFrequency::Monthly,
    }
}

fn price(price: &str) -> AuditValue {
    AuditValue::Priced {
        tier: None,
        price: usd(price),
        frequency: BillingFrequency::Monthly,
    }
}

/// Moves the clock as the sandbox does, and runs what falls due on the way.
async fn go(world: &World, tenant: &Tenant, instant: &str) {
    let to = ClockMove { now: at(instant) };
    let moved = world.post(&tenant.admin, "/sandbox/clock", &to).await;
    assert!(moved.status.is_success(), "{}", moved.text);
}

async fn send(world: &World, tenant: &Tenant, path: &str, body: &impl Serialize) -> Reply {
    let request = request(Method::POST, &tenant.admin, path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(IDEMPOTENCY_KEY, new_key())
        .body(Body::from(serde_json::to_string(body).unwrap()));
    world.send(request.unwrap()).await
}
