//! The operator's commands: reactivate, and lift a lock (SPEC R11, R13).

use backend::jobs::catch_up;
use backend::leaving::Reactivate;
use backend::usage::evaluation::LiftLock;
use billing::OrganizationId;
use serde_json::json;

use super::act::Organization;
use super::calendar::day_text;
use super::model::Lock;
use super::reading::{Difference, same};
use crate::backend::world::World;

impl Organization {
    fn organization_id(&self) -> OrganizationId {
        OrganizationId::new(self.id())
    }

    pub(super) async fn reactivate(&mut self, world: &World) -> Result<(), Difference> {
        catch_up(&world.services, &self.organization_id())
            .await
            .unwrap();
        let work = Reactivate {
            organization_id: self.organization_id(),
            now: world.services.clock.now(),
        };
        let done = world.services.store.write(work).await;
        let owes = self.account.open_debts().next().is_some();
        match (done, owes) {
            (Ok(_), false) => {
                self.account.reactivate();
                Ok(())
            }
            (Err(cause), true) if cause.to_string().contains("unpaid") => Ok(()),
            (done, owes) => Err(format!("reactivation: {done:?}, with a debt: {owes}")),
        }
    }

    /// Lifts a usage lock, for this many days or for the default time.
    pub(super) async fn lift(
        &mut self,
        world: &World,
        days: Option<i64>,
    ) -> Result<(), Difference> {
        catch_up(&world.services, &self.organization_id())
            .await
            .unwrap();
        let id = self.organization_id();
        let account = &mut self.account;
        let until = days.map(|days| account.today() + days);
        let work = LiftLock {
            organization_id: id,
            reason: "a campaign of one day".to_owned(),
            until: until.map(|day| day_text(day).parse().unwrap()),
            now: world.services.clock.now(),
        };
        let done = world.services.store.write(work).await;
        let is_locked = account.lock != Lock::Clear;
        match done {
            Ok(lifted) if is_locked => {
                let until = until.unwrap_or_else(|| account.lifts_until());
                account.lift(until);
                same("lifted until", &json!(lifted), &json!(day_text(until)))
            }
            Err(cause) if !is_locked && cause.to_string().contains("not locked") => Ok(()),
            done => Err(format!("lifting: {done:?}, locked: {is_locked}")),
        }
    }
}
