//! The usage summary: where am I, where will I end.

use api::quote::list_of;
use api::subscription::Subscription;
use api::usage::Usage;
use billing::PriceBook;
use leptos::prelude::*;

use super::chart_view::chart;
use super::meter::meter;
use super::state::{Age, Summary, age};
use crate::format;
use crate::icon::{Icon, Sign};
use crate::load::{Load, Loader};
use crate::messages::{fill, messages};
use crate::trouble::{self, Trouble};

/// The card: it fails by itself.
pub(super) fn card(plan: Load<(Subscription, PriceBook)>, usage: Loader<Usage>) -> AnyView {
    match plan.with(usage.get()) {
        Load::Ready(((subscription, book), month)) => ready(&subscription, &book, &month),
        Load::Failed(_) if !matches!(usage.get(), Load::Failed(_)) => ().into_any(),
        Load::Failed(failure) => view! {
            <section class="card">
                <Trouble
                    title=messages().failure.loading_usage
                    failure
                    retry=Callback::new(move |()| usage.again())
                />
            </section>
        }
        .into_any(),
        Load::Waiting => bones(),
    }
}

/// The card while its figures are on their way.
pub(super) fn bones() -> AnyView {
    trouble::bones(&["title", "figure", "bar", "chart", "row"])
}

fn ready(subscription: &Subscription, book: &PriceBook, usage: &Usage) -> AnyView {
    let text = &messages().plan;
    let Ok(list) = list_of(book, subscription) else {
        return ().into_any();
    };
    let summary = Summary::of(list, subscription, usage);
    let title = fill(text.usage, &[&format::month(usage.period_start)]);
    let days = [summary.day, summary.days].map(|number| number.to_string());
    let day_of = fill(text.day_of, &days.each_ref().map(String::as_str));
    view! {
        <section class="card">
            <div class="card__head">
                <h2 class="card__title">{title}</h2>
                <p class="card__aside">{day_of} " · " {freshness(usage, subscription.offset_minutes)}</p>
            </div>
            <p class="my-plan__usage">
                <span class="my-plan__figure">{format::count(summary.usage)}</span>
                <span class="my-plan__of">{fill(text.of_limit, &[&format::count(summary.limit)])}</span>
                {chip(&summary)}
            </p>
            {meter(&summary)}
            {chart(summary.clone())}
            {figures(&summary, usage, &subscription.currency)}
        </section>
    }
    .into_any()
}

fn chip(summary: &Summary) -> AnyView {
    let text = &messages().plan;
    let (class, sign, label) = if summary.locked {
        ("chip chip--danger", Sign::Lock, text.locked.to_owned())
    } else if summary.over > 0 {
        let over = fill(text.over_limit, &[&format::count(summary.over)]);
        ("chip chip--over", Sign::Warning, over)
    } else {
        ("chip", Sign::Check, fill(text.within, &[&summary.percent.to_string()]))
    };
    view! {
        <span class="my-plan__chip"><span class=class><Icon sign />{label}</span></span>
    }
    .into_any()
}

/// How old the figures are; the exact instant on hovering (UX 8).
fn freshness(usage: &Usage, offset_minutes: i32) -> AnyView {
    let text = &messages().plan;
    let (Some(age), Some(at)) = (age(usage), usage.counted_at) else {
        return text.not_counted.into_any();
    };
    let words = match age {
        Age::Now => text.updated_now.to_owned(),
        Age::Minutes(number) => fill(text.updated_minutes, &[&number.to_string()]),
        Age::Hours(number) => fill(text.updated_hours, &[&number.to_string()]),
        Age::Days(number) => fill(text.updated_days, &[&number.to_string()]),
    };
    let exact = format::instant(at, offset_minutes);
    view! { <time datetime=at.to_rfc3339() title=exact>{words}</time> }.into_any()
}

fn figures(summary: &Summary, usage: &Usage, currency: &str) -> AnyView {
    let text = &messages().plan;
    let parts = usage.parts;
    let counts = [
        parts.app,
        parts.web_identified,
        parts.api,
        parts.anonymous_web / 3,
        parts.anonymous_web,
    ]
    .map(format::count);
    let points = [usage.metered.data_points, summary.included_points].map(format::count);
    let month = format::month(usage.period_start);
    let ahead = match &summary.ahead {
        Some(ahead) => {
            let costs = ahead.overage.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
            let detail = if costs {
                fill(text.ahead_detail, &[&format::money(&ahead.overage, currency)])
            } else {
                text.ahead_none.to_owned()
            };
            (fill(text.ahead_value, &[&format::count(ahead.users.expected)]), detail)
        }
        None => (text.no_ahead.to_owned(), text.no_ahead_detail.to_owned()),
    };
    let items = [
        (
            text.actual.to_owned(),
            format::count(usage.metered.mau),
            fill(text.actual_detail, &counts.each_ref().map(String::as_str)),
        ),
        (
            text.processed.to_owned(),
            format::count(summary.processed),
            fill(text.processed_detail, &points.each_ref().map(String::as_str)),
        ),
        (fill(text.ahead, &[&month]), ahead.0, ahead.1),
    ];
    view! { <dl class="figures">{items.map(figure).collect_view()}</dl> }.into_any()
}

fn figure((label, value, detail): (String, String, String)) -> AnyView {
    view! {
        <div class="figures__item">
            <dt class="facts__label">{label}</dt>
            <dd class="facts__value">{value}</dd>
            <dd class="facts__detail">{detail}</dd>
        </div>
    }
    .into_any()
}
