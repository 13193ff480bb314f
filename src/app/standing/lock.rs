//! A lock, in full: what happened, what is closed, what works, what to do, by when.

use std::rc::Rc;

use api::standing::{CuringTier, Outstanding, Standing, Unpaid};
use billing::access::Condition;
use billing::invoice::InvoiceNumber;
use chrono::NaiveDate;

use super::Stand;
use super::state::{is_lock, on_file, told};
use super::words::{Look, Way, due, missing, otherwise, title};
use crate::format;
use crate::icon::{Sign, icon};
use crate::links::links;
use crate::messages::{fill, messages};
use crate::navigation::link;
use crate::route::{Choice, Page};
use crate::shell::page_head;
use crate::view::{Element, View, dd, div, dl, dt, el, follow, h2, live, many, p, section, span};

/// The locks of an account, one after the other, for the page that everybody comes to first.
#[must_use]
pub fn lock() -> View {
    let stand = Stand::here();
    let said = follow(move || stand.known().map(|standing| Said::of(&standing)));
    live(move || {
        let locks = said.get().map(|said| said.locks)?;
        let standing = stand.known_now()?;
        let panels = locks.into_iter().map(|lock| panel(&standing, lock, stand));
        Some(many(panels))
    })
}

/// What a lock's words follow from: as long as it is the same, the panel stays as it is.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    locks: Vec<Condition>,
    outstanding: Option<Outstanding>,
    curing_tiers: Vec<CuringTier>,
    today: NaiveDate,
}

impl Said {
    fn of(standing: &Standing) -> Self {
        let told = told(standing).into_iter();
        Self {
            locks: told.filter(|condition| is_lock(*condition)).collect(),
            outstanding: standing.outstanding.clone(),
            curing_tiers: standing.curing_tiers.clone(),
            today: standing.now.date_naive(),
        }
    }
}

/// Why a page is shut, and what opens it.
pub(super) fn page(condition: Condition, page: &Page) -> View {
    let (text, stand) = (messages(), Stand::here());
    let name = match page {
        Page::AddOns(_) => text.add_ons.title,
        _ => text.change.title,
    };
    let back = link(Page::MyPlan, "page-head__link")
        .child(icon(Sign::Back))
        .child(text.plan.title);
    let body = live(move || {
        let standing = stand.known();
        standing.map(|standing| panel(&standing, condition, stand))
    });
    many([page_head(name, Some(back), View::Nothing).into(), body])
}

fn panel(standing: &Rc<Standing>, condition: Condition, stand: Stand) -> View {
    let text = &messages().standing;
    let rows = [
        (text.closed, text.closed_text.to_owned()),
        (text.works, text.works_text.to_owned()),
        (text.cure, cure(standing, condition)),
        (text.otherwise, otherwise(standing, condition)),
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
                .child(p("state__text").child(why(standing, condition))),
        );
    section("card lock")
        .attr("role", "alert")
        .child(head)
        .child(facts)
        .child(invoices(standing, condition))
        .child(div("card__foot").child(many(ways(standing, condition, stand))))
        .into()
}

fn why(standing: &Standing, condition: Condition) -> String {
    let text = &messages().standing;
    let lacks = missing(on_file(standing));
    match condition {
        Condition::TrialBillingMissing => fill(text.trial_locked_text, &[lacks]),
        Condition::TrialExpired => fill(text.trial_expired_text, &[lacks]),
        Condition::OverageLock => {
            let tier = standing
                .over_limit
                .as_ref()
                .map(|over| format::count(over.tier));
            tier.map_or_else(String::new, |tier| fill(text.overage_lock_text, &[&tier]))
        }
        Condition::AnnualSoft => text.annual_soft_text.to_owned(),
        _ => text.payment_lock_text.to_owned(),
    }
}

fn cure(standing: &Standing, condition: Condition) -> String {
    let text = &messages().standing;
    match condition {
        Condition::TrialBillingMissing | Condition::TrialExpired => {
            fill(text.cure_setup, &[missing(on_file(standing))])
        }
        Condition::OverageLock | Condition::AnnualSoft => match standing.curing_tiers[..] {
            [] => text.cure_sales.to_owned(),
            _ => text.cure_upgrade.to_owned(),
        },
        _ => fill(text.cure_pay, &[&due(standing)]),
    }
}

/// What a person can click; the first is what helps.
fn ways(standing: &Standing, condition: Condition, stand: Stand) -> Vec<View> {
    let text = &messages().standing;
    let plain = |way: Way| {
        way.action(stand, Look::FIRST)
            .map(View::from)
            .into_iter()
            .collect()
    };
    match condition {
        Condition::TrialBillingMissing | Condition::TrialExpired => {
            plain(Way::SetUp(on_file(standing)))
        }
        Condition::OverageLock | Condition::AnnualSoft if standing.curing_tiers.is_empty() => {
            let sales = el("a")
                .class("button button--primary")
                .attr("href", &links().sales);
            vec![sales.child(text.contact_sales).into()]
        }
        Condition::OverageLock | Condition::AnnualSoft => {
            standing.curing_tiers.iter().enumerate().map(tier).collect()
        }
        _ => plain(Way::Pay),
    }
}

fn tier((place, curing): (usize, &CuringTier)) -> View {
    let class = match place {
        0 => "button button--primary",
        _ => "button",
    };
    let page = Page::ChangePlan(Some(Choice::Tier(curing.tier)));
    let total = format::money(&curing.total, &curing.currency);
    let words = [&*format::count(curing.tier), &total];
    let label = fill(messages().standing.curing_tier, &words);
    link(page, class).child(label).into()
}

/// What has to be paid, invoice by invoice.
fn invoices(standing: &Standing, condition: Condition) -> View {
    let outstanding = standing.outstanding.as_ref();
    match outstanding.filter(|_| condition == Condition::PaymentLock) {
        Some(outstanding) => listed(outstanding).into(),
        None => View::Nothing,
    }
}

pub(super) fn listed(outstanding: &Outstanding) -> Element {
    let text = &messages().standing;
    let currency = outstanding.currency.as_str();
    let due = outstanding.invoices.iter().filter(|one| one.is_due);
    let rows = due.map(|invoice| row(invoice, currency));
    let total = div("lock__row lock__row--total")
        .child(span("lock__what").child(text.sum))
        .child(span("lock__amount").child(format::money(&outstanding.due, currency)));
    div("lock__invoices")
        .child(p("lock__label").child(text.unpaid))
        .children(rows)
        .child(total)
}

fn row(invoice: &Unpaid, currency: &str) -> Element {
    let text = &messages().standing;
    let issued = fill(text.issued, &[&format::date(invoice.issued_on)]);
    let number: View = match InvoiceNumber::parse(&invoice.number) {
        Some(number) => link(Page::Invoice(number), "table__link")
            .child(invoice.number.as_str())
            .into(),
        None => invoice.number.as_str().into(),
    };
    div("lock__row")
        .child(span("lock__what").child(number))
        .child(span("lock__issued").child(issued))
        .child(span("lock__amount").child(format::money(&invoice.total, currency)))
}
