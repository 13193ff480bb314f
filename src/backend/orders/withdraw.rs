//! Withdrawing what is scheduled (SPEC R6, R7).

use api::Code;
use api::subscription::Subscription;
use billing::access::Asks;
use chrono::{DateTime, Utc};

use crate::account::Account;
use crate::admission::admit;
use crate::error::Error;
use crate::store::records::{self, Actor, Deed};
use crate::store::subscriptions::{self, Waiting};
use crate::store::{Tx, Work};

/// Withdraws a scheduled change. Answers the subscription without it.
#[derive(Debug)]
pub struct Withdraw {
    /// The organization.
    pub organization_id: String,
    /// The scheduled change.
    pub id: String,
    /// Who withdraws it.
    pub actor: Actor,
    /// When.
    pub now: DateTime<Utc>,
}

impl Work for Withdraw {
    type Output = Subscription;

    async fn run(&self, tx: &mut Tx) -> Result<Subscription, Error> {
        let organization_id = self.organization_id.as_str();
        let account = Account::load(tx, organization_id, self.now).await?;
        let waiting = account
            .stored
            .scheduled
            .iter()
            .find(|change| change.id == self.id);
        let waiting = waiting.ok_or_else(|| {
            Error::refused(
                Code::NotScheduled,
                "This change is not scheduled any more; reload to see what is",
            )
        })?;
        if account.shown.pending.is_some() {
            return Err(Error::refused(
                Code::PaymentPending,
                "A payment of your organization has not ended yet; withdraw this when it has",
            ));
        }
        admit(tx, organization_id, Asks::Other, self.now).await?;
        let mut after = account.stored.subscription.clone();
        let description = withdraw(&mut after, &waiting.change);
        let moment = account.moment(&self.actor.name);
        subscriptions::replace(tx, organization_id, &account.stored, &after, moment).await?;
        let deed = Deed {
            action: "scheduled_change.withdrawn",
            object: &self.id,
            description,
        };
        records::audit(tx, organization_id, (&self.actor, self.now), deed).await?;
        Ok(Account::load(tx, organization_id, self.now).await?.shown)
    }
}

fn withdraw(subscription: &mut billing::Subscription, waiting: &Waiting) -> String {
    match waiting {
        Waiting::Tier(tier) => {
            subscription.scheduled.tier = None;
            format!("stays on {} MAU instead of {tier}", subscription.tier)
        }
        Waiting::Removal(add_on) => {
            subscription.scheduled.removals.remove(add_on);
            format!("keeps {add_on}")
        }
    }
}
