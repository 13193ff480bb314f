//! One usage everywhere: that of the period since it is counted for charging (SPEC R10, R13). Usage of
//! a trial, or usage that a pause has settled, is not part of it, however a day is split.

use api::account::account_status::AccountStatus;
use api::account::leaving::{Leaving, Left};
use api::invoicing::invoice::Invoices;
use api::plan::subscription::Subscription;
use api::sandbox::{CardSaved, TestCard};
use api::usage::Usage;
use api::usage::intake::{UsageRow, UsageRows};
use axum::http::StatusCode;
use backend::leaving::Reactivate;
use backend::store::{Engine, account_states};
use billing::account::usage_lock::UsageLock;
use billing::invoicing::invoice::InvoiceKind;
use billing::metering::usage::Metered;
use billing::{Money, OrganizationId, PlanChange};

use super::leaving::{go, leaving, pause, send};
use super::world::{ACME, Customer, Tenant, World, new_key, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// A trial that has used 71,464 of 20,000 becomes a plan: none of it locks, alerts, costs or is shown
    /// as used, and the days before are shown apart.
    async fn a_converted_trial_counts_from_its_end(world: World) {
        let tenant = world.found(&trial("acme", "2026-05-22")).await;
        let program = world.program(&tenant, 30).await;
        count(&world, &program, ("2026-06-20", [65_207, 2_965, 1_317, 5_925])).await;
        let within = shown(&world, &tenant).await;
        assert_eq!((within.trial.is_some(), within.metered.mau), (true, 71_464));
        go(&world, &tenant, "2026-06-21T12:00:00Z").await;
        count(&world, &program, ("2026-06-21", [65_307, 2_965, 1_317, 5_925])).await;
        let plan = shown(&world, &tenant).await;
        assert_eq!((plan.trial.is_some(), plan.metered.mau), (false, 100));
        assert_eq!(plan.counted_from.to_string(), "2026-06-21");
        let usage: Usage = world.get(&tenant.admin, "/usage").await.json();
        assert_eq!((usage.metered, usage.parts.app, usage.mbu), (plan.metered, 100, 20_000));
        assert_eq!(usage.counted_from, plan.counted_from);
        let days = |days: &[api::usage::DayUsage]| -> Vec<(String, u64)> {
            days.iter().map(|day| (day.day.to_string(), day.metered.mau)).collect()
        };
        assert_eq!(days(&usage.days), [("2026-06-21".to_owned(), 100)]);
        assert_eq!(days(&usage.days_before), [("2026-06-20".to_owned(), 71_464)]);
        assert_eq!(usage.projects.items[0].parts, usage.parts);
        let account_status: AccountStatus = world.get(&tenant.admin, "/account-status").await.json();
        assert_eq!((account_status.over_limit, account_status.access.notices.len()), (None, 0));
        assert_eq!(lock(&world, &ACME).await, UsageLock::CLEAR);
        assert_eq!(world.number("SELECT COUNT(*) FROM alert_crossings").await, 0);
        let quote = world.quote(&tenant.admin, &PlanChange::default()).await;
        assert_eq!((quote.overage.total, quote.next_invoice.overage), (usd("0.00"), usd("0.00")));
        let csv = world.get(&tenant.admin, "/usage/summary.csv").await.text;
        for line in ["month,,,usage,100", "month,,,mbu,20000", "not_counted,,2026-06-20,actual_mau,71464"] {
            assert!(csv.lines().any(|found| found == line), "{line}: {csv}");
        }
        go(&world, &tenant, "2026-07-01T00:00:10Z").await;
        assert_eq!(closed(&world, "acme").await, 100);
        assert_eq!(lock(&world, &ACME).await, UsageLock::CLEAR);
        let invoices: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        assert_eq!((invoices.items[0].kind, invoices.items[0].total), (InvoiceKind::Scheduled, usd("270.00")));
        invariants::hold(&world).await;
    }

    /// After a pause too: settled usage neither alerts nor locks again.
    async fn a_reactivated_plan_counts_from_its_reactivation(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let program = world.program(&tenant, 30).await;
        count(&world, &program, ("2026-06-20", [59_000, 0, 0, 0])).await;
        leave(&world, &tenant).await;
        go(&world, &tenant, "2026-06-25T10:00:00Z").await;
        back(&world, &ACME).await;
        let alerts = world.number("SELECT COUNT(*) FROM alert_crossings").await;
        count(&world, &program, ("2026-06-25", [61_000, 0, 0, 0])).await;
        assert_eq!((shown(&world, &tenant).await.metered.mau, lock(&world, &ACME).await), (2_000, UsageLock::CLEAR));
        let usage: Usage = world.get(&tenant.admin, "/usage").await.json();
        assert_eq!(usage.projects.items.iter().map(|project| project.parts.actual_mau()).sum::<u64>(), 2_000);
        let account_status: AccountStatus = world.get(&tenant.admin, "/account-status").await.json();
        assert_eq!(account_status.over_limit, None);
        assert_eq!(world.number("SELECT COUNT(*) FROM alert_crossings").await, alerts);
        invariants::hold(&world).await;
    }

    /// Paused and reactivated within an hour: 367.15 settles the day so far, and the 1st charges the month in
    /// advance and nothing twice.
    async fn a_pause_and_a_return_on_one_day_rate_it_once(world: World) {
        let tenant = world.found(&Customer { metered: Metered::default(), ..Customer::new("acme") }).await;
        let program = world.program(&tenant, 30).await;
        go(&world, &tenant, "2026-06-21T10:00:00Z").await;
        let day = ("2026-06-21", [41_044, 3_208, 1_425, 6_411]);
        count(&world, &program, day).await;
        assert_eq!(leave(&world, &tenant).await, usd("367.15"));
        go(&world, &tenant, "2026-06-21T11:00:00Z").await;
        back(&world, &ACME).await;
        count(&world, &program, day).await;
        assert_eq!(shown(&world, &tenant).await.metered.mau, 0);
        count(&world, &program, ("2026-06-21", [41_200, 3_208, 1_425, 6_411])).await;
        assert_eq!(shown(&world, &tenant).await.metered.mau, 156, "what is counted later that day counts");
        go(&world, &tenant, "2026-07-01T00:00:10Z").await;
        let invoices: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        assert_eq!(invoices.items[0].total, usd("270.00"));
        invariants::hold(&world).await;
    }

    /// A correction of a day before the pause does not change what is charged: neither what was counted
    /// since, nor what the correction itself adds. (50,000 − 20,000) ÷ 100 × $1 × 1.2 × 10 ÷ 30 = 120.00, and
    /// 10% of it for the add-on.
    async fn a_correction_of_settled_days_loses_no_user(world: World) {
        let tenant = world.found(&Customer { metered: Metered::default(), ..Customer::new("acme") }).await;
        let program = world.program(&tenant, 30).await;
        go(&world, &tenant, "2026-06-21T10:00:00Z").await;
        count(&world, &program, ("2026-06-20", [25_000, 0, 0, 0])).await;
        count(&world, &program, ("2026-06-21", [30_000, 0, 0, 0])).await;
        assert_eq!(leave(&world, &tenant).await, usd("132.00"));
        go(&world, &tenant, "2026-06-21T11:00:00Z").await;
        back(&world, &ACME).await;
        count(&world, &program, ("2026-06-21", [80_000, 0, 0, 0])).await;
        assert_eq!(shown(&world, &tenant).await.metered.mau, 50_000);
        let eve = UsageRow {
            project: "prj".to_owned(),
            day: "2026-06-20".parse().unwrap(),
            app: 80_000,
            web_identified: 0,
            api: 0,
            anonymous_web: 0,
            data_points: 7_000,
        };
        let reply = world.post(&program, "/usage", &UsageRows { rows: vec![eve] }).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        let metered = shown(&world, &tenant).await.metered;
        assert_eq!((metered.mau, metered.data_points), (50_000, 7_000));
        go(&world, &tenant, "2026-07-01T00:00:10Z").await;
        let invoices: Invoices = world.get(&tenant.admin, "/invoices").await.json();
        assert_eq!(invoices.items[0].total, usd("402.00"));
        invariants::hold(&world).await;
    }

    /// Every order of pause, reactivation, end of a trial and its completion on one day, with counts and
    /// corrections between. After each step every reader has the usage of a model that knows only what was
    /// counted when; the month is closed with it.
    async fn a_split_day_counts_every_user_once(world: World) {
        let mut walks = Vec::new();
        for (index, (starts, acts)) in orders().into_iter().enumerate() {
            walks.push(Walk::begin(&world, &format!("walk-{index}"), (starts, acts)).await);
        }
        let steps = walks.iter().map(|walk| walk.acts.len()).max().unwrap();
        let clock = walks[0].tenant.clone();
        for step in 0..steps {
            go(&world, &clock, &format!("2026-06-21T{:02}:00:00Z", step + 1)).await;
            for walk in &mut walks {
                walk.step(&world, step).await;
            }
        }
        go(&world, &clock, "2026-07-01T00:00:10Z").await;
        for walk in &walks {
            backend::jobs::catch_up(&world.services, &walk.id).await.unwrap();
            let counted = if walk.paused { 0 } else { walk.counted() };
            assert_eq!(closed(&world, walk.id.as_str()).await, counted.cast_signed(), "{:?}", walk.acts);
        }
        invariants::hold(&world).await;
    }
}

