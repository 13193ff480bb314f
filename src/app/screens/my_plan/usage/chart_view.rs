//! Usage day by day, as a chart or as a table.

use chrono::{Datelike, NaiveDate};

use super::chart::{Day, Drawing};
use super::summary::Summary;
use crate::components::form::field::choice;
use crate::messages::{self, fill, format};
use crate::view::{Element, Live, div, el, p, span, table, td, th, tr};
use billing::metering::usage::CountedDay;

/// How the days are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Shape {
    #[default]
    Plot,
    Table,
}

/// The chart, with a switch between chart and table; a sentence while there is nothing to draw.
pub(super) fn chart(summary: Summary) -> Element {
    let text = messages::plan();
    let drawing = Drawing::of(&summary);
    if drawing.days.is_empty() {
        return p("chart__none").child(text.chart_none);
    }
    let shown = Live::new(Shape::Plot);
    let option = move |shape: Shape, label| {
        choice(
            "usage-view",
            label,
            move || shown.get() == shape,
            move || {
                shown.set(shape);
            },
        )
    };
    let switch = el("fieldset")
        .class("chart__switch")
        .child(el("legend").class("visually-hidden").child(text.show))
        .child(
            div("choice")
                .child(option(Shape::Plot, text.show_chart))
                .child(option(Shape::Table, text.show_table)),
        );
    div("chart").child(switch).live(move || match shown.get() {
        Shape::Plot => plot(&summary, &drawing),
        Shape::Table => day_table(&drawing.days),
    })
}

fn plot(summary: &Summary, drawing: &Drawing) -> Element {
    let dot = drawing.last.as_ref().map(|point| {
        let class = if summary.over > 0 {
            "chart__dot chart__dot--over"
        } else {
            "chart__dot"
        };
        span(class)
            .style("inset-inline-start", format!("{}%", point.x))
            .style("inset-block-start", format!("{}%", point.y))
    });
    let plot = div("chart__plot")
        .child(span("chart__drawing").child(svg(summary, drawing)))
        .child(dot)
        .children(words(summary, drawing))
        .children(axis(summary))
        .children(drawing.days.iter().map(|day| day_view(day, summary.days)));
    el("figure").class("chart__figure").child(plot).child(
        el("figcaption")
            .class("visually-hidden")
            .child(spoken(summary)),
    )
}

/// Whether the month is expected to end above the limit.
fn ends_over(summary: &Summary) -> bool {
    let ahead = summary.ahead.as_ref();
    ahead.is_some_and(|ahead| ahead.users.expected > summary.limit)
}

fn svg(summary: &Summary, drawing: &Drawing) -> Element {
    // Without a counted day there is nothing to draw.
    let path = |class: &str, d: &str| {
        d.contains(char::is_numeric)
            .then(|| el("path").class(class).attr("d", d))
    };
    let mut svg = el("svg")
        .attr("viewBox", "0 0 100 100")
        .attr("preserveAspectRatio", "none")
        .attr("aria-hidden", "true")
        .child(path("chart__grid", &drawing.grid))
        .child(path("chart__area", &drawing.area))
        .child(path("chart__line chart__line--before", &drawing.before))
        .child(path("chart__line", &drawing.line));
    if let Some(limit) = &drawing.limit {
        // The part above the limit is drawn again, in an SVG that ends at the limit.
        let above = el("svg").attr("width", "100").attr("height", limit);
        svg = svg.child(
            above
                .child(path("chart__area chart__area--over", &drawing.area))
                .child(path("chart__line chart__line--over", &drawing.line)),
        );
    }
    if let Some(ahead) = &drawing.ahead {
        let end = if ends_over(summary) { "over" } else { "within" };
        svg = svg
            .child(path(
                &format!("chart__band chart__band--{end}"),
                &ahead.band,
            ))
            .child(path(
                &format!("chart__ahead chart__ahead--{end}"),
                &ahead.line,
            ));
    }
    let limit = drawing.limit.as_ref();
    svg.child(limit.and_then(|limit| path("chart__limit", &format!("M0 {limit}H100"))))
}

