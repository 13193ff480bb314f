//! The use of add-ons that include a number of uses, such as e-mails (SPEC 2.4): how it is received,
//! where it is shown, and that each use is charged once.

use api::Code;
use api::account::leaving::Left;
use api::invoicing::invoice::{Invoice, Invoices, Party};
use api::plan::subscription::Subscription;
use api::sandbox::{CardSaved, TestCard};
use api::usage::intake::{AddOnUseResult, AddOnUseRow, AddOnUseRows};
use axum::body::Body;
use axum::http::{Method, header};
use backend::store::{Changes, Engine, Tx, price_books};
use billing::account::reason::Reason;
use billing::catalog::price_book::ESSENTIALS_EMAIL;
use billing::metering::add_on_use::Used;
use billing::metering::usage::Metered;
use billing::people::permission::Role;
use billing::{AddOnId, Exact, LineKind, Money, PlanChange};

use super::leaving::{cancellation, go, leaving, pause, reactivate, send};
use super::world::{Customer, Reply, Tenant, World, new_key, request, usd};
use super::{invariants, on_both_databases};

const EMAIL: &str = "clevertap-email";

on_both_databases! {
    /// SPEC 2.4: 110,000 e-mails on a base of 200 are 70.00 and 5.00; the estimate, the next invoice and
    /// the invoice have the same amount and derivation.
    async fn extra_e_mails_are_billed_with_their_month(world: World) {
        let body = ESSENTIALS_EMAIL.replace("essentials-email", "base-200")
            .replace(r#""monthly": "250.00""#, r#""monthly": "200.00""#)
            .replace(r#""monthly": "500.00""#, r#""monthly": "400.00""#)
            .replace(r#""monthly": "750.00""#, r#""monthly": "600.00""#)
            .replace(r#""monthly": "1000.00""#, r#""monthly": "800.00""#)
            .replace(r#""monthly": "1250.00""#, r#""monthly": "1000.00""#);
        let now = "2026-06-20T00:00:00Z".parse().unwrap();
        let shelve = async move |tx: &mut Tx| price_books::store(tx, &body, now).await;
        world.services.store.transaction(Changes::Other, shelve).await.unwrap();
        let customer = Customer { book: "base-200".to_owned(), ..mailer() };
        let tenant = world.found(&customer).await;
        let program = world.program(&tenant, 30).await;
        let rows = [row("2026-06-19", 90_000), row("2026-06-20", 20_000)];
        let taken: AddOnUseResult = count(&world, &program, &rows).await.json();
        assert_eq!((taken.added, taken.corrected, taken.unchanged), (2, 0, 0));
        let used = Used { used: 110_000, settled: 0 };
        assert_eq!(taken.add_on_use.of(&AddOnId::new(EMAIL)), used);
        let again: AddOnUseResult = count(&world, &program, &rows).await.json();
        assert_eq!((again.added, again.corrected, again.unchanged), (0, 0, 2));
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        assert_eq!(shown.add_on_use, taken.add_on_use);
        let quote = world.quote(&tenant.admin, &PlanChange::default()).await;
        assert_eq!((quote.month.add_ons, quote.month.overage), (usd("70.00"), usd("5.00")));
        assert_eq!((quote.next_invoice.recurring, quote.next_invoice.overage), (usd("270.00"), usd("5.00")));
        assert_eq!(quote.overage.lines.len(), 1);
        let csv = world.get(&tenant.admin, "/usage/summary.csv").await.text;
        for line in ["month,,,used clevertap-email,110000", "month,,,add_on_use clevertap-email,5.00"] {
            assert!(csv.lines().any(|found| found == line), "{line} is not in\n{csv}");
        }
        go(&world, &tenant, "2026-07-01T00:00:00Z").await;
        let issued = newest(&world, &tenant).await;
        assert_eq!(issued.statement, quote.next_invoice.statement);
        assert_eq!(lines(&issued), [(LineKind::Base, usd("200.00")), (LineKind::AddOn, usd("70.00")), (LineKind::AddOnUse, usd("5.00"))]);
        let why = issued.statement.lines[2].derivation.as_ref().unwrap();
        assert_eq!((&*why.rule, &*why.formula), ("R3", "({used} − {included}) × {extra_price}"));
        assert_eq!((why.input("used"), why.input("extra_price")), (Some(Exact::whole(110_000)), Some(Exact::parse("0.0005").unwrap())));
        let july: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        assert_eq!(july.add_on_use.of(&AddOnId::new(EMAIL)), Used::default(), "each month has its own");
        invariants::hold(&world).await;
    }

    /// SPEC 2.4: 100,000 e-mails on a base of 250 are 75.00 and nothing more; a correction counts, and the
    /// surcharge on users above the limit is 10 % of their overage, without the fixed part.
    async fn what_is_included_costs_nothing(world: World) {
        let customer = Customer { metered: Metered { mau: 22_000, data_points: 0 }, ..mailer() };
        let tenant = world.found(&customer).await;
        let program = world.program(&tenant, 30).await;
        count(&world, &program, &[row("2026-06-20", 700_000)]).await.json::<AddOnUseResult>();
        let less: AddOnUseResult = count(&world, &program, &[row("2026-06-20", 100_000)]).await.json();
        assert_eq!((less.added, less.corrected), (0, 1));
        go(&world, &tenant, "2026-07-01T00:00:00Z").await;
        let expected = [(LineKind::Base, usd("250.00")), (LineKind::AddOn, usd("75.00")), (LineKind::MauOverage, usd("30.00")), (LineKind::AddOnOverage, usd("3.00"))];
        assert_eq!(lines(&newest(&world, &tenant).await), expected);
        let late = count(&world, &program, &[row("2026-06-20", 700_000)]).await.problem();
        assert!(late.fields[0].message.contains("this month is closed"), "{late:?}");
        let logged = "SELECT COUNT(*) FROM audit WHERE action = 'usage.received' AND actor = 'credential loader'";
        assert_eq!(world.number(logged).await, 2);
        invariants::hold(&world).await;
    }

    /// All rows are stored or none, each fault is named at its field; the rules are those of usage.
    async fn rows_that_do_not_fit_are_refused(world: World) {
        let tenant = world.found(&mailer()).await;
        let program = world.program(&tenant, 30).await;
        let other = |add_on: &str| AddOnUseRow { add_on: AddOnId::new(add_on), ..row("2026-06-20", 1) };
        let rows = [
            other("fax"),
            other("cloud-export"),
            row("2026-06-21", 1),
            row("2026-05-31", 1),
            row("2026-06-20", 1_000_000_000_001),
            row("2026-06-20", 2),
            row("2026-06-19", 2),
        ];
        let problem = count(&world, &program, &rows).await.problem();
        let fields: Vec<_> = problem.fields.iter().map(|fault| fault.field.as_str()).collect();
        let expected = ["rows[0].add_on", "rows[1].add_on", "rows[2].day", "rows[3].day", "rows[4].used", "rows[5].day"];
        assert_eq!((problem.code, &fields[..]), (Code::InvalidField, &expected[..]));
        assert_eq!(world.number("SELECT COUNT(*) FROM add_on_use").await, 0);
        world.run("DELETE FROM subscription_add_ons").await.unwrap();
        let gone = count(&world, &program, &[row("2026-06-20", 1)]).await.problem();
        assert_eq!(gone.fields[0].message, "your plan does not have this add-on");
        let by_hand = world.post(&tenant.admin, "/usage/add-ons", &AddOnUseRows { rows: Vec::new() }).await;
        assert_eq!(by_hand.code(), Code::Forbidden, "programs alone send rows");
    }

    /// A file with the same rows, from a role that may upload usage: all rows, or faults by line and column.
    async fn uses_can_be_uploaded_as_a_file(world: World) {
        let tenant = world.found(&mailer()).await;
        let file = "used,day,add_on\n60000,2026-06-19,clevertap-email\n50000,2026-06-20,clevertap-email\n";
        for (role, token) in &tenant.people {
            let reply = upload(&world, token, file).await;
            assert_eq!(reply.status.is_success(), *role == Role::Admin, "{role:?}");
        }
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        assert_eq!(shown.add_on_use.of(&AddOnId::new(EMAIL)).used, 110_000);
        let wrong = "add_on,day,used\nclevertap-email,20.06.2026,1\nclevertap-email,2026-06-20,+5\n\nclevertap-email,2026-06-20\n";
        let problem = upload(&world, &tenant.admin, wrong).await.problem();
        let fields: Vec<_> = problem.fields.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["line 2, day", "line 3, used", "line 5"]);
        for head in ["add_on,day", "add_on,day,used,used", "add_on,day,number", ""] {
            let problem = upload(&world, &tenant.admin, head).await.problem();
            assert_eq!(problem.fields[0].field, "line 1", "{head}");
        }
        invariants::hold(&world).await;
    }

    /// A202: uses before a trial's charging began are not charged, not even those of its day; uses later
    /// that day are. The included number is not prorated.
    async fn a_trial_s_uses_are_not_charged(world: World) {
        let mut customer = Customer { card: None, has_details: false, ..mailer() };
        customer.is_trial = true;
        let tenant = world.found(&customer).await;
        let program = world.program(&tenant, 90).await;
        count(&world, &program, &[row("2026-06-20", 400_000)]).await.json::<AddOnUseResult>();
        let quote = world.quote(&tenant.admin, &PlanChange::default()).await;
        assert_eq!(quote.overage.total, usd("0.00"));
        // The trial has ended on 20 July; it is completed at noon on the 25th.
        go(&world, &tenant, "2026-07-25T12:00:00Z").await;
        count(&world, &program, &[row("2026-07-24", 300_000), row("2026-07-25", 120_000)]).await.json::<AddOnUseResult>();
        go(&world, &tenant, "2026-07-25T12:30:00Z").await;
        let details = Party { name: "Acme".to_owned(), address: vec!["1 Road".to_owned()], tax_number: None };
        let card = CardSaved { card: TestCard::Success };
        assert!(world.post(&tenant.admin, "/sandbox/billing-details", &details).await.status.is_success());
        assert!(world.post(&tenant.admin, "/sandbox/payment-method", &card).await.status.is_success());
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        assert_eq!(shown.counted_from.to_string(), "2026-07-25");
        assert_eq!(shown.add_on_use.of(&AddOnId::new(EMAIL)).used, 0);
        go(&world, &tenant, "2026-07-25T18:00:00Z").await;
        let later = [row("2026-07-24", 310_000), row("2026-07-25", 230_000)];
        count(&world, &program, &later).await.json::<AddOnUseResult>();
        go(&world, &tenant, "2026-08-01T00:00:00Z").await;
        let issued = newest(&world, &tenant).await;
        assert_eq!(lines(&issued), [(LineKind::Base, usd("250.00")), (LineKind::AddOn, usd("75.00")), (LineKind::AddOnUse, usd("5.00"))]);
        invariants::hold(&world).await;
    }

    /// A202: a correction lowers the day on which charging began below what it had used until then. None of
    /// that day counts, and every use of the days after it does.
    async fn a_correction_of_the_first_day_takes_nothing_from_later_days(world: World) {
        let tenant = world.found(&mailer()).await;
        let program = world.program(&tenant, 30).await;
        count(&world, &program, &[row("2026-06-20", 90_000)]).await.json::<AddOnUseResult>();
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("0.00"))).await.json::<Left>();
        reactivate(&world).await.unwrap();
        let less: AddOnUseResult = count(&world, &program, &[row("2026-06-20", 70_000)]).await.json();
        let paused = Used { used: 90_000, settled: 90_000 };
        assert_eq!(less.add_on_use.of(&AddOnId::new(EMAIL)), paused);
        go(&world, &tenant, "2026-06-21T10:00:00Z").await;
        let next: AddOnUseResult = count(&world, &program, &[row("2026-06-21", 20_000)]).await.json();
        let all = Used { used: 110_000, settled: 90_000 };
        assert_eq!(next.add_on_use.of(&AddOnId::new(EMAIL)), all);
        assert_eq!(leaving(&world, &tenant).await.settles.total, usd("5.00"));
        invariants::hold(&world).await;
    }

    /// A202: a pause settles the uses so far, none of them again; the month includes its number once.
    async fn a_pause_s_uses_are_charged_once(world: World) {
        let tenant = world.found(&mailer()).await;
        let program = world.program(&tenant, 30).await;
        count(&world, &program, &[row("2026-06-20", 105_000)]).await.json::<AddOnUseResult>();
        assert_eq!(leaving(&world, &tenant).await.settles.total, usd("2.50"));
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("2.50"))).await.json::<Left>();
        assert_eq!(final_lines(&world).await, 250);
        backend::jobs::run_due(&world.services, world.services.clock.now()).await.unwrap();
        reactivate(&world).await.unwrap();
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        assert_eq!(shown.add_on_use.of(&AddOnId::new(EMAIL)), Used { used: 105_000, settled: 105_000 });
        count(&world, &program, &[row("2026-06-20", 110_000)]).await.json::<AddOnUseResult>();
        go(&world, &tenant, "2026-07-01T00:00:00Z").await;
        let issued = newest(&world, &tenant).await;
        assert_eq!(lines(&issued), [(LineKind::Base, usd("250.00")), (LineKind::AddOn, usd("75.00")), (LineKind::AddOnUse, usd("2.50"))]);
        let why = issued.statement.lines[2].derivation.as_ref().unwrap();
        assert_eq!((why.input("used"), why.input("settled")), (Some(Exact::whole(110_000)), Some(Exact::whole(105_000))));
        invariants::hold(&world).await;
    }

    /// A202: the invoice of a pause has closed the days before it; what is reported late for them is free.
    async fn uses_reported_late_for_days_before_a_pause_are_free(world: World) {
        let tenant = world.found(&mailer()).await;
        let program = world.program(&tenant, 30).await;
        count(&world, &program, &[row("2026-06-19", 105_000)]).await.json::<AddOnUseResult>();
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("2.50"))).await.json::<Left>();
        go(&world, &tenant, "2026-06-22T10:00:00Z").await;
        reactivate(&world).await.unwrap();
        let rows = [row("2026-06-18", 40_000), row("2026-06-22", 1_000)];
        count(&world, &program, &rows).await.json::<AddOnUseResult>();
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        let all = Used { used: 106_000, settled: 105_000 };
        assert_eq!(shown.add_on_use.of(&AddOnId::new(EMAIL)), all);
        invariants::hold(&world).await;
    }

    /// If the pause had nothing to settle, the rest of the included number is still there after it.
    async fn a_pause_leaves_what_is_included(world: World) {
        let tenant = world.found(&mailer()).await;
        let program = world.program(&tenant, 30).await;
        count(&world, &program, &[row("2026-06-20", 60_000)]).await.json::<AddOnUseResult>();
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("0.00"))).await.json::<Left>();
        go(&world, &tenant, "2026-06-22T10:00:00Z").await;
        reactivate(&world).await.unwrap();
        count(&world, &program, &[row("2026-06-22", 50_000)]).await.json::<AddOnUseResult>();
        let shown = leaving(&world, &tenant).await;
        assert_eq!(shown.settles.total, usd("5.00"));
        let order = cancellation(Reason::LowUsage, "DELETE", usd("5.00"));
        send(&world, &tenant, (&new_key(), "/cancellation"), &order).await.json::<Left>();
        assert_eq!(final_lines(&world).await, 500);
        for table in ["add_on_use", "add_on_use_cuts"] {
            assert_eq!(world.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
    }
}

