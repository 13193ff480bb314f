//! One walk: a world of its own, and the steps that are taken in it.

use backend::jobs::{Report, run_due, travel};
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
use super::steps::{Deed, Step};
use crate::backend::invariants;
use crate::backend::world::World;

/// 20 June 2026, 10:00 UTC: when every world begins.
const START: Instant = 1_781_949_600;

/// A world, and the organizations in it.
pub(super) struct Walk {
    world: World,
    pub(super) now: Instant,
    pub(super) organizations: Vec<Organization>,
    /// How many months were closed, over all organizations.
    pub(super) months: i64,
}

/// What the server and the model do not agree on.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) organization: String,
    pub(super) difference: Difference,
}

impl Walk {
    pub(super) async fn begin(engine: Engine) -> Self {
        let world = World::on(engine).await;
        assert_eq!(world.till.clock.now().timestamp(), START);
        Self {
            world,
            now: START,
            organizations: Vec::new(),
            months: 0,
        }
    }

    pub(super) async fn end(self) {
        self.world.till.store.close().await;
    }

    /// Takes a step on both sides, and compares what can be seen behind it.
    pub(super) async fn take(&mut self, step: &Step) -> Result<(), Failed> {
        match step {
            Step::Found(account) => self.found(account).await,
            Step::Act { organization, deed } => self.act(organization, deed).await,
            Step::Move(to) => {
                for organization in &mut self.organizations {
                    organization.account.is_asked_about();
                }
                let moved = travel(&self.world.till, at(*to)).await.unwrap().unwrap();
                self.passed((*to, None), moved).await
            }
            Step::Downtime(to, first) => {
                self.world.till.clock.move_to(at(*to)).unwrap();
                if *first == FirstLook::Page {
                    for organization in &self.organizations {
                        self.world.get(&organization.admin, "/standing").await;
                    }
                }
                let done = run_due(&self.world.till, at(*to)).await.unwrap();
                self.passed((*to, Some(*first)), done).await
            }
        }
    }

    async fn found(&mut self, account: &Account) -> Result<(), Failed> {
        if account.now > self.now {
            // Steps before it were left out.
            self.world.till.clock.move_to(at(account.now)).unwrap();
            self.now = account.now;
        }
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

    async fn act(&mut self, id: &str, deed: &Deed) -> Result<(), Failed> {
        let Some(organization) = self.organizations.iter_mut().find(|one| one.id() == id) else {
            return Ok(());
        };
        let failed = |difference| Failed {
            organization: id.to_owned(),
            difference,
        };
        organization.act(&self.world, deed).await.map_err(failed)?;
        run_due(&self.world.till, self.world.till.clock.now())
            .await
            .unwrap();
        organization.account.advance(self.now);
        organization.compare(&self.world).await.map_err(failed)
    }

    /// Brings the models to where the server is.
    async fn passed(
        &mut self,
        (to, down): (Instant, Option<FirstLook>),
        report: Report,
    ) -> Result<(), Failed> {
        if let Some(parked) = report.parked.first() {
            let organization = parked.organization_id.clone();
            return Err(Failed {
                organization,
                difference: report.to_string(),
            });
        }
        self.now = to;
        let mut closed = 0;
        let held = keeping::events(&self.world).await;
        for organization in &mut self.organizations {
            let before = organization.account.open_month;
            match down {
                Some(first) => organization.account.catch_up(to, first),
                None => organization.account.advance(to),
            }
            closed += organization.account.open_month - before;
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

    /// What must hold in the stored data: nothing that is due is left, but what waits for the payment
    /// of an order (A117); and behind a month change the invariants, unless a payment is on its way.
    async fn hold(&self, is_month_change: bool) {
        let now = instant_text(self.now).replace('Z', ".000000Z");
        let late = format!(
            "SELECT COUNT(*) FROM due d WHERE d.due_at <= '{now}' AND NOT EXISTS (SELECT 1 FROM due o \
             WHERE o.organization_id = d.organization_id AND o.kind = 'order_check')"
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
