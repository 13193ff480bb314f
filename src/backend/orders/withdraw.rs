//! Withdrawing what is scheduled (SPEC R6, R7).

use api::Code;
use api::subscription::Subscription;
use billing::BillingFrequency;
use billing::access::Asks;
use billing::subscription::{self, NotScheduled};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::account::Account;
use crate::admission::admit;
use crate::error::Error;
use crate::store::records::{self, Actor, Deed};
use crate::store::subscriptions::{self, Waiting};
use crate::store::{Tx, Work, frequency};

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
        let waiting = waiting.ok_or_else(gone)?;
        if account.shown.pending.is_some() {
            return Err(Error::refused(
                Code::PaymentPending,
                "A payment of your organization has not ended yet; withdraw this when it has",
            ));
        }
        admit(tx, organization_id, Asks::Other, self.now).await?;
        let (after, description) = without(&account.stored.subscription, &waiting.change)?;
        let moment = account.moment(&self.actor.name);
        subscriptions::replace(tx, organization_id, &account.stored, &after, moment).await?;
        if let Waiting::Frequency(_) = waiting.change {
            frequency::schedule(tx, organization_id, None, moment).await?;
        }
        let deed = Deed {
            action: "scheduled_change.withdrawn",
            object: &self.id,
            description,
        };
        records::audit(tx, organization_id, (&self.actor, self.now), deed).await?;
        let told = told(&waiting.change, &self.actor.name);
        records::post(tx, organization_id, ("plan.withdrawn", self.now), &told).await?;
        Ok(Account::load(tx, organization_id, self.now).await?.shown)
    }
}

/// The subscription without what waited, and what the audit says of it.
fn without(before: &billing::Subscription, waiting: &Waiting) -> Result<Withdrawn, Error> {
    let tier = before.tier;
    let (what, description) = match waiting {
        Waiting::Tier(lower) => (
            subscription::Waiting::Tier,
            format!("stays on {tier} MAU instead of {lower}"),
        ),
        Waiting::Removal(add_on) => (
            subscription::Waiting::Removal(add_on.clone()),
            format!("keeps {add_on}"),
        ),
        Waiting::Frequency(BillingFrequency::Annual) => {
            return Ok((before.clone(), "stays charged by the month".to_owned()));
        }
        Waiting::Frequency(BillingFrequency::Monthly) => {
            return Ok((before.clone(), "stays charged by the year".to_owned()));
        }
    };
    let after = before.withdrawn(&what).map_err(|NotScheduled| gone())?;
    Ok((after, description))
}

type Withdrawn = (billing::Subscription, String);

/// What a notice about it says: the change that does not come.
fn told(waiting: &Waiting, by: &str) -> serde_json::Value {
    match waiting {
        Waiting::Tier(lower) => json!({ "tier": lower, "by": by }),
        Waiting::Removal(add_on) => json!({ "remove": [add_on], "by": by }),
        Waiting::Frequency(frequency) => json!({ "frequency": frequency, "by": by }),
    }
}

fn gone() -> Error {
    Error::refused(
        Code::NotScheduled,
        "This change is not scheduled any more; reload to see what is",
    )
}
