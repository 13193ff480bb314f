//! The head of My Plan: the state of the plan, and the changes that can be ordered now.

use api::plan::subscription::Subscription;
use billing::access::{Condition, PlanChanging};

use crate::account_status::LiveAccountStatus;
use crate::account_status::state::{comes_first, is_lock};
use crate::client::load::Loader;
use crate::components::icon::{Sign, icon};
use crate::components::page_head::page_head;
use crate::messages;
use crate::routing::navigation::link;
use crate::routing::route::{Basket, Page};
use crate::view::{View, div, live, many, span};

/// Title, state, and links to change the plan. A change that the state forbids is not offered (SPEC 6).
pub(super) fn head(subscription: Loader<Subscription>) -> View {
    let live_status = LiveAccountStatus::here();
    let chips = live(move || chips(live_status, subscription));
    let actions = live(move || actions(live_status));
    page_head(messages::plan().title, None, many([chips, actions])).into()
}

fn chips(live_status: LiveAccountStatus, subscription: Loader<Subscription>) -> Option<View> {
    let plan = subscription.get();
    let plan = plan.ready()?;
    let (text, account_status) = (messages::plan(), messages::account_status());
    let known = live_status.known();
    let mut conditions = known.iter().flat_map(|known| known.access.notices.iter());
    let worst = conditions.find_map(|notice| match notice.condition {
        condition if is_lock(condition) => Some((account_status.chip_locked, "danger", Sign::Lock)),
        Condition::Grace => Some((account_status.chip_unpaid, "over", Sign::Warning)),
        _ => None,
    });
    let (label, tone, sign) = worst.unwrap_or(match plan.trial {
        None => (text.active, "ok", Sign::Check),
        Some(_) => (text.trial, "accent", Sign::Clock),
    });
    let chip = span(&format!("chip chip--{tone}"));
    let yearly = plan
        .annual
        .map(|_| span("chip").child(messages::annual().chip));
    Some(many([
        chip.child(icon(sign)).child(label).into(),
        yearly.into(),
    ]))
}

fn actions(live_status: LiveAccountStatus) -> View {
    let text = messages::plan();
    let known = live_status.known();
    let look = match known.as_deref().is_some_and(comes_first) {
        true => "button",
        false => "button button--primary",
    };
    let changing = known.map(|known| known.access.works.plan_change);
    let change = || link(Page::ChangePlan(None), look).child(text.change);
    let add_ons = || link(Page::AddOns(Basket::default()), "button").child(text.manage_add_ons);
    let ways = match changing {
        None | Some(PlanChanging::Any) => many([add_ons().into(), change().into()]),
        Some(PlanChanging::UpgradeOnly) => change().into(),
        Some(PlanChanging::PayFirst | PlanChanging::No) => View::Nothing,
    };
    div("page-head__actions").child(ways).into()
}
