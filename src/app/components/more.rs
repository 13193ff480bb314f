//! The button that loads more of a list.

use crate::client::Asked;
use crate::components::error_card::explain;
use crate::components::feedback::toast::Toasts;
use crate::components::form::button::patient;
use crate::view::{Element, Live, div, shared, spawn};

/// A button that loads more, and shows why a request failed.
pub fn more(label: &str, fetch: impl Fn() -> Asked<()> + 'static) -> Element {
    let toasts: Toasts = shared();
    let busy = Live::new(false);
    let load = move |_| {
        if busy.get_now() {
            return;
        }
        busy.set(true);
        let fetched = fetch();
        spawn(async move {
            let failed = fetched.await.err();
            busy.set(false);
            if let Some(failure) = failed {
                toasts.say(explain(&failure).0);
            }
        });
    };
    let button = patient("button", label, move || busy.get());
    div("invoices__more").child(button.attr("type", "button").on("click", load))
}
