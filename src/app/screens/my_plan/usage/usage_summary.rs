//! The usage summary: current usage and the projection.

use super::chart_view::chart;
use super::counted_add_ons::{CountedAddOn, Extra};
use super::figure::{Figure, figure};
use super::meter::within;
use super::projects;
use super::summary::Summary;
use super::usage_file;
use super::year_view;
use crate::client::load::Loader;
use crate::components::error_card::error_card;
use crate::components::icon::{Sign, icon};
use crate::components::skeleton::{self, show};
use crate::messages::{self, fill, format};
use crate::routing::navigation::link;
use crate::routing::route::{Choice, Page};
use crate::screens::my_plan::state::{Age, age};
use crate::view::{Element, View, div, dl, el, h2, many, p, section, span};
use api::plan::quote::list_of;
use api::plan::subscription::Subscription;
use api::usage::Usage;
use billing::metering::usage::FEWEST_GROWTH_DAYS;
use billing::{Currency, PriceBook, PriceList};

/// The cards. Their requests fail on their own.
pub(in crate::screens::my_plan) fn card(
    plan: &Subscription,
    book: &PriceBook,
    usage: Loader<Usage>,
) -> View {
    let title = messages::failure().loading_usage;
    show(
        usage.get(),
        skeleton,
        |month| many([ready(plan, book, month), projects::card(month)]),
        |failure| error_card(title, failure, move || usage.again()),
    )
}

/// The cards while their data is loading.
pub(in crate::screens::my_plan) fn skeleton() -> View {
    many([
        skeleton::skeleton(&["title", "figure", "bar", "chart", "row"]),
        skeleton::skeleton(&["title", "line", "line", "line", "line"]),
    ])
}

fn ready(subscription: &Subscription, book: &PriceBook, usage: &Usage) -> View {
    let text = messages::plan();
    let Ok(list) = list_of(book, subscription) else {
        return View::Nothing;
    };
    let summary = Summary::of(list, subscription, usage);
    let title = fill(text.usage, &[&format::month(usage.period_start)]);
    let days = [summary.day, summary.days].map(|number| number.to_string());
    let day_of = fill(text.day_of, &days.each_ref().map(String::as_str));
    let aside = p("card__aside")
        .child(day_of)
        .child(" · ")
        .child(freshness(usage, subscription.offset_minutes));
    let of = fill(text.of_limit, &[&format::count(summary.limit)]);
    let year = summary.year.as_ref();
    let within = year
        .is_none()
        .then(|| within(&summary, &of, chip(&summary)));
    let since = summary.counted_from.map(|from| {
        let words = fill(text.counted_since, &[&format::day(from)]);
        p("card__note").child(words)
    });
    let month = section("card")
        .child(
            div("card__head")
                .child(h2("card__title").child(title))
                .child(aside),
        )
        .child(within)
        .child(since)
        .child(summary.enterprise.map(enterprise))
        .child(chart(summary.clone()))
        .child(figures(&summary, usage, list, subscription))
        .child(div("card__foot").child(usage_file::download()));
    let year = year.map(|year| year_view::card(year, &summary, usage.period_start));
    many([year.into(), month.into()])
}

/// The card when no tier holds the usage.
fn enterprise(largest: u64) -> Element {
    let text = messages::account_status();
    let words = fill(text.over_enterprise, &[&format::count(largest)]);
    let page = Page::ChangePlan(Some(Choice::Enterprise));
    p("card__note")
        .child(words)
        .child(" ")
        .child(link(page, "link").child(text.over_enterprise_action))
}

fn chip(summary: &Summary) -> Element {
    let text = messages::plan();
    let (class, sign, label) = if summary.locked {
        ("chip chip--danger", Sign::Lock, text.locked.to_owned())
    } else if summary.over > 0 {
        let over = fill(text.over_limit, &[&format::count(summary.over)]);
        ("chip chip--over", Sign::Warning, over)
    } else {
        (
            "chip",
            Sign::Check,
            fill(text.within, &[&summary.percent.to_string()]),
        )
    };
    span(class).child(icon(sign)).child(label)
}

