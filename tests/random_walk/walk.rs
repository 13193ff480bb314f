//! One walk: a world, and the steps that are taken in it.

use std::sync::Arc;

use backend::demo::gateway::ScriptedGateway;
use backend::demo::travel::travel;
use backend::http::AppState;
use backend::jobs::{Report, run_due};
use backend::services::Services;
use backend::store::Engine;
use chrono::{DateTime, Utc};

use super::act::Organization;
use super::calendar::{Instant, instant_text};
use super::compare::is_unknown;
use super::founding;
use super::keeping;
use super::model::Account;
use super::model::time::FirstLook;
use super::reading::Difference;
use super::steps::{Act, Step};
use crate::backend::invariants;
use crate::backend::world::World;

/// 20 June 2026, 10:00 UTC: when every world begins.
const START: Instant = 1_781_949_600;

/// How far the second server's clock is ahead, in seconds: as much as is allowed (A175).
const AHEAD: i64 = 5;

/// A world, and the organizations in it.
pub(super) struct Walk {
    world: World,
    /// Another server on the same database.
    second: World,
    /// The time of the first server's own clock.
    clock: Instant,
    /// The latest instant at which either server has acted: neither uses an earlier one.
    pub(super) now: Instant,
    pub(super) organizations: Vec<Organization>,
    /// How many months were closed, over all organizations.
    pub(super) months: i64,
}

/// A difference between the server and the model.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) organization: String,
    pub(super) difference: Difference,
}

impl Walk {
    pub(super) async fn begin(engine: Engine) -> Self {
        let world = World::on(engine).await;
        assert_eq!(world.services.clock.now().timestamp(), START);
        Self {
            second: second_on(&world).await,
            world,
            clock: START,
            now: START,
            organizations: Vec::new(),
            months: 0,
        }
    }

    pub(super) async fn end(self) {
        self.second.services.store.close().await;
        self.world.services.store.close().await;
    }

    /// Takes a step on both sides, and compares everything that is visible after it.
    pub(super) async fn take(&mut self, step: &Step) -> Result<(), Failed> {
        match step {
            Step::SignUp(account) => self.found(account).await,
            Step::Act {
                organization,
                entry,
                server,
            } => self.act((organization, *server), entry).await,
            Step::Move(to) => {
                let to = self.now.max(*to);
                for organization in &mut self.organizations {
                    organization.account.is_asked_about();
                }
                let moved = travel(&self.world.services, at(to)).await.unwrap().unwrap();
                self.set_clocks(to);
                self.passed((to, None), moved).await
            }
            Step::Downtime(to, first) => {
                let to = self.now.max(*to);
                self.set_clocks(to);
                if *first == FirstLook::Page {
                    for organization in &self.organizations {
                        self.world.get(&organization.admin, "/account-status").await;
                    }
                }
                let done = run_due(&self.world.services, at(to)).await.unwrap();
                self.passed((to, Some(*first)), done).await
            }
        }
    }

    /// Moves both clocks on; their distance stays the same.
    fn set_clocks(&mut self, to: Instant) {
        self.clock = to;
        self.world.services.clock.move_to(at(to)).unwrap();
        self.second.services.clock.move_to(at(to + AHEAD)).unwrap();
    }

    async fn found(&mut self, account: &Account) -> Result<(), Failed> {
        // When shrinking, earlier steps may have been left out.
        self.now = self.now.max(account.now);
        self.set_clocks(self.now);
        let mut organization = founding::found(&self.world, account.clone()).await;
        let seen = organization.compare(&self.world).await;
        self.organizations.push(organization);
        let newest = self
            .organizations
            .last()
            .map_or_else(String::new, Organization::id);
        seen.map_err(|difference| Failed {
            organization: newest,
            difference,
        })
    }

