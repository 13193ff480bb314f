//! The published examples of monthly prices, on the account's own price list (UX 7).

use api::plan::quote::list_of;
use api::plan::subscription::Subscription;
use billing::PriceBook;

use crate::messages::{self, fill, format};
use crate::view::{Element, View, div, el, p, section, table, td, th, tr};

pub mod state;

use state::{Example, TIER, examples};

/// The examples, collapsed; nothing when the list lacks their tier.
pub(super) fn card(subscription: &Subscription, book: &PriceBook) -> View {
    let text = messages::usage_file();
    let list = list_of(book, subscription).ok();
    let rows = list.and_then(|list| examples(list, subscription.billing_day));
    let Some(rows) = rows else {
        return View::Nothing;
    };
    let amount = "table__head table__head--amount";
    let head = [
        ("table__head", text.example_users),
        ("table__head", text.example_add_on),
        (amount, text.example_base),
        (amount, text.example_overage),
        (amount, text.example_total),
    ];
    let head = head.map(|(class, label)| th(class).attr("scope", "col").child(label));
    let rows = rows.iter().map(row);
    let examples = table("table table--plain")
        .child(el("thead").child(tr("table__row").children(head)))
        .child(el("tbody").children(rows));
    let words = fill(text.calculator_text, &[&format::count(TIER)]);
    let inside = div("usage-file__examples")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", text.calculator)
        .child(examples);
    let folded = el("details")
        .class("usage-file__fold")
        .child(
            el("summary")
                .class("usage-file__summary")
                .child(text.calculator),
        )
        .child(p("card__note").child(words))
        .child(inside);
    section("card").child(folded).into()
}

fn row(example: &Example) -> Element {
    let money = |amount| td("table__cell table__cell--amount").child(format::money(amount));
    let add_on = example.add_on.as_deref();
    tr("table__row")
        .child(
            th("table__cell")
                .attr("scope", "row")
                .child(format::count(example.users)),
        )
        .child(td("table__cell").child(add_on.unwrap_or(messages::usage_file().example_none)))
        .child(
            td("table__cell table__cell--amount")
                .child(format::money(example.base))
                .child(add_on.map(|_| format!(" + {}", format::money(example.add_ons)))),
        )
        .child(money(example.overage))
        .child(money(example.total))
}
