//! The app: what all its parts share, and which page is open.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::account_status::{self, LiveAccountStatus};
use crate::browser::online::Online;
use crate::browser::storage::{self, Keep};
use crate::browser::theme::Appearance;
use crate::client::Client;
use crate::client::failure::Failure;
use crate::client::session::{Entrance, Who};
use crate::components::error_card::error_card;
use crate::components::feedback::toast::Toasts;
use crate::messages;
use crate::mount::pages;
use crate::options::Options;
use crate::routing::navigation::{self, Navigation};
use crate::screens::{missing, my_plan, sign_in};
use crate::shell::shell;
use crate::view::mount::Root;
use crate::view::{Live, View, live, many, shared, spawn, watch};

/// The storage name of whether somebody was signed in here. Then the page's piece is fetched together
/// with the app (`public/boot.js`), before it is known who is signed in.
const SIGNED_IN: &str = "prorata-signed-in";

/// The whole app, for an element of the host.
pub(super) fn root(host: HtmlElement, options: Options) -> Root {
    let who = Live::new(Who::Unknown);
    let client = Client::new(&options, who);
    let appearance = Appearance::start(host, options.theme);
    provide_context(who);
    provide_context(client);
    provide_context(appearance);
    provide_context(Online::start());
    provide_context(Toasts::default());
    watch(move || match who.get() {
        Who::Person(session) => {
            appearance.of_account(&session.user_id);
            storage::write(Keep::Always, SIGNED_IN, "yes");
        }
        Who::Nobody => storage::remove(Keep::Always, SIGNED_IN),
        Who::Unknown | Who::Lapsed(_) | Who::Failed(_) => {}
    });
    ask_who(client, who);
    provide_context(Arc::new(options.links));
    provide_context(navigation::start(options.routing));
    Root::new(route_guard())
}

fn ask_who(client: Client, who: Live<Who>) {
    spawn(async move {
        who.set(match client.session().await {
            Ok(session) => Who::Person(Rc::new(session)),
            Err(Failure::Refused(problem)) if problem.status == 401 => Who::Nobody,
            Err(failure) => Who::Failed(failure),
        });
    });
}

fn route_guard() -> View {
    let (who, client) = (shared::<Live<Who>>(), shared::<Client>());
    Navigation::here().tidy();
    // The open page stays while its person signs in again.
    let entrance = Live::new(who.get_now().entrance());
    watch(move || entrance.set_if_other(who.get().entrance()));
    let inside = live(
        move || match entrance.try_get().unwrap_or(Entrance::Waiting) {
            Entrance::Waiting => shell(None, my_plan::waiting),
            Entrance::SignIn => sign_in::screen(),
            Entrance::Open(session) => {
                provide_context(LiveAccountStatus::start());
                shell(Some(&session), page)
            }
            Entrance::Closed(session) => {
                let closed = Rc::clone(&session);
                shell(Some(&session), move || missing::closed(&closed))
            }
            Entrance::Failed(failure) => shell(None, move || {
                error_card(messages::failure().loading_session, &failure, move || {
                    who.set(Who::Unknown);
                    ask_who(client, who);
                })
            }),
        },
    );
    many([inside, sign_in::again(who).into()])
}

/// The page of the address. Another choice on the same page does not rebuild the page.
fn page() -> View {
    let (navigation, live_status) = (Navigation::here(), LiveAccountStatus::here());
    let up = Live::new(navigation.page_now());
    watch(move || {
        let page = navigation.page();
        if up.try_get_now().is_some_and(|up| !up.is_same_page(&page)) {
            up.set(page);
            live_status.again();
        }
    });
    many([
        bar(),
        account_status::banners(up).into(),
        live_status.page(up, my_plan::waiting, pages::open),
        account_status::pop_up(),
    ])
}

/// The sandbox bar; nothing in production.
fn bar() -> View {
    match shared::<Live<Who>>().get_now() {
        Who::Person(session) if session.sandbox => account_status::bar(),
        _ => View::Nothing,
    }
}
