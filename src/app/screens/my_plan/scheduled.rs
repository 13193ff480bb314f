//! What waits for the next 1st, with a way back; and a payment that has not ended yet.

use api::plan_change::PlanChange;
use api::subscription::{ScheduledChange, ScheduledKind, Subscription};

use crate::banner::{Tone, banner};
use crate::button::patient;
use crate::client::Client;
use crate::failure::Failure;
use crate::format;
use crate::icon::{Sign, icon};
use crate::load::Loader;
use crate::messages::{fill, messages};
use crate::navigation::link;
use crate::online::Online;
use crate::receipt::add_on_name;
use crate::route::Page;
use crate::shell::{Title, said};
use crate::toast::Toasts;
use crate::trouble::explain;
use crate::view::{Element, Live, View, div, many, p, shared, spawn};

/// One banner for each change that waits.
pub(super) fn scheduled(plan: &Subscription, loader: Loader<Subscription>) -> View {
    let pending = plan.pending.as_ref().map(pending);
    let changes = plan.scheduled.iter().map(|change| {
        let undo = Undo {
            id: change.id.clone(),
            loader,
            busy: Live::new(false),
            failed: Live::new(None),
        };
        waiting(words(change, plan.tier), undo).into()
    });
    many(pending.map(View::from).into_iter().chain(changes))
}

fn pending(order: &PlanChange) -> Element {
    let text = &messages().plan;
    let tier = order.change.tier.map_or_else(String::new, format::count);
    let total = format::money(&order.total, &order.currency);
    let detail = fill(text.pending_detail, &[&tier, &total]);
    let see = link(Page::ChangePlan(None), "button").child(text.pending_open);
    banner(Tone::Coming, text.pending, &[&detail], Some(see))
}

/// Withdrawing a change that waits.
#[derive(Debug, Clone)]
struct Undo {
    id: String,
    loader: Loader<Subscription>,
    busy: Live<bool>,
    failed: Live<Option<Failure>>,
}

fn waiting((title, detail): (String, String), undo: Undo) -> Element {
    let text = &messages().plan;
    let (client, online, toasts) = (shared::<Client>(), shared::<Online>(), shared::<Toasts>());
    let page: Title = shared();
    let (busy, failed) = (undo.busy, undo.failed);
    let trouble = move || {
        failed.get().map(|failure| {
            let (why, request) = explain(&failure);
            p("field__error").child(format!("{}. {why} {request}", text.undo_failed))
        })
    };
    let reason = move || (!online.get()).then_some(messages().shell.offline_reason);
    let button = patient("button", text.undo, move || busy.get())
        .attr("type", "button")
        .flag("aria-disabled", move || !online.get())
        .attr_live("title", reason)
        .on("click", move |_| {
            if !busy.get_now() && online.get_now() {
                undo.clone().run(client, toasts, page);
            }
        });
    div("banner banner--accent banner--row")
        .child(icon(Sign::Clock))
        .child(
            div("banner__text")
                .child(p("banner__title").child(title))
                .child(p("banner__detail").child(detail))
                .child(said("alert", trouble)),
        )
        .child(div("banner__actions").child(button))
}

impl Undo {
    fn run(self, client: Client, toasts: Toasts, page: Title) {
        self.busy.set(true);
        self.failed.set(None);
        spawn(async move {
            let answer = client.withdraw(&self.id).await;
            self.busy.set(false);
            match answer {
                Ok(subscription) => {
                    toasts.say(messages().plan.undone.to_owned());
                    self.loader.set(subscription);
                    page.focus();
                }
                // Someone else was quicker: what is there now says it all.
                Err(failure) if failure.code() == Some(api::Code::NotScheduled) => {
                    self.loader.again();
                }
                Err(failure) => {
                    self.failed.set(Some(failure));
                }
            }
        });
    }
}

fn words(change: &ScheduledChange, tier: u64) -> (String, String) {
    let text = &messages().plan;
    let from = format::date(change.effective);
    let asked = format::date(change.requested_at.date_naive());
    let by = change.requested_by.as_str();
    match &change.kind {
        ScheduledKind::Downgrade(lower) => (
            fill(text.downgrade, &[&format::count(*lower), &from]),
            fill(text.downgrade_detail, &[&format::count(tier), by, &asked]),
        ),
        ScheduledKind::Removal(add_on) => (
            fill(text.removal, &[&add_on_name(add_on.as_str()), &from]),
            fill(text.removal_detail, &[by, &asked]),
        ),
    }
}
