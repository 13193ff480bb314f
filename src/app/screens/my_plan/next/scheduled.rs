//! The scheduled changes, each with a button that withdraws it; and a payment in progress.

use api::plan::plan_change::PlanChange;
use api::plan::subscription::{ScheduledChange, ScheduledKind, Subscription};

use billing::{BillingFrequency, PriceBook};

use crate::checkout::subject;
use crate::client::load::Loader;
use crate::components::feedback::banner::{Tone, banner};
use crate::components::icon::{Sign, icon};
use crate::components::undo::Undo;
use crate::messages::{self, fill, format};
use crate::routing::navigation::link;
use crate::routing::route::{Basket, Page};
use crate::view::{Element, View, div, many, p};

/// One banner for each scheduled change.
pub(in crate::screens::my_plan) fn scheduled(
    plan: &Subscription,
    book: &PriceBook,
    loader: Loader<Subscription>,
) -> View {
    let pending = plan.pending.as_ref().map(pending);
    let changes = plan.scheduled.iter().map(|change| {
        let news = messages::plan().undone.to_owned();
        let undo = Undo::new(change.id.clone(), loader, news);
        waiting(words(change, plan.tier, book), &undo).into()
    });
    many(pending.map(View::from).into_iter().chain(changes))
}

fn pending(order: &PlanChange) -> Element {
    let text = messages::plan();
    let total = format::money(order.total);
    let detail = fill(text.pending_detail, &[&subject(&order.change), &total]);
    let page = match (order.change.tier, order.change.frequency) {
        (None, None) => Page::AddOns(Basket::default()),
        (Some(_), _) | (_, Some(_)) => Page::ChangePlan(None),
    };
    let see = link(page, "button").child(text.pending_open);
    banner(Tone::Coming, text.pending, &[&detail], Some(see))
}

/// The words of a scheduled change.
struct Words {
    title: String,
    detail: String,
}

fn waiting(words: Words, undo: &Undo) -> Element {
    div("banner banner--accent banner--row")
        .child(icon(Sign::Clock))
        .child(
            div("banner__text")
                .child(p("banner__title").child(words.title))
                .child(p("banner__detail").child(words.detail))
                .child(undo.error_card()),
        )
        .child(div("banner__actions").child(undo.button("button")))
}

fn words(change: &ScheduledChange, tier: u64, book: &PriceBook) -> Words {
    let (text, yearly) = (messages::plan(), messages::annual());
    let from = format::date(change.effective);
    let asked = format::date(change.requested_at.date_naive());
    let by = change.requested_by.as_str();
    match &change.kind {
        ScheduledKind::Downgrade(lower) => Words {
            title: fill(text.downgrade, &[&format::count(*lower), &from]),
            detail: fill(text.downgrade_detail, &[&format::count(tier), by, &asked]),
        },
        ScheduledKind::Removal(add_on) => Words {
            title: fill(text.removal, &[book.add_on_name(add_on), &from]),
            detail: fill(text.removal_detail, &[by, &asked]),
        },
        ScheduledKind::Frequency(BillingFrequency::Annual) => Words {
            title: fill(yearly.begins, &[&from]),
            detail: fill(yearly.begins_detail, &[by, &asked]),
        },
        ScheduledKind::Frequency(BillingFrequency::Monthly) => Words {
            title: fill(yearly.ends, &[&from]),
            detail: fill(yearly.ends_detail, &[by, &asked]),
        },
    }
}
