//! Annual billing, from the choice to the renewal (SPEC R9, R11, 6 rows 21 and 22).

use api::Code;
use api::invoicing::invoice::{Invoice, Invoices};
use api::plan::annual::Annual;
use api::plan::plan_change::{PlanChange as Sent, State};
use api::plan::subscription::{ScheduledKind, Subscription};
use api::problem::Difference;
use api::sandbox::{GatewayScript, ScriptedOutcome};
use backend::jobs;
use backend::store::usage::UsageDay;
use backend::store::{Changes, Engine, Tx, account_states};
use backend::usage::evaluation;
use billing::account::usage_lock::UsageLock;
use billing::invoicing::invoice::InvoiceKind;
use billing::metering::usage::{MauParts, Metered};
use billing::{
    AddOnId, BillingFrequency, CurrencyCode, Exact, LineKind, OrganizationId, PlanChange,
};
use chrono::{DateTime, Utc};

use super::world::{ACME, Customer, Reply, Tenant, World, inr, new_key, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// A150: chosen in December, charged on 1 January as announced, renewed a year later.
    async fn a_year_is_chosen_charged_and_renewed(world: World) {
        let tenant = founded(&world, in_rupees(20_000)).await;
        let quote = world.quote(&tenant.admin, &yearly()).await;
        assert_eq!((quote.due_now.total, quote.renews_on().to_string()), (inr("0.00"), "2027-01-01".to_owned()));
        let announced = &quote.next_invoice.statement;
        assert_eq!((announced.subtotal, announced.total), (inr("168000.00"), inr("198240.00")), "18 % IGST");
        let (key, order) = (new_key(), quote.order());
        let reply = world.order(&tenant.admin, &key, &order).await;
        let sent: Sent = reply.json();
        assert_eq!((sent.state, sent.effective.to_string()), (State::Scheduled, "2027-01-01".to_owned()));
        assert_eq!(world.order(&tenant.admin, &key, &order).await.text, reply.text, "acts once");
        assert_eq!(shown(&world, &tenant).await.state().scheduled.frequency, Some(BillingFrequency::Annual));

        world.move_to("2027-01-01T00:00:00Z");
        let now = shown(&world, &tenant).await;
        assert_eq!(year(&now), ("2027-01-01".to_owned(), 240_000, 0));
        assert!(now.scheduled.is_empty());
        let issued = newest(&world, &tenant).await;
        assert_eq!((issued.summary.kind, &issued.statement), (InvoiceKind::Annual, &quote.next_invoice.statement));
        assert_eq!((issued.summary.period_start.to_string(), issued.summary.period_end.to_string()), ("2027-01-01".to_owned(), "2028-01-01".to_owned()));
        let paid = "SELECT COUNT(*) FROM annual_terms t JOIN invoices i ON i.number = t.invoice_number WHERE i.kind = 'annual'";
        assert_eq!(world.number(paid).await, 1);

        // A lower tier waits for the end of the term; the renewal charges it.
        let lower: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(5_000)).await.json();
        assert_eq!((lower.state, lower.effective.to_string()), (State::Scheduled, "2028-01-01".to_owned()));
        world.move_to("2027-12-31T23:59:59Z");
        assert_eq!(shown(&world, &tenant).await.tier, 20_000);
        let quote = world.quote(&tenant.admin, &PlanChange::default()).await;
        world.move_to("2028-01-01T00:00:00Z");
        let renewed = shown(&world, &tenant).await;
        assert_eq!((renewed.tier, year(&renewed)), (5_000, ("2028-01-01".to_owned(), 60_000, 0)));
        let issued = newest(&world, &tenant).await;
        assert_eq!((issued.statement.subtotal, issued.statement.total), (inr("50400.00"), inr("59472.00")));
        assert_eq!(issued.statement, quote.next_invoice.statement);
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 2, "nothing between them");
        invariants::hold(&world).await;
    }

    /// R9's numbers (A41): ₹126,000 for nine months; of 240,000, 170,000 and 190,000 are left.
    async fn an_upgrade_in_april_costs_the_months_left(world: World) {
        for (id, months, left) in [("over", [20_000, 20_000, 22_000], 170_000), ("under", [10_000, 10_000, 22_000], 190_000)] {
            let customer = Customer { id: OrganizationId::new(id), ..in_rupees(5_000) };
            let tenant = world.found(&at_the_start(&world, customer)).await;
            world.run(&term_of(id, 5_000)).await.unwrap();
            let context: DateTime<Utc> = "2027-04-11T09:00:00Z".parse().unwrap();
            for (number, users) in (1..).zip(months) {
                count(&world, id, &format!("2027-{number:02}-28"), users, "2027-03-31T00:00:00Z").await;
            }
            if world.services.clock.now() < context {
                world.move_to("2027-04-11T09:00:00Z");
            }
            jobs::catch_up(&world.services, &OrganizationId::new(id)).await.unwrap();
            count(&world, id, "2027-04-11", 8_000, "2027-04-11T09:00:00Z").await;
            let upgrade = PlanChange::to_tier(20_000);
            let quote = world.quote(&tenant.admin, &upgrade).await;
            assert_eq!((quote.due_now.subtotal, quote.due_now.total), (inr("126000.00"), inr("148680.00")));
            let line = &quote.due_now.lines[0];
            let derivation = line.derivation.as_ref().unwrap();
            assert_eq!((line.kind, &*derivation.rule, derivation.input("months")), (LineKind::TierProration, "R9", Some(Exact::whole(9))));
            let sent: Sent = confirmed(&world, &tenant, &upgrade).await.json();
            let number = sent.invoice.unwrap();
            let invoice: Invoice = world.get(&tenant.admin, &format!("/invoices/{number}")).await.json();
            assert_eq!((&invoice.statement, invoice.summary.kind), (&quote.due_now, InvoiceKind::Upgrade));
            assert_eq!(invoice.summary.period_end.to_string(), "2028-01-01");
            let now = shown(&world, &tenant).await;
            let pool = now.annual.unwrap().pool;
            assert_eq!((now.tier, pool.limit, pool.after(now.metered.mau).remaining()), (20_000, 240_000, left), "{id}");
        }
        // 2,000 beyond 60,000 in March: invoiced on 1 April, for the month of the overage.
        let overage = "SELECT COUNT(*) FROM invoices WHERE organization_id = 'over' AND kind = 'scheduled' \
                       AND period_start = '2027-03-01' AND invoice_date = '2027-04-01' AND total_minor = 283200";
        assert_eq!(world.number(overage).await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices WHERE kind = 'scheduled'").await, 1);
        invariants::hold(&world).await;
    }

    /// R9: in the first month the new price less the old one, and the limit of the days left.
    async fn an_upgrade_in_the_first_month_offsets_what_is_paid(world: World) {
        let tenant = founded(&world, in_rupees(5_000)).await;
        world.run(&term_of("acme", 5_000)).await.unwrap();
        world.move_to("2027-01-15T09:00:00Z");
        let sent: Sent = confirmed(&world, &tenant, &PlanChange::to_tier(20_000)).await.json();
        assert_eq!((sent.state, sent.total), (State::Done, inr("138768.00")), "117,600 and 18 % IGST");
        assert_eq!(year(&shown(&world, &tenant).await).1, 230_794);
        invariants::hold(&world).await;
    }

    /// A85: an add-on for the months left, at the discount; its removal at the end of the term.
    async fn add_ons_are_paid_to_the_end_of_the_year(world: World) {
        let customer = Customer { currency: CurrencyCode::USD, book: "essentials".to_owned(), ..in_rupees(20_000) };
        let tenant = founded(&world, customer).await;
        world.run(&term_of("acme", 20_000)).await.unwrap();
        world.move_to("2027-04-11T09:00:00Z");
        let export = [AddOnId::new("cloud-export")];
        let add = PlanChange { add: export.clone().into(), ..PlanChange::default() };
        // 20 × 9 × 0.7.
        let sent: Sent = world.buy(&tenant.admin, &add).await.json();
        assert_eq!(sent.total, usd("126.00"));
        let invoice = newest(&world, &tenant).await;
        assert_eq!((invoice.summary.kind, invoice.summary.period_end.to_string()), (InvoiceKind::AddOn, "2028-01-01".to_owned()));
        let remove = PlanChange { remove: export.into(), ..PlanChange::default() };
        let sent: Sent = world.buy(&tenant.admin, &remove).await.json();
        assert_eq!((sent.state, sent.effective.to_string()), (State::Scheduled, "2028-01-01".to_owned()));
        let waits = shown(&world, &tenant).await;
        assert_eq!((waits.add_ons.len(), waits.scheduled[0].effective.to_string()), (1, "2028-01-01".to_owned()));
        invariants::hold(&world).await;
    }

    /// A fingerprint of an earlier or another term charges nothing (R19).
    async fn a_quote_of_another_term_is_refused(world: World) {
        let tenant = founded(&world, in_rupees(5_000)).await;
        world.run(&term_of("acme", 5_000)).await.unwrap();
        world.move_to("2027-04-11T09:00:00Z");
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(20_000)).await.order();
        world.run("UPDATE annual_terms SET billable_limit = 61000").await.unwrap();
        let reply = world.order(&tenant.admin, &new_key(), &order).await;
        assert_eq!(reply.code(), Code::QuoteChanged);
        let differences = reply.problem().differences;
        assert!(matches!(differences[..], [Difference::InputHash(_)]), "{differences:?}");
        assert_eq!(world.captures().await, 0);
    }

    /// A scheduled frequency can be withdrawn by its own request, or by choosing the current one.
    async fn a_scheduled_frequency_can_be_withdrawn(world: World) {
        let tenant = founded(&world, in_rupees(20_000)).await;
        for by_command in [true, false] {
            world.buy(&tenant.admin, &yearly()).await;
            let waiting = shown(&world, &tenant).await.scheduled;
            assert_eq!(waiting[0].kind, ScheduledKind::Frequency(BillingFrequency::Annual));
            if by_command {
                let path = format!("/scheduled-changes/{}", waiting[0].id);
                assert!(world.delete(&tenant.admin, &path).await.status.is_success());
            } else {
                let sent: Sent = world.buy(&tenant.admin, &monthly()).await.json();
                assert_eq!(sent.state, State::Done);
            }
            assert!(shown(&world, &tenant).await.scheduled.is_empty());
        }
        world.move_to("2027-01-01T00:00:00Z");
        assert_eq!(newest(&world, &tenant).await.summary.kind, InvoiceKind::Scheduled);
        invariants::hold(&world).await;
    }

    /// A94: monthly billing at the end of the term, at the monthly price.
    async fn months_begin_when_the_year_ends(world: World) {
        let tenant = founded(&world, in_rupees(20_000)).await;
        world.run(&term_of("acme", 20_000)).await.unwrap();
        world.move_to("2027-06-20T09:00:00Z");
        let sent: Sent = world.buy(&tenant.admin, &monthly()).await.json();
        assert_eq!((sent.state, sent.effective.to_string()), (State::Scheduled, "2028-01-01".to_owned()));
        world.move_to("2028-01-01T00:00:00Z");
        let now = shown(&world, &tenant).await;
        assert_eq!((now.annual, now.scheduled.len()), (None, 0));
        let issued = newest(&world, &tenant).await;
        assert_eq!((issued.summary.kind, issued.statement.subtotal), (InvoiceKind::Scheduled, inr("20000.00")));
        assert_eq!(issued.statement.total, inr("23600.00"));
        invariants::hold(&world).await;
    }

    /// 2.3: an account to which annual billing is not offered is refused, with a reason that names sales.
    async fn annual_billing_is_refused_unless_offered(world: World) {
        let customer = Customer { annual_eligible: false, ..in_rupees(20_000) };
        let tenant = founded(&world, customer).await;
        let reply = world.post(&tenant.admin, "/quotes", &yearly()).await;
        assert_eq!(reply.code(), Code::ChangeRefused);
        assert!(reply.problem().detail.contains("sales"), "{}", reply.text);
        assert!(!shown(&world, &tenant).await.annual_offered);
    }

    /// Rows 21 and 22, A10: strictly above 120 % of the pool the account locks, and only a higher tier
    /// unlocks it.
    async fn usage_above_120_percent_of_the_pool_locks_until_an_upgrade(world: World) {
        let tenant = world.found(&at_the_start(&world, in_rupees(5_000))).await;
        world.run(&term_of("acme", 5_000)).await.unwrap();
        world.move_to("2027-01-20T09:00:00Z");
        count(&world, "acme", "2027-01-20", 72_000, "2027-01-20T09:00:00Z").await;
        assert_eq!(lock(&world).await, UsageLock::CLEAR, "fourteen times the tier, but 120 % of the year");
        count(&world, "acme", "2027-01-20", 72_001, "2027-01-20T10:00:00Z").await;
        assert!(matches!(lock(&world).await, UsageLock::AnnualSoft { .. }));
        world.move_to("2027-03-11T09:00:00Z");
        jobs::catch_up(&world.services, &ACME).await.unwrap();
        assert!(matches!(lock(&world).await, UsageLock::AnnualSoft { .. }), "a new month opens nothing");
        for refused in [PlanChange { frequency: Some(BillingFrequency::Monthly), ..PlanChange::default() }, PlanChange { add: [AddOnId::new("cloud-export")].into(), ..PlanChange::default() }] {
            assert_eq!(world.buy(&tenant.admin, &refused).await.code(), Code::UpgradeOnly);
        }
        let sent: Sent = confirmed(&world, &tenant, &PlanChange::to_tier(20_000)).await.json();
        assert_eq!(sent.state, State::Done);
        assert_eq!(lock(&world).await, UsageLock::CLEAR);
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox WHERE kind = 'usage.locked'").await, 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox WHERE kind = 'usage.unlocked'").await, 1);
        invariants::hold(&world).await;
    }

    /// Usage that was not evaluated before the month change locks at the month change, as of its instant.
    async fn the_month_change_evaluates_the_pool(world: World) {
        let customer = Customer { metered: Metered { mau: 80_000, data_points: 0 }, ..in_rupees(5_000) };
        let start = "2027-01-10T09:00:00Z";
        world.move_to(start);
        let customer = Customer { day: "2027-01-10".parse().unwrap(), ..customer };
        world.found(&customer).await;
        world.run(&term_of("acme", 5_000)).await.unwrap();
        world.move_to("2027-02-01T00:00:00Z");
        jobs::catch_up(&world.services, &ACME).await.unwrap();
        let since = "2027-02-01T00:00:00Z".parse().unwrap();
        assert_eq!(lock(&world).await, UsageLock::AnnualSoft { since });
        // 20,000 beyond the pool: ₹24,000, invoiced for January.
        let overage = "SELECT COUNT(*) FROM invoices WHERE total_minor = 2832000 AND period_start = '2027-01-01'";
        assert_eq!(world.number(overage).await, 1);
        invariants::hold(&world).await;
    }
}

