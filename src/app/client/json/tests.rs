//! Tests: the reader returns what `serde_json` returns, or an error.

use super::{Json, Read, Unreadable, read};
use api::invoicing::invoice::{Invoice, InvoiceSummary, Invoices, Party};
use api::plan::annual::Annual;
use api::plan::plan_change::{PlanChange, State};
use api::plan::quote::Quote;
use api::plan::subscription::{PaymentMethod, ScheduledChange, ScheduledKind, Subscription};
use api::plan::trial::Trial;
use api::problem::{Change, Code, Difference, Problem};
use api::session::Session;
use api::usage::{DayUsage, ProjectPage, ProjectUsage, Usage};
use billing::account::lifecycle::{OnFile, TrialLock};
use billing::catalog::price_book::ESSENTIALS_2025;
use billing::invoicing::invoice::{InvoiceKind, InvoiceNumber, InvoiceStatus};
use billing::metering::pool::Pool;
use billing::metering::usage::{MauParts, Metered};
use billing::people::permission::Role;
use billing::period::AnnualTerm;
use billing::pricing::tax::{StateCode, TaxPlaces};
use billing::{AddOnId, BillingFrequency, Currency, CurrencyCode, Money, PriceBook, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

pub(super) fn same<T: Serialize + Read + PartialEq + std::fmt::Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(read::<T>(&text).as_ref(), Ok(value), "{text}");
    let spaced = serde_json::to_string_pretty(value).unwrap();
    assert_eq!(read::<T>(&spaced).as_ref(), Ok(value), "{spaced}");
}

pub(super) fn at() -> DateTime<Utc> {
    "2026-06-20T09:30:00.25Z".parse().unwrap()
}

pub(super) fn day() -> NaiveDate {
    "2026-06-20".parse().unwrap()
}

fn metered() -> Metered {
    Metered {
        mau: 22_000,
        data_points: 152_100_000,
    }
}

pub(crate) fn number() -> InvoiceNumber {
    InvoiceNumber::parse("ACME-2627-00001").unwrap()
}

pub(crate) fn usd(amount: &str) -> Money {
    Money::parse(amount, Currency::new("USD", 2).unwrap()).unwrap()
}

pub(crate) fn inr(amount: &str) -> Money {
    Money::parse(amount, Currency::new("INR", 2).unwrap()).unwrap()
}

fn places() -> TaxPlaces {
    TaxPlaces {
        supplier: StateCode::MAHARASHTRA,
        customer: StateCode::parse("29").unwrap(),
    }
}

fn order(state: State) -> PlanChange {
    PlanChange {
        id: "7".to_owned().into(),
        state,
        change: billing::PlanChange {
            tier: Some(40_000),
            add: [AddOnId::new("promotions")].into(),
            remove: [AddOnId::new("cloud-export")].into(),
            frequency: Some(BillingFrequency::Annual),
        },
        total: usd("91.67"),
        ordered_at: at(),
        billing_day: day(),
        effective: day(),
        invoice: Some(number()),
    }
}

fn subscription() -> Subscription {
    let scheduled = |kind| ScheduledChange {
        id: "1".to_owned().into(),
        kind,
        effective: day(),
        requested_by: "ada@acme.example".to_owned(),
        requested_at: at(),
    };
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    Subscription {
        version: 3,
        tier: 20_000,
        add_ons: [AddOnId::new("cloud-export")].into(),
        scheduled: vec![
            scheduled(ScheduledKind::Downgrade(5_000)),
            scheduled(ScheduledKind::Removal(AddOnId::new("cloud-export"))),
            scheduled(ScheduledKind::Frequency(BillingFrequency::Monthly)),
        ],
        price_book: book.id,
        price_book_version: book.version,
        currency: CurrencyCode::INR,
        places: Some(places()),
        billing_day: day(),
        offset_minutes: -330,
        quote_expires: at(),
        metered: metered(),
        add_on_use: billing::AddOnUse(
            [(
                AddOnId::new("clevertap-email"),
                billing::metering::add_on_use::Used {
                    used: 110_000,
                    settled: 5_000,
                },
            )]
            .into(),
        ),
        counted_from: day(),
        payment_method: Some(PaymentMethod {
            brand: "Visa".to_owned(),
            last4: "4242".to_owned(),
            expires: "09/28".to_owned(),
        }),
        pending: Some(order(State::Unknown)),
        trial: None,
        annual: Some(Annual {
            term: AnnualTerm::new("2026-01-01".parse().unwrap(), 12).unwrap(),
            pool: Pool {
                limit: 240_000,
                used: 107_000,
            },
        }),
        annual_offered: true,
    }
}

