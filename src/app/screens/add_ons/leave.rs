//! The removal of an add-on: what stops working and when, and the reason.

use std::rc::Rc;

use api::plan::subscription::Subscription;
use billing::account::reason::ReasonFault;
use billing::text::OneLineFault;
use billing::{AddOnId, BillingPeriod};
use web_sys::Event;

use super::state::{Card, OFFERED, OTHER, Said, goes_at_once, is_about_words};
use super::{Fields, Shared};
use crate::components::feedback::banner::{Tone, banner};
use crate::components::form::field::{framed, value};
use crate::messages::{self, fill, format};
use crate::view::{Element, Live, div, el, p, watch};

/// The form for a removal; nothing while the add-on stays.
pub(super) fn form(
    shared: Shared,
    subscription: &Subscription,
    card: &Card,
    chosen: Live<bool>,
) -> Element {
    let leave = Rc::new(Leave {
        shared,
        id: card.id.clone(),
        name: card.name.clone(),
        fields: Fields::default(),
        stops: stops(subscription),
    });
    let (id, fields) = (leave.id.clone(), leave.fields);
    shared.fields.update(|all| {
        all.insert(id, fields);
    });
    div("add-on__leave").live(move || chosen.get().then(|| leave.form()))
}

/// The sentence that says when the add-on stops.
fn stops(subscription: &Subscription) -> String {
    let text = messages::add_ons();
    if goes_at_once(subscription) {
        return text.stops_now.to_owned();
    }
    let period = BillingPeriod::of(subscription.billing_day);
    let day = period.map_or_else(String::new, |period| {
        format::date(subscription.cycle().renews_on(period))
    });
    fill(text.stops, &[&day])
}

/// The form for the removal of one add-on.
struct Leave {
    shared: Shared,
    id: AddOnId,
    name: String,
    fields: Fields,
    stops: String,
}

impl Leave {
    fn form(self: &Rc<Self>) -> Element {
        let text = messages::add_ons();
        let warning = fill(text.stops_text, &[&self.name]);
        let is_other = Live::new(self.said_now().word == OTHER);
        let leave = Rc::clone(self);
        watch(move || is_other.set_if_other(leave.said().word == OTHER));
        let words = Rc::clone(self);
        div("add-on__form")
            .child(banner(Tone::Over, &self.stops, &[&warning], None))
            .child(self.list())
            .live(move || is_other.get().then(|| words.words()))
    }

    /// The list of reasons.
    fn list(self: &Rc<Self>) -> Element {
        let text = messages::add_ons();
        let chosen = self.said_now().word;
        let option = |word: &'static str, label: &str| {
            let is_chosen = chosen == word;
            el("option")
                .attr("value", word)
                .property("selected", move || is_chosen)
                .child(label)
        };
        let first = option("", text.reason_choose);
        let options = OFFERED.map(|word| option(word, label(word)));
        let (leave, shared) = (Rc::clone(self), self.shared);
        let select = el("select")
            .class("field__input")
            .attr("required", "")
            .property("disabled", move || shared.checkout.ordering.is_locked())
            .on("change", move |event| {
                leave.update(|said, word| said.word = word, &event);
                leave.shared.checked.update(|checked| {
                    checked.remove(&leave.id);
                });
            })
            .child(first)
            .children(options);
        let label = fill(text.reason, &[&self.name]);
        self.field(Asked::List, label, select.slot(self.fields.list))
    }

    /// The field for the person's own reason.
    fn words(self: &Rc<Self>) -> Element {
        let (typing, left, shared) = (Rc::clone(self), Rc::clone(self), self.shared);
        let input = el("input")
            .class("field__input")
            .attr("type", "text")
            .attr("autocomplete", "off")
            .attr("maxlength", "400")
            .attr("value", self.said_now().own)
            .property("disabled", move || shared.checkout.ordering.is_locked())
            .on("input", move |event| {
                typing.update(|said, words| said.own = words, &event);
            })
            .on("change", move |_| {
                left.shared.checked.update(|checked| {
                    checked.insert(left.id.clone());
                });
            });
        let label = messages::add_ons().words.to_owned();
        self.field(Asked::Words, label, input.slot(self.fields.words))
    }

    /// A field with its label above and its error below.
    fn field(self: &Rc<Self>, asked: Asked, label: String, input: Element) -> Element {
        let id = format!("{}-{}", asked.name(), self.id);
        let (hint, error) = (format!("{id}-hint"), format!("{id}-error"));
        let (shown, checked) = (Rc::clone(self), Rc::clone(self));
        let about = match asked {
            Asked::List => error.clone(),
            Asked::Words => format!("{hint} {error}"),
        };
        let input = input
            .id(&id)
            .attr("aria-describedby", about)
            .flag("aria-invalid", move || shown.fault(asked).is_some());
        let hint = (asked == Asked::Words).then(|| {
            p("field__hint")
                .id(hint)
                .child(messages::add_ons().words_hint)
        });
        let error = p("field__error")
            .id(error)
            .attr("role", "alert")
            .live(move || checked.fault(asked).map(|fault| checked.sentence(fault)));
        framed(&id, &label, input).child(hint).child(error)
    }

    fn said(&self) -> Said {
        self.shared.said(&self.id)
    }

    fn said_now(&self) -> Said {
        let mut all = self.shared.said.get_now();
        all.remove(&self.id).unwrap_or_default()
    }

    /// Stores the value of a field.
    fn update(&self, take: impl FnOnce(&mut Said, String), event: &Event) {
        self.shared.said.update(|all| {
            take(all.entry(self.id.clone()).or_default(), value(event));
        });
    }

    /// The fault of a field, once faults are shown.
    fn fault(&self, asked: Asked) -> Option<ReasonFault> {
        let is_checked = self.shared.checked.get().contains(&self.id);
        let fault = self.said().fault().filter(|_| is_checked)?;
        (is_about_words(fault) == (asked == Asked::Words)).then_some(fault)
    }

    fn sentence(&self, fault: ReasonFault) -> String {
        let text = messages::add_ons();
        match fault {
            ReasonFault::Missing | ReasonFault::Unasked => fill(text.fault_missing, &[&self.name]),
            ReasonFault::Words(fault) => about_words(fault),
        }
    }
}

/// The sentence for a fault in the person's own reason.
pub(crate) fn about_words(fault: OneLineFault) -> String {
    let text = messages::add_ons();
    match fault {
        OneLineFault::Empty => text.fault_empty.to_owned(),
        OneLineFault::Length(length) => fill(text.fault_length, &[&length.to_string()]),
        OneLineFault::Control => text.fault_control.to_owned(),
        OneLineFault::CardNumber => text.fault_card.to_owned(),
    }
}

/// The fields of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    List,
    Words,
}

impl Asked {
    const fn name(self) -> &'static str {
        match self {
            Self::List => "reason",
            Self::Words => "words",
        }
    }
}

/// The label of a reason in the list.
pub(crate) fn label(word: &str) -> &'static str {
    let text = messages::add_ons();
    match word {
        "too_expensive" => text.too_expensive,
        "missing_feature" => text.missing_feature,
        "switching_product" => text.switching_product,
        "low_usage" => text.low_usage,
        "temporary_project" => text.temporary_project,
        _ => text.other,
    }
}
