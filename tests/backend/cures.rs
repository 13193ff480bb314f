//! No state forbids its own cure: in every state and lock, each cure that the screens name works
//! through the API, and the state ends (RELIABILITY 63; SPEC 6, 4.11).

use api::account::account_status::AccountStatus;
use api::account::leaving::{Left, Requested};
use api::invoicing::invoice::Party;
use api::invoicing::payment::{PayOutstanding, Payments, PaymentsState};
use api::sandbox::{CardSaved, GatewayScript, ScriptedOutcome, TestCard};
use backend::leaving::Reactivate;
use backend::store::Engine;
use backend::usage::evaluation::LiftLock;
use billing::PlanChange;
use billing::access::Condition;
use billing::access::cure::Cure;
use billing::invoicing::invoice::InvoiceNumber;
use billing::metering::pool::Pool;
use billing::metering::usage::Metered;

use super::leaving::{go, leaving, pause, send};
use super::on_both_databases;
use super::world::{ACME, Customer, Tenant, World, Year, new_key};

on_both_databases! {
    async fn a_failed_payment(world: World) {
        let debtor = Customer::new("acme").with_card("sandbox-decline");
        each_cure(&world, debtor, Arrival::On("2026-07-02T00:00:00Z", Condition::Grace)).await;
    }

    async fn a_failed_payment_in_rupees(world: World) {
        let debtor = Customer::new("acme").with_card("sandbox-decline").in_rupees();
        each_cure(&world, debtor, Arrival::On("2026-07-03T00:00:00Z", Condition::Grace)).await;
    }

    async fn a_payment_lock(world: World) {
        let debtor = Customer::new("acme").with_card("sandbox-decline");
        each_cure(&world, debtor, Arrival::On("2026-07-12T00:00:00Z", Condition::PaymentLock)).await;
    }

    async fn a_trial_that_lacks_something(world: World) {
        each_cure(&world, trial(), Arrival::On("2026-07-14T00:00:00Z", Condition::TrialBillingMissing)).await;
    }

    async fn a_trial_that_has_expired(world: World) {
        each_cure(&world, trial(), Arrival::On("2026-07-21T00:00:00Z", Condition::TrialExpired)).await;
    }

    async fn a_lock_for_the_months_usage(world: World) {
        each_cure(&world, unused(), Arrival::Uses(60_001, Condition::OverageLock)).await;
    }

    async fn a_lock_for_the_years_usage(world: World) {
        let starts_on = "2026-01-01".parse().unwrap();
        let pool = Pool { limit: 240_000, used: 0 };
        let yearly = Customer { year: Some(Year { starts_on, pool }), ..unused() };
        each_cure(&world, yearly, Arrival::Uses(288_001, Condition::AnnualSoft)).await;
    }

    async fn a_pause(world: World) {
        each_cure(&world, Customer::new("acme"), Arrival::Pauses).await;
    }

    async fn a_pause_whose_invoice_has_failed(world: World) {
        each_cure(&world, Customer::new("acme").with_card("sandbox-decline"), Arrival::Pauses).await;
    }

    async fn a_pause_whose_invoice_must_be_confirmed(world: World) {
        each_cure(&world, Customer::new("acme").in_rupees(), Arrival::Pauses).await;
    }

    /// A trial cannot be paused until it has ended.
    async fn a_trial_that_is_to_be_paused(world: World) {
        let tenant = world.found(&Customer { card: Some("sandbox-success"), ..trial() }).await;
        let here = Account { world: &world, tenant: &tenant };
        let refused = leaving(&world, &tenant).await.pause_refused.unwrap();
        assert!(refused.detail.contains(&Cure::FinishTrial.to_string()), "{}", refused.detail);
        here.carry_out(Cure::FinishTrial).await;
        here.pauses().await;
    }
}

/// How an account gets into a condition.
#[derive(Debug, Clone, Copy)]
enum Arrival {
    On(&'static str, Condition),
    Uses(u64, Condition),
    Pauses,
}

struct Account<'a> {
    world: &'a World,
    tenant: &'a Tenant,
}

/// Brings one account after the other into the condition, and ends it by each of its cures.
async fn each_cure(world: &World, customer: Customer, arrival: Arrival) {
    let condition = match arrival {
        Arrival::On(_, condition) | Arrival::Uses(_, condition) => condition,
        Arrival::Pauses => Condition::Paused,
    };
    assert!(!condition.cures().is_empty(), "{condition:?}");
    for cure in condition.cures() {
        let world = &world.fresh().await;
        let tenant = &world.found(&customer).await;
        let here = Account { world, tenant };
        here.arrives(arrival).await;
        assert!(here.is(condition).await, "{condition:?} is not reached");
        here.carry_out(*cure).await;
        assert!(!here.is(condition).await, "{cure:?} leaves {condition:?}");
    }
}

