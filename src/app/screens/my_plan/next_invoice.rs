//! The invoice of the next 1st, and why it is not this month's figure.

use api::subscription::Subscription;
use leptos::prelude::*;

use super::state::{Direction, Plan, Reason};
use crate::format;
use crate::messages::{fill, messages};
use crate::receipt::{self, How};

/// The next invoice, if nothing else happens.
pub(super) fn card(plan: &Plan, subscription: &Subscription) -> AnyView {
    let text = &messages().plan;
    let open = RwSignal::new(false);
    let currency = subscription.currency.as_str();
    let next = &plan.next;
    let note = if next.statement.taxes.is_empty() {
        messages().receipt.estimate
    } else {
        messages().receipt.estimate_taxed
    };
    view! {
        <section class="card receipt">
            <div class="card__head">
                <h2 class="card__title">{text.next}</h2>
                <p class="card__aside">{format::date(next.date)}</p>
            </div>
            {receipt::statement(&next.statement, currency, text.next_total, open)}
            <div class="my-plan__difference">{difference(plan, subscription)}</div>
            <p class="card__note">{note}</p>
            <How open />
        </section>
    }
    .into_any()
}

fn difference(plan: &Plan, subscription: &Subscription) -> AnyView {
    let text = &messages().plan;
    let currency = subscription.currency.as_str();
    let amount = format::money(&plan.difference.amount, currency);
    let (this, coming) = (
        format::month(subscription.billing_day),
        format::month(plan.next.date),
    );
    let title = match plan.difference.direction {
        Direction::Same => fill(text.same, &[&this]),
        Direction::More => fill(text.more, &[&amount, &this]),
        Direction::Less => fill(text.less, &[&amount, &this]),
    };
    let mut why: Vec<String> = plan
        .difference
        .reasons
        .iter()
        .map(|reason| words(reason, currency))
        .collect();
    why.push(fill(text.why_always, &[&coming, &this]));
    view! { <b>{title}</b> <span>{why.join(" ")}</span> }.into_any()
}

fn words(reason: &Reason, currency: &str) -> String {
    let text = &messages().plan;
    match reason {
        Reason::Downgrade { from, to } => fill(
            text.why_downgrade,
            &[&format::money(from, currency), &format::money(to, currency)],
        ),
        Reason::Removal(name) => fill(text.why_removal, &[name]),
        Reason::Tax(amount) => fill(text.why_tax, &[&format::money(amount, currency)]),
        Reason::Trial => text.why_trial.to_owned(),
    }
}