/// A customer with no users above the limit, and an add-on that includes 100,000 e-mails a month.
fn mailer() -> Customer {
    let mut customer = Customer {
        book: "essentials-email".to_owned(),
        metered: Metered::default(),
        ..Customer::new("acme")
    };
    customer.subscription.add_ons = [AddOnId::new(EMAIL)].into();
    customer
}

fn row(day: &str, used: u64) -> AddOnUseRow {
    AddOnUseRow {
        add_on: AddOnId::new(EMAIL),
        day: day.parse().unwrap(),
        used,
    }
}

async fn count(world: &World, program: &str, rows: &[AddOnUseRow]) -> Reply {
    let rows = rows.to_vec();
    world
        .post(program, "/usage/add-ons", &AddOnUseRows { rows })
        .await
}

async fn upload(world: &World, token: &str, file: &str) -> Reply {
    let file = Body::from(file.to_owned());
    let request = request(Method::POST, token, "/usage/add-ons/file");
    let request = request.header(header::CONTENT_TYPE, "text/csv");
    world.send(request.body(file).unwrap()).await
}

async fn newest(world: &World, tenant: &Tenant) -> Invoice {
    let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
    let path = format!("/invoices/{}", listed.items[0].number);
    world.get(&tenant.admin, &path).await.json()
}

/// The charge for extra use on the final invoice, in cents, read from the database: the API is closed.
async fn final_lines(world: &World) -> i64 {
    let kinds = "SELECT DISTINCT l.kind FROM invoice_lines l JOIN invoices i \
                 ON i.organization_id = l.organization_id AND i.number = l.number \
                 WHERE i.kind = 'final'";
    assert_eq!(world.names(kinds).await, ["add_on_use"]);
    world
        .number("SELECT total_minor FROM invoices WHERE kind = 'final'")
        .await
}

fn lines(invoice: &Invoice) -> Vec<(LineKind, Money)> {
    let lines = invoice.statement.lines.iter();
    lines.map(|line| (line.kind, line.amount)).collect()
}