    async fn act(&mut self, (id, server): (&str, usize), entry: &Act) -> Result<(), Failed> {
        if server > 0 && self.clock + AHEAD > self.now {
            // The second server runs what is due by its own clock before a request reaches it.
            let to = self.clock + AHEAD;
            let done = run_due(&self.second.services, at(to)).await.unwrap();
            self.is_done(&done)?;
            self.months += self.bring((to, Some(FirstLook::Jobs)));
        }
        let Some(organization) = self.organizations.iter_mut().find(|one| one.id() == id) else {
            return Ok(());
        };
        let failed = |difference| Failed {
            organization: id.to_owned(),
            difference,
        };
        let world = [&self.world, &self.second][server];
        organization.act(world, entry).await.map_err(failed)?;
        run_due(&world.services, world.services.clock.now())
            .await
            .unwrap();
        organization.account.advance(self.now);
        organization.compare(world).await.map_err(failed)
    }

    fn is_done(&self, report: &Report) -> Result<(), Failed> {
        match report.parked.first() {
            Some(parked) => Err(Failed {
                organization: parked.organization_id.to_string(),
                difference: report.to_string(),
            }),
            None => Ok(()),
        }
    }

    /// Advances the models to the server's time. Returns how many months were closed.
    fn bring(&mut self, (to, down): (Instant, Option<FirstLook>)) -> i64 {
        self.now = to;
        let mut closed = 0;
        for Organization { account, .. } in &mut self.organizations {
            let before = account.open_month;
            match down {
                Some(first) => account.catch_up(to, first),
                None => account.advance(to),
            }
            closed += account.open_month - before;
        }
        closed
    }

    /// Advances the models to the server's time, and compares.
    async fn passed(
        &mut self,
        moved: (Instant, Option<FirstLook>),
        report: Report,
    ) -> Result<(), Failed> {
        self.is_done(&report)?;
        let closed = self.bring(moved);
        let held = keeping::events(&self.world).await;
        for organization in &mut self.organizations {
            let id = organization.id();
            let events = held.iter().find(|(held, _)| *held == id);
            let events = events.map_or(0, |(_, count)| *count);
            let seen = match organization.account.events.len() {
                count if count == events => organization.compare(&self.world).await,
                count => Err(format!("events: {events} are held, {count} should be")),
            };
            seen.map_err(|difference| Failed {
                organization: id,
                difference,
            })?;
        }
        self.organizations.retain(|one| !one.account.is_forgotten());
        self.months += closed;
        self.hold(closed > 0).await;
        Ok(())
    }

    /// Checks the stored data: nothing that is due is left, except what waits for the payment of an order
    /// (A117); and after a month change the invariants, unless a payment is in progress.
    async fn hold(&self, is_month_change: bool) {
        let now = instant_text(self.now).replace('Z', ".000000Z");
        let late = format!(
            "SELECT COUNT(*) FROM due d WHERE d.due_at <= '{now}' AND NOT EXISTS (SELECT 1 FROM due o \
             JOIN payment_attempts a ON a.organization_id = o.organization_id AND a.id = o.subject \
             WHERE o.organization_id = d.organization_id AND a.purpose = 'plan_change')"
        );
        let late = self.world.number(&late).await;
        assert_eq!(late, 0, "something is left due in the past");
        let is_open =
            |account: &Account| account.pending.is_some() || account.open_debts().any(is_unknown);
        if is_month_change && !self.organizations.iter().any(|one| is_open(&one.account)) {
            invariants::hold(&self.world).await;
        }
    }
}

fn at(instant: Instant) -> DateTime<Utc> {
    instant_text(instant).parse().unwrap()
}

/// A second server on the database of a world, with its own clock and the same bank.
async fn second_on(world: &World) -> World {
    let ahead = at(START + AHEAD);
    let mut second = World::open(&world.url, ahead, |sandbox| Arc::new(sandbox)).await;
    let script = world.script.clone();
    let Services { store, clock, .. } = second.services.clone();
    second.services.gateway = Arc::new(ScriptedGateway::new(store, clock, script.clone()));
    let app = AppState::new(second.services.clone()).with_sandbox(script);
    second.route(app);
    second
}
