//! What a mail is written from: the notification with what it refers to, and the account as it stood
//! when it was posted. What works, what comes and where one can act is taken from that state by the
//! rules that the screens use, `billing::access` and `billing::deadline`.

use std::sync::Arc;

use api::invoice::Invoice;
use billing::access::{Access, Condition, Gate, access};
use billing::account_state::AccountState;
use billing::deadline::{Agenda, Deadline, DeadlineKind, deadlines};
use billing::policy::Policy;
use chrono::{DateTime, Utc};

use super::body::Place;
use super::debit::Debit;
use super::figures;
use super::place::Page;
use crate::error::Error;
use crate::notification::Notification;
use crate::store::organizations::Organization;
use crate::store::outbox::Posted;
use crate::store::price_books::StoredBook;
use crate::store::{Tx, account_states, invoices, organizations, price_books};

/// A notification, with everything a body about it may need.
#[derive(Debug, Clone)]
pub struct NotificationFacts {
    /// The organization.
    pub organization: Organization,
    /// What it is told.
    pub notification: Notification,
    /// When it was posted.
    pub at: DateTime<Utc>,
    /// The account as it stood then.
    pub account: AccountState,
    /// What worked then, and why the rest did not.
    pub access: Access,
    /// What came by itself from then on, if nobody acted.
    pub ahead: Vec<Deadline>,
    /// The invoice that it is about.
    pub invoice: Option<Invoice>,
    /// How that invoice is debited; none where it is paid.
    pub debit: Option<Debit>,
    /// The prices in force, for the names of add-ons.
    pub book: Arc<StoredBook>,
    /// The days and limits in force.
    pub policy: Arc<Policy>,
}

impl NotificationFacts {
    /// Reads what a posted row refers to. A row of an earlier program has no state with it and gets
    /// the present one.
    ///
    /// # Errors
    /// A kind or facts that are none, an invoice that is not stored.
    pub async fn load(tx: &mut Tx, posted: &Posted) -> Result<Self, Error> {
        let notification = Notification::read(&posted.kind, &posted.body)?;
        let id = posted.organization_id.as_str();
        let organization = organizations::find(tx, id).await?;
        let book = price_books::find(tx, &organization.book).await?;
        let invoice = match notification.invoice() {
            None => None,
            Some(number) => {
                let found = invoices::find(tx, id, number).await?;
                Some(found.ok_or_else(|| Error::unexpected(format!("no invoice {number}")))?)
            }
        };
        let debit = match &invoice {
            None => None,
            Some(invoice) => Debit::of(tx, id, &invoice.summary.number).await?,
        };
        let account = match posted.account {
            Some(account) => account.by_the_record(&tx.policy()),
            None => account_states::find(tx, id).await?,
        };
        let (policy, at) = (tx.policy(), posted.posted_at);
        let agenda = Agenda::plain(organization.zone_offset_minutes);
        Ok(Self {
            access: access(&account, at, &policy),
            ahead: deadlines(&account, &agenda, at, &policy),
            account: account.at(at, &policy),
            organization,
            notification,
            at,
            invoice,
            debit,
            book,
            policy,
        })
    }

    /// The organization's name.
    pub fn name(&self) -> &str {
        &self.organization.name
    }

    /// An instant in the organization's zone.
    pub fn instant(&self, at: DateTime<Utc>) -> String {
        figures::instant(at, self.organization.zone_offset_minutes)
    }

    /// Since when a condition holds; when the notification was posted, where it does not.
    pub fn since(&self, condition: Condition) -> DateTime<Utc> {
        let mut told = self.access.notices.iter();
        let told = told.find(|notice| notice.condition == condition);
        told.map_or(self.at, |notice| notice.since)
    }

    /// Whether everything works.
    pub fn is_open(&self) -> bool {
        let works = self.access.works;
        (works.dashboard, works.exports, works.ingestion) == (Gate::Open, Gate::Open, Gate::Open)
    }

    /// Whether the account is in a condition.
    pub fn is(&self, condition: Condition) -> bool {
        let mut told = self.access.notices.iter();
        told.any(|notice| notice.condition == condition)
    }

    /// What happens by itself, of the kinds a body is about: each with its instant.
    pub fn coming(&self, kinds: &[DeadlineKind]) -> Vec<(String, String)> {
        let coming = self.ahead.iter().filter(|one| kinds.contains(&one.kind));
        coming
            .map(|one| (label(one.kind).to_owned(), self.instant(one.at)))
            .collect()
    }

    /// A page, where the account still reaches it, or what is left in its place.
    pub fn place(&self, page: Page) -> Option<Place> {
        page.place(&self.access)
    }

    /// An add-on by its name.
    pub fn add_on(&self, id: &str) -> String {
        let list = self.book.book.list(&self.organization.currency);
        let add_on = list.and_then(|list| list.add_on(id));
        add_on.map_or_else(|| id.to_owned(), |add_on| add_on.name.clone())
    }
}

/// What happens at a deadline, as a figure's name.
fn label(kind: DeadlineKind) -> &'static str {
    match kind {
        DeadlineKind::GraceEnd | DeadlineKind::TrialLock => "The dashboard locks",
        DeadlineKind::LockEnd | DeadlineKind::TrialCancellation => "The account is cancelled",
        DeadlineKind::PauseEnd => "The account is deleted",
        DeadlineKind::TrialEnd => "The trial ends",
        DeadlineKind::BackupPurge => "Backups are purged until",
        DeadlineKind::Schedule
        | DeadlineKind::QuoteExpiry
        | DeadlineKind::AuthenticationExpiry
        | DeadlineKind::OrderCheck
        | DeadlineKind::DebitCheck
        | DeadlineKind::MonthChange
        | DeadlineKind::NextBillingDate
        | DeadlineKind::AnnualTermEnd
        | DeadlineKind::ScheduledChange
        | DeadlineKind::PredebitNotice
        | DeadlineKind::EndNotice
        | DeadlineKind::Alerts
        | DeadlineKind::Collect
        | DeadlineKind::EarliestDebit
        | DeadlineKind::RetentionBoundary => "",
    }
}
