//! Outstanding invoices are paid by hand, and the bank may ask the payer (SPEC R12, R17, R19).

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::act::{Organization, answered, refused_with};
use super::calendar::instant_text;
use super::compare;
use super::model::Bank;
use super::model::collecting::Paid;
use super::model::prices::text;
use super::reading::{Difference, same};
use crate::backend::world::{Reply, World};

impl Organization {
    pub(super) async fn pay(&mut self, world: &World, banks: &[Bank]) -> Result<(), Difference> {
        let total = text(self.account.payable_total());
        if self.account.pending.is_some() {
            // The bank's script is for one payment at a time.
            return Ok(());
        }
        self.script(world, banks).await?;
        let reply = self
            .keyed(
                world,
                "/outstanding/payments",
                &json!({ "total": self.amount(&total) }),
            )
            .await;
        let before = self.account.clone();
        let ends = match self.account.pay() {
            Paid::All => answered("payment", &reply).map(drop),
            Paid::Declined => refused_with(&reply, "payment_declined"),
            Paid::NoCard => refused_with(&reply, "no_payment_method"),
            Paid::NothingOpen if before.open_debts().any(compare::is_unknown) => {
                refused_with(&reply, "payment_pending")
            }
            Paid::NothingOpen => refused_with(&reply, "nothing_open"),
            Paid::Processing if reply.status == StatusCode::ACCEPTED => Ok(()),
            Paid::Asked => self.asked(&reply),
            Paid::Processing => Err(format!(
                "a payment without answer: {} {}",
                reply.status, reply.text
            )),
        };
        self.account.script.clear();
        self.tell_bank(world, &[]).await?;
        ends
    }

    /// Checks that the bank waits for the payer, and until when.
    fn asked(&self, reply: &Reply) -> Result<(), Difference> {
        let sent: Value = answered("a payment to confirm", reply)?;
        let until = self.account.asked().map(|(_, until)| instant_text(until));
        let server = json!([sent["state"], sent["expires"]]);
        same(
            "a payment to confirm",
            &server,
            &json!(["authentication", until]),
        )
    }

    /// The payer answers the bank about an invoice.
    pub(super) async fn confirm_debit(
        &mut self,
        world: &World,
        pays: bool,
    ) -> Result<(), Difference> {
        let Some((index, _)) = self.account.asked() else {
            return Ok(());
        };
        if !self.account.is_asked_of_card(index) {
            return Ok(());
        }
        let answer = if pays { Bank::Pays } else { Bank::Declines };
        self.tell_bank(world, &[answer]).await?;
        let reply = world.get(&self.admin, "/outstanding/payments").await;
        self.tell_bank(world, &[]).await?;
        self.account.script.clear();
        self.account.answers(index, pays);
        if !pays {
            return refused_with(&reply, "payment_declined");
        }
        let sent: Value = answered("a confirmed payment", &reply)?;
        same("a confirmed payment", &sent["state"], &json!("paid"))
    }

    /// The payment that the bank waits for, as the account status has it.
    pub(super) fn authentication(&self) -> Value {
        let account = &self.account;
        let order = account.pending.as_ref().filter(|pending| pending.is_asked);
        if let Some(order) = order {
            let total = account.price(&order.change, order.day).due_now.total();
            return json!([text(total), instant_text(order.ends_at)]);
        }
        account
            .asked()
            .map_or(json!([null, null]), |(index, until)| {
                let total = account.invoices[index].statement.total();
                json!([text(total), instant_text(until)])
            })
    }
}
