//! Every notification in every state of an account, with every form of its optional facts.

use std::sync::Arc;

use api::invoicing::invoice::{Invoice, InvoiceSummary, Party};
use api::support::ticket::{Category, Priority, Topic};
use billing::access::alert::AlertNotice;
use billing::account::account_state::AccountState;
use billing::account::usage_lock::UsageLock;
use billing::catalog::policy::Policy;
use billing::catalog::price_book::ESSENTIALS;
use billing::invoicing::collection::Authentication;
use billing::invoicing::invoice::{InvoiceKind, InvoiceNumber, InvoiceStatus};
use billing::pricing::statement::TaxLine;
use billing::pricing::tax::TaxName;
use billing::{
    AddOnId, BillingFrequency, Currency, CurrencyCode, Line, LineKind, Money, OrganizationId,
    PriceBook, Statement,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::mail::debit::Debit;
use crate::mail::facts::{NotificationFacts, Stored};
use crate::notification::{Notification as N, PlanOrder, TicketClosed, TicketOpened};
use crate::store::organizations::Organization;
use crate::store::price_books::{BookVersion, StoredBook};

/// When the notifications are posted.
const POSTED_AT: &str = "2026-06-20T10:00:00Z";
/// The name of the organization: a person's own text, like the constants after it.
const NAME: &str = "<b>Acme</b> & 'Söhne'";
const TICKET_SUBJECT: &str = "Help\r\nBcc: x@y.example";
const TICKET_TEXT: &str = "<script>\n\n{{ organization }} https://evil.example \"x\"";
const REASON: &str = "<i>an agreement</i>\n\nhttps://evil.example";

/// The facts of every sample.
pub(super) fn all() -> Vec<NotificationFacts> {
    let mut samples = Vec::new();
    for account in accounts() {
        for notification in notifications() {
            match notification.invoice() {
                None => samples.push(facts(&account, &notification, None, None)),
                Some(_) => {
                    for (paid_with, debit) in payments() {
                        let invoice = invoice(paid_with);
                        samples.push(facts(&account, &notification, Some(invoice), debit));
                    }
                }
            }
        }
    }
    samples
}

fn facts(
    account: &AccountState,
    notification: &N,
    invoice: Option<Invoice>,
    debit: Option<Debit>,
) -> NotificationFacts {
    NotificationFacts::of(Stored {
        organization: organization(),
        notification: notification.clone(),
        at: at(POSTED_AT),
        account: *account,
        invoice,
        debit,
        book: Arc::new(StoredBook {
            body: ESSENTIALS.to_owned(),
            book: PriceBook::parse(ESSENTIALS).unwrap(),
        }),
        policy: Arc::new(Policy::default()),
    })
}

/// The accounts of every state that can be: lifecycle, dunning, usage lock.
fn accounts() -> Vec<AccountState> {
    let mut lifecycles = vec![
        json!({ "trial": { "started_at": "2026-06-10T00:00:00Z", "on_file": "nothing" } }),
        json!({ "trial": { "started_at": "2026-05-26T00:00:00Z", "on_file": "nothing" } }),
        json!({ "trial": { "started_at": "2026-05-18T00:00:00Z", "on_file": "nothing" } }),
        json!({ "active": { "since": "2026-01-01T00:00:00Z" } }),
        json!({ "paused": { "at": "2026-06-01T00:00:00Z" } }),
    ];
    for cause in ["ordered", "trial_expired", "unpaid", "pause_expired"] {
        let cancelled = json!({ "at": "2026-06-19T00:00:00Z", "cause": cause });
        lifecycles.push(json!({ "cancelled": cancelled }));
    }
    let dunnings = [
        json!("clear"),
        json!({ "grace": { "failed_at": "2026-06-18T00:00:00Z" } }),
        json!({ "locked": { "failed_at": "2026-06-01T00:00:00Z" } }),
    ];
    let locks = [
        json!({ "clear": { "lifted_until": null } }),
        json!({ "overage": { "since": "2026-06-15T00:00:00Z" } }),
        json!({ "annual_soft": { "since": "2026-06-15T00:00:00Z" } }),
    ];
    let mut accounts = Vec::new();
    for lifecycle in &lifecycles {
        for dunning in &dunnings {
            let of = locks
                .iter()
                .filter_map(|lock| account(lifecycle, dunning, lock));
            accounts.extend(of);
        }
    }
    accounts
}

/// An account, unless it cannot be.
fn account(lifecycle: &Value, dunning: &Value, usage_lock: &Value) -> Option<AccountState> {
    let account = json!({
        "lifecycle": lifecycle, "dunning": dunning, "usage_lock": usage_lock, "as_of": POSTED_AT,
    });
    serde_json::from_value(account).ok()
}

/// What an invoice was paid with, and its debit.
fn payments() -> Vec<(Option<&'static str>, Option<Debit>)> {
    let debit = |debit_at: Option<&str>, method: Option<&str>| {
        Some(Debit {
            debit_at: debit_at.map(at),
            method: method.map(str::to_owned),
        })
    };
    vec![
        (Some("Visa ending 4242"), None),
        (None, None),
        (None, debit(None, None)),
        (
            None,
            debit(Some("2026-06-21T10:00:00Z"), Some("Visa ending 4242")),
        ),
        (None, debit(None, Some("Visa ending 4242"))),
    ]
}

/// Every variant, with and without what is optional.
fn notifications() -> Vec<N> {
    let by = || "ada@acme.example".to_owned();
    let sum = usd(29_640);
    let since = at("2026-06-15T00:00:00Z");
    let mut all = vec![
        N::UsageLocked {
            usage_lock: UsageLock::Overage { since },
        },
        N::UsageLocked {
            usage_lock: UsageLock::AnnualSoft { since },
        },
        N::UsageLockLifted {
            until: at("2026-07-01T00:00:00Z"),
            reason: REASON.to_owned(),
        },
        N::UsageUnlocked {},
        N::InvoiceIssued { invoice: number() },
        N::PaymentLocked {},
        N::PaymentSucceeded {
            invoice: number(),
            sum,
        },
        N::PaymentCleared { invoice: number() },
        N::PaymentToConfirm {
            invoice: number(),
            sum,
            expires: at("2026-06-20T10:30:00Z"),
        },
        N::AccountEnding {},
        N::TrialLocked {},
        N::TrialExpired {},
        N::TicketOpened(TicketOpened {
            ticket: 7,
            by: by(),
            subject: TICKET_SUBJECT.to_owned(),
            text: TICKET_TEXT.to_owned(),
            topic: Topic::Payments,
            category: Category::FeatureRequest,
            priority: Priority::High,
            attachments: vec!["<a>.txt".to_owned(), "b.txt".to_owned()],
            to: Vec::new(),
        }),
        N::TicketClosed(TicketClosed {
            ticket: 7,
            subject: TICKET_SUBJECT.to_owned(),
            to: Vec::new(),
        }),
    ];
    for percent in [80, 100, 300] {
        all.push(N::UsageAlert(AlertNotice {
            period_start: day("2026-06-01"),
            tier: 20_000,
            usage: percent * 200,
            percent,
        }));
    }
    for order in orders() {
        all.extend([
            N::PlanChanged(order.clone()),
            N::PlanScheduled(order.clone()),
            N::PlanWithdrawn(order.clone()),
            N::PlanDeclined(order.clone()),
            N::PlanExpired(order),
        ]);
    }
    for reason in [None, Some("insufficient_funds")] {
        all.push(N::PaymentFailed {
            invoice: number(),
            sum,
            reason: reason.map(str::to_owned),
        });
    }
    for authentication in [
        None,
        Some(Authentication::Needed),
        Some(Authentication::NotNeeded),
    ] {
        all.push(N::DebitAnnounced {
            invoice: number(),
            sum,
            debit_at: at("2026-06-21T10:00:00Z"),
            authentication,
        });
    }
    for owes in [false, true] {
        all.push(N::ReactivationRequested { by: by(), owes });
    }
    for invoice in [None, Some(number())] {
        all.extend([
            N::AccountPaused {
                by: by(),
                invoice: invoice.clone(),
            },
            N::AccountReactivated {
                invoice: invoice.clone(),
                renews_on: invoice.is_none().then(|| day("2026-07-01")),
            },
            N::AccountCancelled {
                invoice: invoice.clone(),
            },
            N::TrialEnded {
                charged_from: day("2026-06-20"),
                invoice,
            },
        ]);
    }
    all
}

fn orders() -> Vec<PlanOrder> {
    let by = "ada@acme.example".to_owned();
    let add_ons = || vec![AddOnId::new("cloud-export")];
    let of = |frequency| PlanOrder {
        plan_change: Some(billing::PlanChangeId::new("1")),
        tier: Some(40_000),
        add: add_ons(),
        remove: add_ons(),
        frequency: Some(frequency),
        effective_on: Some(day("2026-07-01")),
        invoice: Some(number()),
        amount: Some(usd(9_167)),
        by: by.clone(),
    };
    let least = PlanOrder {
        by: by.clone(),
        ..PlanOrder::default()
    };
    vec![
        least,
        of(BillingFrequency::Monthly),
        of(BillingFrequency::Annual),
    ]
}

/// An invoice with a line of every kind.
fn invoice(paid_with: Option<&str>) -> Invoice {
    let amount = usd(2_400);
    let add_on = Some(AddOnId::new("cloud-export"));
    let lines = LineKind::ALL.map(|kind| Line {
        kind,
        add_on: add_on.clone(),
        amount,
        derivation: None,
    });
    let taxes = [TaxName::Cgst, TaxName::Sgst].map(|name| TaxLine {
        name,
        amount,
        derivation: None,
    });
    let (subtotal, tax, total) = (usd(19_200), usd(4_800), usd(24_000));
    let party = Party {
        name: NAME.to_owned(),
        address: Vec::new(),
        tax_number: None,
    };
    Invoice {
        summary: InvoiceSummary {
            number: number(),
            kind: InvoiceKind::Annual,
            status: InvoiceStatus::Open,
            issued_on: day("2026-06-01"),
            period_start: day("2026-06-01"),
            period_end: day("2027-06-01"),
            subtotal,
            tax,
            total,
            paid_with: paid_with.map(str::to_owned),
        },
        supplier: party.clone(),
        customer: party,
        places: None,
        price_book: "essentials".to_owned(),
        price_book_version: 1,
        statement: Statement {
            lines: lines.into(),
            subtotal,
            taxes: taxes.into(),
            total,
        },
    }
}

fn organization() -> Organization {
    Organization {
        id: OrganizationId::new("acme"),
        name: NAME.to_owned(),
        billed_to: Party {
            name: NAME.to_owned(),
            address: Vec::new(),
            tax_number: None,
        },
        currency: CurrencyCode::USD,
        zone_offset_minutes: 330,
        places: None,
        book: BookVersion {
            id: "essentials".to_owned(),
            version: 1,
        },
        invoice_series: "ACME".to_owned(),
        annual_eligible: true,
    }
}

fn number() -> InvoiceNumber {
    InvoiceNumber::parse("ACME-2627-00001").unwrap()
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::new("USD", 2).unwrap())
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
