//! The facts from which a mail is written: the notification with what it refers to, and the account
//! when it was posted. Access and deadlines follow from that state by `billing::access` and
//! `billing::account::deadline`, which the screens use too.

use std::sync::Arc;

use api::invoicing::invoice::Invoice;
use billing::access::{Condition, Gate};
use billing::account::account_state::AccountState;
use billing::account::deadline::{Agenda, Deadline, DeadlineKind, deadlines};
use billing::account::notice::{Access, access};
use billing::catalog::policy::Policy;
use chrono::{DateTime, Utc};

use super::body::Place;
use super::debit::Debit;
use super::figures;
use super::place::Page;
use crate::foundation::error::Error;
use crate::notification::Notification;
use crate::store::organizations::Organization;
use crate::store::price_books::StoredBook;
use crate::store::records::outbox::Posted;
use crate::store::{Tx, account_states, invoices, organizations, price_books};

/// A notification, with everything that its mail may need.
#[derive(Debug, Clone)]
pub struct NotificationFacts {
    pub organization: Organization,
    pub notification: Notification,
    pub at: DateTime<Utc>,
    /// The account when the notification was posted.
    pub account: AccountState,
    /// What worked then, and why the rest did not.
    pub access: Access,
    /// The deadlines that were ahead then, if nobody acted.
    pub ahead: Vec<Deadline>,
    /// The invoice that the notification is about.
    pub invoice: Option<Invoice>,
    /// The debit of that invoice; `None` when it is not open.
    pub debit: Option<Debit>,
    /// The price book in force, for the names of add-ons.
    pub book: Arc<StoredBook>,
    /// The policy in force: its periods and limits.
    pub policy: Arc<Policy>,
}

impl NotificationFacts {
    /// Reads what a posted notification refers to. One that an earlier version of the program posted has
    /// no account state and gets the current one.
    ///
    /// # Errors
    /// An unknown kind, facts that cannot be parsed, an invoice that is not stored.
    pub async fn load(tx: &mut Tx, posted: &Posted) -> Result<Self, Error> {
        let notification = Notification::read(&posted.kind, &posted.body)?;
        let id = &posted.organization_id;
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

    pub fn name(&self) -> &str {
        &self.organization.name
    }

    /// An instant as text in the organization's time zone.
    pub fn instant(&self, at: DateTime<Utc>) -> String {
        figures::instant(at, self.organization.zone_offset_minutes)
    }

    /// Since when a condition holds; when it does not hold, the instant of the notification.
    pub fn since(&self, condition: Condition) -> DateTime<Utc> {
        let mut notices = self.access.notices.iter();
        let notices = notices.find(|notice| notice.condition == condition);
        notices.map_or(self.at, |notice| notice.since)
    }

    /// Whether dashboard, exports and ingestion all work.
    pub fn is_open(&self) -> bool {
        let works = self.access.works;
        (works.dashboard, works.exports, works.ingestion) == (Gate::Open, Gate::Open, Gate::Open)
    }

    /// Whether the account is in a condition.
    pub fn is(&self, condition: Condition) -> bool {
        let mut notices = self.access.notices.iter();
        notices.any(|notice| notice.condition == condition)
    }

    /// The coming deadlines of the given kinds: what happens, and when.
    pub fn coming(&self, kinds: &[DeadlineKind]) -> Vec<(String, String)> {
        let coming = self.ahead.iter().filter(|one| kinds.contains(&one.kind));
        coming
            .map(|one| (label(one.kind).to_owned(), self.instant(one.at)))
            .collect()
    }

    /// The page to link, as far as the account can still open it; see [`Page::place`].
    pub fn place(&self, page: Page) -> Option<Place> {
        page.place(&self.access)
    }
}

/// What happens at a deadline, as the name of a figure.
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
        | DeadlineKind::PaymentCheck
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
