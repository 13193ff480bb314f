//! Compares what the server shows of an account with its model.

use serde_json::{Value, json};

use super::act::{Organization, answered};
use super::calendar::{DAY, Day, day_text, first_of, instant_text};
use super::expecting::{KNOWN, conditions, deadlines, life, summary, waiting};
use super::model::prices::{EMAIL, Statement, text};
use super::model::quoting::Priced;
use super::model::{Change, Collection, Invoice, Life};
use super::reading::{Difference, bare, expected, lines, same, shown};
use crate::backend::world::World;

impl Organization {
    /// Compares everything that the server shows of the account.
    pub(super) async fn compare(&mut self, world: &World) -> Result<(), Difference> {
        if !self.account.is_alive() {
            return self.ended(world).await;
        }
        self.account_status(world).await?;
        if self.account.is_month_held_up() {
            // Nothing can be ordered, and the figures belong to neither month.
            return Ok(());
        }
        match self.account.life {
            Life::Trial { .. } | Life::Active => {
                self.subscription(world).await?;
                self.quote(world).await?;
                self.leaving(world).await?;
                self.alerts(world).await?;
                self.data(world).await?;
                self.invoices(world).await
            }
            Life::Paused { .. } | Life::Cancelled { .. } => self.stored_invoices(world).await,
        }
    }

    pub(super) async fn account_status(&self, world: &World) -> Result<(), Difference> {
        let account = &self.account;
        let account_status = self.priced(
            "account_status",
            &world.get(&self.admin, "/account-status").await,
        )?;
        same(
            "life",
            &life_shown(&account_status["lifecycle"]),
            &life(account),
        )?;
        let notices = account_status["access"]["notices"]
            .as_array()
            .into_iter()
            .flatten();
        let notices: Vec<_> = notices
            .map(|notice| notice["condition"].clone())
            .filter(|condition| condition != "trial" && condition != "active")
            .collect();
        same("notices", &json!(notices), &json!(conditions(account)))?;
        let coming = account_status["coming"].as_array().into_iter().flatten();
        let coming: Vec<_> = coming
            .filter_map(|one| Some(json!([one["what"].get("deadline")?, one["at"]])))
            .filter(|one| KNOWN.iter().any(|known| one[0] == *known))
            .collect();
        same("deadlines", &json!(coming), &json!(deadlines(account)))?;
        if !account.is_alive() {
            return Ok(());
        }
        let asked = &account_status["authentication"];
        let asked = json!([asked["amount"], asked["expires"]]);
        same("authentication", &asked, &self.authentication())?;
        let debt = (account.debt() > 0).then(|| text(account.debt()));
        same(
            "debt",
            &account_status["outstanding"]["total"],
            &json!(debt),
        )
    }

    async fn subscription(&self, world: &World) -> Result<(), Difference> {
        let account = &self.account;
        let sent: Value = answered(
            "subscription",
            &world.get(&self.admin, "/subscription").await,
        )?;
        let server = json!({
            "is_trial": !sent["trial"].is_null(),
            "tier": sent["tier"],
            "add_ons": sent["add_ons"],
            "day": sent["billing_day"],
            "counted_from": sent["counted_from"],
            "metered": sent["metered"],
            "used": used_shown(&sent["add_on_use"]),
            "annual": sent["annual"],
            "pending": sent["pending"].is_object(),
            "scheduled": waiting_shown(&sent["scheduled"]),
        });
        let is_trial = matches!(account.life, Life::Trial { .. });
        let metered = account.metered();
        let year = account.year.map(|year| {
            let pool = json!({ "limit": year.limit, "used": account.used_before(account.today()) });
            json!({ "starts_on": day_text(year.start), "months": 12, "pool": pool })
        });
        let model = json!({
            "is_trial": is_trial,
            "tier": account.tier,
            "add_ons": account.add_ons,
            "day": day_text(account.today()),
            "counted_from": day_text(account.counted_from),
            "metered": { "mau": metered.mau, "data_points": metered.points },
            "used": account.used(account.today()),
            "annual": year,
            "pending": account.pending.is_some(),
            "scheduled": waiting(account),
        });
        same("subscription", &server, &model)
    }

    async fn quote(&self, world: &World) -> Result<(), Difference> {
        let account = &self.account;
        let nothing = json!({ "add": [], "remove": [] });
        let quote = self.priced("quote", &world.post(&self.admin, "/quotes", &nothing).await)?;
        let figures = account.figures();
        let Priced {
            due_now,
            next_invoice: next,
            ..
        } = account.price(&Change::default(), account.today());
        same(
            "nothing ordered",
            &shown(&quote["due_now"]),
            &expected(&due_now),
        )?;
        next_invoice(&quote["next_invoice"], &next)?;
        same(
            "overage",
            &bare(&quote["overage"]["lines"]),
            &lines(&figures.overage),
        )?;
        let overage: i128 = figures.overage.iter().map(|line| line.cents).sum();
        let month = json!({
            "base": text(figures.base),
            "add_ons": text(figures.add_ons),
            "overage": text(overage),
            "billable": text(figures.base + figures.add_ons + overage),
        });
        same("month", &quote["month"], &month)
    }

