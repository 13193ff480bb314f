//! Pausing, cancelling and reactivating in an annual term (SPEC R9, R13, R14; A93, A166, A167).

use api::Code;
use api::account::leaving::Left;
use api::invoicing::invoice::{Invoice, Invoices};
use api::plan::subscription::{ScheduledKind, Subscription};
use backend::store::Engine;
use billing::account::reason::Reason;
use billing::invoicing::invoice::InvoiceKind;
use billing::metering::pool::Pool;
use billing::metering::usage::Metered;
use billing::{BillingFrequency, PlanChange};

use super::leaving::{cancellation, go, leaving, pause, reactivate, send};
use super::soft_lock::uses;
use super::world::{Customer, Tenant, World, Year, new_key, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// What the pool covers costs nothing; what is beyond it is settled as the month change would settle it:
    /// 15,000 of 25,000 are 180.00, and 18.00 for the add-on.
    async fn a_pause_is_settled_out_of_the_pool(world: World) {
        let within = world.found(&yearly("within", 230_000, 9_000)).await;
        let shown = leaving(&world, &within).await.settles;
        assert_eq!((shown.total, shown.lines.len()), (usd("0.00"), 0));
        let left: Left = send(&world, &within, (&new_key(), "/pause"), &pause(usd("0.00"))).await.json();
        assert_eq!(left.invoice, None);
        let beyond = world.found(&yearly("beyond", 230_000, 25_000)).await;
        let stays = world.found(&yearly("stays", 230_000, 25_000)).await;
        let shown = leaving(&world, &beyond).await.settles;
        let rules = shown.lines.iter().map(|line| line.derivation.as_ref().unwrap().rule.to_string());
        assert_eq!((shown.total, rules.collect::<Vec<_>>()), (usd("198.00"), vec!["R9".to_owned(), "R9".to_owned()]));
        let by_the_tier = cancellation(Reason::LowUsage, "DELETE", usd("66.00"));
        let refused = send(&world, &beyond, (&new_key(), "/cancellation"), &by_the_tier).await;
        assert_eq!(refused.code(), Code::QuoteChanged);
        let order = cancellation(Reason::LowUsage, "DELETE", usd("198.00"));
        send(&world, &beyond, (&new_key(), "/cancellation"), &order).await.json::<Left>();
        let finals = "SELECT COUNT(*) FROM invoices WHERE organization_id = 'beyond' AND kind = 'final' AND total_minor = 19800";
        assert_eq!(world.number(finals).await, 1);
        go(&world, &stays, "2026-07-01T00:00:00Z").await;
        let june = newest(&world, &stays).await;
        assert_eq!((june.summary.kind, june.statement), (InvoiceKind::Scheduled, shown), "what the 1st would have charged");
        invariants::hold(&world).await;
    }

    /// Whatever is used and left of the pool, by pause and by cancellation: the total that is shown is the
    /// one that is invoiced, and both equal the sum computed here.
    async fn what_is_shown_is_what_is_invoiced(world: World) {
        let mut checked = 0;
        for used in [0, 215_000, 239_999, 240_000, 500_000] {
            for mau in [0, 1, 1_237, 25_050] {
                for departure in ["pause", "cancellation"] {
                    let id = format!("{departure}-{used}-{mau}");
                    let tenant = world.found(&yearly(&id, used, mau)).await;
                    let over = (used + mau).saturating_sub(240_000).min(mau);
                    // 1.20 for each hundred and a tenth of it, each line rounded on its own: in cents.
                    let due = (over * 12 + 5) / 10 + (over * 12 + 50) / 100;
                    let shown = leaving(&world, &tenant).await.settles.total;
                    assert_eq!(shown, usd(&format!("{}.{:02}", due / 100, due % 100)), "{id}");
                    let key = new_key();
                    let reply = match departure {
                        "pause" => send(&world, &tenant, (&key, "/pause"), &pause(shown)).await,
                        _ => {
                            let order = cancellation(Reason::LowUsage, "DELETE", shown);
                            send(&world, &tenant, (&key, "/cancellation"), &order).await
                        }
                    };
                    assert_eq!(reply.json::<Left>().invoice.is_some(), due > 0, "{id}");
                    let invoiced = format!("SELECT CAST(COALESCE(SUM(total_minor), 0) AS BIGINT) FROM invoices WHERE organization_id = '{id}'");
                    assert_eq!(world.number(&invoiced).await, i64::try_from(due).unwrap(), "{id}");
                    checked += 1;
                }
            }
        }
        assert_eq!(checked, 40);
        invariants::hold(&world).await;
    }

    /// A167: 9,000 before the pause and 3,000 after it, with 10,000 left: 2,000 are beyond. What a pause has
    /// settled is not rated again.
    async fn a_pause_within_a_month_takes_from_the_pool_once(world: World) {
        for (id, before, behind, settled, invoiced) in [("acme", 9_000, 12_000, "0.00", 2_640), ("acme", 25_000, 26_000, "198.00", 1_320)] {
            let world = if before == 9_000 { &world } else { &world.fresh().await };
            let tenant = world.found(&yearly(id, 230_000, before)).await;
            let program = world.program(&tenant, 90).await;
            send(world, &tenant, (&new_key(), "/pause"), &pause(usd(settled))).await.json::<Left>();
            go(world, &tenant, "2026-06-22T00:00:00Z").await;
            assert_eq!(reactivate(world).await.unwrap(), None, "the year is paid");
            let back: Subscription = world.get(&tenant.admin, "/subscription").await.json();
            let pool = back.annual.unwrap().pool;
            assert_eq!((pool.used, back.metered.mau), (230_000 + before, 0));
            uses(world, &program, behind).await;
            let quote = world.quote(&tenant.admin, &PlanChange::default()).await;
            go(world, &tenant, "2026-07-01T00:00:00Z").await;
            let june = newest(world, &tenant).await;
            assert_eq!(june.statement, quote.next_invoice.statement);
            let scheduled = format!("SELECT COUNT(*) FROM invoices WHERE kind = 'scheduled' AND total_minor = {invoiced}");
            assert_eq!(world.number(&scheduled).await, 1, "{settled}");
            let july: Subscription = world.get(&tenant.admin, "/subscription").await.json();
            assert_eq!(july.annual.unwrap().pool.used, 230_000 + behind, "each user once");
            invariants::hold(world).await;
        }
    }

    /// A166: paused in the last month of the term, reactivated after it. The rest of January is charged
    /// monthly, then the next term, as announced.
    async fn after_the_term_the_next_one_begins(world: World) {
        let tenant = away_over_the_turn(&world, None).await;
        let number = reactivate(&world).await.unwrap().unwrap();
        let back: Invoice = world.get(&tenant.admin, &format!("/invoices/{number}")).await.json();
        // (250.00 + 20.00) × 15 ÷ 31.
        assert_eq!((back.summary.kind, back.statement.total), (InvoiceKind::Reactivation, usd("130.65")));
        let now = shown(&world, &tenant).await;
        assert_eq!((now.annual, waiting(&now)), (None, vec![(BillingFrequency::Annual, "2027-02-01".to_owned())]));
        let quote = world.quote(&tenant.admin, &PlanChange::default()).await;
        // 250 and 20, each times 12 × 0.7.
        assert_eq!((quote.next_invoice.statement.total, quote.next_invoice.date.to_string()), (usd("2268.00"), "2027-02-01".to_owned()));
        let notified = "SELECT COUNT(*) FROM outbox WHERE kind = 'account.reactivated' AND body LIKE '%2027-02-01%'";
        assert_eq!(world.number(notified).await, 1);
        let logged = "SELECT COUNT(*) FROM audit WHERE action = 'account.reactivated' AND description LIKE '%begins on February 1, 2027%'";
        assert_eq!(world.number(logged).await, 1);
        go(&world, &tenant, "2027-02-01T00:00:00Z").await;
        let issued = newest(&world, &tenant).await;
        assert_eq!((issued.summary.kind, &issued.statement), (InvoiceKind::Annual, &quote.next_invoice.statement));
        let now = shown(&world, &tenant).await;
        let year = now.annual.unwrap();
        assert_eq!((year.term.start().to_string(), year.pool), ("2027-02-01".to_owned(), Pool { limit: 240_000, used: 0 }));
        assert!(now.scheduled.is_empty());
        invariants::hold(&world).await;
    }

    /// A166: the account need not renew the term, and scheduled monthly billing has begun.
    async fn after_the_term_monthly_billing_may_begin(world: World) {
        let tenant = away_over_the_turn(&world, None).await;
        reactivate(&world).await.unwrap();
        let id = shown(&world, &tenant).await.scheduled[0].id.clone();
        assert!(world.delete(&tenant.admin, &format!("/scheduled-changes/{id}")).await.status.is_success());
        go(&world, &tenant, "2027-02-01T00:00:00Z").await;
        let issued = newest(&world, &tenant).await;
        assert_eq!((issued.summary.kind, issued.statement.total), (InvoiceKind::Scheduled, usd("270.00")));
        let world = world.fresh().await;
        let tenant = away_over_the_turn(&world, Some(BillingFrequency::Monthly)).await;
        reactivate(&world).await.unwrap();
        assert!(shown(&world, &tenant).await.scheduled.is_empty());
        go(&world, &tenant, "2027-02-01T00:00:00Z").await;
        let issued = newest(&world, &tenant).await;
        assert_eq!((issued.summary.kind, issued.statement.total), (InvoiceKind::Scheduled, usd("270.00")));
        invariants::hold(&world).await;
    }

    /// A83: a lower tier whose 1st passed during the pause takes effect on the next one, and is listed so.
    async fn a_frozen_downgrade_has_its_new_date(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        world.buy(&tenant.admin, &PlanChange::to_tier(5_000)).await;
        send(&world, &tenant, (&new_key(), "/pause"), &pause(usd("26.40"))).await.json::<Left>();
        go(&world, &tenant, "2026-07-17T00:00:00Z").await;
        reactivate(&world).await.unwrap();
        let now = shown(&world, &tenant).await;
        assert_eq!((now.tier, now.scheduled[0].effective.to_string()), (20_000, "2026-08-01".to_owned()));
        go(&world, &tenant, "2026-08-01T00:00:00Z").await;
        assert_eq!(shown(&world, &tenant).await.tier, 5_000);
        invariants::hold(&world).await;
    }
}

