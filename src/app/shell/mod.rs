//! The frame around every page: the session, the navigation with the command palette, and the toasts.

use api::session::Session;
use billing::people::permission::Action;
use leptos::prelude::*;

use crate::account_status::LiveAccountStatus;
use crate::browser::online::Online;
use crate::browser::theme::{Appearance, Theme};
use crate::components::feedback::banner::{Tone, banner};
use crate::components::feedback::live_region::said;
use crate::components::feedback::toast;
use crate::components::form::field::choice;
use crate::components::icon::{Sign, icon};
use crate::components::monogram::monogram;
use crate::components::page_head::{Title, focus_title};
use crate::components::sign_out::{sign_out, sign_out_everywhere};
use crate::messages::{self, fill};
use crate::routing::navigation::{Navigation, link};
use crate::routing::route::{Page, Section};
use crate::view::{
    Element, Live, Slot, View, button, div, el, follow, live, many, p, shared, span, watch,
};

pub mod palette;

use palette::palette;

/// The frame around a page.
pub fn shell(session: Option<&Session>, page: impl Fn() -> View + 'static) -> View {
    let text = messages::shell();
    let title = Live::new(String::new());
    let main = Slot::default();
    provide_context(Title { words: title, main });
    announce(title, main, session);
    let skip = button("button shell__skip")
        .attr("type", "button")
        .on("click", move |_| main.focus())
        .child(text.skip);
    let side = el("header")
        .class("shell__side")
        .child(brand(session))
        .child(
            session
                .filter(|session| session.role.may(Action::OpenOrganization))
                .map(|_| open_pages()),
        )
        .child(div("shell__foot").child(session.map_or(View::Nothing, account)));
    let body = el("main")
        .class("shell__main")
        .attr("tabindex", "-1")
        .slot(main)
        .child(div("shell__page").child(offline()).child(page()));
    let said = p("visually-hidden")
        .attr("role", "status")
        .live(move || title.get());
    div("shell")
        .child(skip)
        .child(side)
        .child(body)
        .child(said)
        .child(toast::stack())
        .into()
}

/// The offline notice. Its live region exists before its text, so that the text is read out.
fn offline() -> Element {
    let online: Online = shared();
    let text = messages::shell();
    said("status", move || {
        let say = || banner(Tone::Over, text.offline, &[text.offline_detail], None);
        (!online.get()).then(say)
    })
}

/// When another page opens: sets the title, the focus and the scroll position (UX 70). The first page
/// keeps the browser's focus.
fn announce(title: Live<String>, main: Slot, session: Option<&Session>) {
    let navigation = Navigation::here();
    let place = session.map_or(messages::shell().product, |session| &session.organization);
    let place = place.to_owned();
    let is_first = Live::new(true);
    watch(move || {
        let title = title.get();
        if title.is_empty() {
            return;
        }
        let whole = fill(messages::shell().title, &[&title, &place]);
        let moves_focus = !is_first.get_now();
        is_first.set(false);
        request_animation_frame(move || {
            navigation.arrive(&whole);
            if moves_focus {
                focus_title(main);
            }
        });
    });
}

fn brand(session: Option<&Session>) -> Element {
    let text = messages::shell();
    let name = session.map_or(text.product, |session| &session.organization);
    div("shell__brand").child(monogram(name)).child(
        span("shell__names")
            .child(span("shell__name").child(name))
            .child(span("shell__place").child(text.organization)),
    )
}

/// The navigation, while the account has pages.
fn open_pages() -> View {
    let live_status = LiveAccountStatus::here();
    let is_open = follow(move || live_status.has_pages());
    live(move || is_open.get().then(|| many([palette(), pages().into()])))
}

fn pages() -> Element {
    let navigation = Navigation::here();
    let text = messages::shell();
    let links = Section::ALL.map(|section| {
        let (label, sign) = match section {
            Section::Plan => (text.plan, Sign::Plan),
            Section::Billing => (text.billing, Sign::Card),
            Section::Invoices => (text.invoices, Sign::Invoice),
            Section::Users => (text.users, Sign::Users),
            Section::Data => (text.data, Sign::Data),
            Section::Support => (text.support, Sign::Support),
        };
        link(section.page(), "nav__link")
            .attr_live("aria-current", move || {
                (navigation.page().section() == Some(section)).then_some("page")
            })
            .child(icon(sign))
            .child(label)
    });
    el("nav")
        .class("nav")
        .attr("aria-label", text.organization)
        .children(links)
}

fn account(session: &Session) -> View {
    let text = messages::shell();
    let letter: String = session.name.chars().take(1).collect();
    let id = "organization-account";
    let open = button("nav__account")
        .attr("type", "button")
        .attr("popovertarget", id)
        .child(span("visually-hidden").child(text.account))
        .child(
            span("nav__avatar")
                .attr("aria-hidden", "true")
                .child(letter),
        )
        .child(span("nav__who").child(session.email.as_str()))
        .child(icon(Sign::UpDown));
    let who = p("menu__head")
        .child(el("b").child(session.name.as_str()))
        .child(span("menu__detail").child(session.email.as_str()))
        .child(span("menu__detail").child(messages::missing().role(session.role)));
    let menu_slot = Slot::default();
    let menu = div("menu")
        .id(id)
        .slot(menu_slot)
        .attr("popover", "auto")
        .child(who)
        .child(themes())
        .child(session.role.may(Action::ViewAudit).then(|| {
            link(Page::Audit(None), "menu__item menu__item--link")
                .on("click", move |_| close(menu_slot))
                .child(icon(Sign::Clock))
                .child(text.activity)
        }))
        .child(session.sandbox.then(|| {
            link(Page::Mailbox, "menu__item menu__item--link")
                .on("click", move |_| close(menu_slot))
                .child(icon(Sign::Mail))
                .child(text.mailbox)
        }))
        .child(leave())
        .child(leave_everywhere());
    View::Many(vec![open.into(), menu.into()])
}

/// Closes the menu, because the chosen page is under it.
fn close(menu: Slot) {
    if let Some(menu) = menu.get_now() {
        let _ = menu.hide_popover();
    }
}

fn themes() -> Element {
    let appearance: Appearance = shared();
    let text = messages::shell();
    let items = Theme::ALL.map(|theme| {
        let label = match theme {
            Theme::Auto => text.theme_auto,
            Theme::Light => text.theme_light,
            Theme::Dark => text.theme_dark,
        };
        choice(
            "theme",
            label,
            move || appearance.theme() == theme,
            move || {
                appearance.choose(theme);
            },
        )
    });
    el("fieldset")
        .class("menu__group")
        .child(el("legend").class("menu__label").child(text.theme))
        .child(div("choice").children(items))
}

fn leave() -> Element {
    sign_out("menu__item")
        .child(icon(Sign::Leave))
        .child(messages::shell().sign_out)
}

fn leave_everywhere() -> Element {
    sign_out_everywhere("menu__item")
        .child(icon(Sign::Leave))
        .child(messages::shell().sign_out_everywhere)
}
