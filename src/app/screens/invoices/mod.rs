//! All invoices, newest first.

use api::audit::Section;
use api::invoicing::invoice::{InvoiceSummary, Invoices};
use billing::invoicing::invoice::{InvoiceKind, InvoiceNumber, InvoiceStatus};
use billing::period::last_day;
use chrono::NaiveDate;

use crate::client::Client;
use crate::client::load::Loader;
use crate::components::activity;
use crate::components::error_card::error_card;
use crate::components::icon::{Sign, icon};
use crate::components::more::more;
use crate::components::page_head::page_head;
use crate::components::skeleton::{show, skeleton};
use crate::messages::{self, fill, format};
use crate::routing::navigation::link;
use crate::routing::route::Page;
use crate::view::{
    Element, View, div, el, h2, live, many, p, section, shared, span, table, td, th, tr,
};

pub fn screen() -> View {
    let client: Client = shared();
    let list = Loader::new(move || client.invoices(None));
    let title = messages::failure().loading_invoices;
    let body = live(move || {
        show(
            list.get(),
            || skeleton(&["row", "row", "row", "row"]),
            |page| ready(page, list, client),
            |failure| error_card(title, failure, move || list.again()),
        )
    });
    let head = page_head(messages::invoices().title, None, View::Nothing);
    let log = activity::card(&[Section::Invoices], move || list.get().ready().is_some());
    many([head.into(), body, log])
}

fn ready(page: &Invoices, list: Loader<Invoices>, client: Client) -> View {
    let text = messages::invoices();
    if page.items.is_empty() {
        return empty(page.next_invoice_on);
    }
    let head = [
        text.number,
        text.date,
        text.period,
        text.kind,
        text.status,
        text.paid_with,
    ];
    let head = head.map(|label| th("table__head").attr("scope", "col").child(label));
    let total = th("table__head table__head--amount")
        .attr("scope", "col")
        .child(text.total);
    let table = table("table table--cards")
        .child(el("thead").child(tr("table__row").children(head).child(total)))
        .child(el("tbody").children(page.items.iter().map(row)));
    let next = fill(text.next, &[&format::date(page.next_invoice_on)]);
    many([
        div("card table__frame").child(table).into(),
        older(page, list, client).into(),
        p("invoices__minor").child(next).into(),
    ])
}

fn row(invoice: &InvoiceSummary) -> Element {
    let label = invoice.number.as_str();
    let number = match InvoiceNumber::parse(label) {
        Some(number) => link(Page::Invoice(number), "table__link").child(label),
        None => span("table__link").child(label),
    };
    let minor = |words: String| td("table__cell table__cell--minor").child(words);
    let total = format::money(invoice.total);
    tr("table__row invoices__row")
        .child(th("table__cell").attr("scope", "row").child(number))
        .child(minor(format::date(invoice.issued_on)))
        .child(minor(days(invoice)))
        .child(minor(kind_name(invoice.kind).to_owned()))
        .child(td("table__cell").child(status(invoice.status)))
        .child(minor(invoice.paid_with.clone().unwrap_or_default()))
        .child(td("table__cell table__cell--amount table__cell--strong").child(total))
}

/// The button that loads older invoices.
fn older(page: &Invoices, list: Loader<Invoices>, client: Client) -> Option<Element> {
    let (shown, next) = (page.clone(), page.next.clone()?);
    let older = more(messages::invoices().more, move || {
        let (mut page, next) = (shown.clone(), next.clone());
        Box::pin(async move {
            let older = client.invoices(Some(&next)).await?;
            page.items.extend(older.items);
            page.next = older.next;
            list.set(page);
            Ok(())
        })
    });
    Some(older)
}

fn empty(next: NaiveDate) -> View {
    let text = messages::invoices();
    section("card state state--center")
        .child(span("state__icon").child(icon(Sign::Invoice)))
        .child(h2("state__title").child(text.empty))
        .child(p("state__text").child(fill(text.empty_text, &[&format::date(next)])))
        .child(link(Page::MyPlan, "button").child(text.empty_action))
        .into()
}

/// The name of an invoice kind.
pub fn kind_name(kind: InvoiceKind) -> &'static str {
    let text = messages::invoices();
    match kind {
        InvoiceKind::Scheduled => text.scheduled,
        InvoiceKind::Upgrade => text.upgrade,
        InvoiceKind::AddOn => text.add_on,
        InvoiceKind::TrialFirst => text.trial_first,
        InvoiceKind::Reactivation => text.reactivation,
        InvoiceKind::Final => text.last,
        InvoiceKind::Annual => text.annual,
        InvoiceKind::CreditNote => text.credit_note,
    }
}

/// The chip of a payment state.
pub fn status(status: InvoiceStatus) -> Element {
    let text = messages::invoices();
    let (class, sign, label) = match status {
        InvoiceStatus::Paid => ("chip chip--ok", Sign::Check, text.paid),
        InvoiceStatus::Open => ("chip chip--over", Sign::Clock, text.open),
        InvoiceStatus::Processing => ("chip chip--accent", Sign::Clock, text.processing),
        InvoiceStatus::Overdue => ("chip chip--danger", Sign::Warning, text.overdue),
        InvoiceStatus::Void => ("chip", Sign::Cross, text.void),
    };
    span(class).child(icon(sign)).child(label)
}

/// The first and last day of the period, without the year, which the day of issue has.
fn days(invoice: &InvoiceSummary) -> String {
    let days = [invoice.period_start, last_day(invoice.period_end)].map(format::day);
    fill(messages::invoices().range, &[&days[0], &days[1]])
}

/// The first and last day of an invoice's period.
pub fn period(invoice: &InvoiceSummary) -> String {
    range(invoice.period_start, invoice.period_end)
}

/// The first and last day of a period that ends before the day `end`.
pub fn range(start: NaiveDate, end: NaiveDate) -> String {
    let days = [format::day(start), format::date(last_day(end))];
    fill(
        messages::invoices().range,
        &days.each_ref().map(String::as_str),
    )
}
