//! What a notice is about: the facts posted with its cause, and what they refer to.

use std::sync::Arc;

use api::invoice::Invoice;
use billing::BillingFrequency;
use billing::policy::Policy;
use billing::usage_lock::UsageLock;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::figures;
use crate::error::Error;
use crate::store::organizations::Organization;
use crate::store::outbox::Posted;
use crate::store::price_books::StoredBook;
use crate::store::{Tx, invoices, organizations, price_books};

/// What may be posted with a cause. Each kind has some of it; what is not known is left out of the
/// letter, never guessed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The number of an invoice.
    pub invoice: Option<String>,
    /// The tier it is about, by its MAU limit.
    pub tier: Option<u64>,
    /// Counted users.
    pub usage: Option<u64>,
    /// A threshold, in percent of the limit.
    pub percent: Option<u64>,
    /// The first day of the month it is about.
    pub period_start: Option<NaiveDate>,
    /// The usage lock as it is now.
    pub usage_lock: Option<UsageLock>,
    /// Add-ons that come.
    pub add: Vec<String>,
    /// Add-ons that go.
    pub remove: Vec<String>,
    /// How often the organization is charged.
    pub frequency: Option<BillingFrequency>,
    /// The day from which on it holds.
    pub effective_on: Option<NaiveDate>,
    /// An amount of money.
    pub amount: Option<String>,
    /// Its currency.
    pub currency: Option<String>,
    /// Who did it.
    pub by: Option<String>,
    /// When what it is about began: a failure, a pause, a trial.
    pub since: Option<DateTime<Utc>>,
    /// When something will happen by itself.
    pub until: Option<DateTime<Utc>>,
    /// When a payment failed.
    pub failed_at: Option<DateTime<Utc>>,
    /// When the dashboard locks.
    pub locks_at: Option<DateTime<Utc>>,
    /// When it was locked.
    pub locked_at: Option<DateTime<Utc>>,
    /// When a trial ends.
    pub ends_at: Option<DateTime<Utc>>,
    /// When the account is cancelled, if nobody acts.
    #[serde(alias = "cancelled_at")]
    pub cancels_at: Option<DateTime<Utc>>,
    /// When the account ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Until when backups may hold something of it.
    pub backups_until: Option<DateTime<Utc>>,
    /// Before when nothing is debited.
    pub debit_at: Option<DateTime<Utc>>,
    /// The first day that is charged.
    pub charged_from: Option<NaiveDate>,
    /// Why an account ended.
    pub cause: Option<String>,
    /// Why, in words.
    pub reason: Option<String>,
    /// Who else is told, where the organization's people do not follow from the kind.
    pub to: Vec<String>,
    /// The number of a ticket.
    pub ticket: Option<u64>,
    /// What a person wrote: the subject of a ticket.
    pub subject: Option<String>,
    /// What a person wrote: the text of a ticket.
    pub text: Option<String>,
    /// Pairs of a name and a figure that are shown as they are.
    pub figures: Vec<(String, String)>,
}

/// A notice, with everything a letter about it may need.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The organization.
    pub organization: Organization,
    /// What happened.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The facts.
    pub facts: Facts,
    /// The invoice they name.
    pub invoice: Option<Invoice>,
    /// The prices in force, for the names of add-ons.
    pub book: Arc<StoredBook>,
    /// The days and limits in force.
    pub policy: Arc<Policy>,
}

impl Notice {
    /// Reads what a posted row refers to.
    ///
    /// # Errors
    /// Facts that are none, an invoice that is not stored.
    pub async fn load(tx: &mut Tx, posted: &Posted) -> Result<Self, Error> {
        let facts: Facts =
            serde_json::from_value(posted.body.clone()).map_err(Error::unexpected)?;
        let organization = organizations::find(tx, &posted.organization_id).await?;
        let book = price_books::find(tx, &organization.book).await?;
        let invoice = match &facts.invoice {
            None => None,
            Some(number) => {
                let found = invoices::find(tx, &posted.organization_id, number).await?;
                Some(found.ok_or_else(|| Error::unexpected(format!("no invoice {number}")))?)
            }
        };
        Ok(Self {
            organization,
            kind: posted.kind.clone(),
            at: posted.posted_at,
            facts,
            invoice,
            book,
            policy: tx.policy(),
        })
    }

    /// The organization's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.organization.name
    }

    /// An instant in the organization's zone.
    #[must_use]
    pub fn instant(&self, at: DateTime<Utc>) -> String {
        figures::instant(at, self.organization.zone_offset_minutes)
    }

    /// When what it is about began; without a fact, when it was posted.
    #[must_use]
    pub fn since(&self) -> DateTime<Utc> {
        let facts = &self.facts;
        let began = facts.since.or(facts.failed_at).or(facts.ended_at);
        began.unwrap_or(self.at)
    }

    /// An add-on by its name.
    #[must_use]
    pub fn add_on(&self, id: &str) -> String {
        let list = self.book.book.list(&self.organization.currency);
        let add_on = list.and_then(|list| list.add_on(id));
        add_on.map_or_else(|| id.to_owned(), |add_on| add_on.name.clone())
    }

    /// An amount in the currency the facts name, or the organization's.
    #[must_use]
    pub fn money(&self, amount: &str) -> String {
        let currency = self.facts.currency.as_deref();
        figures::money(amount, currency.unwrap_or(&self.organization.currency))
    }
}
