//! `GET /account-status`, and what each state of the account closes (SPEC 6).

use api::Code;
use api::account::account_status::{AccountStatus, Coming};
use api::usage::intake::{UsageRow, UsageRows};
use backend::store::Engine;
use billing::access::{Condition, Gate};
use billing::account::lifecycle::Lifecycle;
use billing::metering::usage::Metered;
use billing::people::permission::Role;
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{AddOnId, CurrencyCode, PlanChange};

use super::on_both_databases;
use super::world::{Customer, World, at, usd};

on_both_databases! {
    /// An active account: everything works, no notice; the next 1st and the scheduled changes are listed.
    async fn coming_events_have_their_day_and_rule(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        world.buy(&tenant.admin, &PlanChange::to_tier(5_000)).await;
        let leaving = PlanChange { remove: [AddOnId::new("cloud-export")].into(), ..PlanChange::default() };
        world.buy(&tenant.admin, &leaving).await;
        let account_status = stands(&world, &tenant.admin).await;
        assert_eq!((account_status.now, account_status.sandbox), (at("2026-06-20T10:00:00Z"), true));
        assert!(matches!(account_status.lifecycle, Lifecycle::Active { .. }));
        assert_eq!((account_status.access.works.dashboard, account_status.access.notices.len()), (Gate::Open, 0));
        let scheduled = [
            "2026-07-01 2026-07-01T00:00:00Z R2 Deadline(NextBillingDate)",
            "2026-07-01 2026-07-01T00:00:00Z R6 Change(Removal(AddOnId(\"cloud-export\")))",
            "2026-07-01 2026-07-01T00:00:00Z R6 Change(Downgrade(5000))",
        ];
        let coming: Vec<_> = account_status.coming.iter().map(short).collect();
        assert_eq!(coming, scheduled, "the first figures of a month show no growth");
        let over = account_status.over_limit.unwrap();
        assert_eq!((over.tier, over.usage, over.period_start.to_string().as_str()), (20_000, 22_000, "2026-06-01"));
        let fits = over.fits.unwrap();
        assert_eq!((fits.tier, fits.dearer_by, fits.overage), (40_000, usd("250.00"), usd("26.40")));
        assert_eq!(over.largest, 100_000);
        assert_eq!((account_status.outstanding, account_status.curing_tiers), (None, Vec::new()));
        let program = world.program(&tenant, 30).await;
        let rows = (17..=19).map(|day| UsageRow {
            project: "prj".to_owned(),
            day: format!("2026-06-{day}").parse().unwrap(),
            app: 22_000 - (20 - day) * 2_000,
            web_identified: 0,
            api: 0,
            anonymous_web: 0,
            data_points: 0,
        });
        let sent = world.post(&program, "/usage", &UsageRows { rows: rows.collect() }).await;
        assert!(sent.status.is_success(), "{}", sent.text);
        let coming: Vec<_> = stands(&world, &tenant.admin).await.coming.iter().map(short).collect();
        let alerts = [
            "2026-06-22 expected R10 Alert(125)",
            "2026-06-24 expected R10 Alert(150)",
            "2026-06-29 expected R10 Alert(200)",
        ];
        assert_eq!(coming, [alerts, scheduled].concat());
    }

    /// Above the largest tier no tier fits, and Enterprise is the plan (SPEC R10).
    async fn above_the_largest_tier_no_tier_fits(world: World) {
        let mut customer = Customer { metered: Metered { mau: 110_000, data_points: 0 }, ..Customer::new("acme") };
        customer.subscription.tier = 100_000;
        let tenant = world.found(&customer).await;
        let over = stands(&world, &tenant.admin).await.over_limit.unwrap();
        assert_eq!((over.fits, over.largest, over.tier, over.usage), (None, 100_000, 100_000, 110_000));
    }

    /// The zone decides the day; an account in rupees has a notice and a debit.
    async fn days_are_those_of_the_organization(world: World) {
        let customer = Customer {
            currency: CurrencyCode::INR,
            book: "essentials-2025".to_owned(),
            zone_offset_minutes: 330,
            places: Some(TaxPlaces { supplier: StateCode::MAHARASHTRA, customer: StateCode::MAHARASHTRA }),
            metered: Default::default(),
            ..Customer::new("ina")
        };
        let tenant = world.found(&customer).await;
        let coming: Vec<_> = stands(&world, &tenant.admin).await.coming.iter().map(short).collect();
        assert_eq!(coming, [
            "2026-07-01 2026-06-30T18:30:00Z R2 Deadline(NextBillingDate)",
            "2026-07-01 2026-06-30T18:30:00Z R17 Deadline(PredebitNotice)",
            "2026-07-02 2026-07-01T18:30:00Z R17 Deadline(EarliestDebit)",
        ]);
    }

    /// A trial without a card has its lock, its end, its cancellation, and the end of its backups.
    async fn a_trial_lists_its_deadlines(world: World) {
        let mut customer = Customer { card: None, ..Customer::new("acme") };
        customer.is_trial = true;
        let tenant = world.found(&customer).await;
        let kinds = [
            "2026-07-13 2026-07-13T00:00:00Z R8 Deadline(TrialLock)",
            "2026-07-20 2026-07-20T00:00:00Z R8 Deadline(TrialEnd)",
            "2026-08-03 2026-08-03T00:00:00Z R8 Deadline(TrialCancellation)",
            "2026-10-02 2026-10-02T00:00:00Z R18 Deadline(BackupPurge)",
        ];
        let coming: Vec<_> = stands(&world, &tenant.admin).await.coming.iter().map(short).collect();
        assert_eq!(coming, kinds);
        world.move_to("2026-07-13T00:00:00Z");
        let account_status = stands(&world, &tenant.admin).await;
        assert_eq!(account_status.access.notices[0].condition, Condition::TrialBillingMissing);
        assert_eq!(account_status.access.works.dashboard, Gate::Shut);
    }

    /// Lists the unpaid invoices, and the sum that has to be paid now.
    async fn what_is_unpaid_is_summed(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        world.move_to("2026-07-02T00:00:00Z");
        let account_status = stands(&world, &tenant.admin).await;
        let outstanding = account_status.outstanding.unwrap();
        assert_eq!((outstanding.total, outstanding.due), (usd("296.40"), usd("0.00")));
        assert_eq!((outstanding.invoices.len(), outstanding.invoices[0].is_due), (1, false));
    }

    /// A pause leaves the page of the reactivation, a cancellation only the account status.
    async fn a_closed_account_is_closed_in_the_api_too(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let since = "2026-06-19T00:00:00Z";
        put(&world, &format!("{{\"paused\":{{\"at\":\"{since}\"}}}}")).await;
        for path in ["/subscription", "/usage", "/invoices", "/price-book"] {
            let problem = world.get(&tenant.admin, path).await.problem();
            assert_eq!(problem.code, Code::AccountPaused, "{path}");
            let sentence = "Nothing was done: the plan is paused: request reactivation, which the \
                            support team carries out";
            assert_eq!(problem.detail, sentence);
        }
        let account_status = stands(&world, &tenant.admin).await;
        assert_eq!(account_status.access.notices[0].condition, Condition::Paused);
        put(&world, &format!("{{\"cancelled\":{{\"at\":\"{since}\",\"cause\":\"ordered\"}}}}")).await;
        assert_eq!(world.get(&tenant.admin, "/subscription").await.code(), Code::AccountCancelled);
        let account_status = stands(&world, &tenant.admin).await;
        let coming: Vec<_> = account_status.coming.iter().map(short).collect();
        assert_eq!(coming, ["2026-08-18 2026-08-18T00:00:00Z R18 Deadline(BackupPurge)"]);
    }

    /// A role that may not open the area may not read the account status.
    async fn a_member_may_not_read_the_account_status(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let (_, member) = tenant.people.iter().find(|(role, _)| *role == Role::Member).unwrap();
        assert_eq!(world.get(member, "/account-status").await.code(), Code::Forbidden);
    }
}

async fn stands(world: &World, token: &str) -> AccountStatus {
    world.get(token, "/account-status").await.json()
}

/// An event as one line.
fn short(coming: &Coming) -> String {
    let at = coming
        .at
        .map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    let at = at.unwrap_or_else(|| "expected".to_owned());
    format!("{} {at} {} {:?}", coming.day, coming.rule, coming.what)
}

/// Writes a lifecycle into the database directly.
async fn put(world: &World, lifecycle: &str) {
    let state = format!(
        "{{\"lifecycle\":{lifecycle},\"dunning\":\"clear\",\
         \"usage_lock\":{{\"clear\":{{\"lifted_until\":null}}}},\"as_of\":\"2026-06-19T00:00:00Z\"}}"
    );
    let statement = format!("UPDATE account_states SET state = '{state}'");
    world.run(&statement).await.unwrap();
}
