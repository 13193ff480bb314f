//! The invoice of the next 1st, and why it differs from this month's figure.

use crate::components::receipt::{self, how};
use crate::messages::{self, fill, format};
use crate::screens::my_plan::state::{Direction, Plan, Reason};
use crate::view::{Element, Live, View, div, el, h2, p, section, span};
use api::plan::subscription::Subscription;
use billing::{BillingFrequency, PriceBook};

/// The next invoice, if nothing else happens.
pub(in crate::screens::my_plan) fn card(
    plan: &Plan,
    subscription: &Subscription,
    book: &PriceBook,
) -> View {
    let text = messages::plan();
    let open = Live::new(false);
    let next = &plan.next;
    let is_due = !next.statement.lines.is_empty();
    let note = if next.statement.taxes.is_empty() {
        messages::receipt().estimate
    } else {
        messages::receipt().estimate_taxed
    };
    section("card receipt")
        .child(
            div("card__head")
                .child(h2("card__title").child(text.next))
                .child(p("card__aside").child(format::date(next.date))),
        )
        .child(receipt::statement(
            &next.statement,
            book,
            text.next_total,
            open,
        ))
        .child(difference(plan, subscription))
        .child(is_due.then(|| p("card__note").child(note)))
        .child(is_due.then(|| how(open)))
        .into()
}

fn difference(plan: &Plan, subscription: &Subscription) -> Element {
    let text = messages::plan();
    let amount = format::money(plan.difference.amount);
    let (this, coming) = (
        format::month(subscription.billing_day),
        format::month(plan.next.date),
    );
    let title = match plan.difference.direction {
        Direction::Same => fill(text.same, &[&this]),
        Direction::More => fill(text.more, &[&amount, &this]),
        Direction::Less => fill(text.less, &[&amount, &this]),
    };
    let mut why: Vec<String> = plan.difference.reasons.iter().map(words).collect();
    let (title, always) = match subscription.annual {
        Some(_) => ("", fill(messages::annual().why_always, &[&this])),
        None => (title.as_str(), fill(text.why_always, &[&coming, &this])),
    };
    why.push(always);
    div("my-plan__difference")
        .child((!title.is_empty()).then(|| el("b").child(title)))
        .child(span("my-plan__why").child(why.join(" ")))
}

fn words(reason: &Reason) -> String {
    let text = messages::plan();
    match reason {
        Reason::Downgrade { from, to } => fill(
            text.why_downgrade,
            &[&format::money(*from), &format::money(*to)],
        ),
        Reason::Removal(name) => fill(text.why_removal, &[name]),
        Reason::Tax(amount) => fill(text.why_tax, &[&format::money(*amount)]),
        Reason::Frequency(BillingFrequency::Annual) => messages::annual().why_year.to_owned(),
        Reason::Frequency(BillingFrequency::Monthly) => messages::annual().why_months.to_owned(),
    }
}
