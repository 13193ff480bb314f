//! All invoices, newest first.

use api::invoice::{InvoiceKind, InvoiceStatus, InvoiceSummary, Invoices};
use billing::invoice::InvoiceNumber;
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::client::Client;
use crate::format;
use crate::icon::{Icon, Sign};
use crate::load::Loader;
use crate::messages::{fill, messages};
use crate::navigation::NavLink;
use crate::root::show;
use crate::route::Page;
use crate::shell::PageHead;
use crate::toast::Toasts;
use crate::trouble::{Trouble, bones, explain};

/// The list.
#[component]
pub fn Screen() -> impl IntoView {
    let client = expect_context::<Client>();
    let list = Loader::new(move || client.invoices(None));
    view! {
        <PageHead title=messages().invoices.title />
        {move || show(list.get(), || bones(&["row", "row", "row", "row"]), |page| {
            ready(page, list, client)
        }, |failure| view! {
            <section class="card">
                <Trouble
                    title=messages().failure.loading_invoices
                    failure
                    retry=Callback::new(move |()| list.again())
                />
            </section>
        }.into_any())}
    }
    .into_any()
}

fn ready(page: Invoices, list: Loader<Invoices>, client: Client) -> AnyView {
    let text = &messages().invoices;
    if page.items.is_empty() {
        return empty(page.next_invoice_on);
    }
    let rows = page.items.iter().map(row).collect_view();
    let next = fill(text.next, &[&format::date(page.next_invoice_on)]);
    let more = page.next.clone().map(|after| view! { <More after page list client /> });
    view! {
        <div class="card table__frame">
            <table class="table table--cards">
                <thead>
                    <tr>
                        <th class="table__head" scope="col">{text.number}</th>
                        <th class="table__head" scope="col">{text.date}</th>
                        <th class="table__head" scope="col">{text.period}</th>
                        <th class="table__head" scope="col">{text.kind}</th>
                        <th class="table__head" scope="col">{text.status}</th>
                        <th class="table__head" scope="col">{text.paid_with}</th>
                        <th class="table__head table__head--amount" scope="col">{text.total}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {more}
        <p class="invoices__minor">{next}</p>
    }
    .into_any()
}

fn row(invoice: &InvoiceSummary) -> AnyView {
    let number = match InvoiceNumber::parse(&invoice.number) {
        Some(number) => {
            let label = invoice.number.clone();
            view! { <NavLink to=Page::Invoice(number) class="table__link">{label}</NavLink> }.into_any()
        }
        None => invoice.number.clone().into_any(),
    };
    view! {
        <tr class="table__row">
            <th class="table__cell" scope="row">{number}</th>
            <td class="table__cell table__cell--minor">{format::date(invoice.issued_on)}</td>
            <td class="table__cell table__cell--minor">{period(invoice)}</td>
            <td class="table__cell table__cell--minor">{kind_name(invoice.kind)}</td>
            <td class="table__cell">{status(invoice.status)}</td>
            <td class="table__cell table__cell--minor">{invoice.paid_with.clone()}</td>
            <td class="table__cell table__cell--amount table__cell--strong">
                {format::money(&invoice.total, &invoice.currency)}
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn More(after: String, page: Invoices, list: Loader<Invoices>, client: Client) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let load = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (after, mut page) = (after.clone(), page.clone());
        spawn_local(async move {
            let older = client.invoices(Some(&after)).await;
            busy.try_set(false);
            match older {
                Ok(older) => {
                    page.items.extend(older.items);
                    page.next = older.next;
                    list.set(page);
                }
                Err(failure) => toasts.say(explain(&failure).0),
            }
        });
    };
    view! {
        <div>
            <button type="button" class="button" aria-busy=move || busy.get().to_string() on:click=load>
                {messages().invoices.more}
            </button>
        </div>
    }
    .into_any()
}

fn empty(next: NaiveDate) -> AnyView {
    let text = &messages().invoices;
    view! {
        <section class="card state state--center">
            <span class="state__icon"><Icon sign=Sign::Invoice /></span>
            <h2 class="state__title">{text.empty}</h2>
            <p class="state__text">{fill(text.empty_text, &[&format::date(next)])}</p>
            <NavLink to=Page::MyPlan class="button">{text.empty_action}</NavLink>
        </section>
    }
    .into_any()
}

/// What an invoice was issued for, in a word.
#[must_use]
pub const fn kind_name(kind: InvoiceKind) -> &'static str {
    let text = &messages().invoices;
    match kind {
        InvoiceKind::Scheduled => text.scheduled,
        InvoiceKind::Upgrade => text.upgrade,
        InvoiceKind::AddOn => text.add_on,
    }
}

/// Whether an invoice is paid.
#[must_use]
pub fn status(status: InvoiceStatus) -> AnyView {
    let text = &messages().invoices;
    let (class, sign, label) = match status {
        InvoiceStatus::Paid => ("chip chip--ok", Sign::Check, text.paid),
        InvoiceStatus::Open => ("chip chip--over", Sign::Clock, text.open),
    };
    view! { <span class=class><Icon sign />{label}</span> }.into_any()
}

/// The days an invoice is for, first and last.
#[must_use]
pub fn period(invoice: &InvoiceSummary) -> String {
    let last = invoice.period_end.pred_opt().unwrap_or(invoice.period_end);
    let days = [format::day(invoice.period_start), format::date(last)];
    fill(messages().invoices.range, &days.each_ref().map(String::as_str))
}
