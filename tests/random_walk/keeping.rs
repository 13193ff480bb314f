//! What is stored of an account, on the server and in the model (SPEC R18).

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::act::{Organization, answered};
use super::calendar::day_text;
use super::model::{Account, Life};
use super::reading::{Difference, same};
use crate::backend::world::World;

/// The tables that the end of an account empties (SPEC R14).
const PRIMARY: [&str; 10] = [
    "projects",
    "events",
    "profiles",
    "usage_rows",
    "usage_totals",
    "monthly_users",
    "schema_seen",
    "add_on_use",
    "support_tickets",
    "billing_details",
];

/// The state at the last comparison; the stored data is compared again when it has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    is_alive: bool,
    is_forgotten: bool,
    open_month: i64,
    events: usize,
}

impl Seen {
    fn of(account: &Account) -> Self {
        Self {
            is_alive: account.is_alive(),
            is_forgotten: account.is_forgotten(),
            open_month: account.open_month,
            events: account.events.len(),
        }
    }
}

impl Organization {
    /// Compares the Data page.
    pub(super) async fn data(&mut self, world: &World) -> Result<(), Difference> {
        let account = &self.account;
        let seen = Some(Seen::of(account));
        if self.seen == seen || matches!(account.life, Life::Paused { .. }) {
            return Ok(());
        }
        let sent: Value = answered("data", &world.get(&self.admin, "/data").await)?;
        let server = json!([
            sent["plan"],
            sent["retention_months"],
            sent["backup_days"],
            sent["oldest_kept"],
            sent["oldest_held"],
            sent["leaves_on"],
        ]);
        let (held, goes) = account.oldest_event().unzip();
        let model = json!([
            "essentials",
            36,
            60,
            day_text(account.oldest_kept()),
            held.map(day_text),
            goes.map(day_text),
        ]);
        same("data", &server, &model)?;
        self.seen = seen;
        Ok(())
    }

    /// Compares an account that has ended: its status until the backups are deleted, after which nobody can
    /// sign in. Its data is deleted, its invoices are not.
    pub(super) async fn ended(&mut self, world: &World) -> Result<(), Difference> {
        let seen = Some(Seen::of(&self.account));
        if self.account.is_forgotten() {
            let reply = world.get(&self.admin, "/account-status").await;
            if reply.status != StatusCode::UNAUTHORIZED {
                return Err(format!(
                    "forgotten, and answered: {} {}",
                    reply.status, reply.text
                ));
            }
        } else {
            self.account_status(world).await?;
        }
        if self.seen == seen {
            return Ok(());
        }
        self.stored_invoices(world).await?;
        let id = &self.account.id;
        let left = PRIMARY.map(|table| {
            format!("SELECT '{table}' AS name FROM {table} WHERE organization_id = '{id}'")
        });
        let left = world.names(&left.join(" UNION ALL ")).await;
        same("left of an ended account", &json!(left), &json!([]))?;
        let people =
            format!("SELECT email FROM users WHERE organization_id = '{id}' AND email <> ''");
        let people = world.names(&people).await;
        let is_known = !self.account.is_forgotten();
        same("people left", &json!(!people.is_empty()), &json!(is_known))?;
        self.seen = seen;
        Ok(())
    }
}

/// The number of events of each organization.
pub(super) async fn events(world: &World) -> Vec<(String, usize)> {
    let counted = world
        .names(
            "SELECT organization_id || ' ' || CAST(COUNT(*) AS TEXT) FROM events \
             GROUP BY organization_id ORDER BY 1",
        )
        .await;
    let counted = counted.iter().filter_map(|line| line.split_once(' '));
    counted
        .map(|(id, count)| (id.to_owned(), count.parse().unwrap()))
        .collect()
}
