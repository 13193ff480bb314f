//! The handlers of the routes, and [`handler`], the table that has one for each route.
//!
//! The routes that need a sandbox have their handlers in a [`Plugin`](plugin::Plugin); without one they
//! do not exist. [`health`] is outside the API.

use api::Route;
use api::route::Method;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::AppState;

mod account_status;
mod audit;
mod credentials;
mod data;
pub(in crate::http) mod health;
mod intake;
mod invoices;
mod leaving;
mod orders;
mod payments;
mod plan;
pub(in crate::http) mod plugin;
mod session;
mod support;
mod upload;

/// The largest body of a ticket, in bytes: its attachments in base64, and its texts.
const UPLOAD_LIMIT: usize = 5 * 1024 * 1024;
/// The largest batch that a program can send, in bytes.
const BATCH_LIMIT: usize = 1024 * 1024;

/// The method by which a route is called.
pub(crate) const fn method(route: Route) -> MethodFilter {
    match route.method() {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Delete => MethodFilter::DELETE,
    }
}

/// The handler of a route; `None` for the routes of a sandbox. The `match` has no `_` arm, so a route
/// that is forgotten does not compile.
pub(crate) fn handler(route: Route) -> Option<MethodRouter<AppState>> {
    let method = method(route);
    Some(match route {
        Route::SignIn => on(method, session::sign_in),
        Route::Session => on(method, session::session),
        Route::SignOut => on(method, session::sign_out),
        Route::SignOutEverywhere => on(method, session::sign_out_everywhere),
        Route::Organization => on(method, plan::organization),
        Route::PriceBook => on(method, plan::price_book),
        Route::Subscription => on(method, plan::subscription),
        Route::Usage => on(method, plan::usage),
        Route::Projects => on(method, plan::projects),
        Route::Quotes => on(method, orders::quote),
        Route::PlanChanges => on(method, orders::order),
        Route::PlanChange => on(method, orders::plan_change),
        Route::ScheduledChange => on(method, orders::withdraw),
        Route::Invoices => on(method, invoices::invoices),
        Route::Invoice => on(method, invoices::invoice),
        Route::OutstandingPayments => on(method, payments::pay),
        Route::PaymentUnderWay => on(method, payments::under_way),
        Route::AccountStatus => on(method, account_status::account_status),
        Route::Leaving => on(method, leaving::leaving),
        Route::Pause => on(method, leaving::pause),
        Route::Cancellation => on(method, leaving::cancellation),
        Route::Reactivation => on(method, leaving::reactivation),
        Route::ComingUp => on(method, account_status::coming_up),
        Route::SendUsage => {
            on(method, intake::send_usage).layer(DefaultBodyLimit::max(BATCH_LIMIT))
        }
        Route::SendAddOnUse => on(method, intake::send_add_on_use),
        Route::UploadAddOnUse => on(method, intake::upload_add_on_use),
        Route::SendEvents => {
            on(method, intake::send_events).layer(DefaultBodyLimit::max(BATCH_LIMIT))
        }
        Route::SendProfiles => {
            on(method, intake::send_profiles).layer(DefaultBodyLimit::max(BATCH_LIMIT))
        }
        Route::UsageCsv => on(method, upload::summary),
        Route::StageUsage => on(method, upload::stage),
        Route::ApplyUsage => on(method, upload::apply),
        Route::DiscardUsage => on(method, upload::discard),
        Route::Credentials => on(method, credentials::credentials),
        Route::IssueCredential => on(method, credentials::issue),
        Route::RevokeCredential => on(method, credentials::revoke),
        Route::Data => on(method, data::data),
        Route::Export => on(method, data::export),
        Route::Audit => on(method, audit::activity),
        Route::AuditCsv => on(method, audit::csv),
        Route::Support => on(method, support::support),
        Route::Tickets => on(method, support::open).layer(DefaultBodyLimit::max(UPLOAD_LIMIT)),
        Route::SandboxClock
        | Route::SandboxGateway
        | Route::SandboxPaymentMethod
        | Route::SandboxBillingDetails
        | Route::Mailbox
        | Route::Mail
        | Route::MailPage => return None,
    })
}
