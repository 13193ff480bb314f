//! Pages that the role may not see, unknown addresses, and pages that are not built yet.

use api::session::Session;

use crate::components::icon::{Sign, icon};
use crate::components::page_head::page_head;
use crate::messages::{self, fill};
use crate::routing::navigation::link;
use crate::routing::route::{Later, Page};
use crate::view::{View, div, many, p, span};

/// A page that only admins may see (SPEC 7.2).
pub fn closed(session: &Session) -> View {
    let text = messages::missing();
    let who = [
        &*session.email,
        text.role(session.role),
        &*session.organization,
    ];
    page(Sign::Lock, text.closed, fill(text.closed_text, &who), None)
}

pub fn not_found() -> View {
    let text = messages::missing();
    let back = WayOut {
        page: Page::MyPlan,
        label: text.to_plan,
    };
    page(
        Sign::Warning,
        text.not_found,
        text.not_found_text.to_owned(),
        Some(back),
    )
}

/// A page that is not built yet.
pub fn later(later: Later) -> View {
    many([
        page_head(later_name(later), None, View::Nothing).into(),
        p("state__text").child(messages::missing().later).into(),
    ])
}

/// The link that leads out of such a page.
#[derive(Debug, Clone)]
pub struct WayOut {
    pub page: Page,
    pub label: &'static str,
}

/// A page with a reason and a link out.
pub fn page(sign: Sign, title: &str, why: String, out: Option<WayOut>) -> View {
    let out = out.map(|out| {
        let link = link(out.page, "button").child(out.label);
        div("state__actions").child(link)
    });
    div("state state--page")
        .child(span("state__icon").child(icon(sign)))
        .child(page_head(title, None, View::Nothing))
        .child(p("state__text").child(why))
        .child(out)
        .into()
}

pub fn later_name(later: Later) -> &'static str {
    let text = messages::missing();
    match later {
        Later::BillingDetails => text.billing_details,
        Later::PaymentMethods => text.payment_methods,
        Later::NewPaymentMethod => text.new_payment_method,
        Later::Users => text.users,
        Later::Invite => text.invite,
        Later::Roles => text.roles,
    }
}
