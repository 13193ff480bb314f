//! The text of each condition: what happened, what works, what to do, by when.

use api::account::account_status::AccountStatus;
use billing::access::Condition;
use billing::account::deadline::DeadlineKind;
use billing::account::lifecycle::OnFile;
use chrono::{DateTime, Utc};

use super::confirm::confirm;
use super::pay::pay;
use super::state::{comes_at, days_left, ends_at, on_file};
use super::{LiveAccountStatus, retry};
use crate::client::failure::Failure;
use crate::components::error_card::explain;
use crate::components::feedback::banner::{Tone, banner};
use crate::messages::{self, fill, format};
use crate::routing::navigation::link;
use crate::routing::route::{Later, Page};
use crate::view::{Element, div};

/// The action that a condition's banner offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Load the status again.
    Retry,
    /// Open the page of the payment methods, or of the billing details.
    SetUp(OnFile),
    /// Pay the outstanding invoices.
    Pay,
    /// Confirm the payment at the bank.
    Confirm,
    /// Open My Plan, which explains the lock in full.
    MyPlan,
    /// Nothing has to be done.
    None,
}

/// The class of the banner's button. At most one button of a page is primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look(&'static str);

impl Look {
    /// Nothing else on the page is more important.
    pub(super) const FIRST: Self = Self("button button--primary");
    /// The page, or a banner above, has a more important action.
    pub(super) const PLAIN: Self = Self("button");
}

/// The text and the action of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) tone: Tone,
    pub(super) title: String,
    pub(super) details: Vec<String>,
    pub(super) way: Way,
}

impl Words {
    /// The banner, its action with this look.
    pub(super) fn banner(&self, live_status: LiveAccountStatus, look: Look) -> Element {
        let details: Vec<&str> = self.details.iter().map(String::as_str).collect();
        banner(
            self.tone,
            &self.title,
            &details,
            self.way.action(live_status, look),
        )
    }
}

impl Way {
    /// The buttons and links; the first has the look.
    pub(super) fn action(
        self,
        live_status: LiveAccountStatus,
        Look(look): Look,
    ) -> Option<Element> {
        let text = messages::account_status();
        match self {
            Self::Retry => Some(retry(live_status)),
            Self::SetUp(OnFile::PaymentMethod) => {
                let page = Page::Later(Later::BillingDetails);
                Some(link(page, look).child(text.add_details))
            }
            Self::SetUp(_) => {
                let page = Page::Later(Later::PaymentMethods);
                Some(link(page, look).child(text.add_method))
            }
            Self::Pay => pay(live_status, look).map(|pay| {
                let other = Page::Later(Later::PaymentMethods);
                let invoices = live_status
                    .has_pages()
                    .then(|| link(Page::Invoices, "button").child(text.open_invoices));
                div("lock__ways")
                    .child(pay)
                    .child(link(other, "button").child(text.other_method))
                    .child(invoices)
            }),
            Self::Confirm => Some(confirm(live_status, look)),
            Self::MyPlan => Some(link(Page::MyPlan, look).child(text.see_lock)),
            Self::None => None,
        }
    }
}

/// The account status could not be loaded; the pages work all the same.
pub(super) fn failed(failure: &Failure) -> Words {
    let (why, request) = explain(failure);
    Words {
        tone: Tone::Over,
        title: messages::account_status().failed.to_owned(),
        details: vec![format!("{why} {request}")],
        way: Way::Retry,
    }
}

/// The text of a condition's banner.
pub(super) fn of(account_status: &AccountStatus, condition: Condition) -> Words {
    match condition {
        Condition::Trial => trial(account_status),
        Condition::Grace => grace(account_status),
        _ => Words {
            tone: Tone::Failed,
            title: title(condition).to_owned(),
            details: vec![otherwise(account_status, condition)],
            way: Way::MyPlan,
        },
    }
}

/// What happened, in a few words.
pub(super) fn title(condition: Condition) -> &'static str {
    let text = messages::account_status();
    match condition {
        Condition::TrialBillingMissing => text.trial_locked,
        Condition::TrialExpired => text.trial_expired,
        Condition::PaymentLock => text.payment_lock,
        Condition::OverageLock => text.overage_lock,
        Condition::AnnualSoft => text.annual_soft,
        Condition::Paused => text.paused,
        Condition::Cancelled => text.cancelled,
        Condition::Trial => text.trial,
        Condition::Active | Condition::Grace => text.grace,
    }
}