/// An annual term of the 20,000 tier since January, this much used up to May and in June, with one add-on.
fn yearly(id: &str, used: u64, mau: u64) -> Customer {
    let pool = Pool {
        limit: 240_000,
        used,
    };
    let starts_on = "2026-01-01".parse().unwrap();
    Customer {
        year: Some(Year { starts_on, pool }),
        annual_eligible: true,
        metered: Metered {
            mau,
            data_points: 0,
        },
        ..Customer::new(id)
    }
}

/// Paused on 10 December in a term that ends on 1 January; it is 17 January.
async fn away_over_the_turn(world: &World, chosen: Option<BillingFrequency>) -> Tenant {
    let tenant = world.found(&yearly("acme", 0, 0)).await;
    go(world, &tenant, "2026-12-10T00:00:00Z").await;
    if let Some(frequency) = chosen {
        let order = PlanChange {
            frequency: Some(frequency),
            ..PlanChange::default()
        };
        let ordered = world.buy(&tenant.admin, &order).await;
        assert!(ordered.status.is_success(), "{}", ordered.text);
    }
    let paused = send(world, &tenant, (&new_key(), "/pause"), &pause(usd("0.00"))).await;
    paused.json::<Left>();
    go(world, &tenant, "2027-01-17T00:00:00Z").await;
    tenant
}

async fn shown(world: &World, tenant: &Tenant) -> Subscription {
    world.get(&tenant.admin, "/subscription").await.json()
}

fn waiting(subscription: &Subscription) -> Vec<(BillingFrequency, String)> {
    let waiting = subscription.scheduled.iter();
    let frequency = |kind: &ScheduledKind| match kind {
        ScheduledKind::Frequency(frequency) => Some(*frequency),
        ScheduledKind::Downgrade(_) | ScheduledKind::Removal(_) => None,
    };
    waiting
        .filter_map(|change| Some((frequency(&change.kind)?, change.effective.to_string())))
        .collect()
}

async fn newest(world: &World, tenant: &Tenant) -> Invoice {
    let listed: Invoices = world.get(&tenant.admin, "/invoices").await.json();
    let number = &listed.items[0].number;
    world
        .get(&tenant.admin, &format!("/invoices/{number}"))
        .await
        .json()
}
