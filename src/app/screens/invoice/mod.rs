//! One invoice in full: on screen with its derivations, in print on one page.

use api::invoicing::invoice::{Invoice, Party};
use billing::PriceBook;
use billing::invoicing::invoice::{InvoiceNumber, InvoiceStatus};
use leptos::prelude::window;

use super::invoices::{kind_name, period, range, status};
use super::missing::{self, WayOut};
use crate::client::Client;
use crate::client::failure::Failure;
use crate::client::load::{Load, Loader};
use crate::components::error_card::error_card;
use crate::components::icon::{Sign, icon};
use crate::components::page_head::page_head;
use crate::components::receipt::{self, how};
use crate::components::skeleton::skeleton;
use crate::messages::{self, fill, format};
use crate::routing::navigation::link;
use crate::routing::route::Page;
use crate::view::{Element, Live, View, button, dd, div, dl, dt, el, h2, live, many, p, shared};

pub fn screen(number: &InvoiceNumber) -> View {
    let client: Client = shared();
    let asked = number.clone();
    let invoice = Loader::new(move || {
        let number = asked.clone();
        async move { client.invoice(number.as_str()).await }
    });
    let book = Loader::new(move || client.price_book());
    let number = number.clone();
    live(move || match invoice.get() {
        Load::Failed(Failure::Refused(problem)) if problem.code == api::Code::NotFound => {
            let text = messages::missing();
            let title = fill(text.no_invoice, &[number.as_str()]);
            let out = WayOut {
                page: Page::Invoices,
                label: text.to_invoices,
            };
            missing::page(
                Sign::Invoice,
                &title,
                text.no_invoice_text.to_owned(),
                Some(out),
            )
        }
        found => many([head(&number, &found).into(), body(&found, invoice, book)]),
    })
}

fn head(number: &InvoiceNumber, found: &Load<Invoice>) -> Element {
    let text = messages::invoices();
    let back = link(Page::Invoices, "page-head__link")
        .child(icon(Sign::Back))
        .child(text.title);
    let print = button("button")
        .attr("type", "button")
        .on("click", |_| drop(window().print()))
        .child(icon(Sign::Print))
        .child(text.print);
    let chip = found.ready().map(|invoice| status(invoice.summary.status));
    let beside = many([chip.into(), div("page-head__actions").child(print).into()]);
    page_head(&fill(text.invoice, &[number.as_str()]), Some(back), beside)
}

fn body(found: &Load<Invoice>, loader: Loader<Invoice>, book: Loader<PriceBook>) -> View {
    match found {
        Load::Waiting => skeleton(&["title", "figure", "row", "row", "row", "row"]),
        Load::Ready(invoice) => paper(invoice, book).into(),
        Load::Failed(failure) => {
            let title = messages::failure().loading_invoice;
            error_card(title, failure, move || loader.again())
        }
    }
}

fn paper(invoice: &Invoice, book: Loader<PriceBook>) -> Element {
    let text = messages::invoices();
    let summary = &invoice.summary;
    let open = Live::new(false);
    let paid = match (&summary.status, &summary.paid_with) {
        (InvoiceStatus::Paid, Some(method)) => fill(text.paid_by, &[method]),
        (InvoiceStatus::Paid, None) => text.paid.to_owned(),
        (InvoiceStatus::Open, _) => text.to_pay.to_owned(),
        (InvoiceStatus::Processing, _) => text.being_paid.to_owned(),
        (InvoiceStatus::Overdue, _) => text.unpaid.to_owned(),
        (InvoiceStatus::Void, _) => text.void.to_owned(),
    };
    let version = invoice.price_book_version.to_string();
    let what = fill(text.invoice, &[summary.number.as_str()]);
    let supplier = div("invoice__who")
        .child(p("invoice__supplier").child(invoice.supplier.name.as_str()))
        .child(p("invoice__label").child(format!("{what} · {}", kind_name(summary.kind))));
    let sum = div("invoice__sum")
        .child(p("invoice__figure").child(format::money(summary.total)))
        .child(p("invoice__label").child(paid));
    let parties = div("invoice__parties")
        .child(party(text.to, &invoice.customer))
        .child(party(text.from, &invoice.supplier))
        .child(facts(invoice));
    let lines = div("invoice__lines receipt")
        .child(receipt::issued(
            &invoice.statement,
            book,
            messages::receipt().total,
            open,
        ))
        .child(how(open));
    let priced_with = fill(text.book, &[&invoice.price_book, &version]);
    el("article")
        .class("card invoice")
        .child(div("invoice__top").child(supplier).child(sum))
        .child(parties)
        .child(lines)
        .child(p("invoice__foot").child(format!("{} {priced_with}", text.rounding)))
}

fn party(label: &'static str, party: &Party) -> Element {
    let tax = party
        .tax_number
        .as_ref()
        .map(|number| fill(messages::invoices().tax_number, &[number]));
    let lines = party.address.iter().cloned().chain(tax);
    div("invoice__party")
        .child(h2("invoice__label").child(label))
        .child(p("invoice__name").child(party.name.as_str()))
        .children(lines.map(|line| p("invoice__line").child(line)))
}

fn facts(invoice: &Invoice) -> Element {
    let text = messages::invoices();
    let place = invoice.places.map(|places| {
        let state = places.customer.to_string();
        (text.place, fill(text.place_state, &[&state]))
    });
    let facts = [
        Some((text.issued, format::date(invoice.summary.issued_on))),
        Some((text.service, period(&invoice.summary))),
        invoice
            .usage_month()
            .map(|month| (text.usage, range(month.start(), month.end()))),
        place,
    ];
    let facts = facts.into_iter().flatten().flat_map(|(label, fact)| {
        [
            dt("invoice__label").child(label),
            dd("invoice__fact").child(fact),
        ]
    });
    dl("invoice__party").children(facts)
}
