//! A step on the server and in the model, and the comparison of their results.

use api::route::IDEMPOTENCY_KEY;
use axum::body::Body;
use axum::http::{Method, header};
use serde_json::{Value, json};

use super::keeping::Seen;
use super::model::{Account, Bank, Change, Life};
use super::reading::{Difference, amount, in_currency};
use super::steps::Act;
use crate::backend::world::{Reply, World, new_key, request};

/// An organization on the server, and its model.
#[derive(Debug)]
pub(super) struct Organization {
    pub(super) account: Account,
    /// The bearer token of its admin.
    pub(super) admin: String,
    /// The bearer token of its program.
    pub(super) program: String,
    /// How many invoices have been compared line by line.
    pub(super) read: usize,
    /// The stored data of it at the last comparison.
    pub(super) seen: Option<Seen>,
}

impl Organization {
    pub(super) fn id(&self) -> String {
        self.account.id.clone()
    }

    /// Carries out a step on both sides.
    pub(super) async fn act(&mut self, world: &World, entry: &Act) -> Result<(), Difference> {
        match entry {
            Act::Order { change, bank } => {
                let bank = self.account.answer_of(*bank);
                self.order(world, change, bank).await
            }
            Act::Confirm { pays } => self.confirm(world, *pays).await,
            Act::Withdraw { index } => self.withdraw(world, *index).await,
            Act::Upload { rows } => self.upload(world, rows).await,
            Act::Use { days, is_file } => self.use_add_on(world, days, *is_file).await,
            Act::SaveCard(card) => self.save_card(world, *card).await,
            Act::SaveDetails => self.save_details(world).await,
            Act::Script(banks) => self.script(world, &self.answers(banks)).await,
            Act::Pay { banks } => self.pay(world, &self.answers(banks)).await,
            Act::Pause => self.pause(world).await,
            Act::Reactivate => self.reactivate(world).await,
            Act::Lift(days) => self.lift(world, *days).await,
            Act::Cancel => self.cancel(world).await,
        }
    }

    fn answers(&self, banks: &[Bank]) -> Vec<Bank> {
        // The bank asks about one payment at a time.
        let is_asked = self.account.asked().is_some();
        let heard = |bank: &Bank| match bank {
            Bank::Asks if is_asked => Bank::Pays,
            bank => *bank,
        };
        banks
            .iter()
            .map(|bank| self.account.answer_of(heard(bank)))
            .collect()
    }

    async fn withdraw(&mut self, world: &World, index: usize) -> Result<(), Difference> {
        let reply = world.get(&self.admin, "/subscription").await;
        let shown: Value = answered("subscription", &reply)?;
        let waiting = shown["scheduled"].as_array().cloned().unwrap_or_default();
        let Some(one) = waiting.get(index) else {
            return Ok(());
        };
        let path = format!(
            "/scheduled-changes/{}",
            one["id"].as_str().unwrap_or_default()
        );
        let reply = world.delete(&self.admin, &path).await;
        let nothing = Change::default();
        if let Some(refused) = self.refusal(&nothing) {
            return refused_with(&reply, refused);
        }
        answered("withdrawal", &reply)?;
        let scheduled = &mut self.account.scheduled;
        if one["kind"].get("downgrade").is_some() {
            scheduled.tier = None;
        } else if let Some(id) = one["kind"].get("removal") {
            scheduled.removals.retain(|held| json!(held) != *id);
        } else {
            scheduled.frequency = None;
        }
        Ok(())
    }

    async fn save_card(&mut self, world: &World, card: Bank) -> Result<(), Difference> {
        let now = Some(self.account.now);
        if self.account.open_debts().any(|one| one.failed_at == now) {
            // A card is tried once after each time it is saved, and only instants tell these apart. A
            // person is always later than the failure, but the clock of the walk does not run.
            return Ok(());
        }
        let name = match card {
            Bank::Pays => "success",
            Bank::Declines => "decline",
            Bank::PaysUnheard | Bank::HearsNothing => "timeout",
            Bank::Asks => "authentication",
        };
        // A script for one card must not apply to the next, so it is cleared.
        self.tell_bank(world, &[]).await?;
        let reply = world
            .post(
                &self.admin,
                "/sandbox/payment-method",
                &json!({ "card": name }),
            )
            .await;
        answered("card", &reply)?;
        self.account.save_card(card);
        Ok(())
    }

    async fn save_details(&mut self, world: &World) -> Result<(), Difference> {
        let details = json!({ "name": "Acme Incorporated", "address": ["500 Howard Street"], "tax_number": null });
        let reply = world
            .post(&self.admin, "/sandbox/billing-details", &details)
            .await;
        answered("details", &reply)?;
        self.account.save_details();
        Ok(())
    }