/// The age of the figures; the exact instant on hover (UX 8).
fn freshness(usage: &Usage, offset_minutes: i32) -> View {
    let text = messages::plan();
    let (Some(age), Some(at)) = (age(usage), usage.counted_at) else {
        return text.not_counted.into();
    };
    let words = match age {
        Age::Now => text.updated_now.to_owned(),
        Age::Minutes(number) => fill(text.updated_minutes, &[&number.to_string()]),
        Age::Hours(number) => fill(text.updated_hours, &[&number.to_string()]),
        Age::Days(number) => fill(text.updated_days, &[&number.to_string()]),
    };
    let exact = format::instant(at, offset_minutes);
    el("time")
        .attr("datetime", format::machine_instant(at))
        .attr("title", exact)
        .child(words)
        .into()
}

fn figures(
    summary: &Summary,
    usage: &Usage,
    list: &PriceList,
    subscription: &Subscription,
) -> Element {
    let text = messages::plan();
    let parts = usage.parts;
    let counts = [
        parts.app,
        parts.web_identified,
        parts.api,
        parts.anonymous_web / 3,
        parts.anonymous_web,
    ]
    .map(format::count);
    let counts = counts.each_ref().map(String::as_str);
    let points = [usage.metered.data_points, summary.included_points].map(format::count);
    let actual = Figure {
        label: text.actual.to_owned(),
        value: format::count(usage.metered.mau),
        detail: fill(text.actual_detail, &counts),
    };
    let processed = Figure {
        label: text.processed.to_owned(),
        value: format::count(summary.processed),
        detail: fill(text.processed_detail, &[&points[0], &points[1]]),
    };
    let ahead = ahead(summary, &format::month(usage.period_start));
    let mbu = Figure {
        label: text.mbu.to_owned(),
        value: format::count(summary.mbu),
        detail: text.mbu_detail.to_owned(),
    };
    let counted = CountedAddOn::of(list, subscription);
    let counted = counted
        .iter()
        .map(|add_on| extra_use(add_on, list.currency));
    let all = [actual, processed, mbu, ahead].into_iter().chain(counted);
    dl("figures").children(all.map(figure))
}

/// The uses of an add-on that includes a number of them, and the price of those above it.
fn extra_use(add_on: &CountedAddOn, currency: Currency) -> Figure {
    let text = messages::add_ons();
    let included = format::count(add_on.included);
    let detail = match &add_on.extra {
        Extra::None(price) => {
            let price = format::exact_money(*price, currency);
            fill(text.use_included, &[&included, &price])
        }
        Extra::Charged(above, fee) => {
            let fee = format::money(*fee);
            fill(text.use_above, &[&included, &format::count(*above), &fee])
        }
        Extra::Trial => fill(text.use_in_trial, &[&included]),
    };
    Figure {
        label: add_on.name.clone(),
        value: fill(text.used, &[&format::count(add_on.used)]),
        detail,
    }
}

/// The projection of the month's end, and its overage.
fn ahead(summary: &Summary, month: &str) -> Figure {
    let text = messages::plan();
    let label = fill(text.ahead, &[month]);
    let Some(ahead) = &summary.ahead else {
        let days = [FEWEST_GROWTH_DAYS, summary.growth_days].map(format::count);
        return Figure {
            label,
            value: text.no_ahead.to_owned(),
            detail: fill(text.no_ahead_detail, &days.each_ref().map(String::as_str)),
        };
    };
    let cost = if ahead.overage.is_zero() {
        text.ahead_none.to_owned()
    } else {
        fill(text.ahead_detail, &[&format::money(ahead.overage)])
    };
    let [low, users, high] =
        [ahead.users.low, ahead.users.expected, ahead.users.high].map(format::count);
    Figure {
        label,
        value: fill(text.ahead_value, &[&users]),
        detail: fill(text.ahead_band, &[&low, &high, &cost]),
    }
}