/// A trial with this billing data on file.
pub(crate) fn in_trial(on_file: OnFile, lock: Option<TrialLock>) -> Trial {
    Trial {
        ends_at: at(),
        days_left: 7,
        locks_at: at(),
        cancels_at: at(),
        on_file,
        lock,
        charged_from: day(),
    }
}

fn quote() -> Quote {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let change = billing::PlanChange::to_tier(40_000);
    Quote::of(&book, &subscription(), &change).unwrap()
}

#[test]
fn reads_orders_subscriptions_and_quotes() {
    let reason = "no „funds“ \"left\"\n\u{1f4b8}".to_owned();
    for state in [
        State::Started,
        State::Unknown,
        State::Authentication { expires: at() },
        State::Done,
        State::Scheduled,
        State::Declined { reason },
        State::Expired,
    ] {
        same(&order(state));
    }
    same(&subscription());
    let trial = Subscription {
        places: None,
        payment_method: None,
        pending: None,
        scheduled: Vec::new(),
        annual: None,
        trial: Some(in_trial(OnFile::Nothing, Some(TrialLock::Expired))),
        ..subscription()
    };
    same(&trial);
    for on_file in [OnFile::PaymentMethod, OnFile::BillingDetails, OnFile::Both] {
        same(&in_trial(on_file, Some(TrialLock::BillingMissing)));
    }
    same(&quote());
}

#[test]
fn reads_usage_and_sessions() {
    let parts = MauParts {
        app: 1,
        web_identified: 2,
        api: 3,
        anonymous_web: 4,
    };
    same(&Usage {
        period_start: day(),
        period_end: day(),
        counted_from: day(),
        billing_day: day(),
        now: at(),
        counted_at: Some(at()),
        parts,
        metered: metered(),
        mbu: 20_000,
        projects: ProjectPage {
            items: vec![ProjectUsage {
                id: "1".to_owned(),
                name: "Shop".to_owned(),
                parts,
                data_points: 5,
                previous_mau: 6,
            }],
            total: 7,
            next: Some("1".to_owned()),
        },
        days: vec![DayUsage {
            day: day(),
            metered: metered(),
        }],
        days_before: Vec::new(),
    });
    for role in Role::ALL {
        same(&Session {
            user_id: UserId::new("1"),
            name: "Ada".to_owned(),
            email: "ada@acme.example".to_owned(),
            role,
            organization: "Acme".to_owned(),
            sandbox: true,
        });
    }
}

#[test]
fn reads_invoices() {
    let party = Party {
        name: "Acme".to_owned(),
        address: vec!["1 Main Street".to_owned()],
        tax_number: Some("27AAPFU0939F1ZV".to_owned()),
    };
    for (kind, status) in [
        (InvoiceKind::Scheduled, InvoiceStatus::Open),
        (InvoiceKind::Upgrade, InvoiceStatus::Paid),
        (InvoiceKind::AddOn, InvoiceStatus::Paid),
        (InvoiceKind::TrialFirst, InvoiceStatus::Processing),
        (InvoiceKind::Reactivation, InvoiceStatus::Overdue),
        (InvoiceKind::Final, InvoiceStatus::Open),
        (InvoiceKind::Annual, InvoiceStatus::Paid),
        (InvoiceKind::CreditNote, InvoiceStatus::Void),
    ] {
        let summary = InvoiceSummary {
            number: number(),
            kind,
            status,
            issued_on: day(),
            period_start: day(),
            period_end: day(),
            subtotal: usd("1.00"),
            tax: usd("0.18"),
            total: usd("1.18"),
            paid_with: None,
        };
        same(&Invoice {
            summary: summary.clone(),
            supplier: party.clone(),
            customer: party.clone(),
            places: Some(places()),
            price_book: "essentials".to_owned(),
            price_book_version: 2,
            statement: quote().due_now,
        });
        same(&Invoices {
            items: vec![summary],
            next: Some("x".to_owned()),
            next_invoice_on: day(),
        });
    }
}

