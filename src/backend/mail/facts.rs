//! The facts from which a mail is written: the notification with what it refers to, and the account
//! when it was posted. Access and deadlines follow from that state by `billing::access` and
//! `billing::account::deadline`, which the screens use too.

use std::sync::Arc;

use api::invoicing::invoice::Invoice;
use billing::AddOnId;
use billing::access::Condition;
use billing::account::account_state::AccountState;
use billing::account::deadline::{Agenda, Deadline, DeadlineKind, deadlines};
use billing::account::notice::{Access, access};
use billing::catalog::policy::Policy;
use chrono::{DateTime, Utc};

use super::debit::Debit;
use super::figures::{LocalInstant, Shown};
use crate::foundation::error::Error;
use crate::notification::Notification;
use crate::store::organizations::Organization;
use crate::store::price_books::StoredBook;
use crate::store::records::outbox::Posted;
use crate::store::{Tx, invoices, organizations, price_books};

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

/// What is stored about a notification.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) organization: Organization,
    pub(super) notification: Notification,
    pub(super) at: DateTime<Utc>,
    pub(super) account: AccountState,
    pub(super) invoice: Option<Invoice>,
    pub(super) debit: Option<Debit>,
    pub(super) book: Arc<StoredBook>,
    pub(super) policy: Arc<Policy>,
}

impl NotificationFacts {
    /// Reads what a posted notification refers to.
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
        Ok(Self::of(Stored {
            organization,
            notification,
            at: posted.posted_at,
            account: posted.account.by_the_record(&tx.policy()),
            invoice,
            debit,
            book,
            policy: tx.policy(),
        }))
    }

    /// What follows from the account's state when the notification was posted.
    pub(super) fn of(stored: Stored) -> Self {
        let Stored {
            organization,
            notification,
            at,
            account,
            invoice,
            debit,
            book,
            policy,
        } = stored;
        let agenda = Agenda::plain(organization.zone_offset_minutes);
        Self {
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
        }
    }

    /// The instant in the organization's time zone.
    pub fn instant(&self, at: DateTime<Utc>) -> Shown<LocalInstant> {
        Shown(LocalInstant {
            at,
            offset_minutes: self.organization.zone_offset_minutes,
        })
    }

    /// Since when a condition holds; when it does not hold, the instant of the notification.
    pub fn since(&self, condition: Condition) -> Shown<LocalInstant> {
        let mut notices = self.access.notices.iter();
        let notice = notices.find(|notice| notice.condition == condition);
        self.instant(notice.map_or(self.at, |notice| notice.since))
    }

    /// Whether the account is in a condition.
    pub fn is(&self, condition: Condition) -> bool {
        let mut notices = self.access.notices.iter();
        notices.any(|notice| notice.condition == condition)
    }

    /// The next deadline of a kind.
    pub fn coming(&self, kind: DeadlineKind) -> Option<Shown<LocalInstant>> {
        let mut ahead = self.ahead.iter();
        let deadline = ahead.find(|deadline| deadline.kind == kind)?;
        Some(self.instant(deadline.at))
    }

    /// The name of an add-on in the price book.
    pub fn add_on_name<'a>(&'a self, id: &'a AddOnId) -> &'a str {
        self.book.book.add_on_name(id)
    }
}
