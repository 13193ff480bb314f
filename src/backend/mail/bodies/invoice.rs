//! The mail about an issued invoice (SPEC 4.8).

use api::invoicing::invoice::Invoice;
use billing::invoicing::invoice::InvoiceNumber;
use billing::period::last_day;
use billing::{Line, LineKind};

use crate::mail::body::MailBody;
use crate::mail::facts::NotificationFacts;
use crate::mail::figures::{date, money};
use crate::mail::place::Page;

/// The whole invoice: each line, each tax, the total.
pub(super) fn issued(notice: &NotificationFacts, number: &InvoiceNumber) -> MailBody {
    let Some(invoice) = &notice.invoice else {
        return MailBody::new(format!("Invoice {number}"), to_pay(notice));
    };
    let summary = &invoice.summary;
    let total = money(summary.total);
    let days = |start, end| format!("{} to {}", date(start), date(last_day(end)));
    let usage = invoice.usage_month().map(|month| {
        let days = days(month.start(), month.end());
        format!(" It includes the usage of {days}.")
    });
    let says = format!(
        "Invoice {} of {} for {} comes to {total}.{}",
        summary.number,
        date(summary.issued_on),
        days(summary.period_start, summary.period_end),
        usage.unwrap_or_default(),
    );
    let page = Page::Invoice(summary.number.clone());
    MailBody::new(format!("Invoice {}: {total}", summary.number), says)
        .figures(figures(notice, invoice))
        .says(to_pay(notice))
        .page(notice.place(page))
}

/// How the invoice is paid, as of the composition of the mail.
pub(super) fn to_pay(notice: &NotificationFacts) -> String {
    let with = notice.invoice.as_ref().map(|invoice| &invoice.summary);
    match (
        &notice.debit,
        with.and_then(|summary| summary.paid_with.as_ref()),
    ) {
        (_, Some(with)) => format!("It is paid with {with}."),
        (None, None) => "It is paid.".to_owned(),
        (Some(debit), None) => match (&debit.method, debit.debit_at) {
            (None, _) => "There is no payment method to charge it to.".to_owned(),
            (Some(method), Some(at)) if at > notice.at => format!(
                "It is debited from {method}, not before {}.",
                notice.instant(at)
            ),
            (Some(method), _) => format!("It is charged to {method}."),
        },
    }
}

fn figures(notice: &NotificationFacts, invoice: &Invoice) -> Vec<(String, String)> {
    let lines = invoice.statement.lines.iter();
    let mut figures: Vec<_> = lines
        .map(|line| (label(notice, line), money(line.amount)))
        .collect();
    for tax in &invoice.statement.taxes {
        figures.push((tax.name.as_str().to_owned(), money(tax.amount)));
    }
    figures.push(("Total".to_owned(), money(invoice.statement.total)));
    figures
}

/// What a line charges for.
fn label(notice: &NotificationFacts, line: &Line) -> String {
    let add_on = line
        .add_on
        .as_ref()
        .map(|id| notice.book.book.add_on_name(id));
    let add_on = add_on.unwrap_or_default();
    match line.kind {
        LineKind::Base => notice.book.book.plan.clone(),
        LineKind::AddOn => add_on.to_owned(),
        LineKind::TierProration => "Higher tier, rest of the month".to_owned(),
        LineKind::AddOnRepricing => format!("{add_on}, re-priced with the tier"),
        LineKind::AddOnProration => format!("{add_on}, rest of the month"),
        LineKind::MauOverage => "Overage".to_owned(),
        LineKind::AddOnOverage => format!("Overage of {add_on}"),
        LineKind::AddOnUse => format!("Extra use of {add_on}"),
    }
}
