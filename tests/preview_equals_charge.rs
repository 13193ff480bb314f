//! The promise: what the browser previews is what the backend quotes, charges and invoices, line by
//! line, on both databases.
//!
//! Ten thousand accounts are drawn: both price books, both currencies, places of supply, in trial and
//! active, with monthly and annual billing, scheduled changes, usage, days, zones and orders, valid and
//! invalid. The seed is fixed and printed, so that a failure can be drawn again.

use std::collections::BTreeMap;

use api::invoicing::invoice::Invoice;
use api::plan::plan_change::{PlanChange as Sent, State};
use api::plan::quote::Quote;
use api::plan::subscription::Subscription;
use api::sandbox::{GatewayScript, ScriptedOutcome};
use app::checkout::preview;
use axum::http::StatusCode;
use backend::invoicing::month::{CloseMonth, Closed};
use backend::store::Engine;
use billing::invoicing::invoice::InvoiceKind;
use billing::{BillingPeriod, CurrencyCode, PriceBook};
use chrono::{DateTime, TimeDelta, Utc};

use crate::backend::invariants;
use crate::backend::world::{World, new_key, reasoned};
use drawing::{Case, draw};

mod drawing;

/// How many accounts are drawn.
const CASES: usize = 10_000;
/// How many databases share the accounts: each has one writer.
const WORLDS: usize = 4;

/// How many cases of each kind were seen, so that a drawing without some kind fails.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Seen {
    charged: usize,
    taxed: usize,
    scheduled: usize,
    free: usize,
    refused: usize,
    closed: usize,
    /// Orders charged in an annual term.
    within: usize,
    /// Month changes that issued the invoice of an annual term.
    years: usize,
}

/// The price books as the backend sends them, each parsed once.
#[derive(Debug, Default)]
struct Books(BTreeMap<String, PriceBook>);

