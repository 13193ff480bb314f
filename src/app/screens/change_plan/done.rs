//! The order is accepted: what it is now, and the receipt.

use api::plan_change::{PlanChange, State};
use leptos::html;
use leptos::prelude::*;

use super::order::Phase;
use super::ordering::Ordering;
use crate::client::Client;
use crate::format;
use crate::icon::{Icon, Sign};
use crate::load::{Load, Loader};
use crate::messages::{fill, messages};
use crate::navigation::NavLink;
use crate::receipt;
use crate::route::Page;
use billing::invoice::InvoiceNumber;

/// The accepted order; its heading takes the focus.
pub(super) fn done(ordering: Ordering) -> AnyView {
    let Phase::Accepted(order) = ordering.phase().get_untracked() else {
        return ().into_any();
    };
    let text = &messages().change;
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            request_animation_frame(move || drop(heading.focus()));
        }
    });
    let (title, words) = words(&order, ordering);
    let invoice = order.invoice.as_deref().and_then(InvoiceNumber::parse);
    let link = invoice.clone().map(|number| {
        let label = fill(text.done_invoice, &[number.as_str()]);
        view! { <NavLink to=Page::Invoice(number) class="button">{label}</NavLink> }
    });
    view! {
        <section class="card change-plan__done">
            <span class="state__icon state__icon--ok"><Icon sign=Sign::Check /></span>
            <h2 class="card__title" tabindex="-1" node_ref=heading>{title}</h2>
            <p class="state__text">{words}</p>
            {invoice.map(|number| view! { <Lines number /> })}
            <div class="card__foot">
                {link}
                <NavLink to=Page::MyPlan class="button button--primary">{text.to_plan}</NavLink>
            </div>
        </section>
    }
    .into_any()
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
    let charged = order.total.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    let words = if charged {
        fill(text.done_text, &[&format::money(&order.total, &order.currency)])
    } else {
        text.done_free.to_owned()
    };
    (fill(text.done_title, &[&tier]), words)
}

/// The lines of the invoice, as it was issued.
#[component]
fn Lines(number: InvoiceNumber) -> impl IntoView {
    let client = expect_context::<Client>();
    let open = RwSignal::new(false);
    let invoice = Loader::new(move || {
        let number = number.clone();
        async move { client.invoice(number.as_str()).await }
    });
    move || match invoice.get() {
        Load::Ready(invoice) => {
            let currency = invoice.summary.currency.as_str();
            let total = messages().receipt.total;
            view! {
                <div class="receipt change-plan__receipt">
                    {receipt::statement(&invoice.statement, currency, total, open)}
                </div>
            }
            .into_any()
        }
        Load::Waiting | Load::Failed(_) => ().into_any(),
    }
}
