//! The order is accepted: what it is now, and the receipt.

use api::plan_change::{PlanChange, State};
use billing::invoice::InvoiceNumber;
use leptos::prelude::request_animation_frame;

use super::order::Phase;
use super::ordering::Ordering;
use crate::client::Client;
use crate::format;
use crate::icon::{Sign, icon};
use crate::load::{Load, Loader};
use crate::messages::{fill, messages};
use crate::navigation::link;
use crate::receipt;
use crate::route::Page;
use crate::view::{Live, Slot, View, div, h2, live, p, section, shared, span, watch};

/// The accepted order; its heading takes the focus.
pub(super) fn done(ordering: Ordering) -> View {
    let Phase::Accepted(order) = ordering.phase().get_now() else {
        return View::Nothing;
    };
    let text = &messages().change;
    let heading = Slot::default();
    watch(move || {
        if heading.get().is_some() {
            request_animation_frame(move || heading.focus());
        }
    });
    let (title, words) = words(&order, ordering);
    let invoice = order.invoice.as_deref().and_then(InvoiceNumber::parse);
    let see = invoice.clone().map(|number| {
        let label = fill(text.done_invoice, &[number.as_str()]);
        link(Page::Invoice(number), "button").child(label)
    });
    let back = link(Page::MyPlan, "button button--primary").child(text.to_plan);
    section("card change-plan__done")
        .child(span("state__icon state__icon--ok").child(icon(Sign::Check)))
        .child(
            h2("page-head__title")
                .attr("tabindex", "-1")
                .slot(heading)
                .child(title),
        )
        .child(p("state__text").child(words))
        .child(invoice.map(lines))
        .child(div("card__foot").child(back).child(see))
        .into()
}

fn words(order: &PlanChange, ordering: Ordering) -> (String, String) {
    let text = &messages().change;
    let tier = order.change.tier.map_or_else(String::new, format::count);
    let day = format::date(order.effective);
    if order.state == State::Scheduled {
        let today = ordering.seen().map(|quote| format::count(quote.tier_after));
        let words = fill(
            text.scheduled_text,
            &[&today.unwrap_or_default(), &day, &tier],
        );
        return (fill(text.scheduled_title, &[&day]), words);
    }
    let charged = receipt::is_something(&order.total);
    let words = if charged {
        fill(
            text.done_text,
            &[&format::money(&order.total, &order.currency)],
        )
    } else {
        text.done_free.to_owned()
    };
    (fill(text.done_title, &[&tier]), words)
}

/// The lines of the invoice, as it was issued.
fn lines(number: InvoiceNumber) -> View {
    let client: Client = shared();
    let open = Live::new(false);
    let invoice = Loader::new(move || {
        let number = number.clone();
        async move { client.invoice(number.as_str()).await }
    });
    live(move || match invoice.get() {
        Load::Ready(invoice) => {
            let currency = invoice.summary.currency.as_str();
            let total = messages().receipt.total;
            let lines = receipt::statement(&invoice.statement, currency, total, open);
            Some(div("receipt change-plan__receipt").child(lines))
        }
        Load::Waiting | Load::Failed(_) => None,
    })
}
