//! The annual terms come from the price book (SPEC 9, R9, R11): another book has other figures, and both
//! the preview and the charge use them.

use api::Code;
use api::account::account_status::AccountStatus;
use api::invoicing::invoice::{Invoice, Invoices};
use backend::foundation::error::Error;
use backend::jobs::close_everywhere;
use backend::store::{Changes, Engine, Tx, organizations, price_books};
use billing::access::Condition;
use billing::catalog::price_book::ESSENTIALS;
use billing::metering::usage::Metered;
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{BillingFrequency, BillingPeriod, CurrencyCode, PlanChange};

use super::soft_lock::uses;
use super::world::{ACME, Customer, World, organization, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// A discount of 25 % instead of 30, a lock above 110 % instead of 120.
    async fn annual_terms_come_from_the_price_book(world: World) {
        let said = r#"{"months": 12, "discount_percent": "30", "soft_lock_percent": 120}"#;
        let other = r#"{"months": 12, "discount_percent": "25", "soft_lock_percent": 110}"#;
        let body = ESSENTIALS.replace(said, other).replace(r#""id": "essentials""#, r#""id": "quarter""#);
        assert!(body.contains(other) && body.contains("quarter"));
        let now = world.services.clock.now();
        let shelve = async move |tx: &mut Tx| price_books::store(tx, &body, now).await;
        world.services.store.transaction(Changes::Other, shelve).await.unwrap();
        let mut customer = Customer {
            book: "quarter".to_owned(),
            annual_eligible: true,
            metered: Metered::default(),
            ..Customer::new("acme")
        };
        customer.subscription.add_ons.clear();
        let tenant = world.found(&customer).await;
        let yearly = PlanChange { frequency: Some(BillingFrequency::Annual), ..PlanChange::default() };
        let quote = world.quote(&tenant.admin, &yearly).await;
        // 250 × 12 × 0.75.
        assert_eq!(quote.next_invoice.statement.total, usd("2250.00"));
        assert!(world.buy(&tenant.admin, &yearly).await.status.is_success());
        world.move_to("2026-07-01T00:00:00Z");
        let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        let path = format!("/invoices/{}", listed.items[0].number);
        let issued: Invoice = world.get(&tenant.admin, &path).await.json();
        assert_eq!(issued.statement, quote.next_invoice.statement);
        // 110 % of 240,000.
        let program = world.program(&tenant, 90).await;
        uses(&world, &program, 264_000).await;
        let open: AccountStatus = world.get(&tenant.admin, "/account-status").await.json();
        assert_eq!(open.access.notices, []);
        uses(&world, &program, 264_001).await;
        let locked: AccountStatus = world.get(&tenant.admin, "/account-status").await.json();
        assert_eq!(locked.access.notices[0].condition, Condition::AnnualSoft);
        invariants::hold(&world).await;
    }
}

on_both_databases! {
    /// A price list that is taxed by place of supply, and an organization without states: it is neither
    /// founded nor moved to this list, and never charged without tax.
    async fn without_states_no_account_gets_taxed_prices(world: World) {
        let stateless = Customer {
            currency: CurrencyCode::INR,
            book: "essentials-2025".to_owned(),
            ..Customer::new("ina")
        };
        let refused = add(&world, stateless).await.unwrap_err();
        assert_eq!(refused.to_string(), "these prices are taxed by place of supply, and the \
            state of the supplier or of the customer is not known");
        assert_eq!(world.number("SELECT COUNT(*) FROM organizations").await, 0);
        let euros = Customer { currency: CurrencyCode::parse("EUR").unwrap(), ..Customer::new("eu") };
        let refused = add(&world, euros).await.unwrap_err();
        assert_eq!(refused.to_string(), "the price book \"essentials\" has no list in EUR");

        let tenant = world.found(&Customer::new("acme")).await;
        let taxed = async |tx: &mut Tx| tax_dollars(tx).await;
        let refused = world.services.store.transaction(ACME.clone(), taxed).await.unwrap_err();
        assert!(refused.to_string().starts_with("these prices are taxed"), "{refused}");
        let quote = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await;
        assert_eq!((quote.price_book.as_str(), quote.price_book_version), ("essentials", 1));
        invariants::hold(&world).await;
    }

    /// If the states are deleted later: no price, no charge, no invoice, and a reason.
    async fn deleted_states_stop_quotes_and_charges(world: World) {
        let supplier = StateCode::MAHARASHTRA;
        let customer = Customer {
            currency: CurrencyCode::INR,
            book: "essentials-2025".to_owned(),
            places: Some(TaxPlaces { supplier, customer: supplier }),
            ..Customer::new("ina")
        };
        let tenant = world.found(&customer).await;
        let change = PlanChange::to_tier(40_000);
        let order = world.quote(&tenant.admin, &change).await.order();
        world.run("UPDATE organizations SET customer_state = NULL").await.unwrap();
        let quote = world.post(&tenant.admin, "/quotes", &change).await;
        assert_eq!(quote.code(), Code::ChangeRefused);
        assert_eq!(quote.problem().detail, "These prices are taxed by place of supply, and the state \
            of the supplier or of the customer is not known");
        let refused = world.order(&tenant.admin, "a-key-of-more-than-sixteen", &order).await;
        assert_eq!(refused.code(), Code::ChangeRefused);
        world.move_to("2026-07-02T00:00:00Z");
        let july = close_everywhere(&world.services, BillingPeriod::of(customer.day).unwrap()).await.unwrap();
        assert!(!july.is_complete());
        assert_eq!(world.number("SELECT COUNT(*) FROM invoices").await, 0);
        assert_eq!(world.captures().await, 0);
    }
}

async fn add(world: &World, customer: Customer) -> Result<(), Error> {
    let id = customer.id.clone();
    let add = async move |tx: &mut Tx| {
        let now = "2026-06-20T00:00:00Z".parse().unwrap();
        organizations::add(tx, &organization(&customer), now).await
    };
    world.services.store.transaction(id, add).await
}

/// The shipped book with a tax on its list in dollars.
async fn tax_dollars(tx: &mut Tx) -> Result<(), Error> {
    let body = ESSENTIALS
        .replace("\"version\": 1", "\"version\": 2")
        .replace("\"none\"", "\"gst_india\", \"rate_percent\": \"18\"");
    let now = "2026-06-20T00:00:00Z".parse().unwrap();
    let version = price_books::store(tx, &body, now).await?;
    organizations::put_in_force(tx, &ACME, &version).await
}
