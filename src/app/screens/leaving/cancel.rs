//! Cancel Plan: the reason, the consequences, alternatives, and the word that confirms it (SPEC 4.5).

use super::state::{Fault, Typed};
use super::{Order, label, refused, settles};
use crate::account_status::LiveAccountStatus;
use crate::components::form::button::patient;
use crate::components::form::field::{framed, value};
use crate::messages::{self, fill, format};
use crate::routing::navigation::link;
use crate::routing::route::Page;
use crate::screens::add_ons::leave::{about_words, label as reason_label};
use crate::screens::add_ons::state::{OFFERED, OTHER};
use crate::view::{Element, Live, Slot, View, button, div, el, follow, h2, live, many, p, section};
use api::account::account_status::AccountStatus;
use api::account::leaving::Leaving;
use api::route::Route;
use billing::Money;
use billing::access::{OrderKind, RequestUse};
use billing::account::reason::{CANCEL_WORD, ReasonFault};

pub fn cancel() -> View {
    let form = Form {
        order: Order::new(Route::Cancellation),
        typed: Live::new(Typed::default()),
        checked: Live::new(false),
        goes_on: Live::new(false),
        reason: Slot::default(),
        own: Slot::default(),
        word: Slot::default(),
    };
    let title = messages::leaving().cancel;
    form.order.page(title, move |leaving| form.body(leaving))
}

/// The alternatives that the account can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Offers {
    pause: bool,
    lower: bool,
}

impl Offers {
    const NOTHING: Self = Self {
        pause: false,
        lower: false,
    };

    fn of(leaving: &Leaving, live_status: LiveAccountStatus) -> Self {
        let account_status = live_status.known_now();
        Self {
            pause: leaving.pause_refused.is_none(),
            lower: account_status.is_none_or(|account_status| {
                account_status.access.refuses(OrderKind::Other).is_none()
            }),
        }
    }
}

/// The form. Its values survive every failed request.
#[derive(Debug, Clone, Copy)]
struct Form {
    order: Order,
    typed: Live<Typed>,
    /// Whether faults are shown.
    checked: Live<bool>,
    /// Whether the person has declined the alternatives.
    goes_on: Live<bool>,
    reason: Slot,
    own: Slot,
    word: Slot,
}

impl Form {
    fn body(self, leaving: &Leaving) -> View {
        let text = messages::leaving();
        if let Some(refusal) = &leaving.cancel_refused {
            return refused(text.refused_cancel, refusal);
        }
        let leaving = leaving.clone();
        let offers = Offers::of(&leaving, self.order.live_status);
        live(move || {
            if self.goes_on.get() || offers == Offers::NOTHING {
                many([
                    self.order.error_card().into(),
                    self.form(&leaving).into(),
                    settles(self.order, &leaving),
                ])
            } else {
                self.offers(offers).into()
            }
        })
    }

    /// The alternatives, shown once; each is as prominent as the button that continues.
    fn offers(self, offers: Offers) -> Element {
        let text = messages::leaving();
        let pause = offers
            .pause
            .then(|| link(Page::Pause, "button").child(text.offer_pause));
        let lower = offers
            .lower
            .then(|| link(Page::ChangePlan(None), "button").child(text.offer_downgrade));
        let on = button("button")
            .attr("type", "button")
            .on("click", move |_| {
                self.goes_on.set(true);
            })
            .child(text.offer_on);
        section("card")
            .child(p("state__text").child(text.cancel_lead))
            .child(h2("card__title").child(text.offer))
            .child(div("card__foot").child(pause).child(lower).child(on))
    }

    fn form(self, leaving: &Leaving) -> Element {
        let text = messages::leaving();
        let is_other = follow(move || self.typed.get().said.word == OTHER);
        let (agreed, sent) = (leaving.settles.total, text.cancelled);
        let label = label(leaving, text.end_free, text.end_pay);
        let go = patient("button button--danger", &label, move || {
            self.order.busy.get()
        })
        .attr("type", "submit");
        let keep = link(Page::MyPlan, "button").child(text.keep);
        el("form")
            .class("card leaving")
            .attr("novalidate", "")
            .on("submit", move |event| {
                event.prevent_default();
                self.submit(agreed, sent);
            })
            .child(self.reasons())
            .live(move || is_other.get().then(|| self.own_words()))
            .child(consequences(leaving, self.order.live_status))
            .child(self.confirmation())
            .child(div("card__foot").child(go).child(keep))
    }

    /// Sends the order, or shows the first fault and focuses its field.
    fn submit(self, agreed: Money, news: &'static str) {
        let typed = self.typed.get_now();
        self.checked.set(true);
        match typed.fault() {
            Some(Fault::Reason(ReasonFault::Words(_))) => self.own.focus(),
            Some(Fault::Reason(_)) => self.reason.focus(),
            Some(Fault::Word) => self.word.focus(),
            None => {
                if let Some(order) = typed.order(agreed) {
                    let body = serde_json::to_string(&order).unwrap_or_default();
                    self.order.send(body, news);
                }
            }
        }
    }

