//! The coming events, each with its day; and all of them as a calendar file.

use std::rc::Rc;

use api::account::account_status::{AccountStatus, Coming, What};
use api::plan::subscription::ScheduledKind;
use billing::account::deadline::DeadlineKind;
use billing::{BillingFrequency, PriceBook};

use crate::account_status::LiveAccountStatus;
use crate::client::Client;
use crate::components::icon::{Sign, icon};
use crate::messages::{self, fill, format};
use crate::view::{Element, View, div, el, h2, live, p, section, shared, span};

pub(in crate::screens::my_plan) fn card(book: &Rc<PriceBook>) -> View {
    let book = Rc::clone(book);
    let live_status = LiveAccountStatus::here();
    live(move || {
        live_status
            .known()
            .map(|account_status| listed(&account_status, &book))
    })
}

fn listed(account_status: &AccountStatus, book: &PriceBook) -> Element {
    let text = messages::coming();
    let client: Client = shared();
    let calendar = client.calendar().map(|address| {
        el("a")
            .class("button button--small card__aside")
            .attr("href", address)
            .attr("download", "")
            .child(icon(Sign::Clock))
            .child(text.calendar)
    });
    let head = div("card__head")
        .child(h2("card__title").child(text.title))
        .child(calendar.filter(|_| !account_status.coming.is_empty()));
    let card = section("card").child(head);
    if account_status.coming.is_empty() {
        return card.child(p("state__text").child(text.nothing));
    }
    let rows = account_status.coming.iter();
    card.child(
        el("ol")
            .class("coming-up")
            .children(rows.map(|one| row(one, book, account_status.offset_minutes))),
    )
}

fn row(coming: &Coming, book: &PriceBook, offset_minutes: i32) -> Element {
    let text = messages::coming();
    let exactly = coming.at.map(|at| format::instant(at, offset_minutes));
    let when = el("time")
        .class("coming-up__when")
        .attr("datetime", coming.day.to_string())
        .attr("title", exactly.as_deref().unwrap_or(text.expected))
        .child(format::date(coming.day));
    el("li")
        .class("coming-up__row")
        .child(when)
        .child(span("coming-up__what").child(words(&coming.what, book)))
}

fn words(what: &What, book: &PriceBook) -> String {
    let text = messages::coming();
    match what {
        What::Alert(percent) => fill(text.alert, &[&format::count(*percent)]),
        What::Change(ScheduledKind::Downgrade(tier)) => {
            fill(text.downgrade, &[&format::count(*tier)])
        }
        What::Change(ScheduledKind::Removal(add_on)) => {
            fill(text.removal, &[book.add_on_name(add_on)])
        }
        What::Change(ScheduledKind::Frequency(BillingFrequency::Annual)) => text.yearly.to_owned(),
        What::Change(ScheduledKind::Frequency(BillingFrequency::Monthly)) => {
            text.monthly.to_owned()
        }
        What::Deadline(kind) => deadline(*kind).to_owned(),
    }
}

fn deadline(kind: DeadlineKind) -> &'static str {
    let text = messages::coming();
    match kind {
        DeadlineKind::QuoteExpiry => text.quote_expiry,
        DeadlineKind::AuthenticationExpiry => text.authentication_expiry,
        DeadlineKind::TrialLock => text.trial_lock,
        DeadlineKind::TrialEnd => text.trial_end,
        DeadlineKind::TrialCancellation | DeadlineKind::LockEnd | DeadlineKind::PauseEnd => {
            text.cancellation
        }
        DeadlineKind::GraceEnd => text.grace_end,
        DeadlineKind::NextBillingDate => text.next_billing_date,
        DeadlineKind::AnnualTermEnd => text.annual_term_end,
        DeadlineKind::ScheduledChange => text.scheduled_change,
        DeadlineKind::PredebitNotice => text.predebit_notice,
        DeadlineKind::EarliestDebit => text.earliest_debit,
        DeadlineKind::RetentionBoundary => text.retention_boundary,
        DeadlineKind::BackupPurge => text.backup_purge,
        // Internal jobs of the backend; their effects are listed above.
        DeadlineKind::Schedule
        | DeadlineKind::PaymentCheck
        | DeadlineKind::MonthChange
        | DeadlineKind::Collect
        | DeadlineKind::EndNotice
        | DeadlineKind::Alerts => "",
    }
}
