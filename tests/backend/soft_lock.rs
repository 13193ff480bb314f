//! The usage lock of an annual term, from the import that causes it to the upgrade that lifts it (SPEC
//! R11, R9; 6, rows 21 and 22; A10).

use api::Code;
use api::account::account_status::{AccountStatus, CuringTier};
use api::plan::plan_change::{PlanChange as Sent, State};
use backend::store::Engine;
use backend::usage::evaluation::LiftLock;
use billing::access::Condition;
use billing::metering::pool::Pool;
use billing::metering::usage::Metered;
use billing::{Money, PlanChange};

use super::world::{ACME, Customer, Tenant, World, Year, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// Of 240,000, used 150,000 up to May. In June 138,000 are 120 %, one more locks; 500,000 exceed what
    /// 40,000 for the seven months left would allow. The tiers that lift it are listed, each at the price
    /// that its order charges.
    async fn the_lock_of_a_term_lists_the_curing_tiers(world: World) {
        let tenant = world.found(&yearly()).await;
        let program = world.program(&tenant, 90).await;
        uses(&world, &program, 138_000).await;
        assert_eq!(stands(&world, &tenant).await.access.notices, [], "exactly 120 %");
        uses(&world, &program, 138_001).await;
        let locked = stands(&world, &tenant).await;
        assert_eq!(locked.access.notices[0].condition, Condition::AnnualSoft);
        assert_eq!(named(&locked), [(40_000, usd("2450.00")), (60_000, usd("3675.00")), (80_000, usd("4900.00")), (100_000, usd("6125.00"))]);
        uses(&world, &program, 500_000).await;
        let locked = stands(&world, &tenant).await;
        assert_eq!(named(&locked), [(60_000, usd("3675.00")), (80_000, usd("4900.00")), (100_000, usd("6125.00"))]);
        assert_eq!(world.get(&tenant.admin, "/exports/json").await.code(), Code::UpgradeOnly);

        // A tier that is too small can be bought, and does not unlock; the pool grows all the same.
        let sent: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(40_000)).await.json();
        assert_eq!((sent.state, sent.total), (State::Done, usd("2450.00")));
        let locked = stands(&world, &tenant).await;
        assert_eq!(locked.access.notices[0].condition, Condition::AnnualSoft);
        let CuringTier { tier, total } = &locked.curing_tiers[0];
        assert_eq!((*tier, *total), (60_000, usd("3675.00")));
        let quote = world.quote(&tenant.admin, &PlanChange::to_tier(*tier)).await;
        assert_eq!(quote.due_now.total, *total, "the price before the click");
        let sent: Sent = world.buy(&tenant.admin, &PlanChange::to_tier(*tier)).await.json();
        assert_eq!((sent.state, sent.total), (State::Done, *total));
        let free = stands(&world, &tenant).await;
        assert_eq!((free.access.notices, free.curing_tiers), (Vec::new(), Vec::new()));
        for kind in ["usage.locked", "usage.unlocked"] {
            let notified = format!("SELECT COUNT(*) FROM outbox WHERE kind = '{kind}'");
            assert_eq!(world.number(&notified).await, 1, "{kind}");
        }
        invariants::hold(&world).await;
    }

    /// The usage lock of a term ends with a correction too, and by the operator until the term ends.
    async fn a_lock_of_a_term_is_corrected_or_lifted(world: World) {
        let tenant = world.found(&yearly()).await;
        let program = world.program(&tenant, 90).await;
        uses(&world, &program, 138_001).await;
        assert_eq!(stands(&world, &tenant).await.access.notices[0].condition, Condition::AnnualSoft);
        uses(&world, &program, 13_801).await;
        assert_eq!(stands(&world, &tenant).await.access.notices, []);
        uses(&world, &program, 138_001).await;
        let lift = LiftLock {
            organization_id: ACME.clone(),
            reason: "an agreement".to_owned(),
            until: None,
            now: world.services.clock.now(),
        };
        let until = world.services.store.write(lift).await.unwrap();
        assert_eq!(until.to_string(), "2027-01-01");
        uses(&world, &program, 500_000).await;
        assert_eq!(stands(&world, &tenant).await.access.notices, []);
        invariants::hold(&world).await;
    }

    /// No tier is large enough: only sales can help.
    async fn no_tier_is_listed_when_none_helps(world: World) {
        let tenant = world.found(&yearly()).await;
        let program = world.program(&tenant, 90).await;
        // 240,000 and 7 × 100,000 would allow 1,128,000.
        uses(&world, &program, 978_000).await;
        assert_eq!(named(&stands(&world, &tenant).await), [(100_000, usd("6125.00"))]);
        uses(&world, &program, 978_001).await;
        assert_eq!(named(&stands(&world, &tenant).await), []);
    }

    /// A month's lock lists its tiers and prices too: 70,000 users on the 5,000 tier, 20 June.
    async fn the_lock_of_a_month_lists_the_curing_tiers(world: World) {
        let mut customer = Customer { metered: Metered::default(), ..Customer::new("acme") };
        customer.subscription.tier = 5_000;
        let tenant = world.found(&customer).await;
        let program = world.program(&tenant, 90).await;
        uses(&world, &program, 70_000).await;
        let locked = stands(&world, &tenant).await;
        // (500 − 75) × 11 ÷ 30, and so on.
        assert_eq!(named(&locked), [(40_000, usd("155.83")), (60_000, usd("247.50")), (80_000, usd("339.17")), (100_000, usd("430.83"))]);
    }
}

/// An annual term of the 20,000 tier since January, 150,000 used up to May.
fn yearly() -> Customer {
    let pool = Pool {
        limit: 240_000,
        used: 150_000,
    };
    let starts_on = "2026-01-01".parse().unwrap();
    let mut customer = Customer {
        year: Some(Year { starts_on, pool }),
        annual_eligible: true,
        metered: Metered::default(),
        ..Customer::new("acme")
    };
    customer.subscription.add_ons.clear();
    customer
}

pub(super) async fn uses(world: &World, program: &str, app: u64) {
    let taken = world.send_users(program, app).await;
    assert!(taken.status.is_success(), "{}", taken.text);
}

async fn stands(world: &World, tenant: &Tenant) -> AccountStatus {
    world.get(&tenant.admin, "/account-status").await.json()
}

fn named(account_status: &AccountStatus) -> Vec<(u64, Money)> {
    let tiers = account_status.curing_tiers.iter();
    tiers.map(|curing| (curing.tier, curing.total)).collect()
}
