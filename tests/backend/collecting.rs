//! Collecting and paying by hand: SPEC R12, R17, RELIABILITY faults 1, 2, 8 and 22 to 24.

use api::Code;
use api::account::account_status::{AccountStatus, What};
use api::invoicing::invoice::Invoices;
use api::invoicing::payment::{PayOutstanding, Payments, PaymentsState};
use api::sandbox::{CardSaved, GatewayScript, ScriptedOutcome, TestCard};
use axum::http::StatusCode;
use backend::demo::travel::travel;
use backend::jobs::run_due;
use backend::store::{Engine, account_states};
use billing::account::deadline::DeadlineKind;
use billing::account::dunning::Dunning;
use billing::invoicing::invoice::InvoiceStatus;
use billing::metering::usage::Metered;
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{AddOnId, CurrencyCode, Money, PlanChange};

use super::world::{ACME, Customer, Tenant, World, at, inr, usd};
use super::{invariants, on_both_databases};

const JULY: &str = "296.40";

on_both_databases! {
    /// Debits in dollars happen when the invoice is issued.
    async fn cards_in_dollars_are_debited_at_once(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        go(&world, "2026-07-01T00:00:00Z").await;
        let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        assert_eq!(listed.items[0].status, InvoiceStatus::Paid);
        assert_eq!(listed.items[0].paid_with.as_deref(), Some("Visa ending 4242"));
        assert_eq!(dunning(&world).await, Dunning::Clear);
        invariants::hold(&world).await;
    }

    /// A mandate is debited a day after its notice. Nobody confirms the debit, so the grace period begins,
    /// and an admin pays by hand and confirms at the bank (A35, A36, A114).
    async fn mandates_in_rupees_are_debited_after_their_notice(world: World) {
        let places = TaxPlaces { supplier: StateCode::MAHARASHTRA, customer: StateCode::parse("29").unwrap() };
        let customer = Customer {
            currency: CurrencyCode::INR,
            book: "essentials-2025".to_owned(),
            zone_offset_minutes: 330,
            places: Some(places),
            ..Customer::new("acme").with_card("sandbox-authentication")
        };
        let tenant = world.found(&customer).await;
        go(&world, "2026-07-01T18:29:59Z").await;
        assert_eq!(status(&world, &tenant).await, InvoiceStatus::Open);
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox WHERE kind = 'payment.notice'").await, 1);
        go(&world, "2026-07-01T18:30:00Z").await;
        let failed_at = at("2026-07-01T18:30:00Z");
        assert_eq!(dunning(&world).await, Dunning::Grace { failed_at });
        assert_eq!(world.number("SELECT COUNT(*) FROM sandbox_charges").await, 0, "nothing is asked for in vain");
        let order = total(inr("29075.20"));
        let open = world.pay(&tenant.admin, "pay-july", &order).await;
        assert_eq!(open.status, StatusCode::ACCEPTED);
        let open: Payments = open.json();
        assert_eq!((open.state, open.expires), (PaymentsState::Authentication, Some(at("2026-07-01T19:00:00Z"))));
        assert_eq!(status(&world, &tenant).await, InvoiceStatus::Processing);
        script(&world, &tenant, &[ScriptedOutcome::Success]).await;
        let paid: Payments = world.pay(&tenant.admin, "pay-july", &order).await.json();
        assert_eq!((paid.state, paid.left), (PaymentsState::Paid, inr("0.00")));
        assert_eq!((status(&world, &tenant).await, dunning(&world).await), (InvoiceStatus::Paid, Dunning::Clear));
        invariants::hold(&world).await;
    }

    /// A debit above the limit is announced as one that needs a confirmation, listed, and paid by hand
    /// before it falls due. While the bank waits, every admin sees it and can confirm it (R17).
    async fn a_debit_above_the_limit_is_paid_before_it_falls_due(world: World) {
        let tenant = world.found(&in_rupees(Customer::new("acme"))).await;
        go(&world, "2026-07-01T00:00:00Z").await;
        let asks = "SELECT COUNT(*) FROM outbox WHERE kind = 'payment.notice' AND body LIKE '%\"authentication\":\"needed\"%'";
        assert_eq!(world.number(asks).await, 1);
        let shown = account_status(&world, &tenant).await;
        let debit = shown.coming.iter().find(|one| one.what == What::Deadline(DeadlineKind::EarliestDebit)).unwrap();
        assert_eq!(debit.at, Some(at("2026-07-01T18:30:00Z")));
        let calendar = world.get(&tenant.admin, "/coming-up.ics").await;
        assert!(calendar.text.contains("20260701T183000Z"), "{}", calendar.text);
        assert_eq!(shown.outstanding.unwrap().due, inr("29075.20"));
        let order = total(inr("29075.20"));
        let open: Payments = world.pay(&tenant.admin, "pay-july", &order).await.json();
        assert_eq!(open.state, PaymentsState::Authentication, "the card that pays asks its holder");
        let waits = account_status(&world, &tenant).await;
        let authentication = waits.authentication.unwrap();
        assert_eq!((authentication.amount, authentication.expires), (inr("29075.20"), at("2026-07-01T00:30:00Z")));
        assert_eq!(authentication.invoice, Some(waits.outstanding.unwrap().invoices[0].number.clone()));
        assert!(waits.coming.iter().any(|one| one.what == What::Deadline(DeadlineKind::AuthenticationExpiry)));
        let asked: Payments = world.get(&tenant.admin, "/outstanding/payments").await.json();
        assert_eq!((asked.state, asked.expires), (open.state, open.expires), "asking alone decides nothing");
        let logged = "SELECT COUNT(*) FROM audit WHERE action = 'payment.authentication'";
        assert_eq!(world.number(logged).await, 1, "nor is the wait logged again");
        script(&world, &tenant, &[ScriptedOutcome::Success]).await;
        let paid: Payments = world.get(&tenant.admin, "/outstanding/payments").await.json();
        assert_eq!((paid.state, paid.paid.len()), (PaymentsState::Paid, 1));
        assert_eq!(world.get(&tenant.admin, "/outstanding/payments").await.code(), Code::NotFound);
        go(&world, "2026-07-02T00:00:00Z").await;
        assert_eq!((status(&world, &tenant).await, dunning(&world).await), (InvoiceStatus::Paid, Dunning::Clear));
        assert_eq!(account_status(&world, &tenant).await.authentication, None);
        invariants::hold(&world).await;
    }

    /// A card that has paid once is debited without confirmation up to the limit; its notice asks nothing.
    async fn a_small_debit_in_rupees_needs_no_confirmation(world: World) {
        let mut small = in_rupees(Customer::new("acme"));
        small.subscription.tier = 5_000;
        small.subscription.add_ons.clear();
        small.metered = Metered::default();
        let tenant = world.found(&small).await;
        let upgrade = PlanChange { add: [AddOnId::new("premium-channels")].into(), ..PlanChange::default() };
        let bought = world.buy(&tenant.admin, &upgrade).await;
        let bought: api::plan::plan_change::PlanChange = bought.json();
        assert!(matches!(bought.state, api::plan::plan_change::State::Authentication { .. }), "an order of the moment is confirmed");
        script(&world, &tenant, &[ScriptedOutcome::Success]).await;
        world.get(&tenant.admin, &format!("/plan-changes/{}", bought.id)).await;
        go(&world, "2026-07-01T00:00:00Z").await;
        let asks = "SELECT COUNT(*) FROM outbox WHERE kind = 'payment.notice' AND body LIKE '%\"not_needed\"%'";
        assert_eq!(world.number(asks).await, 1);
        assert_eq!(account_status(&world, &tenant).await.outstanding.unwrap().due, inr("0.00"));
        go(&world, "2026-07-02T00:00:00Z").await;
        assert_eq!((status(&world, &tenant).await, dunning(&world).await), (InvoiceStatus::Paid, Dunning::Clear));
        invariants::hold(&world).await;
    }

    /// An authentication that nobody finishes fails the order; the grace period does not change.
    async fn an_order_that_nobody_confirms_fails(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        go(&world, "2026-07-01T00:00:00Z").await;
        script(&world, &tenant, &[ScriptedOutcome::Authentication]).await;
        let open = world.pay(&tenant.admin, "pay-july", &total(usd(JULY))).await;
        assert_eq!(open.status, StatusCode::ACCEPTED);
        go(&world, "2026-07-01T00:30:00Z").await;
        let failed = world.pay(&tenant.admin, "pay-july", &total(usd(JULY))).await;
        assert_eq!(failed.code(), Code::PaymentExpired);
        assert_eq!(dunning(&world).await, Dunning::Grace { failed_at: at("2026-07-01T00:00:00Z") });
        invariants::hold(&world).await;
    }

    /// R19: the same for a scheduled debit that the bank wants confirmed. It fails after half an hour,
    /// however often the bank was asked before.
    async fn a_scheduled_debit_that_nobody_confirms_fails_in_time(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        script(&world, &tenant, &[ScriptedOutcome::Authentication]).await;
        go(&world, "2026-07-01T00:00:00Z").await;
        assert_eq!(status(&world, &tenant).await, InvoiceStatus::Processing);
        go(&world, "2026-07-02T00:00:00Z").await;
        assert_eq!(dunning(&world).await, Dunning::Grace { failed_at: at("2026-07-01T00:30:00Z") });
        invariants::hold(&world).await;
    }

    /// During a lock all invoices are paid, oldest first, each by one debit; then the lock is lifted.
    async fn paying_everything_lifts_the_lock(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        world.move_to("2026-07-20T00:00:00Z");
        run(&world).await;
        go(&world, "2026-08-01T00:00:00Z").await;
        assert_eq!(dunning(&world).await, Dunning::Locked { failed_at: at("2026-07-20T00:00:00Z") });
        let wrong = world.pay(&tenant.admin, "pay-wrong", &total(usd(JULY))).await;
        assert_eq!(wrong.code(), Code::OutstandingChanged);
        assert!(wrong.problem().detail.contains("566.40"), "{}", wrong.text);
        script(&world, &tenant, &[ScriptedOutcome::Success, ScriptedOutcome::Decline]).await;
        let half = world.pay(&tenant.admin, "pay-half", &total(usd("566.40"))).await;
        assert_eq!(half.code(), Code::PaymentDeclined);
        assert!(half.problem().detail.contains("$270.00 is still to be paid"), "{}", half.text);
        assert_eq!(world.pay(&tenant.admin, "pay-half", &total(usd("566.40"))).await.text, half.text);
        assert!(matches!(dunning(&world).await, Dunning::Locked { .. }), "all open invoices must be paid");
        script(&world, &tenant, &[ScriptedOutcome::Success]).await;
        let paid = world.pay(&tenant.admin, "pay-rest", &total(usd("270.00"))).await;
        assert_eq!(paid.json::<Payments>().paid.len(), 1);
        assert_eq!(world.pay(&tenant.admin, "pay-rest", &total(usd("270.00"))).await.text, paid.text);
        assert_eq!(dunning(&world).await, Dunning::Clear);
        assert_eq!(world.pay(&tenant.admin, "pay-more", &total(usd("0.00"))).await.code(), Code::NothingOpen);
        let other = world.pay(&tenant.admin, "pay-rest", &total(usd("1.00"))).await;
        assert_eq!((other.code(), world.captures().await), (Code::KeyReused, 2));
        invariants::hold(&world).await;
    }

    /// A lost response does not count as a failure: the outcome is looked up, under the same key.
    async fn a_lost_response_is_looked_up(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        script(&world, &tenant, &[ScriptedOutcome::TimeoutAfterCapture]).await;
        world.move_to("2026-07-01T00:00:00Z");
        run(&world).await;
        assert_eq!((status(&world, &tenant).await, dunning(&world).await), (InvoiceStatus::Processing, Dunning::Clear));
        world.move_to("2026-07-01T00:01:00Z");
        run(&world).await;
        assert_eq!((status(&world, &tenant).await, world.captures().await), (InvoiceStatus::Paid, 1));
        invariants::hold(&world).await;
    }

    /// A charge that never arrived is retried, each time later, and the customer is not dunned.
    async fn a_gateway_outage_does_not_dun_the_customer(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        script(&world, &tenant, &[ScriptedOutcome::TimeoutBeforeCapture; 3]).await;
        go(&world, "2026-07-01T00:10:00Z").await;
        assert_eq!((status(&world, &tenant).await, dunning(&world).await), (InvoiceStatus::Open, Dunning::Clear));
        go(&world, "2026-07-01T12:00:00Z").await;
        assert_eq!(status(&world, &tenant).await, InvoiceStatus::Paid);
        let tries = "SELECT COUNT(*) FROM payment_attempts WHERE state = 'never'";
        assert_eq!((world.number(tries).await, world.captures().await), (3, 1));
        invariants::hold(&world).await;
    }

    /// Without a payment method the debit fails, as in SPEC R12.
    async fn nothing_to_debit_is_a_failure(world: World) {
        let tenant = world.found(&Customer { card: None, ..Customer::new("acme") }).await;
        go(&world, "2026-07-01T00:00:00Z").await;
        assert_eq!(dunning(&world).await, Dunning::Grace { failed_at: at("2026-07-01T00:00:00Z") });
        let paid = world.pay(&tenant.admin, "pay-july", &total(usd(JULY))).await;
        assert_eq!(paid.code(), Code::NoPaymentMethod);
        assert_eq!(world.number("SELECT COUNT(*) FROM payment_runs").await, 0);
    }

    /// A19: failed on 1 July, a new card saved on 9 July, its retry succeeds at once.
    async fn a_saved_card_is_tried_at_once(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        go(&world, "2026-07-01T00:00:00Z").await;
        let failed_at = at("2026-07-01T00:00:00Z");
        assert_eq!(dunning(&world).await, Dunning::Grace { failed_at });
        go(&world, "2026-07-05T09:00:00Z").await;
        save(&world, &tenant, TestCard::Decline).await;
        run(&world).await;
        assert_eq!(dunning(&world).await, Dunning::Grace { failed_at }, "a failed retry moves nothing");
        assert_eq!(world.number("SELECT COUNT(*) FROM payment_attempts WHERE state = 'declined'").await, 2);
        go(&world, "2026-07-09T09:00:00Z").await;
        assert_eq!(world.number("SELECT COUNT(*) FROM payment_attempts").await, 2, "tried once");
        save(&world, &tenant, TestCard::Success).await;
        assert_eq!((dunning(&world).await, world.captures().await), (Dunning::Clear, 1));
        let default = "SELECT id FROM payment_methods WHERE is_default = 1";
        assert_eq!(world.names(default).await, ["pm_success"]);
        let paid = "SELECT payment_method_id FROM payments";
        assert_eq!(world.names(paid).await, ["pm_success"]);
        save(&world, &tenant, TestCard::Success).await;
        run(&world).await;
        assert_eq!(world.captures().await, 1, "nothing is open any more");
        assert_eq!(world.number("SELECT COUNT(*) FROM outbox WHERE kind = 'payment.cleared'").await, 1);
        invariants::hold(&world).await;
    }

    /// The clock of a sandbox does not run: a card saved at the very instant of the failure is tried like
    /// any other, and the one that has just failed is not tried again.
    async fn a_card_saved_in_the_instant_of_the_failure_is_tried(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        go(&world, "2026-07-01T00:00:00Z").await;
        save(&world, &tenant, TestCard::Decline).await;
        save(&world, &tenant, TestCard::Decline).await;
        assert_eq!(world.number("SELECT COUNT(*) FROM payment_attempts").await, 2, "each card once");
        save(&world, &tenant, TestCard::Success).await;
        run(&world).await;
        assert_eq!((dunning(&world).await, world.captures().await), (Dunning::Clear, 1));
        assert_eq!(world.number("SELECT COUNT(*) FROM payment_attempts").await, 3);
        invariants::hold(&world).await;
    }

    /// During a lock every failed invoice is retried, and the lock is lifted. An invoice whose attempt has
    /// an unknown outcome is not retried: it is charged once.
    async fn a_saved_card_does_not_repeat_an_unknown_attempt(world: World) {
        let tenant = world.found(&Customer::new("acme").with_card("sandbox-decline")).await;
        world.move_to("2026-07-20T00:00:00Z");
        run(&world).await;
        go(&world, "2026-08-01T00:00:00Z").await;
        assert!(matches!(dunning(&world).await, Dunning::Locked { .. }));
        go(&world, "2026-08-02T00:00:00Z").await;
        save(&world, &tenant, TestCard::Timeout).await;
        run(&world).await;
        let unknown = "SELECT COUNT(*) FROM payment_attempts WHERE state = 'unknown'";
        assert_eq!((world.number(unknown).await, world.captures().await), (2, 2), "nobody knows it yet");
        go(&world, "2026-08-02T00:00:10Z").await;
        save(&world, &tenant, TestCard::Success).await;
        run(&world).await;
        assert_eq!((world.number(unknown).await, world.captures().await), (2, 2), "none is doubled");
        assert!(matches!(dunning(&world).await, Dunning::Locked { .. }));
        go(&world, "2026-08-02T01:00:00Z").await;
        assert_eq!((dunning(&world).await, world.captures().await), (Dunning::Clear, 2), "each once");
        invariants::hold(&world).await;
    }

    /// A165: a debit that the payer has to confirm is not retried.
    async fn a_saved_card_that_needs_confirmation_waits_for_the_payer(world: World) {
        let customer = Customer::new("acme").with_card("sandbox-authentication").in_rupees();
        let tenant = world.found(&customer).await;
        go(&world, "2026-07-02T00:00:00Z").await;
        go(&world, "2026-07-09T09:00:00Z").await;
        save(&world, &tenant, TestCard::Authentication).await;
        run(&world).await;
        assert_eq!(world.number("SELECT COUNT(*) FROM payment_attempts").await, 1, "that of 2 July");
        let notified = "SELECT COUNT(*) FROM outbox WHERE kind = 'payment.failed'";
        assert_eq!(world.number(notified).await, 1);
        invariants::hold(&world).await;
    }

    /// A key that has paid by hand orders nothing: there is one list of keys.
    async fn a_key_that_has_paid_orders_nothing(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        script(&world, &tenant, &[ScriptedOutcome::Decline]).await;
        go(&world, "2026-07-01T00:00:00Z").await;
        let paid = world.pay(&tenant.admin, "key-of-july", &total(usd(JULY))).await;
        assert_eq!(paid.json::<Payments>().state, PaymentsState::Paid);
        let order = world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order();
        let refused = world.order(&tenant.admin, "key-of-july", &order).await;
        assert_eq!((refused.code(), world.captures().await), (Code::KeyReused, 1));
        invariants::hold(&world).await;
    }

    /// One key in twenty concurrent requests: every invoice is paid once.
    async fn one_key_pays_once(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        script(&world, &tenant, &[ScriptedOutcome::Decline]).await;
        go(&world, "2026-07-01T00:00:00Z").await;
        let world = std::sync::Arc::new(world);
        let paying: Vec<_> = (0..20)
            .map(|_| {
                let (world, token) = (world.clone(), tenant.admin.clone());
                tokio::spawn(async move { world.pay(&token, "pay-july", &total(usd(JULY))).await.status })
            })
            .collect();
        for status in paying {
            let status = status.await.unwrap();
            assert!(status.is_success() || status == StatusCode::SERVICE_UNAVAILABLE, "{status}");
        }
        assert_eq!((world.captures().await, dunning(&world).await), (1, Dunning::Clear));
        invariants::hold(&world).await;
    }
}