/// The state of an account on the morning of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Starts {
    /// It is active.
    Paying,
    /// Its trial ended at midnight with everything on file.
    Converted,
    /// Its trial ended at midnight without a card.
    Expired,
}

/// What happens at a full hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// The day has this many users by now.
    Count(u64),
    Pause,
    Return,
    /// The card that the trial needs is saved.
    Cure,
}

fn orders() -> Vec<(Starts, Vec<Act>)> {
    use Act::{Count, Cure, Pause, Return};
    use Starts::{Converted, Expired, Paying};
    vec![
        (Paying, vec![Count(500), Pause, Return, Count(700)]),
        (Paying, vec![Pause, Return, Count(700)]),
        (
            Paying,
            vec![
                Count(500),
                Pause,
                Return,
                Count(700),
                Pause,
                Return,
                Count(900),
            ],
        ),
        (
            Paying,
            vec![Count(500), Pause, Return, Pause, Return, Count(900)],
        ),
        (
            Paying,
            vec![
                Count(500),
                Pause,
                Return,
                Count(300),
                Count(500),
                Count(520),
            ],
        ),
        (
            Paying,
            vec![
                Count(500),
                Pause,
                Return,
                Count(300),
                Pause,
                Return,
                Count(550),
            ],
        ),
        (Paying, vec![Count(500), Pause]),
        (Converted, vec![Count(500), Pause, Return, Count(700)]),
        (Converted, vec![Pause, Return, Count(500), Pause, Return]),
        (Expired, vec![Count(500), Cure, Count(700)]),
        (Expired, vec![Cure, Count(500), Pause, Return, Count(700)]),
        (Expired, vec![Count(500), Cure, Pause, Return, Count(700)]),
        (
            Expired,
            vec![Count(500), Cure, Count(700), Pause, Return, Count(900)],
        ),
        (
            Expired,
            vec![
                Count(500),
                Cure,
                Count(700),
                Pause,
                Return,
                Pause,
                Return,
                Count(1_000),
            ],
        ),
    ]
}

