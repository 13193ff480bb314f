//! The terms of a year are the price book's (SPEC 9, R9, R11): another book, other figures, and both
//! the preview and the charge have them.

use api::invoice::{Invoice, Invoices};
use api::standing::Standing;
use backend::error::Error;
use backend::store::{Engine, Tx, Work, price_books};
use billing::access::Condition;
use billing::price_book::ESSENTIALS;
use billing::usage::Metered;
use billing::{BillingFrequency, PlanChange};

use super::soft_lock::uses;
use super::world::{Customer, World};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// 25 % off instead of 30, the lock above 110 % instead of 120.
    async fn a_year_is_on_the_terms_of_its_book(world: World) {
        let said = r#"{"months": 12, "discount_percent": "30", "soft_lock_percent": 120}"#;
        let other = r#"{"months": 12, "discount_percent": "25", "soft_lock_percent": 110}"#;
        let body = ESSENTIALS.replace(said, other).replace(r#""id": "essentials""#, r#""id": "quarter""#);
        assert!(body.contains(other) && body.contains("quarter"));
        world.till.store.write(Shelve { body, now: world.till.clock.now() }).await.unwrap();
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
        assert_eq!(quote.next_invoice.statement.total, "2250.00");
        assert!(world.buy(&tenant.admin, &yearly).await.status.is_success());
        world.move_to("2026-07-01T00:00:00Z");
        let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        let path = format!("/invoices/{}", listed.items[0].number);
        let issued: Invoice = world.get(&tenant.admin, &path).await.json();
        assert_eq!(issued.statement, quote.next_invoice.statement);
        // 110 % of 240,000.
        let program = world.program(&tenant, 90).await;
        uses(&world, &program, 264_000).await;
        let open: Standing = world.get(&tenant.admin, "/standing").await.json();
        assert_eq!(open.access.notices, []);
        uses(&world, &program, 264_001).await;
        let locked: Standing = world.get(&tenant.admin, "/standing").await.json();
        assert_eq!(locked.access.notices[0].condition, Condition::AnnualSoft);
        invariants::hold(&world).await;
    }
}

struct Shelve {
    body: String,
    now: chrono::DateTime<chrono::Utc>,
}

impl Work for Shelve {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        price_books::store(tx, &self.body, self.now).await.map(drop)
    }
}
