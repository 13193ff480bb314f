//! The frame around every page: who you are, where you can go, what has just happened.

use api::session::Session;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::client::Client;
use crate::icon::{Icon, Sign};
use crate::intent::Intent;
use crate::messages::{fill, messages};
use crate::navigation::{NavLink, Navigation};
use crate::online::Online;
use crate::route::Section;
use crate::session::Who;
use crate::theme::{Appearance, Theme};
use crate::toast::{ToastStack, Toasts};
use crate::trouble::explain;

/// What the open page is called. The page says it; the shell puts it into the window's title, reads
/// it out and moves the focus.
#[derive(Debug, Clone, Copy)]
struct Title(RwSignal<String>);

/// The frame.
#[component]
pub fn Shell(session: Option<Session>, children: Children) -> impl IntoView {
    let main = NodeRef::<html::Main>::new();
    let title = RwSignal::new(String::new());
    provide_context(Title(title));
    announce(title, main, session.as_ref());
    let skip = move |_| {
        if let Some(main) = main.get_untracked() {
            let _ = main.focus();
        }
    };
    let is_open = session.is_some();
    let organization = session.as_ref().map(|session| session.organization.clone());
    view! {
        <div class="shell">
            <button type="button" class="button shell__skip" on:click=skip>{messages().shell.skip}</button>
            <header class="shell__side">
                <Brand name=organization />
                {is_open.then(|| view! { <Pages /> })}
                <div class="shell__foot">{session.map(|session| view! { <Account session /> })}</div>
            </header>
            <main class="shell__main" tabindex="-1" node_ref=main>
                <div class="shell__page">
                    <OfflineBanner />
                    {children()}
                </div>
            </main>
            <p class="visually-hidden" role="status">{title}</p>
            <ToastStack />
        </div>
    }
    .into_any()
}

/// The head of a page: its one `h1`, and whatever stands beside it.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    /// A link back, above the title.
    #[prop(optional)]
    back: Option<AnyView>,
    /// A state or an action beside the title.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    if let Some(shell) = use_context::<Title>() {
        shell.0.set(title.clone());
    }
    view! {
        <div class="page-head">
            {back.map(|back| view! { <p class="page-head__back">{back}</p> })}
            <h1 class="page-head__title" tabindex="-1">{title}</h1>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

/// When another page is up: title, focus, place (UX 70). The first page of all keeps the browser's
/// focus.
fn announce(title: RwSignal<String>, main: NodeRef<html::Main>, session: Option<&Session>) {
    let navigation = Navigation::here();
    let place = session.map_or(messages().shell.product.to_owned(), |session| {
        session.organization.clone()
    });
    Effect::new(move |before: Option<String>| {
        let title = title.get();
        if title.is_empty() {
            return title;
        }
        let whole = fill(messages().shell.title, &[&title, &place]);
        let is_first = before.is_none_or(|before| before.is_empty());
        request_animation_frame(move || {
            navigation.arrive(&whole);
            if !is_first {
                focus_title(main);
            }
        });
        title
    });
}

fn focus_title(main: NodeRef<html::Main>) {
    let head = main
        .try_get_untracked()
        .flatten()
        .and_then(|main| main.query_selector("h1").ok().flatten());
    if let Some(head) = head {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let head: web_sys::HtmlElement = wasm_bindgen::JsCast::unchecked_into(head);
        let _ = head.focus_with_options(&options);
    }
}

#[component]
fn Brand(name: Option<String>) -> impl IntoView {
    let name = name.unwrap_or_else(|| messages().shell.product.to_owned());
    let letter: String = name.chars().take(1).collect();
    view! {
        <div class="shell__brand">
            <span class="shell__monogram" aria-hidden="true">{letter}</span>
            <span class="shell__names">
                <span class="shell__name">{name}</span>
                <span class="shell__place">{messages().shell.organization}</span>
            </span>
        </div>
    }
    .into_any()
}

#[component]
fn Pages() -> impl IntoView {
    let navigation = Navigation::here();
    let text = &messages().shell;
    let link = |section: Section| {
        let (label, sign) = match section {
            Section::Plan => (text.plan, Sign::Plan),
            Section::Billing => (text.billing, Sign::Card),
            Section::Invoices => (text.invoices, Sign::Invoice),
            Section::Users => (text.users, Sign::Users),
        };
        let current = Signal::derive(move || navigation.page().section() == Some(section));
        view! {
            <NavLink to=section.page() class="nav__link" current>
                <Icon sign />
                {label}
            </NavLink>
        }
    };
    view! {
        <nav class="nav" aria-label=text.organization>{Section::ALL.map(link).collect_view()}</nav>
    }
    .into_any()
}

#[component]
fn Account(session: Session) -> impl IntoView {
    let text = &messages().shell;
    let letter: String = session.name.chars().take(1).collect();
    // Several apps may be on one page, each with its own menu.
    let id = format!("account-{}", session.user_id);
    let role = crate::screens::missing::role_name(session.role);
    view! {
        <button
            type="button"
            class="nav__account"
            popovertarget=id.clone()
            aria-label=format!("{}: {}", text.account, session.email)
        >
            <span class="nav__avatar" aria-hidden="true">{letter}</span>
            <span class="nav__who">{session.email.clone()}</span>
            <Icon sign=Sign::UpDown />
        </button>
        <div class="menu" id=id popover="auto">
            <p class="menu__head">
                <b>{session.name}</b>
                <span class="muted">{session.email}</span>
                <span class="muted">{role}</span>
            </p>
            <Themes />
            <Leave />
        </div>
    }
    .into_any()
}

#[component]
fn Themes() -> impl IntoView {
    let appearance = expect_context::<Appearance>();
    let text = &messages().shell;
    let item = |theme: Theme| {
        let label = match theme {
            Theme::Auto => text.theme_auto,
            Theme::Light => text.theme_light,
            Theme::Dark => text.theme_dark,
        };
        view! {
            <label class="choice__item">
                <input
                    type="radio"
                    class="choice__radio"
                    name="theme"
                    value=theme.as_str()
                    prop:checked=move || appearance.theme() == theme
                    on:change=move |_| appearance.choose(theme)
                />
                {label}
            </label>
        }
    };
    view! {
        <fieldset class="menu__group">
            <legend class="menu__label">{text.theme}</legend>
            <div class="choice">{Theme::ALL.map(item).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Leave() -> impl IntoView {
    let client = expect_context::<Client>();
    let who = expect_context::<RwSignal<Who>>();
    let toasts = expect_context::<Toasts>();
    let leave = move |_| {
        spawn_local(async move {
            match client.sign_out().await {
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
    view! {
        <button type="button" class="menu__item" on:click=leave>
            <Icon sign=Sign::Leave />
            {messages().shell.sign_out}
        </button>
    }
    .into_any()
}

#[component]
fn OfflineBanner() -> impl IntoView {
    let online = expect_context::<Online>();
    let text = &messages().shell;
    let say = move || {
        let details = vec![text.offline_detail.to_owned()];
        crate::banner::banner(crate::banner::Tone::Over, text.offline.to_owned(), details, None)
    };
    // The region is there before its words, so that they are read out.
    view! { <div class="shell__notice" role="status">{move || (!online.get()).then(say)}</div> }
        .into_any()
}