#[test]
fn reads_every_problem() {
    // Every variant of `Code` has an arm in `title`, and only there a string follows the arrow.
    let codes = include_str!("../../../api/problem.rs")
        .lines()
        .filter_map(|line| {
            let (variant, _) = line.trim().strip_prefix("Self::")?.split_once(" => \"")?;
            Some(variant.to_owned())
        });
    let mut count = 0;
    for variant in codes {
        let snake = variant.chars().fold(String::new(), |word, letter| {
            let gap = if letter.is_uppercase() && !word.is_empty() {
                "_"
            } else {
                ""
            };
            format!("{word}{gap}{}", letter.to_ascii_lowercase())
        });
        let code: Code = serde_json::from_value(snake.into()).unwrap();
        same(&Problem::new(code, "why"));
        count += 1;
    }
    assert!(count > 20, "the problems could not be listed");
    let changed = Problem {
        differences: vec![
            Difference::BillingDay(Change {
                seen: day(),
                now: day().succ_opt().unwrap(),
            }),
            Difference::PriceBookVersion(Change { seen: 1, now: 2 }),
            Difference::SubscriptionVersion(Change { seen: 3, now: 4 }),
            Difference::InputHash(Change {
                seen: "a".to_owned(),
                now: "b".to_owned(),
            }),
            Difference::Total(Change {
                seen: usd("91.67"),
                now: usd("83.33"),
            }),
        ],
        request_id: "r".to_owned(),
        quote: Some(Box::new(quote())),
        ..Problem::field("total", "has changed")
    };
    same(&changed);
}

#[test]
fn refuses_what_the_contract_does_not_have() {
    for text in [
        "",
        "{",
        "[1,]",
        "[1 2]",
        "{\"a\":1,}",
        "01",
        "1.5",
        "1e3",
        "-",
        "nul",
        "\"\u{1}\"",
        "\"\\x\"",
        "\"\\ud800\"",
        "1 1",
        "18446744073709551616",
    ] {
        assert_eq!(Json::parse(text), Err(Unreadable), "{text}");
    }
    let deep = "[".repeat(100) + &"]".repeat(100);
    assert_eq!(Json::parse(&deep), Err(Unreadable));
}

#[test]
fn refuses_other_fields_days_instants_and_words() {
    for text in [
        "{}",
        "[]",
        "{\"mau\":1}",
        "{\"mau\":-1,\"data_points\":2}",
        "{\"mau\":\"1\",\"data_points\":2}",
        "{\"mau\":1,\"data_points\":2,\"more\":3}",
        "{\"mau\":1,\"mau\":1,\"data_points\":2}",
    ] {
        assert_eq!(read::<Metered>(text), Err(Unreadable), "{text}");
    }
    for text in [
        "2026-6-20",
        "2026-02-30",
        "20260620",
        "2026-06-20x",
        "+026-06-20",
    ] {
        assert_eq!(
            read::<NaiveDate>(&format!("\"{text}\"")),
            Err(Unreadable),
            "{text}"
        );
    }
    for text in [
        "2026-06-20T09:30:00",
        "2026-06-20T9:30:00Z",
        "2026-06-20T09:30:00.Z",
        "2026-06-20T25:30:00Z",
    ] {
        let text = format!("\"{text}\"");
        assert_eq!(read::<DateTime<Utc>>(&text), Err(Unreadable), "{text}");
    }
    assert_eq!(read::<State>("{\"name\":\"paid\"}"), Err(Unreadable));
    assert_eq!(read::<BillingFrequency>("\"weekly\""), Err(Unreadable));
}

#[test]
fn reads_escapes() {
    let read = |text: &str| read::<String>(text);
    let text = r#""a\/\"\\\n\u00e9\ud83d\udcb8""#;
    assert_eq!(read(text), Ok("a/\"\\\né💸".to_owned()));
}
