//! Mails about alerts and usage locks (SPEC R10, R11).

use billing::access::{Condition, Gate, alert};
use billing::account::usage_lock::UsageLock;
use chrono::{DateTime, Utc};

use super::lock;
use crate::mail::body::MailBody;
use crate::mail::facts::NotificationFacts;
use crate::mail::figures::{count, month};
use crate::mail::place::Page;

/// An alert names the threshold, the usage, and the limit that the usage was compared with.
pub(super) fn alert(notice: &NotificationFacts, reached: alert::AlertNotice) -> MailBody {
    let alert::AlertNotice {
        period_start,
        tier,
        usage,
        percent,
    } = reached;
    let name = notice.name();
    let figures = vec![
        ("Month".to_owned(), month(period_start)),
        ("Users counted".to_owned(), count(usage)),
        ("Limit of the tier".to_owned(), count(tier)),
        ("Alert".to_owned(), format!("{percent}% of the limit")),
    ];
    let says = format!(
        "The usage of {name} has reached {percent}% of its limit: {} of {} users.",
        count(usage),
        count(tier)
    );
    let subject = format!("{name}: {percent}% of the plan's users reached");
    MailBody::new(subject, says)
        .figures(figures)
        .says(next(notice, percent))
        .page(notice.place(Page::MyPlan))
}

/// What happens next, by the percentage that was reached.
fn next(notice: &NotificationFacts, percent: u64) -> String {
    let charged = "Users above the limit are charged as overage with the next invoice; upgrading \
                   before the month ends avoids it.";
    let list = notice.book.book.list(notice.organization.currency);
    match list.map(|list| list.lock_percent) {
        _ if percent < 100 => format!("Nothing changes yet. {charged}"),
        Some(lock) => format!(
            "{charged} Above {lock}% of the limit the dashboard and the exports are locked."
        ),
        None => charged.to_owned(),
    }
}

pub(super) fn locked(notice: &NotificationFacts, usage_lock: UsageLock) -> MailBody {
    let condition = match usage_lock {
        UsageLock::AnnualSoft { .. } => Condition::AnnualSoft,
        UsageLock::Overage { .. } | UsageLock::Clear { .. } => Condition::OverageLock,
    };
    let body = lock::locked(notice, condition);
    match notice.access.works.ingestion {
        Gate::Open => body.says("Data that comes in is kept, and overage is invoiced as usual."),
        Gate::Shut => body,
    }
    .page(notice.place(Page::ChangePlan))
}

/// The operator has lifted the lock: until when, and why.
pub(super) fn lifted(
    notice: &NotificationFacts,
    (until, reason): (DateTime<Utc>, &str),
) -> MailBody {
    let name = notice.name();
    let subject = match notice.is_open() {
        true => format!("{name}: the dashboard is open again"),
        false => format!("{name}: the lock for usage is lifted"),
    };
    let says = format!(
        "The support team has lifted the lock of {name} for its usage. No usage locks it again before \
         {}.",
        notice.instant(until)
    );
    let body = MailBody::new(subject, says)
        .figures(vec![("Reason".to_owned(), reason.to_owned())])
        .says("Overage is invoiced as usual.");
    lock::opened(notice, body).page(notice.place(Page::MyPlan))
}

pub(super) fn unlocked(notice: &NotificationFacts) -> MailBody {
    let name = notice.name();
    let subject = match notice.is_open() {
        true => format!("{name}: the dashboard is open again"),
        false => format!("{name}: the lock for usage is lifted"),
    };
    let says = format!("The lock of {name} for its usage is lifted.");
    lock::opened(notice, MailBody::new(subject, says)).page(notice.place(Page::MyPlan))
}