fn trial(account_status: &AccountStatus) -> Words {
    let text = messages::account_status();
    let at = |kind| comes_at(account_status, &[kind]);
    let date = |at: Option<_>| at.map(|at| instant(account_status, at)).unwrap_or_default();
    let ends = at(DeadlineKind::TrialEnd);
    let lacks = on_file(account_status);
    let detail = match lacks {
        OnFile::Both => fill(text.trial_ready, &[&date(ends)]),
        OnFile::Nothing | OnFile::PaymentMethod | OnFile::BillingDetails => {
            let locks = date(at(DeadlineKind::TrialLock));
            fill(text.trial_missing, &[missing(lacks), &locks, &date(ends)])
        }
    };
    let left = ends
        .map(|ends| left(account_status, ends))
        .unwrap_or_default();
    let (tone, way) = match lacks {
        OnFile::Both => (Tone::Plain, Way::None),
        _ => (Tone::Coming, Way::SetUp(lacks)),
    };
    Words {
        tone,
        title: fill(text.trial, &[&left]),
        details: vec![detail],
        way,
    }
}

fn grace(account_status: &AccountStatus) -> Words {
    let text = messages::account_status();
    let mut notices = account_status.access.notices.iter();
    let notice = notices.rfind(|notice| notice.condition == Condition::Grace);
    let since = notice.map(|notice| instant(account_status, notice.since));
    let until = notice.and_then(|notice| notice.next).map(|next| next.at);
    let (date, left) = until.map_or_else(Default::default, |until| {
        (instant(account_status, until), left(account_status, until))
    });
    let detail = fill(text.grace_text, &[&since.unwrap_or_default(), &date, &left]);
    Words {
        tone: Tone::Failed,
        title: fill(text.grace, &[&due(account_status)]),
        details: vec![detail, cancels(account_status)],
        way: Way::Pay,
    }
}

/// A payment waits for the payer's confirmation at the bank (SPEC R17, 4.11). The pages that order
/// things show the payments of their own orders.
pub(super) fn authentication(account_status: &AccountStatus, page: &Page) -> Option<Words> {
    let of_orders = matches!(page, Page::MyPlan | Page::ChangePlan(_) | Page::AddOns(_));
    let text = messages::account_status();
    let waits = account_status.authentication.as_ref()?;
    let amount = format::money(waits.amount);
    let until = instant(account_status, waits.expires);
    let (detail, way) = match &waits.invoice {
        Some(number) => (
            fill(text.authentication_invoice, &[&until, number.as_str()]),
            Way::Confirm,
        ),
        None if of_orders => return None,
        None => (fill(text.authentication_text, &[&until]), Way::None),
    };
    Some(Words {
        tone: Tone::Coming,
        title: fill(text.authentication, &[&amount]),
        details: vec![detail],
        way,
    })
}

/// A debit will fall due that the bank does not carry out without the payer (SPEC R17).
pub(super) fn awaits(account_status: &AccountStatus) -> Option<Words> {
    let text = messages::account_status();
    let outstanding = super::state::awaits(account_status)?;
    let amount = format::money(outstanding.due);
    let at = comes_at(account_status, &[DeadlineKind::EarliestDebit]);
    let at = at.map_or_else(String::new, |at| instant(account_status, at));
    Some(Words {
        tone: Tone::Coming,
        title: fill(text.awaits, &[&amount]),
        details: vec![fill(text.awaits_text, &[&at])],
        way: Way::Pay,
    })
}

/// Which details the trial still needs.
pub(super) fn missing(on_file: OnFile) -> &'static str {
    let text = messages::account_status();
    match on_file {
        OnFile::BillingDetails => text.missing_method,
        OnFile::PaymentMethod => text.missing_details,
        OnFile::Nothing | OnFile::Both => text.missing_both,
    }
}

/// The sum that is due; while all of it is being paid, the sum that is unpaid.
pub(super) fn due(account_status: &AccountStatus) -> String {
    let outstanding = account_status.outstanding.as_ref();
    outstanding.map_or_else(String::new, |outstanding| {
        let due = match outstanding.due.is_zero() {
            true => outstanding.total,
            false => outstanding.due,
        };
        format::money(due)
    })
}

/// What happens if nobody acts.
pub(super) fn otherwise(account_status: &AccountStatus, condition: Condition) -> String {
    match condition {
        Condition::OverageLock | Condition::AnnualSoft => {
            messages::account_status().otherwise_stays.to_owned()
        }
        _ => cancels(account_status),
    }
}

/// When the account is cancelled if nobody acts; empty when it is not.
fn cancels(account_status: &AccountStatus) -> String {
    let text = messages::account_status();
    ends_at(account_status).map_or_else(String::new, |at| {
        let (date, left) = (instant(account_status, at), left(account_status, at));
        fill(text.otherwise_cancel, &[&date, &left])
    })
}

/// The time left until an instant.
pub(super) fn left(account_status: &AccountStatus, until: DateTime<Utc>) -> String {
    let text = messages::account_status();
    match days_left(account_status.now, until) {
        Some(days) => fill(text.days_left, &[&format::count(days)]),
        None => text.last_day.to_owned(),
    }
}

/// An instant, in the organization's time zone.
pub(super) fn instant(account_status: &AccountStatus, at: DateTime<Utc>) -> String {
    format::instant(at, account_status.offset_minutes)
}
