//! Usage day by day, as a drawing or as a table.

use chrono::Datelike;
use leptos::prelude::*;

use super::chart::{Day, Drawing};
use super::state::Summary;
use crate::format;
use crate::messages::{fill, messages};

/// The chart, with a switch between drawing and table.
pub(super) fn chart(summary: Summary) -> AnyView {
    let text = &messages().plan;
    let as_table = RwSignal::new(false);
    let drawing = Drawing::of(&summary);
    let option = move |table: bool, label: &'static str| {
        view! {
            <label class="choice__item">
                <input
                    type="radio"
                    class="choice__radio"
                    name="usage-view"
                    prop:checked=move || as_table.get() == table
                    on:change=move |_| as_table.set(table)
                />
                {label}
            </label>
        }
    };
    view! {
        <div class="chart">
            <fieldset class="chart__switch">
                <legend class="visually-hidden">{text.show}</legend>
                <div class="choice">
                    {option(false, text.show_chart)}
                    {option(true, text.show_table)}
                </div>
            </fieldset>
            {move || if as_table.get() { table(&drawing.days) } else { plot(&summary, &drawing) }}
        </div>
    }
    .into_any()
}

fn plot(summary: &Summary, drawing: &Drawing) -> AnyView {
    let is_over = summary.over > 0;
    let ends_over = summary
        .ahead
        .as_ref()
        .is_some_and(|ahead| ahead.users.expected > summary.limit);
    view! {
        <figure class="chart__figure">
            <div class="chart__plot">
                {svg(drawing, ends_over)}
                {drawing.last.as_ref().map(|point| view! {
                    <span
                        class="chart__dot"
                        class:chart__dot--over=is_over
                        style:inset-inline-start=format!("{}%", point.x)
                        style:inset-block-start=format!("{}%", point.y)
                    ></span>
                })}
                {words(summary, drawing, ends_over)}
                {axis(summary)}
                {drawing.days.iter().map(|day| day_view(day, summary.days)).collect_view()}
            </div>
            <figcaption class="visually-hidden">{spoken(summary)}</figcaption>
        </figure>
    }
    .into_any()
}

fn svg(drawing: &Drawing, ends_over: bool) -> AnyView {
    // What lies above the limit is drawn a second time, in a picture that ends at the limit.
    let above = drawing.limit.clone();
    let over = above.map(|limit| {
        view! {
            <svg class="chart__above" width="100" height=limit aria-hidden="true">
                <path class="chart__area chart__area--over" d=drawing.area.clone()></path>
                <path class="chart__line chart__line--over" d=drawing.line.clone()></path>
            </svg>
        }
    });
    view! {
        <svg class="chart__svg" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            <path class="chart__grid" d=drawing.grid.clone()></path>
            <path class="chart__area" d=drawing.area.clone()></path>
            <path class="chart__line" d=drawing.line.clone()></path>
            {over}
            {drawing.ahead.as_ref().map(|ahead| view! {
                <path class="chart__band" class:chart__band--over=ends_over d=ahead.band.clone()></path>
                <path class="chart__ahead" class:chart__ahead--within=!ends_over d=ahead.line.clone()></path>
            })}
            {drawing.limit.as_ref().map(|limit| view! {
                <path class="chart__limit" d=format!("M0 {limit}H100")></path>
            })}
        </svg>
    }
    .into_any()
}

fn words(summary: &Summary, drawing: &Drawing, ends_over: bool) -> AnyView {
    let text = &messages().plan;
    let limit = drawing.limit.as_ref().map(|limit| {
        view! {
            <span class="chart__word chart__word--limit" style:inset-block-start=format!("{limit}%")>
                {fill(text.chart_limit, &[&format::count(summary.limit)])}
            </span>
        }
    });
    let ahead = drawing.ahead.as_ref().zip(summary.ahead.as_ref());
    let ahead = ahead.map(|(path, ahead)| {
        let figures = [format::count(ahead.users.expected), last_day(summary)];
        view! {
            <span
                class="chart__word chart__word--ahead"
                class:chart__word--ahead-within=!ends_over
                style:inset-block-start=format!("{}%", path.top)
            >
                {fill(text.chart_ahead, &figures.each_ref().map(String::as_str))}
            </span>
        }
    });
    view! { {limit} {ahead} }.into_any()
}

fn axis(summary: &Summary) -> AnyView {
    let first = summary.counted.first().and_then(|(day, _)| day.with_day(1));
    let between = [10, 20].map(|day: u64| {
        let place = (day - 1) * 10_000 / (summary.days.max(2) - 1);
        let place = format!("{}.{:02}%", place / 100, place % 100);
        view! { <span class="chart__axis" style:inset-inline-start=place>{day.to_string()}</span> }
    });
    view! {
        <span class="chart__axis chart__axis--first">{first.map(format::day)}</span>
        {between.collect_view()}
        <span class="chart__axis chart__axis--last">{last_day(summary)}</span>
    }
    .into_any()
}

fn day_view(day: &Day, days: u64) -> AnyView {
    let class = if day.is_late { "chart__day chart__day--late" } else { "chart__day" };
    let width = 10_000 / (days.max(2) - 1);
    let new = fill(messages().plan.chart_tip, &[&format::count(day.new)]);
    view! {
        <div
            class=class
            aria-hidden="true"
            style:inset-inline-start=format!("{}%", day.start)
            style:inline-size=format!("{}.{:02}%", width / 100, width % 100)
        >
            <div class="chart__tip">
                <span>{format::day(day.day)}</span>
                <span class="chart__tip-value">{format::count(day.users)}</span>
                <span>{new}</span>
            </div>
        </div>
    }
    .into_any()
}

fn table(days: &[Day]) -> AnyView {
    let text = &messages().plan;
    let rows = days.iter().rev().map(|day| {
        view! {
            <tr class="table__row">
                <th class="table__cell" scope="row">{format::day(day.day)}</th>
                <td class="table__cell table__cell--amount">{format::count(day.users)}</td>
                <td class="table__cell table__cell--amount">{format::count(day.new)}</td>
            </tr>
        }
    });
    view! {
        <div class="chart__table" tabindex="0" role="region" aria-label=text.chart_label>
            <table class="table table--plain">
                <thead>
                    <tr>
                        <th class="table__head" scope="col">{text.table_day}</th>
                        <th class="table__head table__head--amount" scope="col">{text.table_users}</th>
                        <th class="table__head table__head--amount" scope="col">{text.table_new}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The drawing in words (UX 79).
fn spoken(summary: &Summary) -> String {
    let text = &messages().plan;
    let Some((day, users)) = summary.counted.last() else {
        return text.chart_label.to_owned();
    };
    let now = [format::count(*users), format::day(*day), format::count(summary.limit)];
    let now = fill(text.chart_summary, &now.each_ref().map(String::as_str));
    let then = summary.ahead.as_ref().map(|ahead| {
        let end = last_day(summary);
        let expected = fill(text.chart_ahead, &[&format::count(ahead.users.expected), &end]);
        let (low, high) = (format::count(ahead.users.low), format::count(ahead.users.high));
        format!("{expected}. {}", fill(text.chart_band, &[&low, &high, &end]))
    });
    format!("{}: {now} {}", text.chart_label, then.unwrap_or_default())
}

fn last_day(summary: &Summary) -> String {
    let day = summary.counted.first().map(|(day, _)| *day);
    let last = day.and_then(|day| day.with_day(u32::try_from(summary.days).ok()?));
    last.map_or_else(String::new, format::day)
}