/// A customer in rupees without tax, to whom annual billing is offered.
fn in_rupees(tier: u64) -> Customer {
    let mut customer = Customer {
        annual_eligible: true,
        metered: Metered::default(),
        ..Customer::new("acme").in_rupees()
    };
    customer.subscription.tier = tier;
    customer.subscription.add_ons.clear();
    customer
}

/// Founds a customer on 20 December 2026.
async fn founded(world: &World, customer: Customer) -> Tenant {
    world.move_to("2026-12-20T09:00:00Z");
    let customer = Customer {
        day: "2026-12-20".parse().unwrap(),
        ..customer
    };
    world.found(&customer).await
}

/// A customer whose first month is January 2027, whenever it is founded.
fn at_the_start(world: &World, customer: Customer) -> Customer {
    if world.services.clock.now() < "2027-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() {
        world.move_to("2027-01-01T00:00:00Z");
    }
    Customer {
        day: "2027-01-01".parse().unwrap(),
        ..customer
    }
}

/// SQL that gives an organization the annual term of 2027, as if it had been chosen and charged.
fn term_of(id: &str, tier: u64) -> String {
    let limit = tier * 12;
    format!(
        "INSERT INTO annual_terms (organization_id, starts_on, ends_on, months, billable_limit) \
         VALUES ('{id}', '2027-01-01', '2028-01-01', 12, {limit})"
    )
}

