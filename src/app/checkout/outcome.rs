//! The state of an order that has not simply succeeded.

use super::order::{Asking, NotPaid, Phase};
use super::{Checkout, subject};
use crate::account_status::confirm::at_sandbox_bank;
use crate::client::failure::Failure;
use crate::components::error_card::explain;
use crate::components::feedback::banner::{Tone, banner};
use crate::messages::{self, fill, format};
use crate::routing::navigation::Navigation;
use crate::view::{Element, View, button, div};

/// The banner of the order's state; nothing while no order has a state to show.
pub(crate) fn outcome(checkout: Checkout) -> Element {
    let ordering = checkout.ordering;
    let text = messages::change();
    div("checkout__outcome").live(move || match ordering.phase().get() {
        Phase::Idle => pending(checkout).into(),
        Phase::Unclear(id) => {
            let ask = ask_button(move || ordering.ask_again(id.clone()));
            banner(Tone::Over, text.unclear, &[text.unclear_text], Some(ask)).into()
        }
        Phase::Busy(Asking::Outcome) => {
            banner(Tone::Coming, text.checking, &[text.checking_text], None).into()
        }
        Phase::Authentication { expires, .. } => {
            let subscription = checkout.subscription.get();
            let offset = subscription.ready().map_or(0, |plan| plan.offset_minutes);
            let until = fill(text.bank_text, &[&format::instant(expires, offset)]);
            banner(Tone::Coming, text.bank, &[&until], at_sandbox_bank()).into()
        }
        Phase::NotPaid(why) => not_paid(&why).into(),
        Phase::Refused(failure) => refused(&failure).into(),
        Phase::Busy(Asking::First) | Phase::Accepted(_) | Phase::Changed(_) => View::Nothing,
    })
}

fn refused(failure: &Failure) -> Element {
    let (why, request) = explain(failure);
    let navigation = Navigation::here();
    // The new version of the rules is loaded with the page.
    let reload = (failure.code() == Some(api::Code::EngineChanged)).then(|| {
        button("button")
            .attr("type", "button")
            .on("click", move |_| navigation.reload())
            .child(messages::failure().reload)
    });
    banner(
        Tone::Failed,
        &why,
        &[messages::change().refused_text, &request],
        reload,
    )
}

fn not_paid(why: &NotPaid) -> Element {
    let text = messages::change();
    match why {
        NotPaid::Declined(reason) => {
            let reason = reason.as_deref().unwrap_or_default();
            banner(
                Tone::Failed,
                text.declined,
                &[text.declined_text, reason],
                None,
            )
        }
        NotPaid::Expired => banner(Tone::Failed, text.expired, &[text.expired_text], None),
    }
}

/// A payment of another person or session, which every change has to wait for.
fn pending(checkout: Checkout) -> Option<Element> {
    let subscription = checkout.subscription.get();
    let order = subscription.ready()?.pending.as_ref()?;
    let text = messages::change();
    let total = format::money(order.total);
    let detail = fill(text.pending_text, &[&subject(&order.change), &total]);
    let (ordering, id) = (checkout.ordering, order.id.clone());
    let ask = ask_button(move || ordering.follow(id.clone()));
    Some(banner(Tone::Coming, text.pending, &[&detail], Some(ask)))
}

fn ask_button(ask: impl Fn() + 'static) -> Element {
    button("button")
        .attr("type", "button")
        .on("click", move |_| ask())
        .child(messages::change().check_again)
}
