//! The app: what all its parts share, and which page is open.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::account_status::{self, LiveAccountStatus};
use crate::browser::online::Online;
use crate::browser::theme::Appearance;
use crate::client::Client;
use crate::client::failure::Failure;
use crate::client::session::{Entrance, Who};
use crate::components::error_card::error_card;
use crate::components::feedback::toast::Toasts;
use crate::components::lazy::{lazy, lazy_view};
use crate::messages;
use crate::options::Options;
use crate::routing::navigation::{self, Navigation};
use crate::routing::route::{Later, Page};
use crate::screens::{
    add_ons, audit, change_plan, data, invoice, invoices, leaving, mailbox, missing, my_plan,
    on_file, sign_in, support,
};
use crate::shell::shell;
use crate::view::mount::Root;
use crate::view::{Live, View, live, many, shared, spawn, watch};

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
    watch(move || {
        if let Who::Person(session) = who.get() {
            appearance.of_account(&session.user_id);
        }
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
        live_status.page(up, my_plan::waiting, open),
        account_status::pop_up().into(),
    ])
}

/// The sandbox bar; nothing in production.
fn bar() -> View {
    match shared::<Live<Who>>().get_now() {
        Who::Person(session) if session.sandbox => account_status::bar(),
        _ => View::Nothing,
    }
}

/// A page of a piece, by its address.
type Screen = fn(&Page) -> View;

lazy! { fn plan() -> Screen { |_| my_plan::screen() } in plan }

lazy! {
    fn ordering() -> Screen {
        |page| match page {
            Page::AddOns(_) => add_ons::screen(),
            _ => change_plan::screen(),
        }
    } in ordering
}

lazy! {
    fn records() -> Screen {
        |page| match page {
            Page::Invoice(number) => invoice::screen(number),
            Page::Data => data::screen(),
            Page::Support => support::screen(),
            Page::Audit(_) => audit::screen(),
            _ => invoices::screen(),
        }
    } in records
}

lazy! {
    fn leaving() -> Screen {
        |page| match page {
            Page::Pause => leaving::pause(),
            _ => leaving::cancel(),
        }
    } in leaving
}

lazy! {
    fn sandbox() -> Screen {
        |page| match page {
            Page::Mail(id) => mailbox::mail(id),
            Page::Later(Later::BillingDetails) => on_file::billing_details(),
            Page::Later(_) => on_file::payment_methods(),
            _ => mailbox::screen(),
        }
    } in sandbox
}

fn open(page: &Page) -> View {
    let here = page.clone();
    let build = move |screen: &Screen| screen(&here);
    match page {
        Page::MyPlan => lazy_view(plan, my_plan::waiting, build),
        Page::ChangePlan(_) | Page::AddOns(_) => lazy_view(ordering, my_plan::waiting, build),
        Page::Invoices | Page::Data | Page::Invoice(_) | Page::Support | Page::Audit(_) => {
            lazy_view(records, my_plan::waiting, build)
        }
        Page::Pause | Page::Cancel => lazy_view(leaving, my_plan::waiting, build),
        Page::Mailbox
        | Page::Mail(_)
        | Page::Later(Later::PaymentMethods | Later::NewPaymentMethod | Later::BillingDetails) => {
            lazy_view(sandbox, my_plan::waiting, build)
        }
        Page::Later(later) => missing::later(*later),
        Page::Unknown => missing::not_found(),
    }
}
