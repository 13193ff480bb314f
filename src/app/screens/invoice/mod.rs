//! One invoice in full: on the screen with its derivations, on paper a page.

use api::invoice::{Invoice, InvoiceStatus, Party};
use billing::invoice::InvoiceNumber;
use leptos::prelude::*;

use super::invoices::{kind_name, period, status};
use super::missing;
use crate::client::Client;
use crate::failure::Failure;
use crate::format;
use crate::icon::{Icon, Sign};
use crate::load::{Load, Loader};
use crate::messages::{fill, messages};
use crate::navigation::NavLink;
use crate::receipt::{self, How};
use crate::route::Page;
use crate::shell::PageHead;
use crate::trouble::{Trouble, bones};

/// One invoice.
#[component]
pub fn Screen(number: InvoiceNumber) -> impl IntoView {
    let client = expect_context::<Client>();
    let asked = number.clone();
    let invoice = Loader::new(move || {
        let number = asked.clone();
        async move { client.invoice(number.as_str()).await }
    });
    move || match invoice.get() {
        Load::Failed(Failure::Refused(problem)) if problem.code == api::Code::NotFound => {
            let text = &messages().missing;
            let title = fill(text.no_invoice, &[number.as_str()]);
            let out = (Page::Invoices, text.to_invoices);
            missing::page(Sign::Invoice, &title, text.no_invoice_text.to_owned(), Some(out))
        }
        found => view! {
            {head(&number, &found)}
            {body(found, invoice)}
        }
        .into_any(),
    }
}

fn head(number: &InvoiceNumber, found: &Load<Invoice>) -> AnyView {
    let text = &messages().invoices;
    let title = fill(text.invoice, &[number.as_str()]);
    let back = view! {
        <NavLink to=Page::Invoices class="page-head__link"><Icon sign=Sign::Back />{text.title}</NavLink>
    };
    let print = move |_| drop(window().print());
    let state = match found {
        Load::Ready(invoice) => Some(status(invoice.summary.status)),
        _ => None,
    };
    view! {
        <PageHead title back=back.into_any()>
            {state}
            <div class="page-head__actions">
                <button type="button" class="button" on:click=print>
                    <Icon sign=Sign::Print />
                    {text.print}
                </button>
            </div>
        </PageHead>
    }
    .into_any()
}

fn body(found: Load<Invoice>, loader: Loader<Invoice>) -> AnyView {
    match found {
        Load::Waiting => bones(&["title", "figure", "row", "row", "row", "row"]),
        Load::Ready(invoice) => paper(&invoice),
        Load::Failed(failure) => view! {
            <section class="card">
                <Trouble
                    title=messages().failure.loading_invoice
                    failure
                    retry=Callback::new(move |()| loader.again())
                />
            </section>
        }
        .into_any(),
    }
}

fn paper(invoice: &Invoice) -> AnyView {
    let text = &messages().invoices;
    let summary = &invoice.summary;
    let currency = summary.currency.as_str();
    let open = RwSignal::new(false);
    let paid = match (&summary.status, &summary.paid_with) {
        (InvoiceStatus::Paid, Some(method)) => fill(text.paid_by, &[method]),
        (InvoiceStatus::Paid, None) => text.paid.to_owned(),
        (InvoiceStatus::Open, _) => text.to_pay.to_owned(),
    };
    let version = invoice.price_book_version.to_string();
    view! {
        <article class="card invoice">
            <div class="invoice__top">
                <div>
                    <p class="invoice__supplier">{invoice.supplier.name.clone()}</p>
                    <p class="invoice__label">
                        {fill(text.invoice, &[&summary.number])} " · " {kind_name(summary.kind)}
                    </p>
                </div>
                <div class="invoice__sum">
                    <p class="invoice__figure">{format::money(&summary.total, currency)}</p>
                    <p class="invoice__label">{paid}</p>
                </div>
            </div>
            <div class="invoice__parties">
                {party(text.to, &invoice.customer)}
                {party(text.from, &invoice.supplier)}
                {facts(invoice)}
            </div>
            <div class="invoice__lines receipt">
                {receipt::statement(&invoice.statement, currency, messages().receipt.total, open)}
                <How open />
            </div>
            <div class="invoice__foot">
                <p>{text.rounding} " " {fill(text.book, &[&invoice.price_book, &version])}</p>
            </div>
        </article>
    }
    .into_any()
}

fn party(label: &'static str, party: &Party) -> AnyView {
    let lines = party.address.iter().cloned();
    let tax = party
        .tax_number
        .as_ref()
        .map(|number| fill(messages().invoices.tax_number, &[number]));
    let lines = lines.chain(tax).map(|line| view! { <p>{line}</p> });
    view! {
        <div>
            <h2 class="invoice__label">{label}</h2>
            <p><b>{party.name.clone()}</b></p>
            {lines.collect_view()}
        </div>
    }
    .into_any()
}

fn facts(invoice: &Invoice) -> AnyView {
    let text = &messages().invoices;
    let place = invoice.places.map(|places| {
        let state = places.customer.to_string();
        (text.place, fill(text.place_state, &[&state]))
    });
    let facts = [
        Some((text.issued, format::date(invoice.summary.issued_on))),
        Some((text.service, period(&invoice.summary))),
        place,
    ];
    let facts = facts.into_iter().flatten().map(|(label, fact)| {
        view! {
            <dt class="invoice__label">{label}</dt>
            <dd class="invoice__fact">{fact}</dd>
        }
    });
    view! { <dl>{facts.collect_view()}</dl> }.into_any()
}