    fn reasons(self) -> Element {
        let chosen = self.typed.get_now().said.word;
        let option = |word: &'static str, label: &str| {
            let is_chosen = chosen == word;
            el("option")
                .attr("value", word)
                .property("selected", move || is_chosen)
                .child(label)
        };
        let first = option("", messages::add_ons().reason_choose);
        let options = OFFERED.map(|word| option(word, reason_label(word)));
        let select = el("select")
            .class("field__input")
            .attr("required", "")
            .slot(self.reason)
            .on("change", move |event| {
                self.typed.update(|typed| typed.said.word = value(&event));
            })
            .child(first)
            .children(options);
        let is_wrong = |fault| matches!(fault, Fault::Reason(ReasonFault::Missing));
        self.field("cancel-reason", messages::leaving().why, select, is_wrong)
    }

    fn own_words(self) -> Element {
        let text = messages::add_ons();
        let input = el("input")
            .class("field__input")
            .attr("type", "text")
            .attr("autocomplete", "off")
            .attr("value", self.typed.get_now().said.own)
            .slot(self.own)
            .on("input", move |event| {
                self.typed.update(|typed| typed.said.own = value(&event));
            });
        let is_wrong = |fault| matches!(fault, Fault::Reason(ReasonFault::Words(_)));
        self.field("cancel-words", text.words, input, is_wrong)
    }

    fn confirmation(self) -> Element {
        let text = messages::leaving();
        let input = el("input")
            .class("field__input")
            .attr("type", "text")
            .attr("autocomplete", "off")
            .attr("autocapitalize", "off")
            .attr("spellcheck", "false")
            .attr("value", self.typed.get_now().word)
            .slot(self.word)
            .on("input", move |event| {
                self.typed.update(|typed| typed.word = value(&event));
            });
        let label = fill(text.confirm, &[CANCEL_WORD]);
        let is_wrong = |fault| fault == Fault::Word;
        self.field("cancel-word", &label, input, is_wrong)
            .child(p("field__hint").child(text.confirm_hint))
    }

    /// A field with its label above and its error below, once faults are shown.
    fn field(
        self,
        id: &'static str,
        label: &str,
        input: Element,
        is_mine: impl Fn(Fault) -> bool + Copy + 'static,
    ) -> Element {
        let fault = move || {
            let fault = self.typed.get().fault().filter(|_| self.checked.get());
            fault.filter(|fault| is_mine(*fault))
        };
        let error = format!("{id}-error");
        let input = input
            .id(id)
            .attr("aria-describedby", &error)
            .flag("aria-invalid", move || fault().is_some());
        let said = p("field__error")
            .id(error)
            .attr("role", "alert")
            .live(move || fault().map(sentence));
        framed(id, label, input).child(said)
    }
}

fn sentence(fault: Fault) -> String {
    let text = messages::leaving();
    match fault {
        Fault::Reason(ReasonFault::Words(fault)) => about_words(fault),
        Fault::Reason(_) => text.fault_reason.to_owned(),
        Fault::Word => fill(text.fault_word, &[CANCEL_WORD]),
    }
}

fn consequences(leaving: &Leaving, live_status: LiveAccountStatus) -> Element {
    let text = messages::leaving();
    let counts = leaving.counts;
    let figures = [counts.projects, counts.users, counts.events].map(format::count);
    let backups = format::instant(leaving.backups_until, leaving.offset_minutes);
    let items = [
        fill(text.loses_data, &figures.each_ref().map(String::as_str)),
        fill(text.loses_kept, &[&format::count(counts.invoices)]),
        fill(text.loses_backups, &[&backups]),
        match live_status.has_pages() {
            true => text.loses_money.to_owned(),
            false => text.loses_money_paused.to_owned(),
        },
    ];
    let account_status = live_status.known_now();
    let unpaid = account_status
        .as_ref()
        .and_then(|account_status| account_status.outstanding.as_ref());
    let unpaid = unpaid.map(|unpaid| {
        let total = format::money(unpaid.total);
        fill(text.loses_unpaid, &[&total])
    });
    let items = items.into_iter().chain(unpaid);
    let items = items.map(|item| el("li").child(item));
    let exports = |account_status: &AccountStatus| {
        let access = &account_status.access;
        access.shuts(RequestUse::Exports).is_none()
            && access.shuts(RequestUse::Organization).is_none()
    };
    let export = account_status
        .is_some_and(|account_status| exports(&account_status))
        .then(|| link(Page::Data, "button button--small").child(text.export));
    div("leaving__loses")
        .child(h2("card__title").child(text.loses))
        .child(el("ul").class("leaving__list").children(items))
        .child(export)
}