impl Account<'_> {
    async fn arrives(&self, arrival: Arrival) {
        match arrival {
            Arrival::On(instant, _) => go(self.world, self.tenant, instant).await,
            Arrival::Uses(users, _) => {
                let program = self.world.program(self.tenant, 30).await;
                let counted = self.world.send_users(&program, users).await;
                assert!(counted.status.is_success(), "{}", counted.text);
            }
            Arrival::Pauses => {
                self.pauses().await;
                go(self.world, self.tenant, "2026-06-22T00:00:00Z").await;
            }
        }
    }

    async fn pauses(&self) {
        let total = leaving(self.world, self.tenant).await.settles.total;
        let order = (&*new_key(), "/pause");
        let done = send(self.world, self.tenant, order, &pause(total)).await;
        done.json::<Left>();
    }

    async fn account_status(&self) -> AccountStatus {
        self.world
            .get(&self.tenant.admin, "/account-status")
            .await
            .json()
    }

    async fn is(&self, condition: Condition) -> bool {
        let notices = self.account_status().await.access.notices;
        notices.iter().any(|notice| notice.condition == condition)
    }

    async fn post(&self, path: &str, body: &impl serde::Serialize) {
        let reply = self.world.post(&self.tenant.admin, path, body).await;
        assert!(reply.status.is_success(), "{path}: {}", reply.text);
    }

    async fn carry_out(&self, cure: Cure) {
        match cure {
            Cure::CompleteSetup => {
                let card = TestCard::Success;
                self.post("/sandbox/payment-method", &CardSaved { card })
                    .await;
                let party = Party {
                    name: "Acme".to_owned(),
                    address: vec!["1 Street".to_owned()],
                    tax_number: None,
                };
                self.post("/sandbox/billing-details", &party).await;
            }
            Cure::PayOldest | Cure::PayAll => self.pays().await,
            Cure::Upgrade => {
                let tier = self.account_status().await.curing_tiers[0].tier;
                let change = PlanChange::to_tier(tier);
                let bought = self.world.buy(&self.tenant.admin, &change).await;
                assert!(bought.status.is_success(), "{}", bought.text);
            }
            Cure::ContactSales => self.lifted_by_the_operator().await,
            Cure::RequestReactivation => {
                let asked = self.world.post(&self.tenant.admin, "/reactivation", &());
                asked.await.json::<Requested>();
                if self.account_status().await.outstanding.is_some() {
                    // The refusal names a cure, which works too.
                    let refused = self.reactivated().await.unwrap_err().to_string();
                    assert!(refused.contains(&Cure::PayAll.to_string()), "{refused}");
                    self.pays().await;
                }
                self.reactivated().await.unwrap();
            }
            Cure::FinishTrial => go(self.world, self.tenant, "2026-07-21T00:00:00Z").await,
            Cure::SignUpAgain => panic!("nothing leads out of the end"),
        }
    }

    /// Pays the sum that the account status returns, and confirms it if the bank asks.
    async fn pays(&self) {
        let admin = self.tenant.admin.as_str();
        let due = self.account_status().await.outstanding.unwrap().due;
        let outcomes = vec![ScriptedOutcome::Success; 3];
        self.post("/sandbox/gateway", &GatewayScript { outcomes })
            .await;
        let total = PayOutstanding { total: due };
        let paid: Payments = self.world.pay(admin, &new_key(), &total).await.json();
        assert_eq!(paid.state, PaymentsState::Paid);
        assert_eq!(self.account_status().await.outstanding, None);
    }

    async fn reactivated(
        &self,
    ) -> Result<Option<InvoiceNumber>, backend::foundation::error::Error> {
        let work = Reactivate {
            organization_id: ACME.clone(),
            now: self.world.services.clock.now(),
        };
        self.world.services.store.write(work).await
    }

    async fn lifted_by_the_operator(&self) {
        let work = LiftLock {
            organization_id: ACME.clone(),
            reason: "A plan that fits is agreed on".to_owned(),
            until: None,
            now: self.world.services.clock.now(),
        };
        self.world.services.store.write(work).await.unwrap();
    }
}

fn unused() -> Customer {
    Customer {
        metered: Metered::default(),
        ..Customer::new("acme")
    }
}

/// In trial since 20 June, without a card.
fn trial() -> Customer {
    let mut customer = Customer {
        card: None,
        ..unused()
    };
    customer.is_trial = true;
    customer
}
