//! New organizations: in trial, with monthly billing, or in an annual term.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use backend::store::{Changes, Tx, due_dates};
use billing::metering::pool::Pool;
use billing::metering::usage::Metered as Counts;
use billing::people::permission::Role;
use billing::pricing::subscription::Scheduled as Waiting;
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{AddOnId, CurrencyCode, OrganizationId, Subscription};

use super::act::Organization;
use super::calendar::{
    DAY, Day, Instant, begins_at, day_text, first_of, instant_text, local_day, month_of,
};
use super::dice::Dice;
use super::model::prices::{AddOns, EMAIL, List, Places, TIERS};
use super::model::usage::{Counted, Figures, Row};
use super::model::uses::Uses;
use super::model::{Account, Dunning, Life, Lock, Scheduled, Year};
use crate::backend::world::{Customer, World, Year as Paid};

const LISTS: [List; 4] = [List::Published, List::Later, List::Rupees, List::Email];
/// The zones, in minutes east of UTC: UTC, India, the Pacific coast, the Line Islands, Newfoundland.
const OFFSETS: [i64; 5] = [0, 330, -480, 840, -210];
const STATES: [u8; 4] = [27, 29, 1, 97];

/// Draws the account that a new organization begins with.
pub(super) fn draw(dice: &mut Dice, id: String, now: Instant) -> Account {
    let list = dice.one(&LISTS).unwrap();
    let offset = dice.one(&OFFSETS).unwrap();
    let today = local_day(now, offset);
    let month = month_of(today);
    let tier = dice.one(&TIERS.map(|(limit, _)| limit)[..4]).unwrap();
    let mut add_ons: AddOns = dice.some(&list.add_ons(), 20).into_iter().collect();
    if list == List::Email && dice.percent(80) {
        add_ons.insert(EMAIL);
    }
    let places = (list == List::Rupees).then(|| Places {
        supplier: 27,
        customer: dice.one(&STATES).unwrap(),
    });
    let mut account = Account {
        id,
        list,
        offset,
        places,
        is_offered_a_year: dice.percent(60),
        founded_at: now,
        now,
        life: Life::Active,
        tier,
        add_ons,
        scheduled: Scheduled::default(),
        year: None,
        open_month: month,
        charged_until: today,
        counted_from: first_of(month),
        begun: Figures::default(),
        counts_since: 0,
        settled: None,
        is_expired: false,
        counted: Counted::default(),
        uses: Uses::default(),
        told_of_end_at: None,
        dunning: Dunning::Clear,
        lock: Lock::Clear,
        lifted_until: None,
        looked_at: now,
        alerts: BTreeMap::new(),
        card: None,
        has_details: dice.percent(50),
        proven: BTreeSet::new(),
        script: VecDeque::new(),
        pending: None,
        invoices: Vec::new(),
        events: BTreeSet::new(),
    };
    account.events = old_events(dice, &account);
    account.counted.put("prj", today, Row::default());
    match dice.below(10) {
        0..=5 => {
            let day = trial_day(dice, today);
            account.life = Life::Trial {
                start: begins_at(day, offset),
            };
            account.charged_until = day;
            account.counted.put("prj", day, Row::default());
        }
        6..=7 => {
            let start = first_of(month - dice.between(0, 10));
            let limit = tier * 12;
            let used = if start == first_of(month) {
                0
            } else {
                dice.below(limit)
            };
            account.year = Some(Year { start, limit, used });
            account.is_offered_a_year = true;
            account.charged_until = first_of(month_of(start) + 12);
        }
        _ => {}
    }
    account
}

/// Events near the end of their retention, some at an edge of their day.
fn old_events(dice: &mut Dice, account: &Account) -> BTreeSet<Instant> {
    let mut events = BTreeSet::new();
    for _ in 0..dice.below(4) {
        let day = account.oldest_kept() + dice.between(0, 300);
        let second = match dice.below(4) {
            0 => 0,
            1 => DAY - 1,
            _ => dice.between(0, DAY - 1),
        };
        events.insert(begins_at(day, account.offset) + second);
    }
    events
}

/// The day on which a trial began: often one whose trial ends on a 1st.
fn trial_day(dice: &mut Dice, today: Day) -> Day {
    let month = month_of(today);
    let to_a_first = first_of(month + 1) - 30;
    let fits = month_of(to_a_first) == month && to_a_first <= today;
    if fits && dice.percent(70) {
        return to_a_first;
    }
    let second = first_of(month + 2) - 30;
    if month_of(second) == month && second <= today {
        second
    } else {
        today
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            id,
            list,
            tier,
            add_ons,
            offset,
            life,
            places,
            ..
        } = self;
        write!(
            f,
            "{id}: {list:?} {tier} {add_ons:?}, {offset} minutes east, {life:?}, {places:?}"
        )?;
        match self.year {
            Some(year) => write!(
                f,
                ", a year since {}, {} used",
                day_text(year.start),
                year.used
            ),
            None => Ok(()),
        }
    }
}

/// Founds the organization on the server.
pub(super) async fn found(world: &World, account: Account) -> Organization {
    let day = match account.life {
        Life::Trial { start } => local_day(start, account.offset),
        Life::Active | Life::Paused { .. } | Life::Cancelled { .. } => account.today(),
    };
    let day = day_text(day).parse().unwrap();
    let tenant = world.found(&customer(&account, day)).await;
    let project = format!(
        "INSERT INTO projects (organization_id, id, name) VALUES ('{}', 'two', 'Club')",
        account.id
    );
    world.run(&project).await.unwrap();
    for (number, event) in account.events.iter().enumerate() {
        let (id, at) = (&account.id, instant_text(*event).replace('Z', ".000000Z"));
        let event = format!(
            "INSERT INTO events VALUES ('{id}', 'prj', 'e{number}', 'Launched', 'custom', 'ada', \
             'app', 0, '{at}', '{{}}', 1, 'print', '{at}')"
        );
        world.run(&event).await.unwrap();
    }
    // Stores the deadlines of the inserted events, as the intake does.
    let (id, now) = (
        OrganizationId::new(account.id.clone()),
        world.services.clock.now(),
    );
    let changes = Changes::Account(id.clone(), now);
    let note = async move |tx: &mut Tx| due_dates::sync(tx, &id, now).await;
    let store = &world.services.store;
    store.transaction(changes, note).await.unwrap();
    Organization {
        program: world.program(&tenant, 730).await,
        admin: tenant.admin,
        account,
        read: 0,
        seen: None,
    }
}

fn customer(account: &Account, day: chrono::NaiveDate) -> Customer {
    let state = |code: u8| StateCode::parse(&format!("{code:02}")).unwrap();
    let is_trial = matches!(account.life, Life::Trial { .. });
    Customer {
        currency: CurrencyCode::parse(account.list.currency()).unwrap(),
        book: account.list.book().to_owned(),
        zone_offset_minutes: i32::try_from(account.offset).unwrap(),
        places: account.places.map(|places| TaxPlaces {
            supplier: state(places.supplier),
            customer: state(places.customer),
        }),
        subscription: Subscription {
            tier: account.tier,
            add_ons: account.add_ons.iter().map(|id| AddOnId::new(*id)).collect(),
            scheduled: Waiting::default(),
        },
        is_trial,
        metered: Counts::default(),
        card: None,
        has_details: account.has_details,
        annual_eligible: account.is_offered_a_year,
        year: account.year.map(|year| Paid {
            starts_on: day_text(year.start).parse().unwrap(),
            pool: Pool {
                limit: year.limit,
                used: year.used,
            },
        }),
        day,
        roles: vec![Role::Admin],
        ..Customer::new(&account.id)
    }
}
