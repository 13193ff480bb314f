//! The buttons that end a session.

use api::Route;

use crate::client::Client;
use crate::client::intent::Intent;
use crate::client::session::Who;
use crate::components::error_card::explain;
use crate::components::feedback::toast::Toasts;
use crate::view::{Element, Live, button, shared, spawn};

/// A button that signs the person out.
pub fn sign_out(class: &str) -> Element {
    ends(Route::SignOut, class)
}

/// A button that signs the person out on every device.
pub fn sign_out_everywhere(class: &str) -> Element {
    ends(Route::SignOutEverywhere, class)
}

/// A button that ends this session, or all sessions of the person.
fn ends(what: Route, class: &str) -> Element {
    let (client, who) = (shared::<Client>(), shared::<Live<Who>>());
    let toasts: Toasts = shared();
    let leave = move |_| {
        spawn(async move {
            match client.sign_out(what).await {
                Err(failure) if failure.code() != Some(api::Code::NotSignedIn) => {
                    toasts.say(explain(&failure).0);
                }
                _ => {
                    Intent::forget();
                    who.set(Who::Nobody);
                }
            }
        });
    };
    button(class).attr("type", "button").on("click", leave)
}
