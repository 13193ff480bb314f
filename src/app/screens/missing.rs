//! Pages that are closed, not there, or not there yet.

use api::session::Session;
use billing::permission::Role;
use leptos::prelude::*;

use crate::icon::{Icon, Sign};
use crate::messages::{fill, messages};
use crate::navigation::NavLink;
use crate::route::{Later, Page};
use crate::shell::PageHead;

/// A page that only admins may see (SPEC 7.2).
#[must_use]
pub fn closed(session: &Session) -> AnyView {
    let text = &messages().missing;
    let who = [&*session.email, role_name(session.role), &*session.organization];
    page(Sign::Lock, text.closed, fill(text.closed_text, &who), None)
}

/// An address of no page.
#[must_use]
pub fn not_found() -> AnyView {
    let text = &messages().missing;
    let back = (Page::MyPlan, text.to_plan);
    page(Sign::Warning, text.not_found, text.not_found_text.to_owned(), Some(back))
}

/// A page that is not built yet says so, and nothing more.
#[must_use]
pub fn later(later: Later) -> AnyView {
    view! {
        <PageHead title=later_name(later) />
        <p>{messages().missing.later}</p>
    }
    .into_any()
}

/// A page with a reason and a way out.
#[must_use]
pub fn page(sign: Sign, title: &str, why: String, out: Option<(Page, &'static str)>) -> AnyView {
    let out = out.map(|(page, label)| {
        view! {
            <div class="state__actions">
                <NavLink to=page class="button">{label}</NavLink>
            </div>
        }
    });
    view! {
        <div class="state state--page">
            <span class="state__icon"><Icon sign /></span>
            <PageHead title=title.to_owned() />
            <p class="state__text">{why}</p>
            {out}
        </div>
    }
    .into_any()
}

/// A role by its name.
#[must_use]
pub const fn role_name(role: Role) -> &'static str {
    let text = &messages().missing;
    match role {
        Role::Admin => text.role_admin,
        Role::Approver => text.role_approver,
        Role::Creator => text.role_creator,
        Role::Member => text.role_member,
    }
}

const fn later_name(later: Later) -> &'static str {
    let text = &messages().missing;
    match later {
        Later::AddOns => text.add_ons,
        Later::Pause => text.pause,
        Later::Cancel => text.cancel,
        Later::BillingDetails => text.billing_details,
        Later::PaymentMethods => text.payment_methods,
        Later::NewPaymentMethod => text.new_payment_method,
        Later::Users => text.users,
        Later::Invite => text.invite,
        Later::Roles => text.roles,
        Later::Data => text.data,
        Later::Support => text.support,
        Later::Audit => text.audit,
    }
}
