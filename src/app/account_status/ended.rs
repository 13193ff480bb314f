//! The pages of an account that is paused or cancelled; it has no others.

use std::rc::Rc;

use api::account::account_status::{AccountStatus, Outstanding};
use billing::access::Condition;
use billing::account::deadline::DeadlineKind;
use billing::account::lifecycle::{Cause, Lifecycle};

use super::LiveAccountStatus;
use super::lock::listed;
use super::state::{comes_at, ends_at};
use super::words::{Look, Way, instant, left, title};
use crate::client::Client;
use crate::components::error_card::explain;
use crate::components::feedback::live_region::said;
use crate::components::feedback::toast::Toasts;
use crate::components::form::button::patient;
use crate::components::icon::{Sign, icon};
use crate::components::page_head::page_head;
use crate::components::sign_out::sign_out;
use crate::messages::{self, fill};
use crate::routing::navigation::link;
use crate::routing::route::Page;
use crate::view::{Element, Live, View, div, follow, live, many, p, shared, span, spawn};

/// The page of a paused plan.
pub(super) fn paused() -> View {
    page(
        Condition::Paused,
        Sign::Clock,
        Some(many([debt(), request(), end()])),
        |account_status| {
            let text = messages::account_status();
            let Lifecycle::Paused { at } = account_status.lifecycle else {
                return Vec::new();
            };
            let since = fill(text.paused_text, &[&instant(account_status, at)]);
            let until = ends_at(account_status).map(|until| {
                let words = [
                    &*instant(account_status, until),
                    &left(account_status, until),
                ];
                fill(text.paused_until, &words)
            });
            let asked = account_status.reactivation.as_ref().map(|asked| {
                let words = [&*asked.by, &instant(account_status, asked.at)];
                fill(messages::leaving().requested, &words)
            });
            [since].into_iter().chain(until).chain(asked).collect()
        },
    )
}

/// The page of a cancelled account.
pub(super) fn cancelled() -> View {
    page(Condition::Cancelled, Sign::Lock, None, |account_status| {
        let text = messages::account_status();
        let Lifecycle::Cancelled { at, cause } = account_status.lifecycle else {
            return Vec::new();
        };
        let why = match cause {
            Cause::Ordered => text.ordered,
            Cause::TrialExpired => text.trial_ran_out,
            Cause::Unpaid => text.unpaid_ran_out,
            Cause::PauseExpired => text.pause_ran_out,
        };
        let ended = fill(text.cancelled_on, &[&instant(account_status, at)]);
        let backups = match comes_at(account_status, &[DeadlineKind::BackupPurge]) {
            Some(purged) => fill(text.backups, &[&instant(account_status, purged)]),
            None => text.backups_gone.to_owned(),
        };
        vec![
            format!("{why} {ended}"),
            format!("{} {backups}", text.kept),
            text.anew.to_owned(),
        ]
    })
}

fn page(
    condition: Condition,
    sign: Sign,
    way: Option<View>,
    words: impl Fn(&Rc<AccountStatus>) -> Vec<String> + 'static,
) -> View {
    let live_status = LiveAccountStatus::here();
    let said = live(move || {
        let account_status = live_status.known();
        let words = account_status.as_ref().map(&words).unwrap_or_default();
        let words = words.into_iter().map(|words| p("state__text").child(words));
        div("account-status__words").children(words)
    });
    div("state state--page")
        .child(span("state__icon").child(icon(sign)))
        .child(page_head(title(condition), None, View::Nothing))
        .child(said)
        .child(div("state__actions").child(way).child(leave()))
        .into()
}

/// What has to be paid before the plan can be reactivated, with the button that pays it; nothing when
/// no invoice is outstanding.
fn debt() -> View {
    let live_status = LiveAccountStatus::here();
    let owing = follow(move || owed(live_status));
    live(move || {
        let owed = owing.get()?;
        Some(
            div("account-status__debt")
                .child(p("state__text").child(messages::account_status().paused_debt))
                .child(listed(&owed))
                .child(Way::Pay.action(live_status, Look::FIRST)),
        )
    })
}

fn owed(live_status: LiveAccountStatus) -> Option<Outstanding> {
    let account_status = live_status.known()?;
    let outstanding = account_status.outstanding.clone()?;
    (!outstanding.due.is_zero()).then_some(outstanding)
}

/// The link to cancel during a pause: nobody has to wait for its end to have everything deleted.
fn end() -> View {
    link(Page::Cancel, "button")
        .child(messages::leaving().cancel)
        .into()
}

/// The button that asks for the reactivation; nothing once somebody has asked.
fn request() -> View {
    let text = messages::leaving();
    let (live_status, client) = (LiveAccountStatus::here(), shared::<Client>());
    let toasts: Toasts = shared();
    let (busy, wrong) = (Live::new(false), Live::new(String::new()));
    let act = move || {
        busy.set(true);
        wrong.set(String::new());
        spawn(async move {
            let answer = client.request_reactivation().await;
            busy.set(false);
            match answer {
                Ok(_) => {
                    toasts.say(messages::leaving().requested_news.to_owned());
                    live_status.again();
                }
                Err(failure) => {
                    wrong.set(explain(&failure).0);
                }
            }
        });
    };
    let is_open = follow(move || {
        let account_status = live_status.known();
        account_status.is_some_and(|account_status| account_status.reactivation.is_none())
    });
    // Payment comes first: a plan is reactivated only after it.
    let owes = follow(move || owed(live_status).is_some());
    let button = move || {
        let class = if owes.get() {
            "button"
        } else {
            "button button--primary"
        };
        patient(class, text.request, move || busy.get())
            .attr("type", "button")
            .on("click", move |_| act())
    };
    let wrong = said("alert", move || {
        let wrong = wrong.get();
        (!wrong.is_empty()).then(|| p("field__error").child(wrong))
    });
    many([live(move || is_open.get().then(button)), wrong.into()])
}

fn leave() -> Element {
    sign_out("button").child(messages::account_status().sign_out)
}
