//! The audit log: a card at the end of a page, and the table that it shares with the Audit page
//! (UX 94).

use api::audit::{Activity, AuditValue, Entry, SYSTEM, Section};
use billing::BillingFrequency;
use billing::people::permission::Action;

use crate::client::load::Loader;
use crate::client::session::Who;
use crate::client::{Client, selected};
use crate::components::error_card::error_card;
use crate::components::icon::{Sign, icon};
use crate::components::lazy::{lazy, lazy_near};
use crate::components::skeleton::{show, skeleton};
use crate::messages::{self, fill, format};
use crate::routing::navigation::link;
use crate::routing::route::Page;
use crate::view::{
    Element, Live, View, div, el, h2, live, p, section, shared, span, table as grid, td, th, tr,
    watch,
};

/// How many entries a card has.
const NEWEST: &str = "limit=5";

/// The newest entries of a page's sections, once the page itself has loaded; nothing for a role that
/// may not see them.
pub fn card(sections: &'static [Section], is_there: impl Fn() -> bool + 'static) -> View {
    let may = match shared::<Live<Who>>().get_now() {
        Who::Person(session) | Who::Lapsed(session) => session.role.may(Action::ViewAudit),
        Who::Unknown | Who::Nobody | Who::Failed(_) => false,
    };
    let is_due = Live::new(false);
    watch(move || {
        if may && is_there() {
            is_due.set_if_other(true);
        }
    });
    let is_near = Live::new(false);
    live(move || {
        let build = move |card: &Card| card(sections);
        is_due
            .get()
            .then(|| lazy_near(is_near, piece, waiting, build))
    })
}

/// The card of some sections.
type Card = fn(&'static [Section]) -> View;

lazy! { fn piece() -> Card { loaded } in activity }

fn waiting() -> View {
    skeleton(&["title", "row", "row", "row"])
}

fn loaded(sections: &'static [Section]) -> View {
    let client: Client = shared();
    let log = Loader::new(move || client.activity(&selected(sections, NEWEST)));
    client.on_change(move || log.again());
    live(move || {
        show(
            log.get(),
            waiting,
            |log| newest(log).into(),
            |failure| error_card(messages::audit().loading, failure, move || log.again()),
        )
    })
}

fn newest(log: &Activity) -> Element {
    let text = messages::audit();
    let all = link(Page::Audit(None), "card__aside activity__all").child(text.all);
    let head = div("card__head")
        .child(h2("card__title").child(text.card))
        .child(all);
    let card = section("card activity");
    if log.items.is_empty() {
        return card.child(head).child(p("card__note").child(text.none));
    }
    card.child(head)
        .child(div("activity__frame").child(table(log)))
}

/// The table of entries, newest first.
pub fn table(log: &Activity) -> Element {
    let text = messages::audit();
    let head = [text.what, text.change, text.who, text.when];
    let head = head.map(|label| th("table__head").attr("scope", "col").child(label));
    let rows = log.items.iter().map(|entry| row(entry, log));
    grid("table table--cards activity__table")
        .attr("aria-label", text.card)
        .child(el("thead").child(tr("table__row").children(head)))
        .child(el("tbody").children(rows))
}

fn row(entry: &Entry, log: &Activity) -> Element {
    let text = messages::audit();
    let detail = |words: &str| span("activity__detail").child(words);
    let who = match entry.actor.as_str() {
        SYSTEM => text.by_itself,
        "operator" => text.operator,
        actor => actor,
    };
    let at = el("time")
        .attr("datetime", format::machine_instant(entry.at))
        .child(format::instant(entry.at, log.offset_minutes));
    let what = th("table__cell")
        .attr("scope", "row")
        .child(span("activity__what").child((text.action)(entry.action)))
        .child(detail(&entry.description.replace(" %", "\u{a0}%")));
    tr("table__row activity__row")
        .child(what)
        .child(change(entry))
        .child(
            td("table__cell table__cell--minor")
                .child(who)
                .child(entry.address.as_deref().map(detail)),
        )
        .child(td("table__cell table__cell--minor").child(at))
}

/// The values before and after; an empty cell when the entry has none.
fn change(entry: &Entry) -> Element {
    let text = messages::audit();
    let cell = td("table__cell");
    if entry.before.is_none() && entry.after.is_none() {
        return cell;
    }
    let side = |side: &Option<AuditValue>| match side {
        Some(side) => words(side),
        None => text.nothing.to_owned(),
    };
    cell.child(span("activity__before").child(side(&entry.before)))
        .child(
            span("activity__after")
                .child(icon(Sign::Onward))
                .child(span("visually-hidden").child(text.to))
                .child(el("span").child(side(&entry.after))),
        )
}

fn words(side: &AuditValue) -> String {
    let text = messages::audit();
    match side {
        AuditValue::Named(name) => name.clone(),
        AuditValue::Open(amount) => fill(text.open, &[&format::money(*amount)]),
        AuditValue::Priced {
            tier,
            price,
            frequency,
        } => {
            let sentence = match frequency {
                BillingFrequency::Monthly => text.monthly,
                BillingFrequency::Annual => text.yearly,
            };
            let price = fill(sentence, &[&format::money(*price)]);
            tier.map_or_else(
                || price.clone(),
                |tier| fill(text.plan, &[&format::count(tier), &price]),
            )
        }
    }
}
