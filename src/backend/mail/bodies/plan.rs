//! Mails about changes of the plan: made, scheduled, withdrawn, or not paid for (SPEC R5 to R7).

use billing::BillingFrequency;

use crate::mail::body::MailBody;
use crate::mail::facts::NotificationFacts;
use crate::mail::figures::{count, date, money};
use crate::mail::place::Page;
use crate::notification::PlanOrder;

pub(super) fn changed(notice: &NotificationFacts, order: &PlanOrder) -> MailBody {
    let name = notice.name();
    let says = format!(
        "The plan of {name} is changed by {}, from now on.",
        order.by
    );
    MailBody::new(format!("{name}: the plan is changed"), says)
        .figures(change(notice, order))
        .page(notice.place(Page::MyPlan))
}

pub(super) fn scheduled(notice: &NotificationFacts, order: &PlanOrder) -> MailBody {
    let name = notice.name();
    let from = order.effective_on.map(date);
    let from = from.map_or_else(String::new, |day| format!(" on {day}"));
    let says = format!(
        "A change of the plan of {name} is scheduled by {}; it takes effect{from}.",
        order.by
    );
    MailBody::new(format!("{name}: a change of the plan is scheduled"), says)
        .says("Nothing is charged for it now, and it can be withdrawn until that day.")
        .figures(change(notice, order))
        .page(notice.place(Page::MyPlan))
}

pub(super) fn withdrawn(notice: &NotificationFacts, order: &PlanOrder) -> MailBody {
    let name = notice.name();
    let says = format!(
        "A change that was scheduled for {name} is withdrawn by {}; the plan stays as it is.",
        order.by
    );
    let subject = format!("{name}: a scheduled change is withdrawn");
    MailBody::new(subject, says)
        .figures(change(notice, order))
        .page(notice.place(Page::MyPlan))
}

pub(super) fn declined(notice: &NotificationFacts, order: &PlanOrder) -> MailBody {
    unpaid(notice, order, "The bank declined the payment for it")
}

pub(super) fn expired(notice: &NotificationFacts, order: &PlanOrder) -> MailBody {
    unpaid(notice, order, "The payment for it was not finished in time")
}

/// An order that was not paid for changes nothing (SPEC 6, row 8).
fn unpaid(notice: &NotificationFacts, order: &PlanOrder, happened: &str) -> MailBody {
    let name = notice.name();
    let says = format!(
        "A change of the plan of {name} was ordered by {}. {happened}: nothing was charged, and the plan is as before.",
        order.by
    );
    MailBody::new(format!("{name}: a change of the plan was not paid"), says)
        .figures(change(notice, order))
        .page(notice.place(Page::ChangePlan))
}

/// What changes, and what it costs.
fn change(notice: &NotificationFacts, order: &PlanOrder) -> Vec<(String, String)> {
    let mut figures = Vec::new();
    let mut say = |name: &str, figure: String| figures.push((name.to_owned(), figure));
    if let Some(tier) = order.tier {
        say("Tier", format!("{} MAU", count(tier)));
    }
    for id in &order.add {
        say("Add-on added", notice.book.book.add_on_name(id).to_owned());
    }
    for id in &order.remove {
        say(
            "Add-on removed",
            notice.book.book.add_on_name(id).to_owned(),
        );
    }
    if let Some(frequency) = order.frequency {
        let billed = match frequency {
            BillingFrequency::Monthly => "by the month",
            BillingFrequency::Annual => "by the year",
        };
        say("Billed", billed.to_owned());
    }
    if let Some(day) = order.effective_on {
        say("From", date(day));
    }
    if let Some(invoice) = &order.invoice {
        say("Invoice", invoice.to_string());
    }
    if let Some(amount) = &order.amount {
        say("Charged", money(*amount));
    }
    figures
}