/// An account's day, and the model of the usage that counts.
struct Walk {
    id: OrganizationId,
    tenant: Tenant,
    program: String,
    acts: Vec<Act>,
    /// The month to date.
    users: u64,
    /// The part of it that does not count.
    before: u64,
    paused: bool,
}

impl Walk {
    /// 100 users on the day before, which count only for an active account.
    async fn begin(world: &World, id: &str, (starts, acts): (Starts, Vec<Act>)) -> Self {
        let customer = match starts {
            Starts::Paying => Customer {
                metered: Metered::default(),
                ..Customer::new(id)
            },
            Starts::Converted => trial(id, "2026-05-22"),
            Starts::Expired => Customer {
                card: None,
                ..trial(id, "2026-05-22")
            },
        };
        let tenant = world.found(&customer).await;
        let program = world.program(&tenant, 30).await;
        count(world, &program, ("2026-06-20", [100, 0, 0, 0])).await;
        let converted = starts == Starts::Converted;
        Self {
            id: OrganizationId::new(id),
            tenant,
            program,
            acts,
            users: 100,
            before: if converted { 100 } else { 0 },
            paused: false,
        }
    }

    const fn counted(&self) -> u64 {
        self.users.saturating_sub(self.before)
    }

    async fn step(&mut self, world: &World, step: usize) {
        let Some(act) = self.acts.get(step).copied() else {
            return;
        };
        match act {
            Act::Count(users) => {
                count(world, &self.program, ("2026-06-21", [users, 0, 0, 0])).await;
                self.users = users;
            }
            Act::Pause => {
                leave(world, &self.tenant).await;
                (self.before, self.paused) = (self.before.max(self.users), true);
            }
            Act::Return => {
                back(world, &self.id).await;
                self.paused = false;
            }
            Act::Cure => {
                let card = CardSaved {
                    card: TestCard::Success,
                };
                let reply = world.post(&self.tenant.admin, "/sandbox/payment-method", &card);
                assert_eq!(reply.await.status, StatusCode::OK);
                self.before = self.users;
            }
        }
        if !self.paused {
            let shown = shown(world, &self.tenant).await.metered;
            assert_eq!(shown.mau, self.counted(), "{:?}, step {step}", self.acts);
            let usage: Usage = world.get(&self.tenant.admin, "/usage").await.json();
            assert_eq!(usage.metered, shown, "{:?}, step {step}", self.acts);
        }
    }
}

