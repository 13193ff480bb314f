//! The pool of an annual term: how much of it is used, and what is left.

use chrono::NaiveDate;

use super::figure::{Figure, figure};
use super::meter::within;
use super::summary::Summary;
use crate::components::icon::{Sign, icon};
use crate::messages::{self, fill, format};
use crate::screens::my_plan::year::{Remaining, Year};
use crate::view::{Element, div, dl, h2, p, section, span};

/// Usage since the term began, against the limit that all its months share.
pub(super) fn card(year: &Year, month: &Summary, this_month: NaiveDate) -> Element {
    let text = messages::annual();
    let summary = Summary::of_term(year, month);
    let months = year.month.map(|number| number.to_string());
    let of = fill(text.of_limit, &[&format::count(year.limit)]);
    let head = div("card__head")
        .child(h2("card__title").child(fill(text.usage, &[&format::date(year.starts_on)])))
        .child(p("card__aside").child(fill(text.month_of, &months.each_ref().map(String::as_str))));
    section("card")
        .child(head)
        .child(within(&summary, &of, chip(year)))
        .child(figures(year, month, this_month))
}

fn chip(year: &Year) -> Element {
    let text = messages::annual();
    let (class, sign, label) = match year.remaining() {
        _ if year.locked => (
            "chip chip--danger",
            Sign::Lock,
            messages::plan().locked.to_owned(),
        ),
        Remaining::Left(left) => (
            "chip",
            Sign::Check,
            fill(text.left, &[&format::count(left)]),
        ),
        Remaining::Beyond(over) => (
            "chip chip--over",
            Sign::Warning,
            fill(text.over, &[&format::count(over)]),
        ),
    };
    span(class).child(icon(sign)).child(label)
}

fn figures(year: &Year, month: &Summary, this_month: NaiveDate) -> Element {
    let text = messages::annual();
    let until = year
        .ends_on
        .pred_opt()
        .map_or_else(String::new, format::date);
    let remaining = match year.remaining() {
        Remaining::Left(left) => format::count(left),
        Remaining::Beyond(over) => fill(text.below_zero, &[&format::count(over)]),
    };
    let used = [
        format::count(year.before),
        format::count(month.usage),
        format::month(this_month),
    ];
    let items = [
        Figure {
            label: text.limit.to_owned(),
            value: format::count(year.limit),
            detail: fill(text.limit_detail, &[&until]),
        },
        Figure {
            label: text.used.to_owned(),
            value: format::count(year.used),
            detail: fill(text.used_detail, &used.each_ref().map(String::as_str)),
        },
        Figure {
            label: text.remaining.to_owned(),
            value: remaining,
            detail: text.remaining_detail.to_owned(),
        },
    ];
    dl("figures").children(items.map(figure))
}
