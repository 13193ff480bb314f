//! The meter of usage against the limit.

use super::summary::{Mark, MarkKind, Summary};
use crate::messages::{self, fill, format};
use crate::view::{Element, View, div, many, p, span};

pub(super) fn meter(summary: &Summary) -> Element {
    let text = messages::plan();
    let (used, limit) = (summary.place(summary.usage), summary.place(summary.limit));
    let within = used.min(limit);
    let ahead = summary
        .ahead
        .as_ref()
        .map_or(used, |ahead| summary.place(ahead.users.expected));
    let end = summary.limit.saturating_mul(summary.scale) / 100;
    let percent = summary.percent.to_string();
    let figures = [
        format::count(summary.usage),
        format::count(summary.limit),
        percent,
    ];
    let (label, words) = match summary.year {
        Some(_) => (messages::annual().meter_label, messages::annual().meter),
        None => (text.meter_label, text.meter),
    };
    let value = fill(words, &figures.each_ref().map(String::as_str));
    let class = match summary.year {
        Some(_) => "meter meter--year",
        None if summary.scale > 300 => "meter meter--far",
        None => "meter",
    };
    let ahead_class = if ahead > limit {
        "meter__ahead"
    } else {
        "meter__ahead meter__ahead--within"
    };
    let track = div("meter__track")
        .attr("role", "meter")
        .attr("aria-label", label)
        .attr("aria-valuemin", "0")
        .attr("aria-valuemax", end.to_string())
        .attr("aria-valuenow", summary.usage.min(end).to_string())
        .attr("aria-valuetext", value)
        .child(bar(ahead_class, used, ahead.saturating_sub(used)))
        .child(bar("meter__used", 0, within))
        .child(bar("meter__over", within, used - within))
        .children(summary.marks.iter().map(|mark| mark_view(summary, *mark)));
    div(class).child(track)
}

/// A part of the meter; `None` when its length is 0.
fn bar(class: &str, start: u64, length: u64) -> Option<Element> {
    (length > 0).then(|| {
        span(class)
            .style("inset-inline-start", width(start))
            .style("inline-size", width(length))
    })
}

fn mark_view(summary: &Summary, mark: Mark) -> Element {
    let text = messages::plan();
    let mut class = String::from("meter__mark");
    if mark.crossed {
        class.push_str(" meter__mark--crossed");
    }
    let label = match mark.kind {
        MarkKind::Limit => {
            class.push_str(" meter__mark--limit");
            text.mark_limit.to_owned()
        }
        MarkKind::Lock => {
            class.push_str(" meter__mark--lock");
            fill(text.mark_lock, &[&mark.percent.to_string()])
        }
        MarkKind::Alert => {
            if matches!(mark.percent, 80 | 125 | 250) {
                class.push_str(" meter__mark--minor");
            }
            mark.percent.to_string()
        }
    };
    let place = summary.place(summary.limit.saturating_mul(mark.percent) / 100);
    span(&class)
        .style("inset-inline-start", width(place))
        .child(span("meter__text").attr("aria-hidden", "true").child(label))
}

/// A CSS length from hundredths of a percent.
fn width(place: u64) -> String {
    format!("{}.{:02}%", place / 100, place % 100)
}

/// The most important figure, what it is a part of, and the meter.
pub(super) fn within(summary: &Summary, of: &str, chip: Element) -> View {
    let figure = p("my-plan__usage")
        .child(span("my-plan__figure").child(format::count(summary.usage)))
        .child(span("my-plan__of").child(of))
        .child(span("my-plan__chip").child(chip));
    many([figure.into(), meter(summary).into()])
}