/// A trial with everything on file and no usage.
fn trial(id: &str, day: &str) -> Customer {
    let mut customer = Customer {
        metered: Metered::default(),
        day: day.parse().unwrap(),
        ..Customer::new(id)
    };
    customer.is_trial = true;
    customer
}

async fn count(world: &World, program: &str, (day, parts): (&str, [u64; 4])) {
    let [app, web_identified, api, anonymous_web] = parts;
    let row = UsageRow {
        project: "prj".to_owned(),
        day: day.parse().unwrap(),
        app,
        web_identified,
        api,
        anonymous_web,
        data_points: 0,
    };
    let rows = UsageRows { rows: vec![row] };
    let reply = world.post(program, "/usage", &rows).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
}

/// Pauses the account, and returns the total that the pause has settled.
async fn leave(world: &World, tenant: &Tenant) -> Money {
    let shown: Leaving = leaving(world, tenant).await;
    let total = shown.settles.total;
    let reply = send(world, tenant, (&new_key(), "/pause"), &pause(total)).await;
    reply.json::<Left>();
    total
}

async fn back(world: &World, id: &OrganizationId) {
    let now = world.services.clock.now();
    backend::jobs::run_due(&world.services, now).await.unwrap();
    let work = Reactivate {
        organization_id: id.clone(),
        now,
    };
    world.services.store.write(work).await.unwrap();
}

async fn shown(world: &World, tenant: &Tenant) -> Subscription {
    world.get(&tenant.admin, "/subscription").await.json()
}

async fn lock(world: &World, id: &OrganizationId) -> UsageLock {
    let mut tx = world.services.store.reading().await.unwrap();
    let state = account_states::find(&mut tx, id).await.unwrap();
    state.usage_lock()
}

/// The usage that June was closed with.
async fn closed(world: &World, id: &str) -> i64 {
    let closed = format!(
        "SELECT mau FROM month_closings WHERE organization_id = '{id}' \
         AND period_start = '2026-06-01'"
    );
    world.number(&closed).await
}
