//! What the person saw no longer holds: nothing is charged, and the response has the difference.

use api::Code;
use api::plan::plan_change::{Order, PlanChange as Sent, State};
use api::plan::quote::Quote;
use api::problem::Problem;
use backend::foundation::error::Error;
use backend::store::price_books::{self};
use backend::store::usage::{self, UsageDay};
use backend::store::{Engine, Tx, organizations};
use billing::catalog::price_book;
use billing::metering::usage::MauParts;
use billing::pricing::statement::Item;
use billing::{AddOnId, LineKind, PlanChange};

use super::world::{ACME, Customer, Tenant, World, new_key, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// The price book is replaced between the quote and the order.
    async fn a_replaced_price_book(world: World) {
        let (tenant, quote) = quoted(&world).await;
        world.services.store.transaction(ACME.clone(), async |tx: &mut Tx| other_prices(tx).await).await.unwrap();
        let problem = refused(&world, &tenant, &quote.order()).await;
        assert_eq!(changed(&problem), ["price_book_version", "input_hash", "total"]);
        let fresh = problem.quote.unwrap();
        assert_eq!((fresh.price_book_version, fresh.due_now.total), (2, usd("84.33")));
        let difference = quote.due_now.differences(&fresh.due_now);
        assert_eq!(difference[0].item, Item::Line(LineKind::TierProration, None));
        let done: Sent = world.order(&tenant.admin, &new_key(), &fresh.order()).await.json();
        assert_eq!((done.state, done.total), (State::Done, usd("84.33")));
        invariants::hold(&world).await;
    }

    /// Another tab has changed the plan in the meantime.
    async fn a_plan_changed_elsewhere(world: World) {
        let (tenant, quote) = quoted(&world).await;
        world.buy(&tenant.admin, &PlanChange::to_tier(60_000)).await;
        let problem = refused(&world, &tenant, &quote.order()).await;
        assert_eq!(changed(&problem), ["subscription_version", "input_hash", "total"]);
        assert_eq!(problem.quote.unwrap().due_now.total, usd("0.00"), "40,000 is a downgrade by now");
        assert_eq!(world.captures().await, 1);
        invariants::hold(&world).await;
    }

    /// Another tab has ordered the same add-on, so it has no price any more.
    async fn an_add_on_ordered_elsewhere(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let add = PlanChange { add: [AddOnId::new("premium-channels")].into(), ..PlanChange::default() };
        let order = world.quote(&tenant.admin, &add).await.order();
        world.buy(&tenant.admin, &add).await;
        let problem = refused(&world, &tenant, &order).await;
        assert_eq!(changed(&problem), ["subscription_version"]);
        assert!(problem.quote.is_none());
        assert_eq!(world.captures().await, 1);
    }

    /// Midnight has passed in the organization's zone.
    async fn midnight(world: World) {
        let (tenant, quote) = quoted(&world).await;
        world.move_to("2026-06-20T23:59:59Z");
        assert_eq!(world.quote(&tenant.admin, &quote.change).await.input_hash, quote.input_hash);
        world.move_to("2026-06-21T00:00:00Z");
        let problem = refused(&world, &tenant, &quote.order()).await;
        assert_eq!(changed(&problem), ["billing_day", "input_hash", "total"]);
        assert_eq!(problem.quote.unwrap().due_now.total, usd("83.33"));
        assert_eq!(world.captures().await, 0);
    }

    /// The month ends: it is closed first, so that no order is priced on the old one.
    async fn the_end_of_the_month(world: World) {
        let (tenant, quote) = quoted(&world).await;
        world.move_to("2026-07-01T00:00:00Z");
        let problem = refused(&world, &tenant, &quote.order()).await;
        assert!(changed(&problem).contains(&"billing_day".to_owned()));
        assert_eq!(world.number("SELECT COUNT(*) FROM month_closings").await, 1);
        assert_eq!(world.captures().await, 0);
        invariants::hold(&world).await;
    }

    /// A price, day or version that the browser invents has no effect.
    async fn a_forged_order(world: World) {
        let (tenant, quote) = quoted(&world).await;
        let honest = quote.order();
        let forged = [
            Order { total: usd("0.01"), ..honest.clone() },
            Order { input_hash: "0".repeat(64), ..honest.clone() },
            Order { billing_day: "2026-06-30".parse().unwrap(), ..honest.clone() },
            Order { price_book_version: 7, ..honest.clone() },
            Order { change: PlanChange::to_tier(100_000), ..honest.clone() },
        ];
        for order in &forged {
            refused(&world, &tenant, order).await;
        }
        let old = Order { engine_version: "0.0.1".to_owned(), ..honest };
        let refused = world.order(&tenant.admin, &new_key(), &old).await;
        assert_eq!(refused.code(), Code::EngineChanged);
        assert_eq!(world.captures().await, 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM plan_changes").await, 0);
    }

    /// New usage does not invalidate a price (SPEC R19).
    async fn new_usage_does_not_invalidate_a_quote(world: World) {
        let (tenant, quote) = quoted(&world).await;
        world.services.store.transaction(ACME.clone(), async |tx: &mut Tx| more_usage(tx).await).await.unwrap();
        let fresh = world.quote(&tenant.admin, &quote.change).await;
        assert_ne!(fresh.overage, quote.overage);
        let done: Sent = world.order(&tenant.admin, &new_key(), &quote.order()).await.json();
        assert_eq!(done.state, State::Done);
        invariants::hold(&world).await;
    }
}

async fn quoted(world: &World) -> (Tenant, Quote) {
    let tenant = world.found(&Customer::new("acme")).await;
    let quote = world
        .quote(&tenant.admin, &PlanChange::to_tier(40_000))
        .await;
    (tenant, quote)
}

/// The order is refused as stale, and its key can be used again.
async fn refused(world: &World, tenant: &Tenant, order: &Order) -> Problem {
    let key = new_key();
    let problem = world.order(&tenant.admin, &key, order).await.problem();
    assert_eq!(problem.code, Code::QuoteChanged, "{order:?}");
    assert_eq!(
        world.order(&tenant.admin, &key, order).await.code(),
        Code::QuoteChanged
    );
    problem
}

/// What each difference is about, as it is written in JSON.
fn changed(problem: &Problem) -> Vec<String> {
    let names = problem.differences.iter().map(|difference| {
        let json = serde_json::to_value(difference).unwrap();
        json["what"].as_str().unwrap().to_owned()
    });
    names.collect()
}

/// A second version of the default book, with another price for each tier above 20,000.
async fn other_prices(tx: &mut Tx) -> Result<(), Error> {
    let body = price_book::ESSENTIALS
        .replace("\"version\": 1", "\"version\": 2")
        .replace("\"500.00\"", "\"480.00\"")
        .replace("\"750.00\"", "\"720.00\"")
        .replace("\"1000.00\"", "\"960.00\"")
        .replace("\"1250.00\"", "\"1200.00\"");
    let now = "2026-06-20T00:00:00Z".parse().unwrap();
    let version = price_books::store(tx, &body, now).await?;
    organizations::put_in_force(tx, &ACME, &version).await
}

async fn more_usage(tx: &mut Tx) -> Result<(), Error> {
    let project = usage::Project {
        id: "prj_2".to_owned(),
        name: "Club".to_owned(),
    };
    usage::add_project(tx, &ACME, &project).await?;
    let counted = UsageDay {
        project_id: project.id,
        day: "2026-06-20".parse().unwrap(),
        parts: MauParts {
            app: 5_000,
            ..MauParts::default()
        },
        data_points: 1,
        counted_at: "2026-06-20T11:00:00Z".parse().unwrap(),
    };
    usage::add_day(tx, &ACME, &counted).await
}
