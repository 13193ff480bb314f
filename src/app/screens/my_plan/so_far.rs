//! This month's figure, line by line.

use super::state::Plan;
use crate::components::receipt::{self, how};
use crate::messages::{self, fill, format};
use crate::view::{Live, View, div, h2, p, section};
use api::plan::subscription::Subscription;
use billing::PriceBook;

/// The price of the month so far, by the lines of the published table.
pub(super) fn card(plan: &Plan, subscription: &Subscription, book: &PriceBook) -> View {
    let text = messages::plan();
    let open = Live::new(false);
    let title = fill(text.so_far, &[&format::month(subscription.billing_day)]);
    section("card receipt")
        .child(
            div("card__head")
                .child(h2("card__title").child(title.as_str()))
                .child(p("card__aside").child(text.before_tax)),
        )
        .child(receipt::lines(&plan.month, book, open))
        .child(receipt::sum(&title, plan.billable))
        .child(p("card__note").child(messages::receipt().estimate))
        .child(how(open))
        .into()
}