impl Books {
    async fn read(&mut self, world: &World, (token, id): (&str, &str)) -> &PriceBook {
        if !self.0.contains_key(id) {
            let sent = world.get(token, "/price-book").await;
            self.0
                .insert(id.to_owned(), PriceBook::parse(&sent.text).unwrap());
        }
        &self.0[id]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    preview_equals_charge(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    preview_equals_charge(Engine::Postgres).await;
}

async fn preview_equals_charge(engine: Engine) {
    let cases = draw(CASES);
    let mut working = Vec::new();
    for part in 0..WORLDS {
        let mut cases: Vec<Case> = cases.iter().skip(part).step_by(WORLDS).cloned().collect();
        // The clock of a world moves forward only.
        cases.sort_by_key(Case::now);
        working.push(tokio::spawn(async move { walk(engine, cases).await }));
    }
    let mut seen = Seen::default();
    for worker in working {
        seen = seen.plus(worker.await.unwrap());
    }
    println!("{engine:?}: {seen:?}");
    let least = CASES / 50;
    for (what, count) in [
        ("charged", seen.charged),
        ("taxed", seen.taxed),
        ("scheduled", seen.scheduled),
        ("free", seen.free),
        ("refused", seen.refused),
        ("closed", seen.closed),
        ("charged within a year", seen.within),
        ("invoiced for a year", seen.years),
    ] {
        assert!(
            count >= least,
            "only {count} {what}: the drawing sees too little"
        );
    }
}

async fn walk(engine: Engine, cases: Vec<Case>) -> Seen {
    let world = World::on(engine).await;
    let mut seen = Seen::default();
    let mut books = Books::default();
    for case in cases {
        world.services.clock.move_to(case.now()).unwrap();
        seen = seen.plus(check(&world, &mut books, &case).await);
    }
    invariants::hold(&world).await;
    world.services.store.close().await;
    seen
}

/// One account, from the preview to the invoice of the next month.
async fn check(world: &World, books: &mut Books, case: &Case) -> Seen {
    let tenant = world.found(&case.customer).await;
    let token = tenant.admin.as_str();
    let book = books.read(world, (token, &case.customer.book)).await;
    let subscription: Subscription = world.get(token, "/subscription").await.json();
    let previewed = preview(book, &subscription, &case.change);
    let quoted = world.post(token, "/quotes", &case.change).await;
    match previewed {
        Ok(previewed) => {
            assert_eq!(
                quoted.json::<Quote>(),
                previewed,
                "the backend's quote: {case:?}"
            );
            let charged = charge(world, (token, case), &previewed).await;
            let closed = close(world, (token, case), &previewed).await;
            Seen {
                closed: usize::from(closed.is_some()),
                years: usize::from(closed == Some(InvoiceKind::Annual)),
                ..charged
            }
        }
        Err(refusal) => {
            assert_eq!(
                quoted.code(),
                api::Code::ChangeRefused,
                "{refusal}: {case:?}"
            );
            Seen {
                refused: 1,
                ..Seen::default()
            }
        }
    }
}

/// The order charges what the preview shows, and its invoice has the same lines.
async fn charge(world: &World, (token, case): (&str, &Case), previewed: &Quote) -> Seen {
    let reply = world
        .order(token, &new_key(), &reasoned(previewed.order()))
        .await;
    let sent = match reply.status {
        StatusCode::ACCEPTED => confirmed(world, (token, case), &reply.json()).await,
        status => {
            assert_eq!(status, StatusCode::OK, "{}: {case:?}", reply.text);
            reply.json()
        }
    };
    assert_eq!(
        sent.total, previewed.due_now.total,
        "what was charged: {case:?}"
    );
    let Some(number) = &sent.invoice else {
        assert!(
            previewed.due_now.lines.is_empty(),
            "charged without invoice: {case:?}"
        );
        let scheduled = usize::from(sent.state == State::Scheduled);
        return Seen {
            scheduled,
            free: 1 - scheduled,
            ..Seen::default()
        };
    };
    let invoice: Invoice = world
        .get(token, &format!("/invoices/{number}"))
        .await
        .json();
    assert_eq!(
        invoice.statement, previewed.due_now,
        "what was invoiced: {case:?}"
    );
    let kind = invoice.summary.kind;
    assert!(matches!(kind, InvoiceKind::Upgrade | InvoiceKind::AddOn));
    let taxed = usize::from(!invoice.statement.taxes.is_empty());
    Seen {
        charged: 1,
        taxed,
        within: usize::from(previewed.annual_after.is_some()),
        ..Seen::default()
    }
}

/// The result of an order that the bank asks about, after the payer has confirmed it: large debits of
/// cards in rupees (R17), and no others.
async fn confirmed(world: &World, (token, case): (&str, &Case), waiting: &Sent) -> Sent {
    assert!(
        matches!(waiting.state, State::Authentication { .. })
            && case.customer.currency == CurrencyCode::INR,
        "{waiting:?}: {case:?}"
    );
    let yes = GatewayScript {
        outcomes: vec![ScriptedOutcome::Success],
    };
    let scripted = world.post(token, "/sandbox/gateway", &yes).await;
    assert!(scripted.status.is_success(), "{}", scripted.text);
    let path = format!("/plan-changes/{}", waiting.id);
    world.get(token, &path).await.json()
}

/// The month change issues the invoice that the preview has announced.
async fn close(
    world: &World,
    (token, case): (&str, &Case),
    previewed: &Quote,
) -> Option<InvoiceKind> {
    let period = BillingPeriod::of(previewed.billing_day).unwrap();
    let organization_id = case.customer.id.clone();
    let now = ended(period, case.customer.zone_offset_minutes);
    let closed = world
        .services
        .store
        .write(CloseMonth {
            organization_id,
            period,
            now,
        })
        .await
        .unwrap();
    // As if each account had its own database: the next accounts are on earlier days.
    let again = "UPDATE latest_instant SET latest_at = '1970-01-01T00:00:00.000000Z'";
    world.run(again).await.unwrap();
    if case.customer.is_trial {
        assert_eq!(closed, Closed::Now(None));
        return None;
    }
    let next = &previewed.next_invoice;
    if next.statement.lines.is_empty() {
        assert_eq!(closed, Closed::Now(None), "{case:?}");
        return None;
    }
    let Closed::Now(Some(number)) = closed else {
        panic!("{closed:?}: {case:?}")
    };
    let invoice: Invoice = world
        .get(token, &format!("/invoices/{number}"))
        .await
        .json();
    assert_eq!(
        invoice.statement, next.statement,
        "the next invoice: {case:?}"
    );
    assert_eq!(invoice.summary.issued_on, next.date);
    Some(invoice.summary.kind)
}

fn ended(period: BillingPeriod, offset_minutes: i32) -> DateTime<Utc> {
    let midnight = period.end().and_hms_opt(0, 0, 0).unwrap().and_utc();
    midnight - TimeDelta::minutes(i64::from(offset_minutes))
}

impl Seen {
    fn plus(self, other: Self) -> Self {
        Self {
            charged: self.charged + other.charged,
            taxed: self.taxed + other.taxed,
            scheduled: self.scheduled + other.scheduled,
            free: self.free + other.free,
            refused: self.refused + other.refused,
            closed: self.closed + other.closed,
            within: self.within + other.within,
            years: self.years + other.years,
        }
    }
}
