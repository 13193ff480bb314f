//! This month's figure, line by line.

use api::subscription::Subscription;
use leptos::prelude::*;

use super::state::Plan;
use crate::format;
use crate::messages::{fill, messages};
use crate::receipt::{self, How};

/// The month so far, as the published table counts it.
pub(super) fn card(plan: &Plan, subscription: &Subscription) -> AnyView {
    let text = &messages().plan;
    let open = RwSignal::new(false);
    let title = fill(text.so_far, &[&format::month(subscription.billing_day)]);
    let currency = subscription.currency.as_str();
    view! {
        <section class="card receipt">
            <div class="card__head">
                <h2 class="card__title">{title.clone()}</h2>
                <p class="card__aside">{text.before_tax}</p>
            </div>
            {receipt::lines(&plan.month, currency, open)}
            {receipt::sum(title, &plan.billable, currency)}
            <p class="card__note">{messages().receipt.estimate}</p>
            <How open />
        </section>
    }
    .into_any()
}