fn words(summary: &Summary, drawing: &Drawing) -> Vec<Element> {
    let text = messages::plan();
    let word = |class: &str, words: String, top: &str| {
        span(&format!("chart__word {class}"))
            .style("inset-block-start", format!("{top}%"))
            .child(words)
    };
    let limit = drawing.limit.as_ref().map(|top| {
        let words = match summary.year {
            Some(_) => messages::annual().twelfth,
            None => text.chart_limit,
        };
        let words = fill(words, &[&format::count(summary.limit)]);
        word("chart__word--limit", words, top)
    });
    let ahead = drawing.ahead.as_ref().zip(summary.ahead.as_ref());
    let ahead = ahead.map(|(path, ahead)| {
        let figures = [format::count(ahead.users.expected), last_day(summary)];
        let words = fill(text.chart_ahead, &figures.each_ref().map(String::as_str));
        let class = if ends_over(summary) {
            "chart__word--ahead"
        } else {
            "chart__word--ahead chart__word--within"
        };
        word(class, words, &path.top)
    });
    limit.into_iter().chain(ahead).collect()
}

fn axis(summary: &Summary) -> Vec<Element> {
    let first = first_day(summary).and_then(|day| day.with_day(1));
    let first = first.map_or_else(String::new, format::day);
    let mut axis = vec![span("chart__axis chart__axis--first").child(first)];
    axis.extend([10, 20].map(|day: u64| {
        let place = (day - 1) * 10_000 / (summary.days.max(2) - 1);
        let place = format!("{}.{:02}%", place / 100, place % 100);
        span("chart__axis")
            .style("inset-inline-start", place)
            .child(day.to_string())
    }));
    axis.push(span("chart__axis chart__axis--last").child(last_day(summary)));
    axis
}

fn day_view(day: &Day, days: u64) -> Element {
    let class = if day.is_late {
        "chart__day chart__day--late"
    } else {
        "chart__day"
    };
    let width = 10_000 / (days.max(2) - 1);
    let new = if day.counts {
        fill(messages::plan().chart_tip, &[&format::count(day.new)])
    } else {
        messages::plan().chart_before.to_owned()
    };
    let tip = div("chart__tip")
        .child(span("chart__tip-day").child(format::day(day.day)))
        .child(span("chart__tip-value").child(format::count(day.users)))
        .child(span("chart__tip-day").child(new));
    div(class)
        .attr("aria-hidden", "true")
        .style("inset-inline-start", format!("{}%", day.start))
        .style(
            "inline-size",
            format!("{}.{:02}%", width / 100, width % 100),
        )
        .child(tip)
}

fn day_table(days: &[Day]) -> Element {
    let text = messages::plan();
    let amount = "table__cell table__cell--amount";
    let rows = days.iter().rev().map(|day| {
        tr("table__row")
            .child(
                th("table__cell")
                    .attr("scope", "row")
                    .child(format::day(day.day)),
            )
            .child(td(amount).child(format::count(day.users)))
            .child(td(amount).child(if day.counts {
                format::count(day.new)
            } else {
                text.chart_before.to_owned()
            }))
    });
    let head = [
        ("table__head", text.table_day),
        ("table__head table__head--amount", text.table_users),
        ("table__head table__head--amount", text.table_new),
    ];
    let head = head.map(|(class, label)| th(class).attr("scope", "col").child(label));
    let days = table("table table--plain")
        .child(el("thead").child(tr("table__row").children(head)))
        .child(el("tbody").children(rows));
    div("chart__table")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", text.chart_label)
        .child(days)
}

/// The chart as a sentence (UX 79).
fn spoken(summary: &Summary) -> String {
    let text = messages::plan();
    let on = |day: &CountedDay| [format::count(day.users), format::day(day.day)];
    let now = summary.counted.last().map(|day| {
        let ([users, day], limit) = (on(day), format::count(summary.limit));
        fill(text.chart_summary, &[&users, &day, &limit])
    });
    let then = summary.ahead.as_ref().map(|ahead| {
        let end = last_day(summary);
        let [low, expected, high] =
            [ahead.users.low, ahead.users.expected, ahead.users.high].map(format::count);
        let expected = fill(text.chart_ahead, &[&expected, &end]);
        let band = fill(text.chart_band, &[&low, &high, &end]);
        format!("{expected}. {band}")
    });
    let before = summary.before.last().map(|day| {
        let figures = on(day);
        fill(
            text.chart_uncounted,
            &figures.each_ref().map(String::as_str),
        )
    });
    let said: Vec<String> = [now, then, before].into_iter().flatten().collect();
    format!("{}: {}", text.chart_label, said.join(" "))
}

/// The first day that has figures.
fn first_day(summary: &Summary) -> Option<NaiveDate> {
    let mut days = summary.before.iter().chain(&summary.counted);
    days.next().map(|first| first.day)
}

fn last_day(summary: &Summary) -> String {
    let last = first_day(summary).and_then(|day| day.with_day(u32::try_from(summary.days).ok()?));
    last.map_or_else(String::new, format::day)
}
