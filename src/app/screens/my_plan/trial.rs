//! A trial: how long it lasts, what is missing, and its first invoice.

use api::plan::subscription::Subscription;
use api::plan::trial::Trial;
use billing::PriceBook;
use billing::account::lifecycle::{OnFile, TrialLock};
use billing::period::billing_day;
use chrono::{DateTime, Utc};

use super::state::Plan;
use crate::components::icon::{Sign, icon};
use crate::components::receipt::{self, how};
use crate::messages::{self, fill, format};
use crate::routing::links::links;
use crate::routing::navigation::link;
use crate::routing::route::{Later, Page};
use crate::view::{Element, Live, View, div, el, h2, p, section, span};

/// Days left, the coming deadlines, and what is missing, with links to add it.
pub(super) fn card(trial: &Trial, subscription: &Subscription) -> Element {
    let text = messages::trial();
    let day = |at| day_of(at, subscription.offset_minutes);
    let title = match trial.days_left {
        0 => text.title_ended.to_owned(),
        1 => text.title_last.to_owned(),
        days => fill(text.title, &[&format::count(days)]),
    };
    let next = match (trial.lock, trial.on_file) {
        (Some(TrialLock::Expired), _) => fill(text.expired, &[&day(trial.cancels_at)]),
        (Some(TrialLock::BillingMissing), _) => fill(text.locked, &[&day(trial.locks_at)]),
        (None, OnFile::Both) => fill(text.complete, &[&format::date(trial.charged_from)]),
        (None, _) => fill(text.locks, &[&day(trial.locks_at)]),
    };
    let until = fill(text.until, &[&day(trial.ends_at)]);
    let free = (trial.days_left > 0).then(|| p("trial__text").child(text.free));
    section("card trial")
        .child(
            div("card__head")
                .child(h2("card__title").child(title))
                .child((trial.days_left > 0).then(|| p("card__aside").child(until))),
        )
        .child(free)
        .child(p("trial__text").child(next))
        .child(on_file(trial.on_file))
        .child(
            p("card__note")
                .child(text.clone)
                .child(" ")
                .child(demo_project()),
        )
}

/// The link to a project with sample data (SPEC 4.1).
fn demo_project() -> Element {
    el("a")
        .attr("href", &links().demo_project)
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer")
        .child(messages::trial().demo_project)
}

/// What a paid plan needs: on file, or with a link to add it.
fn on_file(on_file: OnFile) -> Element {
    let text = messages::trial();
    let (method, details) = match on_file {
        OnFile::Nothing => (false, false),
        OnFile::PaymentMethod => (true, false),
        OnFile::BillingDetails => (false, true),
        OnFile::Both => (true, true),
    };
    let add_method =
        link(Page::Later(Later::PaymentMethods), "button").child(text.add_payment_method);
    let add_details =
        link(Page::Later(Later::BillingDetails), "button").child(text.add_billing_details);
    el("ul")
        .class("trial__list")
        .attr("aria-label", text.on_file)
        .child(item(text.payment_method, (!method).then_some(add_method)))
        .child(item(
            text.billing_details,
            (!details).then_some(add_details),
        ))
}

/// One requirement, and the link that adds it if it is missing.
fn item(name: &str, add: Option<Element>) -> Element {
    let text = messages::trial();
    let (class, sign, word) = match add {
        Some(_) => ("chip chip--over", Sign::Warning, text.missing),
        None => ("chip chip--ok", Sign::Check, text.there),
    };
    el("li")
        .class("trial__item")
        .child(span("trial__name").child(name))
        .child(span(class).child(icon(sign)).child(word))
        .child(add)
}

/// The first invoice, if nothing else changes.
pub(super) fn first_invoice(plan: &Plan, book: &PriceBook) -> View {
    let open = Live::new(false);
    let next = &plan.next;
    let estimate = if next.statement.taxes.is_empty() {
        messages::receipt().estimate
    } else {
        messages::receipt().estimate_taxed
    };
    section("card receipt")
        .child(
            div("card__head")
                .child(h2("card__title").child(messages::trial().first))
                .child(p("card__aside").child(format::date(next.date))),
        )
        .child(receipt::statement(
            &next.statement,
            book,
            messages::plan().next_total,
            open,
        ))
        .child(
            p("card__note")
                .child(messages::trial().first_note)
                .child(" ")
                .child(estimate),
        )
        .child(how(open))
        .into()
}

/// The day of an instant in the organization's time zone.
fn day_of(at: DateTime<Utc>, offset_minutes: i32) -> String {
    billing_day(at, offset_minutes).map_or_else(String::new, format::date)
}
