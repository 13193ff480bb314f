//! The app: what every part of it shares, and which page is up.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlElement;

use crate::client::Client;
use crate::failure::Failure;
use crate::load::Load;
use crate::messages::messages;
use crate::navigation::{Navigation, Provider};
use crate::online::Online;
use crate::options::Options;
use crate::route::Page;
use crate::screens::{change_plan, invoice, invoices, missing, my_plan, sign_in};
use crate::session::{Entrance, Who};
use crate::shell::Shell;
use crate::theme::Appearance;
use crate::toast::Toasts;
use crate::trouble::Trouble;

/// The whole app, for a host's element.
pub fn root(host: HtmlElement, options: Options) -> impl IntoView {
    let who = RwSignal::new(Who::Unknown);
    let client = Client::new(&options, who);
    let appearance = Appearance::start(host, options.theme);
    provide_context(who);
    provide_context(client);
    provide_context(appearance);
    provide_context(Online::start());
    provide_context(Toasts::default());
    Effect::new(move |_| {
        if let Who::Person(session) = who.get() {
            appearance.of_account(&session.user_id);
        }
    });
    ask_who(client, who);
    view! {
        <Provider routing=options.routing>
            <Door who client />
        </Provider>
    }
    .into_any()
}

fn ask_who(client: Client, who: RwSignal<Who>) {
    spawn_local(async move {
        let found = match client.session().await {
            Ok(session) => Who::Person(session),
            Err(Failure::Refused(problem)) if problem.status == 401 => Who::Nobody,
            Err(failure) => Who::Failed(failure),
        };
        who.try_set(found);
    });
}

#[component]
fn Door(who: RwSignal<Who>, client: Client) -> impl IntoView {
    let navigation = Navigation::here();
    navigation.tidy();
    let entrance = Memo::new(move |_| who.get().entrance());
    move || match entrance.get() {
        Entrance::Waiting => view! { <Shell session=None>{my_plan::waiting()}</Shell> }.into_any(),
        Entrance::SignIn => view! { <sign_in::Screen /> }.into_any(),
        Entrance::Closed(session) => view! {
            <Shell session=Some(session.clone())>{missing::closed(&session)}</Shell>
        }
        .into_any(),
        Entrance::Open(session) => view! {
            <Shell session=Some(session)><OpenPage /></Shell>
        }
        .into_any(),
        Entrance::Failed(failure) => {
            let retry = move |()| {
                who.set(Who::Unknown);
                ask_who(client, who);
            };
            view! {
                <Shell session=None>
                    <section class="card">
                        <Trouble
                            title=messages().failure.loading_session
                            failure=failure.clone()
                            retry=Callback::new(retry)
                        />
                    </section>
                </Shell>
            }
            .into_any()
        }
    }
}

/// The page of the address. Another choice on the same page leaves the page up.
#[component]
fn OpenPage() -> impl IntoView {
    let navigation = Navigation::here();
    let page = Memo::new_with_compare(
        move |_| navigation.page(),
        |before: Option<&Page>, now: Option<&Page>| match (before, now) {
            (Some(before), Some(now)) => !before.is_same_page(now),
            _ => true,
        },
    );
    move || match page.get() {
        Page::MyPlan => view! { <my_plan::Screen /> }.into_any(),
        Page::ChangePlan(_) => view! { <change_plan::Screen /> }.into_any(),
        Page::Invoices => view! { <invoices::Screen /> }.into_any(),
        Page::Invoice(number) => view! { <invoice::Screen number /> }.into_any(),
        Page::Later(later) => missing::later(later),
        Page::Unknown => missing::not_found(),
    }
}

/// The one view of something that is waiting, there, or failed.
pub fn show<T>(
    load: Load<T>,
    waiting: impl FnOnce() -> AnyView,
    ready: impl FnOnce(T) -> AnyView,
    failed: impl FnOnce(Failure) -> AnyView,
) -> AnyView {
    match load {
        Load::Waiting => waiting(),
        Load::Ready(value) => ready(value),
        Load::Failed(failure) => failed(failure),
    }
}