async fn save(world: &World, tenant: &Tenant, card: TestCard) {
    let saved = CardSaved { card };
    let reply = world
        .post(&tenant.admin, "/sandbox/payment-method", &saved)
        .await;
    assert!(reply.status.is_success(), "{}", reply.text);
}

async fn run(world: &World) {
    let report = run_due(&world.services, world.services.clock.now())
        .await
        .unwrap();
    assert!(report.parked.is_empty(), "{report}");
}

async fn go(world: &World, instant: &str) {
    let report = travel(&world.services, at(instant)).await.unwrap().unwrap();
    assert!(report.parked.is_empty(), "{report}");
}

fn total(total: Money) -> PayOutstanding {
    PayOutstanding { total }
}

/// A customer whose months begin in the zone of India.
fn in_rupees(customer: Customer) -> Customer {
    Customer {
        zone_offset_minutes: 330,
        ..customer.in_rupees()
    }
}

async fn account_status(world: &World, tenant: &Tenant) -> AccountStatus {
    world.get(&tenant.admin, "/account-status").await.json()
}

async fn dunning(world: &World) -> Dunning {
    let mut tx = world.services.store.reading().await.unwrap();
    account_states::find(&mut tx, &ACME)
        .await
        .unwrap()
        .dunning()
}

async fn status(world: &World, tenant: &Tenant) -> InvoiceStatus {
    let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
    listed.items[0].status
}

async fn script(world: &World, tenant: &Tenant, outcomes: &[ScriptedOutcome]) {
    let script = GatewayScript {
        outcomes: outcomes.to_vec(),
    };
    let reply = world.post(&tenant.admin, "/sandbox/gateway", &script).await;
    assert!(reply.status.is_success(), "{}", reply.text);
}