    pub(super) async fn script(&mut self, world: &World, banks: &[Bank]) -> Result<(), Difference> {
        let is_asked = self
            .account
            .pending
            .as_ref()
            .is_some_and(|pending| pending.is_asked);
        let is_asked = is_asked || self.account.asked().is_some();
        if self.account.card.is_none() || is_asked {
            return Ok(());
        }
        self.tell_bank(world, banks).await?;
        self.account.script = banks.iter().copied().collect();
        Ok(())
    }

    /// Scripts the gateway, if there is a card.
    pub(super) async fn tell_bank(&self, world: &World, banks: &[Bank]) -> Result<(), Difference> {
        if self.account.card.is_none() {
            return Ok(());
        }
        let outcomes: Vec<_> = banks.iter().map(|bank| word(*bank)).collect();
        let reply = world
            .post(
                &self.admin,
                "/sandbox/gateway",
                &json!({ "outcomes": outcomes }),
            )
            .await;
        answered("script", &reply).map(drop)
    }

    async fn pause(&mut self, world: &World) -> Result<(), Difference> {
        let agreed = self.settlement(world).await?;
        let reply = self
            .keyed(world, "/pause", &json!({ "agreed": self.amount(&agreed) }))
            .await;
        let account = &self.account;
        let owes = account.open_debts().next().is_some();
        if account.pending.is_some() && !owes {
            return refused_with(&reply, "payment_pending");
        }
        match account.life {
            Life::Paused { .. } => return refused_with(&reply, "account_paused"),
            Life::Trial { .. } => return refused_with(&reply, "change_refused"),
            Life::Active | Life::Cancelled { .. } => {}
        }
        if !account.may_pause() {
            // A debt is reported before a payment in progress, because it refuses the order for longer.
            return refused_with(&reply, "payment_locked");
        }
        answered("pause", &reply)?;
        self.account.pause();
        Ok(())
    }

    async fn cancel(&mut self, world: &World) -> Result<(), Difference> {
        let agreed = self.settlement(world).await?;
        let order = json!({ "reason": "low_usage", "confirmation": "DELETE", "agreed": self.amount(&agreed) });
        let reply = self.keyed(world, "/cancellation", &order).await;
        if self.account.pending.is_some() {
            return refused_with(&reply, "payment_pending");
        }
        answered("cancellation", &reply)?;
        self.account.cancel();
        Ok(())
    }

    /// The total that a pause or a cancellation would invoice now.
    async fn settlement(&self, world: &World) -> Result<String, Difference> {
        if matches!(self.account.life, Life::Paused { .. }) {
            return Ok("0.00".to_owned());
        }
        let reply = world.get(&self.admin, "/leaving").await;
        let leaving = self.priced("leaving", &reply)?;
        let total = leaving["settles"]["total"].as_str().unwrap_or_default();
        Ok(total.to_owned())
    }

    /// An amount in the account's currency, as it is sent.
    pub(super) fn amount(&self, value: &str) -> Value {
        amount(self.account.list.currency(), value)
    }

    /// The body of a success whose amounts are all in the account's currency, as decimals.
    pub(super) fn priced(&self, what: &str, reply: &Reply) -> Result<Value, Difference> {
        in_currency(self.account.list.currency(), answered(what, reply)?)
    }

    pub(super) async fn keyed(&self, world: &World, path: &str, body: &Value) -> Reply {
        let request = request(Method::POST, &self.admin, path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(IDEMPOTENCY_KEY, new_key())
            .body(Body::from(body.to_string()));
        world.send(request.unwrap()).await
    }
}

const fn word(bank: Bank) -> &'static str {
    match bank {
        Bank::Pays => "success",
        Bank::Declines => "decline",
        Bank::PaysUnheard => "timeout_after_capture",
        Bank::HearsNothing => "timeout_before_capture",
        Bank::Asks => "authentication",
    }
}

/// The body of a success.
pub(super) fn answered(what: &str, reply: &Reply) -> Result<Value, Difference> {
    if !reply.status.is_success() {
        return Err(format!("{what}: {} {}", reply.status, reply.text));
    }
    serde_json::from_str(&reply.text).map_err(|cause| format!("{what}: {cause}: {}", reply.text))
}

/// A refusal with this code, after which nothing has changed.
pub(super) fn refused_with(reply: &Reply, code: &str) -> Result<(), Difference> {
    let problem: Value = serde_json::from_str(&reply.text).unwrap_or_default();
    if !reply.status.is_success() && problem["code"] == code {
        return Ok(());
    }
    Err(format!(
        "expected a refusal, {code}: {} {}",
        reply.status, reply.text
    ))
}
