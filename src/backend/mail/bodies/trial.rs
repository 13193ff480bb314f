//! Mails about the trial (SPEC R8).

use billing::access::Condition;
use billing::account::deadline::DeadlineKind;
use billing::invoicing::invoice::InvoiceNumber;
use chrono::NaiveDate;

use super::lock;
use crate::mail::body::MailBody;
use crate::mail::facts::NotificationFacts;
use crate::mail::figures::date;
use crate::mail::place::Page;

/// The trial is about to end, and something is missing.
pub(super) fn locked(notice: &NotificationFacts) -> MailBody {
    lock::locked(notice, Condition::TrialBillingMissing)
        .figures(notice.coming(&[DeadlineKind::TrialEnd, DeadlineKind::TrialCancellation]))
        .page(notice.place(Page::MyPlan))
}

/// The trial has become a paid plan.
pub(super) fn ended(
    notice: &NotificationFacts,
    from: NaiveDate,
    invoice: Option<&InvoiceNumber>,
) -> MailBody {
    let name = notice.name();
    let mut figures = vec![("Charged from".to_owned(), date(from))];
    figures.extend(invoice.map(|number| ("Invoice".to_owned(), number.to_string())));
    let says = format!(
        "The trial of {name} has ended and the plan is active. The month is charged from that day on."
    );
    MailBody::new(format!("{name}: the trial has ended"), says)
        .figures(figures)
        .page(notice.place(Page::Invoices))
}

/// The trial has ended, and something is still missing.
pub(super) fn expired(notice: &NotificationFacts) -> MailBody {
    lock::locked(notice, Condition::TrialExpired)
        .figures(notice.coming(&[DeadlineKind::TrialCancellation]))
        .says("Otherwise the account is cancelled then, and its data is deleted.")
        .page(notice.place(Page::MyPlan))
}
