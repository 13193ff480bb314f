//! A lock in full: what happened, what is closed, what works, what to do, by when.

use std::rc::Rc;

use api::account::account_status::{AccountStatus, CuringTier, Outstanding, Unpaid};
use billing::access::Condition;
use chrono::NaiveDate;

use super::LiveAccountStatus;
use super::state::{is_lock, on_file, shown_conditions};
use super::words::{Look, Way, due, missing, otherwise, title};
use crate::components::icon::{Sign, icon};
use crate::components::page_head::page_head;
use crate::messages::{self, fill, format};
use crate::routing::links::links;
use crate::routing::navigation::link;
use crate::routing::route::{Choice, Page};
use crate::view::{Element, View, dd, div, dl, dt, el, follow, h2, live, many, p, section, span};

/// The locks of an account, one after the other, for My Plan.
pub fn lock() -> View {
    let live_status = LiveAccountStatus::here();
    let said = follow(move || {
        live_status
            .known()
            .map(|account_status| Said::of(&account_status))
    });
    live(move || {
        let locks = said.get().map(|said| said.locks)?;
        let account_status = live_status.known_now()?;
        let panels = locks
            .into_iter()
            .map(|lock| panel(&account_status, lock, live_status));
        Some(many(panels))
    })
}

/// The inputs of a lock's panel: while they are equal, the panel is not rebuilt.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    locks: Vec<Condition>,
    outstanding: Option<Outstanding>,
    curing_tiers: Vec<CuringTier>,
    today: NaiveDate,
}

impl Said {
    fn of(account_status: &AccountStatus) -> Self {
        let conditions = shown_conditions(account_status).into_iter();
        Self {
            locks: conditions.filter(|condition| is_lock(*condition)).collect(),
            outstanding: account_status.outstanding.clone(),
            curing_tiers: account_status.curing_tiers.clone(),
            today: account_status.now.date_naive(),
        }
    }
}

/// The panel in place of a page that a lock closes.
pub(super) fn page(condition: Condition, page: &Page) -> View {
    let live_status = LiveAccountStatus::here();
    let name = match page {
        Page::AddOns(_) => messages::add_ons().title,
        _ => messages::change().title,
    };
    let back = link(Page::MyPlan, "page-head__link")
        .child(icon(Sign::Back))
        .child(messages::plan().title);
    let body = live(move || {
        let account_status = live_status.known();
        account_status.map(|account_status| panel(&account_status, condition, live_status))
    });
    many([page_head(name, Some(back), View::Nothing).into(), body])
}

fn panel(
    account_status: &Rc<AccountStatus>,
    condition: Condition,
    live_status: LiveAccountStatus,
) -> View {
    let text = messages::account_status();
    let rows = [
        (text.closed, text.closed_text.to_owned()),
        (text.works, text.works_text.to_owned()),
        (text.cure, cure(account_status, condition)),
        (text.otherwise, otherwise(account_status, condition)),
    ];
    let facts = dl("lock__facts").children(rows.map(|(label, words)| {
        div("lock__fact")
            .child(dt("lock__label").child(label))
            .child(dd("lock__words").child(words))
    }));
    let head = div("lock__head")
        .child(span("state__icon state__icon--danger").child(icon(Sign::Lock)))
        .child(
            div("lock__title")
                .child(h2("state__title").child(title(condition)))
                .child(p("state__text").child(why(account_status, condition))),
        );
    section("card lock")
        .attr("role", "alert")
        .child(head)
        .child(facts)
        .child(invoices(account_status, condition))
        .child(div("card__foot").child(many(ways(account_status, condition, live_status))))
        .into()
}

