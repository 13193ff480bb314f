//! Usage against the limit.

use leptos::prelude::*;

use super::state::{Mark, MarkKind, Summary};
use crate::format;
use crate::messages::{fill, messages};

/// The meter.
pub(super) fn meter(summary: &Summary) -> AnyView {
    let text = &messages().plan;
    let (used, limit) = (summary.place(summary.usage), summary.place(summary.limit));
    let within = used.min(limit);
    let ahead = summary
        .ahead
        .as_ref()
        .map_or(used, |ahead| summary.place(ahead.users.expected));
    let end = summary.limit.saturating_mul(summary.scale) / 100;
    let percent = summary.percent.to_string();
    let figures = [format::count(summary.usage), format::count(summary.limit), percent];
    let value = fill(text.meter, &figures.each_ref().map(String::as_str));
    let is_over_ahead = ahead > limit;
    let class = if summary.scale > 300 { "meter meter--far" } else { "meter" };
    view! {
        <div class=class>
            <div
                class="meter__track"
                role="meter"
                aria-label=text.meter_label
                aria-valuemin="0"
                aria-valuemax=end.to_string()
                aria-valuenow=summary.usage.min(end).to_string()
                aria-valuetext=value
            >
                <span
                    class="meter__ahead"
                    class:meter__ahead--within=!is_over_ahead
                    style:inset-inline-start=width(used)
                    style:inline-size=width(ahead.saturating_sub(used))
                ></span>
                <span class="meter__used" style:inline-size=width(within)></span>
                <span
                    class="meter__over"
                    style:inset-inline-start=width(within)
                    style:inline-size=width(used - within)
                ></span>
                {summary.marks.iter().map(|mark| mark_view(summary, *mark)).collect_view()}
            </div>
        </div>
    }
    .into_any()
}

fn mark_view(summary: &Summary, mark: Mark) -> AnyView {
    let text = &messages().plan;
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
    view! {
        <span class=class style:inset-inline-start=width(place)>
            <span class="meter__text" aria-hidden="true">{label}</span>
        </span>
    }
    .into_any()
}

/// Hundredths of a percent, as a length.
fn width(place: u64) -> String {
    format!("{}.{:02}%", place / 100, place % 100)
}