/// Buys without the bank's confirmation: in rupees it would ask for a first and a large charge (SPEC R17).
async fn confirmed(world: &World, tenant: &Tenant, change: &PlanChange) -> Reply {
    let outcomes = vec![ScriptedOutcome::Success];
    let script = GatewayScript { outcomes };
    world
        .post(&tenant.admin, "/sandbox/gateway", &script)
        .await
        .json::<GatewayScript>();
    world.buy(&tenant.admin, change).await
}

fn yearly() -> PlanChange {
    billed(BillingFrequency::Annual)
}

fn monthly() -> PlanChange {
    billed(BillingFrequency::Monthly)
}

fn billed(frequency: BillingFrequency) -> PlanChange {
    PlanChange {
        frequency: Some(frequency),
        ..PlanChange::default()
    }
}

async fn shown(world: &World, tenant: &Tenant) -> Subscription {
    world.get(&tenant.admin, "/subscription").await.json()
}

async fn newest(world: &World, tenant: &Tenant) -> Invoice {
    let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
    let path = format!("/invoices/{}", listed.items[0].number);
    world.get(&tenant.admin, &path).await.json()
}

fn year(subscription: &Subscription) -> (String, u64, u64) {
    let Annual { term, pool } = subscription.annual.unwrap();
    (term.start().to_string(), pool.limit, pool.used)
}

async fn lock(world: &World) -> UsageLock {
    let mut tx = world.services.store.reading().await.unwrap();
    account_states::find(&mut tx, &ACME)
        .await
        .unwrap()
        .usage_lock()
}

async fn count(world: &World, id: &str, day: &str, users: u64, now: &str) {
    let (id, now) = (OrganizationId::new(id), now.parse().unwrap());
    let counted = [UsageDay {
        project_id: "prj".to_owned(),
        day: day.parse().unwrap(),
        parts: MauParts {
            app: users,
            ..MauParts::default()
        },
        data_points: 0,
        counted_at: now,
    }];
    let changes = Changes::Account(id.clone(), now);
    let count = async move |tx: &mut Tx| evaluation::count(tx, &id, &counted, now).await;
    let store = &world.services.store;
    store.transaction(changes, count).await.unwrap();
}