    async fn alerts(&self, world: &World) -> Result<(), Difference> {
        let (id, month) = (
            &self.account.id,
            day_text(first_of(self.account.open_month)),
        );
        let given = world
            .names(&format!(
                "SELECT CAST(tier AS TEXT) || ' ' || CAST(percent AS TEXT) FROM alert_crossings WHERE \
                 organization_id = '{id}' AND period_start = '{month}' AND reset_at IS NULL ORDER BY tier, percent"
            ))
            .await;
        let alerts = self
            .account
            .alerts
            .keys()
            .map(|(tier, percent)| format!("{tier} {percent}"));
        same("alerts", &json!(given), &json!(alerts.collect::<Vec<_>>()))
    }

    async fn leaving(&self, world: &World) -> Result<(), Difference> {
        let account = &self.account;
        let leaving = self.priced("leaving", &world.get(&self.admin, "/leaving").await)?;
        let settles = Statement::of(account.overage_of(account.today()), account.places);
        same(
            "settlement",
            &shown(&leaving["settles"]),
            &expected(&settles),
        )?;
        let ends = json!([leaving["pause_ends_at"], leaving["backups_until"]]);
        let in_days = |days| instant_text(account.now + days * DAY);
        same("ends", &ends, &json!([in_days(60), in_days(60)]))?;
        let may = leaving["pause_refused"].is_null();
        same("may pause", &json!(may), &json!(account.may_pause()))
    }

    async fn invoices(&mut self, world: &World) -> Result<(), Difference> {
        let sent = self.priced("invoices", &world.get(&self.admin, "/invoices").await)?;
        let items = sent["items"].as_array().cloned().unwrap_or_default();
        let server: Vec<_> = items.iter().map(summary_shown).collect();
        let invoices = &self.account.invoices;
        let model = (0..invoices.len()).rev().take(items.len().max(1));
        let model: Vec<_> = model.map(|index| summary(&self.account, index)).collect();
        same("invoices", &json!(server), &json!(model))?;
        let unread = self.account.invoices.len() - self.read;
        for (item, invoice) in items
            .iter()
            .take(unread)
            .zip(self.account.invoices.iter().rev())
        {
            let number = item["number"].as_str().unwrap_or_default();
            let sent = self.priced(
                "invoice",
                &world.get(&self.admin, &format!("/invoices/{number}")).await,
            )?;
            same(
                &format!("invoice {number}"),
                &shown(&sent["statement"]),
                &expected(&invoice.statement),
            )?;
        }
        self.read = self.account.invoices.len();
        Ok(())
    }

    /// Compares the invoices of an account whose pages are closed, from the database.
    pub(super) async fn stored_invoices(&self, world: &World) -> Result<(), Difference> {
        let id = &self.account.id;
        let stored = world
            .names(&format!(
                "SELECT kind || ' ' || period_start || ' ' || period_end || ' ' || invoice_date || ' ' \
                 || CAST(subtotal_minor AS TEXT) || ' ' || CAST(total_minor AS TEXT) FROM invoices \
                 WHERE organization_id = '{id}' ORDER BY issued_at, series, position"
            ))
            .await;
        let model = self.account.invoices.iter().map(|invoice| {
            let Invoice {
                kind,
                period: (start, end),
                issued_on,
                statement,
                ..
            } = invoice;
            format!(
                "{kind} {} {} {} {} {}",
                day_text(*start),
                day_text(*end),
                day_text(*issued_on),
                statement.subtotal(),
                statement.total()
            )
        });
        same(
            "stored invoices",
            &json!(stored),
            &json!(model.collect::<Vec<_>>()),
        )
    }
}

pub(super) fn next_invoice(
    sent: &Value,
    (day, statement): &(Day, Statement),
) -> Result<(), Difference> {
    let server = json!({
        "date": sent["date"],
        "recurring": sent["recurring"],
        "overage": sent["overage"],
        "statement": shown(&sent["statement"]),
    });
    let overage = statement.overage();
    let model = json!({
        "date": day_text(*day),
        "recurring": text(statement.subtotal() - overage),
        "overage": text(overage),
        "statement": expected(statement),
    });
    same("next invoice", &server, &model)
}

pub(super) const fn is_unknown(invoice: &Invoice) -> bool {
    matches!(invoice.state, Collection::Unknown { .. })
}

fn life_shown(sent: &Value) -> Value {
    let Some((name, facts)) = sent.as_object().and_then(|life| life.iter().next()) else {
        return sent.clone();
    };
    let at = facts.get("at").or(facts.get("started_at"));
    json!([name, at])
}

/// The uses of the add-on that includes a number, and the settled part of them.
pub(super) fn used_shown(sent: &Value) -> Value {
    let used = &sent[EMAIL];
    json!([
        used["used"].as_u64().unwrap_or_default(),
        used["settled"].as_u64().unwrap_or_default()
    ])
}

fn waiting_shown(sent: &Value) -> Value {
    let mut waiting: Vec<_> = sent
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| format!("{} {}", one["kind"], one["effective"]))
        .collect();
    waiting.sort_unstable();
    json!(waiting)
}

fn summary_shown(item: &Value) -> Value {
    let fields = [
        "number",
        "kind",
        "status",
        "issued_on",
        "period_start",
        "period_end",
        "subtotal",
        "tax",
        "total",
    ];
    fields.iter().map(|field| item[field].clone()).collect()
}
