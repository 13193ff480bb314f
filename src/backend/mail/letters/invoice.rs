//! Invoices (SPEC 4.8).

use api::invoice::{Invoice, InvoiceStatus};
use api::statement::Line;

use crate::mail::facts::Notice;
use crate::mail::figures::{date, money};
use crate::mail::letter::Letter;

pub(super) fn letter(what: &str, notice: &Notice) -> Option<Letter> {
    match what {
        "issued" => issued(notice),
        _ => None,
    }
}

/// The invoice as it stands: each line, each tax, the total.
fn issued(notice: &Notice) -> Option<Letter> {
    let invoice = notice.invoice.as_ref()?;
    let summary = &invoice.summary;
    let total = money(&summary.total, &summary.currency);
    let last = summary.period_end.pred_opt().unwrap_or(summary.period_end);
    let says = format!(
        "Invoice {} of {} for {} to {} comes to {total}.",
        summary.number,
        date(summary.issued_on),
        date(summary.period_start),
        date(last),
    );
    let next = match (summary.status, &summary.paid_with) {
        (InvoiceStatus::Paid, Some(with)) => format!("It is paid with {with}."),
        (InvoiceStatus::Paid, None) => "It is paid.".to_owned(),
        _ => "It is charged to your default payment method.".to_owned(),
    };
    let subject = format!("Invoice {}: {total}", summary.number);
    let path = format!("/invoices/{}", summary.number);
    let letter = Letter::new(subject, says).figures(figures(notice, invoice));
    Some(letter.says(next).page("Invoices", path))
}

fn figures(notice: &Notice, invoice: &Invoice) -> Vec<(String, String)> {
    let currency = &invoice.summary.currency;
    let lines = invoice.statement.lines.iter();
    let mut figures: Vec<_> = lines
        .map(|line| (label(notice, line), money(&line.amount, currency)))
        .collect();
    for tax in &invoice.statement.taxes {
        figures.push((tax.name.clone(), money(&tax.amount, currency)));
    }
    figures.push((
        "Total".to_owned(),
        money(&invoice.statement.total, currency),
    ));
    figures
}

/// What a line charges for.
fn label(notice: &Notice, line: &Line) -> String {
    let add_on = || notice.add_on(line.add_on.as_deref().unwrap_or_default());
    match line.kind.as_str() {
        "base" => "Essentials".to_owned(),
        "add_on" => add_on(),
        "tier_proration" => "Higher tier, rest of the month".to_owned(),
        "add_on_repricing" => format!("{}, re-priced with the tier", add_on()),
        "add_on_proration" => format!("{}, rest of the month", add_on()),
        "mau_overage" => "Overage".to_owned(),
        "add_on_overage" => format!("Overage of {}", add_on()),
        "add_on_use" => format!("Extra use of {}", add_on()),
        other => other.replace('_', " "),
    }
}
