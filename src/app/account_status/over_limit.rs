//! The pop-up about usage above the limit: once per threshold (SPEC R10, 4.11).

use api::account::account_status::{FittingTier, OverLimit};
use billing::UserId;
use billing::account::lifecycle::Lifecycle;
use leptos::prelude::request_animation_frame;

use super::LiveAccountStatus;
use super::state::{is_seen, over, seen_name};
use crate::browser::storage::{self, Keep};
use crate::client::session::Who;
use crate::components::form::modal::modal;
use crate::messages::{self, fill, format};
use crate::routing::navigation::{Navigation, link};
use crate::routing::route::{Choice, Page};
use crate::view::{Element, Live, Slot, View, button, div, el, h2, many, p, shared, watch};

/// Whether the person is to be told: not over the page that the pop-up links to, and not again after they
/// closed it, until the next threshold, or another period or tier.
#[derive(Debug, Clone, Copy)]
pub(super) struct Notice {
    live_status: LiveAccountStatus,
    navigation: Navigation,
    user_id: Live<Option<UserId>>,
}

impl Notice {
    pub(super) fn here() -> Self {
        Self {
            live_status: LiveAccountStatus::here(),
            navigation: Navigation::here(),
            user_id: Live::new(shared::<Live<Who>>().get_now().user_id()),
        }
    }

    /// What the person is to be told; a reader is notified when it changes.
    pub(super) fn get(self) -> Option<OverLimit> {
        let changes_plan = matches!(self.navigation.page(), Page::ChangePlan(_));
        over(&self.live_status.get()).filter(|over| {
            let closed_at = self
                .name(over)
                .and_then(|name| storage::read(Keep::Always, &name));
            !changes_plan && !is_seen(closed_at.as_deref(), over)
        })
    }

    fn close(self, over: &OverLimit) {
        if let Some(name) = self.name(over) {
            storage::write(Keep::Always, &name, &over.percent.to_string());
        }
    }

    /// The storage name of what the person has closed.
    fn name(self, over: &OverLimit) -> Option<String> {
        Some(seen_name(&self.user_id.get_now()?, over))
    }
}

/// Opens by itself when there is something to tell.
pub(super) fn pop_up(notice: Notice) -> Element {
    let (live_status, slot) = (notice.live_status, Slot::default());
    let open: Live<Option<OverLimit>> = Live::new(None);
    watch(move || {
        let shown = notice.get();
        // After the current click: its listeners are removed together with the text.
        request_animation_frame(move || open.set_if_other(shown));
    });
    watch(move || {
        if let (Some(dialog), Some(_)) = (modal(slot), open.get()) {
            request_animation_frame(move || {
                if !dialog.open() {
                    let _ = dialog.show_modal();
                }
            });
        }
    });
    let close = move || {
        if let Some(dialog) = modal(slot) {
            dialog.close();
        }
    };
    el("dialog")
        .class("dialog")
        .attr("aria-labelledby", "over-limit-title")
        .slot(slot)
        .on("close", move |_| {
            if let Some(over) = open.get_now() {
                notice.close(&over);
            }
            open.set(None);
        })
        .live(move || open.get().map(|over| words(&over, live_status, close)))
}

fn words(
    over: &OverLimit,
    live_status: LiveAccountStatus,
    close: impl Fn() + Copy + 'static,
) -> View {
    let text = messages::account_status();
    let percent = over.usage.saturating_mul(100) / over.tier.max(1);
    let [usage, tier, percent] = [over.usage, over.tier, percent].map(format::count);
    let account_status = live_status.known_now();
    let costs = match account_status
        .as_deref()
        .map(|account_status| &account_status.lifecycle)
    {
        Some(Lifecycle::Trial { .. }) => text.over_trial,
        _ => text.over_invoiced,
    };
    let usage_text = fill(text.over_text, &[&usage, &tier, &percent, costs]);
    let (advice, page, action) = match &over.fits {
        Some(fits) => (dearer(fits), Page::ChangePlan(None), text.over_action),
        None => (
            fill(text.over_enterprise, &[&format::count(over.largest)]),
            Page::ChangePlan(Some(Choice::Enterprise)),
            text.over_enterprise_action,
        ),
    };
    let go = link(page, "button button--primary")
        .on("click", move |_| close())
        .child(action);
    let later = button("button")
        .attr("type", "button")
        .on("click", move |_| close())
        .child(text.over_close);
    many([
        h2("dialog__title")
            .id("over-limit-title")
            .child(text.over)
            .into(),
        p("dialog__text").child(usage_text).into(),
        p("dialog__text").child(advice).into(),
        div("dialog__actions").child(later).child(go).into(),
    ])
}

/// What the tier that holds the usage costs more per month, and the overage without it.
fn dearer(fits: &FittingTier) -> String {
    let text = messages::account_status();
    let tier = format::count(fits.tier);
    let [dearer_by, overage] = [fits.dearer_by, fits.overage].map(format::money);
    if !fits.overage.is_zero() {
        fill(text.over_tier, &[&tier, &dearer_by, &overage])
    } else {
        fill(text.over_tier_free, &[&tier, &dearer_by])
    }
}
