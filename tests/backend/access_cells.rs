//! "What works when" (SPEC 6), cell by cell through the API. Two columns, the dashboard and running
//! campaigns, have no route in this product: for these the test checks that the account status returns
//! what the table says.

use api::Code;
use api::account::account_status::AccountStatus;
use api::account::leaving::{Cancellation, Left, Pause};
use api::plan::plan_change::Order;
use api::route::IDEMPOTENCY_KEY;
use api::sandbox::ClockMove;
use axum::body::Body;
use axum::http::{Method, header};
use backend::store::Engine;
use billing::access::Condition;
use billing::account::reason::Reason;
use billing::metering::pool::Pool;
use billing::metering::usage::Metered;
use billing::{AddOnId, PlanChange};
use serde::Serialize;

use super::world::{Customer, Reply, Tenant, World, Year, at, new_key, request, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// Columns: Organization area, request for reactivation, ingestion, exports, upgrade, any other change.
    async fn every_cell_that_has_a_route_is_carried_out(world: World) {
        let early = Account::found(&world, trial("trial")).await;
        let late = Account::found(&world, Customer { card: None, ..trial("late") }).await;
        let active = Account::found(&world, plain("active")).await;
        let debtor = Account::found(&world, plain("debtor").with_card("sandbox-decline")).await;
        let over = Account::found(&world, plain("over")).await;
        let soft = Account::found(&world, yearly("soft")).await;
        let paused = Account::found(&world, plain("paused")).await;
        let gone = Account::found(&world, plain("gone")).await;

        over.uses(&world, over.users).await;
        soft.uses(&world, soft.users).await;
        let order = Pause { agreed: usd("0.00") };
        paused.send(&world, "/pause", &order).await.json::<Left>();
        let order = Cancellation {
            reason: Reason::LowUsage,
            confirmation: "DELETE".to_owned(),
            agreed: usd("0.00"),
        };
        gone.send(&world, "/cancellation", &order).await.json::<Left>();

        let any = "open, not paused, comes in, exported, upgrade, other";
        let upgrade_only = "open, not paused, comes in, UpgradeOnly, upgrade, UpgradeOnly";
        early.check(&world, Condition::Trial, any).await;
        active.check(&world, Condition::Active, any).await;
        over.check(&world, Condition::OverageLock, upgrade_only).await;
        soft.check(&world, Condition::AnnualSoft, upgrade_only).await;
        let shut = "AccountPaused, asked, AccountPaused, AccountPaused, AccountPaused, AccountPaused";
        paused.check(&world, Condition::Paused, shut).await;
        gone.check(&world, Condition::Cancelled, &["AccountCancelled"; 6].join(", ")).await;

        active.go(&world, "2026-07-02T00:00:00Z").await;
        debtor.check(&world, Condition::Grace, any).await;
        active.go(&world, "2026-07-12T00:00:00Z").await;
        let pay_first = "open, not paused, comes in, PaymentLocked, PaymentLocked, PaymentLocked";
        debtor.check(&world, Condition::PaymentLock, pay_first).await;
        active.go(&world, "2026-07-13T00:00:00Z").await;
        let no_exports = "open, not paused, comes in, TrialLocked, upgrade, other";
        late.check(&world, Condition::TrialBillingMissing, no_exports).await;
        active.go(&world, "2026-07-20T00:00:00Z").await;
        late.check(&world, Condition::TrialExpired, no_exports).await;
        invariants::hold(&world).await;
    }
}

/// An account, a program that sends its usage, and orders that were valid when it was founded.
struct Account {
    tenant: Tenant,
    program: String,
    upgrade: Order,
    other: Order,
    /// How many users its program has counted.
    users: u64,
}

impl Account {
    async fn found(world: &World, customer: Customer) -> Self {
        let tenant = world.found(&customer).await;
        let program = world.program(&tenant, 90).await;
        let upgrade = world
            .quote(&tenant.admin, &PlanChange::to_tier(40_000))
            .await;
        let more = PlanChange {
            add: [AddOnId::new("premium-channels")].into(),
            ..PlanChange::default()
        };
        let other = world.quote(&tenant.admin, &more).await;
        // A total that is not the price, so that an order that is let through has no effect.
        let never = |order: Order| Order {
            total: usd("0.01"),
            ..order
        };
        Self {
            program,
            upgrade: never(upgrade.order()),
            other: never(other.order()),
            users: match customer.id.as_str() {
                "over" => 60_001,
                "soft" => 288_001,
                _ => 10,
            },
            tenant,
        }
    }

    async fn uses(&self, world: &World, app: u64) -> Reply {
        world.send_users(&self.program, app).await
    }

    async fn send(&self, world: &World, path: &str, body: &impl Serialize) -> Reply {
        let request = request(Method::POST, &self.tenant.admin, path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY, new_key())
            .body(Body::from(serde_json::to_string(body).unwrap()));
        world.send(request.unwrap()).await
    }

    async fn go(&self, world: &World, instant: &str) {
        let to = ClockMove { now: at(instant) };
        let moved = world.post(&self.tenant.admin, "/sandbox/clock", &to).await;
        assert!(moved.status.is_success(), "{}", moved.text);
    }

    /// A row of the table, as the account status returns it and as the routes apply it.
    async fn check(&self, world: &World, condition: Condition, expected: &str) {
        let admin = self.tenant.admin.as_str();
        let account_status: AccountStatus = world.get(admin, "/account-status").await.json();
        assert_eq!(
            account_status.access.works,
            condition.works(),
            "{condition:?}"
        );
        let notified = account_status.access.notices.iter();
        let notified = notified.map(|notice| notice.condition).next_back();
        let quiet = matches!(condition, Condition::Trial | Condition::Active);
        assert_eq!(notified, (!quiet).then_some(condition));
        let cells = [
            outcome(&world.get(admin, "/invoices").await, "open"),
            outcome(&world.post(admin, "/reactivation", &()).await, "asked"),
            outcome(&self.uses(world, self.users).await, "comes in"),
            outcome(&world.get(admin, "/exports/json").await, "exported"),
            outcome(
                &world.order(admin, &new_key(), &self.upgrade).await,
                "upgrade",
            ),
            outcome(&world.order(admin, &new_key(), &self.other).await, "other"),
        ];
        assert_eq!(cells.join(", "), expected, "{condition:?}");
    }
}

/// The result of a cell: `works` if the request was let through, else the code of the refusal. An order
/// that is refused for its price was let through.
fn outcome(reply: &Reply, works: &str) -> String {
    if reply.status.is_success() {
        return works.to_owned();
    }
    match reply.code() {
        Code::QuoteChanged => works.to_owned(),
        Code::ChangeRefused => "not paused".to_owned(),
        code => format!("{code:?}"),
    }
}

fn plain(id: &str) -> Customer {
    Customer {
        metered: Metered::default(),
        ..Customer::new(id)
    }
}

/// A customer in an annual term of the 20,000 tier, with no usage.
fn yearly(id: &str) -> Customer {
    let pool = Pool {
        limit: 240_000,
        used: 0,
    };
    let starts_on = "2026-01-01".parse().unwrap();
    Customer {
        year: Some(Year { starts_on, pool }),
        ..plain(id)
    }
}

fn trial(id: &str) -> Customer {
    let mut customer = plain(id);
    customer.is_trial = true;
    customer
}
