//! Pages of an account that is paused, or at its end: nothing else is left.

use std::rc::Rc;

use api::standing::Standing;
use billing::access::Condition;
use billing::deadline::Kind;
use billing::lifecycle::{Cause, Lifecycle};

use super::Stand;
use super::state::{comes_at, ends_at};
use super::words::{instant, left, title};
use crate::icon::{Sign, icon};
use crate::messages::{fill, messages};
use crate::shell::{page_head, sign_out};
use crate::view::{Element, View, div, live, p, span};

/// The plan is paused.
pub(super) fn paused() -> View {
    page(Condition::Paused, Sign::Clock, |standing| {
        let text = &messages().standing;
        let Lifecycle::Paused { at } = standing.lifecycle else {
            return Vec::new();
        };
        let since = fill(text.paused_text, &[&instant(standing, at)]);
        let until = ends_at(standing).map(|until| {
            let words = [&*instant(standing, until), &left(standing, until)];
            fill(text.paused_until, &words)
        });
        [since].into_iter().chain(until).collect()
    })
}

/// The account is at its end.
pub(super) fn cancelled() -> View {
    page(Condition::Cancelled, Sign::Lock, |standing| {
        let text = &messages().standing;
        let Lifecycle::Cancelled { at, cause } = standing.lifecycle else {
            return Vec::new();
        };
        let why = match cause {
            Cause::Ordered => text.ordered,
            Cause::TrialExpired => text.trial_ran_out,
            Cause::Unpaid => text.unpaid_ran_out,
            Cause::PauseExpired => text.pause_ran_out,
        };
        let ended = fill(text.cancelled_on, &[&instant(standing, at)]);
        let backups = match comes_at(standing, &[Kind::BackupPurge]) {
            Some(purged) => fill(text.backups, &[&instant(standing, purged)]),
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
    words: impl Fn(&Rc<Standing>) -> Vec<String> + 'static,
) -> View {
    let stand = Stand::here();
    let said = live(move || {
        let standing = stand.known();
        let words = standing.as_ref().map(&words).unwrap_or_default();
        let words = words.into_iter().map(|words| p("state__text").child(words));
        div("standing__words").children(words)
    });
    div("state state--page")
        .child(span("state__icon").child(icon(sign)))
        .child(page_head(title(condition), None, View::Nothing))
        .child(said)
        .child(div("state__actions").child(leave()))
        .into()
}

fn leave() -> Element {
    sign_out("button").child(messages().standing.sign_out)
}