fn why(account_status: &AccountStatus, condition: Condition) -> String {
    let text = messages::account_status();
    let lacks = missing(on_file(account_status));
    let percent = account_status.lock_percent.map(format::count);
    match condition {
        Condition::TrialBillingMissing => fill(text.trial_locked_text, &[lacks]),
        Condition::TrialExpired => fill(text.trial_expired_text, &[lacks]),
        Condition::OverageLock => {
            let over = account_status.over_limit.as_ref();
            let tier = over.map(|over| format::count(over.tier));
            let said = percent.zip(tier);
            said.map_or_else(String::new, |(percent, tier)| {
                fill(text.overage_lock_text, &[&percent, &tier])
            })
        }
        Condition::AnnualSoft => percent.map_or_else(String::new, |percent| {
            fill(text.annual_soft_text, &[&percent])
        }),
        _ => text.payment_lock_text.to_owned(),
    }
}

fn cure(account_status: &AccountStatus, condition: Condition) -> String {
    let text = messages::account_status();
    match condition {
        Condition::TrialBillingMissing | Condition::TrialExpired => {
            fill(text.cure_setup, &[missing(on_file(account_status))])
        }
        Condition::OverageLock | Condition::AnnualSoft => match account_status.curing_tiers[..] {
            [] => text.cure_sales.to_owned(),
            _ => text.cure_upgrade.to_owned(),
        },
        _ => fill(text.cure_pay, &[&due(account_status)]),
    }
}

/// The buttons and links; the first is the one that lifts the lock.
fn ways(
    account_status: &AccountStatus,
    condition: Condition,
    live_status: LiveAccountStatus,
) -> Vec<View> {
    let text = messages::account_status();
    let plain = |way: Way| {
        way.action(live_status, Look::FIRST)
            .map(View::from)
            .into_iter()
            .collect()
    };
    match condition {
        Condition::TrialBillingMissing | Condition::TrialExpired => {
            plain(Way::SetUp(on_file(account_status)))
        }
        Condition::OverageLock | Condition::AnnualSoft
            if account_status.curing_tiers.is_empty() =>
        {
            let sales = el("a")
                .class("button button--primary")
                .attr("href", &links().sales);
            vec![sales.child(text.contact_sales).into()]
        }
        Condition::OverageLock | Condition::AnnualSoft => account_status
            .curing_tiers
            .iter()
            .enumerate()
            .map(|(place, curing)| tier(place, curing))
            .collect(),
        _ => plain(Way::Pay),
    }
}

fn tier(place: usize, curing: &CuringTier) -> View {
    let class = match place {
        0 => "button button--primary",
        _ => "button",
    };
    let page = Page::ChangePlan(Some(Choice::Tier(curing.tier)));
    let total = format::money(curing.total);
    let words = [&*format::count(curing.tier), &total];
    let label = fill(messages::account_status().curing_tier, &words);
    link(page, class).child(label).into()
}

/// The invoices to pay.
fn invoices(account_status: &AccountStatus, condition: Condition) -> View {
    let outstanding = account_status.outstanding.as_ref();
    match outstanding.filter(|_| condition == Condition::PaymentLock) {
        Some(outstanding) => listed(outstanding).into(),
        None => View::Nothing,
    }
}

pub(super) fn listed(outstanding: &Outstanding) -> Element {
    let text = messages::account_status();
    let due = outstanding.invoices.iter().filter(|one| one.is_due);
    let rows = due.map(row);
    let total = div("lock__row lock__row--total")
        .child(span("lock__what").child(text.sum))
        .child(span("lock__amount").child(format::money(outstanding.due)));
    div("lock__invoices")
        .child(p("lock__label").child(text.unpaid))
        .children(rows)
        .child(total)
}

fn row(invoice: &Unpaid) -> Element {
    let text = messages::account_status();
    let issued = fill(text.issued, &[&format::date(invoice.issued_on)]);
    // A pause closes the invoices: there the number leads nowhere.
    let opens = LiveAccountStatus::here().has_pages();
    let number: View = if opens {
        link(Page::Invoice(invoice.number.clone()), "table__link")
            .child(invoice.number.as_str())
            .into()
    } else {
        invoice.number.as_str().into()
    };
    div("lock__row")
        .child(span("lock__what").child(number))
        .child(span("lock__issued").child(issued))
        .child(span("lock__amount").child(format::money(invoice.total)))
}
