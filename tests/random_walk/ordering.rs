//! An order: quoted, sent, and its result at the bank, on the server and in the model.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::act::{Organization, answered, refused_with};
use super::calendar::MINUTE;
use super::compare;
use super::model::prices::text;
use super::model::quoting::Priced;
use super::model::{Bank, Change, Dunning, Frequency, Lock, Pending};
use super::reading::{Difference, expected, same, shown};
use crate::backend::world::World;

impl Organization {
    pub(super) async fn order(
        &mut self,
        world: &World,
        change: &Change,
        bank: Bank,
    ) -> Result<(), Difference> {
        let today = self.account.today();
        let wanted = sent(change);
        let reply = world.post(&self.admin, "/quotes", &wanted).await;
        let quote = self.priced("quote", &reply)?;
        let Priced {
            due_now,
            next_invoice,
            after,
        } = self.account.price(change, today);
        same("due now", &shown(&quote["due_now"]), &expected(&due_now))?;
        compare::next_invoice(&quote["next_invoice"], &next_invoice)?;
        let order = json!({
            "change": quote["change"],
            "engine_version": quote["engine_version"],
            "price_book_version": quote["price_book_version"],
            "subscription_version": quote["subscription_version"],
            "billing_day": quote["billing_day"],
            "input_hash": quote["input_hash"],
            "total": self.amount(quote["due_now"]["total"].as_str().unwrap_or_default()),
            "reasons": change.remove.iter().map(|id| ((*id).to_owned(), json!("low_usage"))).collect::<serde_json::Map<_, _>>(),
        });
        let total = due_now.total();
        if let Some(refused) = self.refusal(change) {
            let reply = self.keyed(world, "/plan-changes", &order).await;
            return refused_with(&reply, refused);
        }
        if total == 0 {
            let reply = self.keyed(world, "/plan-changes", &order).await;
            let done = self.priced("order", &reply)?;
            same("total of the order", &done["total"], &json!("0.00"))?;
            self.account.carry_out(change, (today, self.account.now));
            self.account.tier = after.tier;
            return Ok(());
        }
        if self.account.card.is_none() {
            let reply = self.keyed(world, "/plan-changes", &order).await;
            return refused_with(&reply, "no_payment_method");
        }
        if bank == Bank::Asks {
            // Scripted outcomes that arrive while the bank waits are the payer's answer.
            self.account.script.clear();
        }
        let kept: Vec<_> = self.account.script.iter().copied().collect();
        self.tell_bank(world, &[bank]).await?;
        let reply = self.keyed(world, "/plan-changes", &order).await;
        self.tell_bank(world, &kept).await?;
        let now = self.account.now;
        match bank {
            Bank::Pays => {
                let done = self.priced("order", &reply)?;
                same("state of the order", &done["state"]["name"], &json!("done"))?;
                same("total of the order", &done["total"], &json!(text(total)))?;
                self.account.proven.extend(self.account.card);
                self.account.carry_out(change, (today, now));
                Ok(())
            }
            Bank::Declines => refused_with(&reply, "payment_declined"),
            Bank::PaysUnheard | Bank::HearsNothing | Bank::Asks => {
                if reply.status != StatusCode::ACCEPTED {
                    return Err(format!(
                        "an order without answer: {} {}",
                        reply.status, reply.text
                    ));
                }
                self.account.pending = Some(Pending {
                    change: change.clone(),
                    card: self.account.card,
                    day: today,
                    ends_at: now
                        + if bank == Bank::Asks {
                            30 * MINUTE
                        } else {
                            MINUTE
                        },
                    is_paid: bank == Bank::PaysUnheard,
                    is_asked: bank == Bank::Asks,
                });
                Ok(())
            }
        }
    }

    /// The payer answers the bank.
    pub(super) async fn confirm(&mut self, world: &World, pays: bool) -> Result<(), Difference> {
        let Some(pending) = self.account.pending.as_mut().filter(|one| one.is_asked) else {
            return self.confirm_debit(world, pays).await;
        };
        if pending.card != self.account.card {
            return Ok(());
        }
        pending.is_paid = pays;
        let answer = if pays { Bank::Pays } else { Bank::Declines };
        let kept: Vec<_> = self.account.script.iter().copied().collect();
        self.tell_bank(world, &[answer]).await?;
        let reply = world.get(&self.admin, "/subscription").await;
        let shown: Value = answered("subscription", &reply)?;
        let id = shown["pending"]["id"].as_str().unwrap_or_default();
        let reply = world.get(&self.admin, &format!("/plan-changes/{id}")).await;
        let order: Value = answered("order", &reply)?;
        self.tell_bank(world, &kept).await?;
        let state = if pays { "done" } else { "declined" };
        same("state of the order", &order["state"]["name"], &json!(state))?;
        self.account.order_is_known();
        Ok(())
    }

    /// The code that an order is refused with, whatever its price is.
    pub(super) fn refusal(&self, change: &Change) -> Option<&'static str> {
        let account = &self.account;
        if account.pending.is_some() {
            return Some("payment_pending");
        }
        if account.admits(change) {
            return None;
        }
        Some(match (account.dunning, account.lock) {
            (Dunning::Locked(_), _) => "payment_locked",
            (Dunning::Clear | Dunning::Grace(_), Lock::Overage(_) | Lock::AnnualSoft(_)) => {
                "upgrade_only"
            }
            (Dunning::Clear | Dunning::Grace(_), Lock::Clear) => "account_paused",
        })
    }
}

/// An order as it is sent.
fn sent(change: &Change) -> Value {
    let mut sent = json!({ "tier": change.tier, "add": change.add, "remove": change.remove });
    if let Some(frequency) = change.frequency {
        sent["frequency"] = json!(match frequency {
            Frequency::Monthly => "monthly",
            Frequency::Annual => "annual",
        });
    }
    sent
}
