use super::*;
use crate::catalog::price_book::{ESSENTIALS_2025, PriceBook};
use crate::invoicing::invoice::BookVersion;
use crate::period::Span;
use crate::pricing::tax::{RoundOff, StateCode, TaxPlaces};
use crate::tests::worked_out::worked_out;
use alloc::format;
use alloc::string::{String, ToString};
use proptest::prelude::*;

use crate::CurrencyCode;
use crate::tests::seeded::seeded;

fn inr(minor: i64) -> Money {
    Money::new(minor, crate::Currency::new("INR", 2).unwrap())
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An invoice with these lines (kind, amount), taxed, within the state or between states.
fn invoice(lines: &[(LineKind, i64)], customer: &str, round_off: RoundOff) -> InvoiceDraft {
    let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    let list = book.list(CurrencyCode::INR).unwrap();
    let line = |(kind, minor): &(LineKind, i64)| Line {
        kind: *kind,
        add_on: None,
        amount: inr(*minor),
        derivation: None,
    };
    let places = TaxPlaces {
        supplier: StateCode::MAHARASHTRA,
        customer: StateCode::parse(customer).unwrap(),
    };
    let lines = lines.iter().map(line).collect();
    let head = InvoiceHead {
        kind: InvoiceKind::Scheduled,
        issued_on: day("2025-07-01"),
        period: Span::new(day("2025-07-01"), day("2025-08-01")).unwrap(),
        places: Some(places),
        book: BookVersion {
            id: book.id.clone(),
            version: book.version,
        },
        notes: Vec::new(),
    };
    let statement = Statement::of(lines, list, Some(places), Derivations::Omitted).unwrap();
    InvoiceDraft::new(head, statement, round_off).unwrap()
}

fn note(
    invoice: &InvoiceDraft,
    credited: &[InvoiceDraft],
    credit: &Credit,
) -> Result<InvoiceDraft, CreditRefused> {
    let number = InvoiceNumber::parse("ACME-2526-00007").unwrap();
    let correction = Correction {
        number: &number,
        invoice,
        credited,
        issued_on: day("2025-07-09"),
    };
    credit_note(&correction, credit, Derivations::Included)
}

fn of(kind: LineKind, minor: i64) -> Credit {
    Credit::Lines(alloc::vec![LineCredit {
        kind,
        add_on: None,
        amount: inr(minor),
    }])
}

fn amounts(draft: &InvoiceDraft) -> Vec<String> {
    let statement = &draft.statement;
    let lines = statement.lines.iter().map(|line| line.amount);
    let taxes = statement.taxes.iter().map(|tax| tax.amount);
    lines
        .chain(taxes)
        .chain([draft.due().unwrap()])
        .map(|amount| amount.to_string())
        .collect()
}

const LINES: [(LineKind, i64); 2] = [(LineKind::Base, 2_000_000), (LineKind::MauOverage, 240_033)];

#[test]
fn the_whole_is_the_exact_negative_line_by_line() {
    let check = |customer, round_off, expected: &[&str]| {
        let invoice = invoice(&LINES, customer, round_off);
        let note = note(&invoice, &[], &Credit::Remainder).unwrap();
        assert_eq!(amounts(&invoice), expected);
        let negative: Vec<String> = expected.iter().map(|text| format!("-{text}")).collect();
        assert_eq!(amounts(&note), negative);
        assert_eq!(note.adds_up(), Ok(()));
        assert_eq!(note.head.kind, InvoiceKind::CreditNote);
        assert_eq!(note.head.issued_on, day("2025-07-09"));
        assert_eq!(
            (note.head.period, &note.head.book),
            (invoice.head.period, &invoice.head.book)
        );
        let number = InvoiceNumber::parse("ACME-2526-00007").unwrap();
        assert_eq!(note.head.notes, [Note::Corrects(number)]);
    };
    let taxed = ["20000.00", "2400.33", "2016.03", "2016.03", "26432.39"];
    check("27", RoundOff::Off, &taxed);
    check(
        "29",
        RoundOff::Off,
        &["20000.00", "2400.33", "4032.06", "26432.39"],
    );
    let whole = ["20000.00", "2400.33", "2016.03", "2016.03", "26432.00"];
    check("27", RoundOff::WholeUnits, &whole);
}

#[test]
fn a_derivation_settles_to_its_amount() {
    let invoice = invoice(&LINES, "27", RoundOff::Off);
    let note = note(&invoice, &[], &of(LineKind::MauOverage, 33)).unwrap();
    let line = &note.statement.lines[0];
    let tax = &note.statement.taxes[0];
    let settles = |derivation: &Option<Derivation>| {
        let why = derivation.as_ref().unwrap();
        assert_eq!(worked_out(why), why.unrounded);
        why.unrounded.settle(inr(0).currency()).unwrap()
    };
    assert_eq!(
        (settles(&line.derivation), settles(&tax.derivation)),
        (line.amount, tax.amount)
    );
    let rule = |derivation: &Option<Derivation>| derivation.clone().unwrap().rule;
    assert_eq!(
        (rule(&line.derivation), rule(&tax.derivation)),
        ("4.8".into(), "R16".into())
    );
    assert_eq!(amounts(&note), ["-0.33", "-0.03", "-0.03", "-0.39"]);
}

/// No tax is credited for an amount whose tax is less than half a paisa.
#[test]
fn a_tax_of_nothing_is_left_out() {
    let invoice = invoice(&LINES, "27", RoundOff::Off);
    let credited = |minor| amounts(&note(&invoice, &[], &of(LineKind::Base, minor)).unwrap());
    assert_eq!(credited(5), ["-0.05", "-0.05"]);
    assert_eq!(credited(6), ["-0.06", "-0.01", "-0.01", "-0.08"]);
}

/// A87: however an invoice is credited in parts, the parts add up to the whole.
#[test]
fn parts_add_up_to_the_whole() {
    let invoice = invoice(&LINES, "27", RoundOff::WholeUnits);
    let mut credited = Vec::new();
    for (kind, minor) in [
        (LineKind::MauOverage, 33),
        (LineKind::Base, 5),
        (LineKind::Base, 5),
        (LineKind::MauOverage, 240_000),
    ] {
        let next = note(&invoice, &credited, &of(kind, minor)).unwrap();
        assert_eq!(next.adds_up(), Ok(()));
        assert!(next.round_off.is_zero());
        credited.push(next);
    }
    let rest = note(&invoice, &credited, &Credit::Remainder).unwrap();
    assert_eq!((rest.statement.lines.len(), rest.round_off), (1, inr(39)));
    credited.push(rest);
    let due = |draft: &InvoiceDraft| draft.due().unwrap();
    let all = Money::sum(inr(0).currency(), credited.iter().map(due)).unwrap();
    assert_eq!(all.plus(due(&invoice)), Ok(inr(0)));
    assert_eq!(
        note(&invoice, &credited, &Credit::Remainder),
        Err(CreditRefused::NothingLeft)
    );
}

/// RELIABILITY 6: never more than what is left, and only lines that the invoice has.
#[test]
fn refuses_what_is_not_left() {
    let invoice = invoice(&LINES, "27", RoundOff::Off);
    let first = note(&invoice, &[], &of(LineKind::MauOverage, 240_000)).unwrap();
    let check = |credit: &Credit, expected| {
        let credited = core::slice::from_ref(&first);
        assert_eq!(
            note(&invoice, credited, credit).map(drop),
            Err(expected),
            "{credit:?}"
        );
    };
    check(
        &of(LineKind::MauOverage, 34),
        CreditRefused::MoreThanLeft(inr(33)),
    );
    check(
        &of(LineKind::Base, 2_000_001),
        CreditRefused::MoreThanLeft(inr(2_000_000)),
    );
    check(&of(LineKind::Base, 0), CreditRefused::NotPositive);
    check(&of(LineKind::Base, -1), CreditRefused::NotPositive);
    let absent = CreditRefused::NoSuchLine(LineKind::AddOn, None);
    check(&of(LineKind::AddOn, 1), absent);
    check(&Credit::Lines(Vec::new()), CreditRefused::NothingLeft);
    let twice = |minor| LineCredit {
        kind: LineKind::Base,
        add_on: None,
        amount: inr(minor),
    };
    let both = Credit::Lines(alloc::vec![twice(1), twice(2_000_000)]);
    check(&both, CreditRefused::NamedTwice(LineKind::Base, None));
    let dollar = Money::new(1, crate::Currency::new("USD", 2).unwrap());
    let foreign = LineCredit {
        amount: dollar,
        ..twice(1)
    };
    check(
        &Credit::Lines(alloc::vec![foreign]),
        CreditRefused::OutOfRange,
    );
    let exactly = note(
        &invoice,
        core::slice::from_ref(&first),
        &of(LineKind::MauOverage, 33),
    );
    assert!(exactly.is_ok());
    assert_eq!(
        note(&first, &[], &Credit::Remainder),
        Err(CreditRefused::NoInvoice)
    );
}

#[test]
fn keeps_the_order_of_the_invoice() {
    let invoice = invoice(&LINES, "29", RoundOff::Off);
    let credit = |kind, minor| LineCredit {
        kind,
        add_on: None,
        amount: inr(minor),
    };
    let both = Credit::Lines(alloc::vec![
        credit(LineKind::MauOverage, 100),
        credit(LineKind::Base, 200),
    ]);
    let note = note(&invoice, &[], &both).unwrap();
    assert_eq!(amounts(&note), ["-2.00", "-1.00", "-0.54", "-3.54"]);
}

proptest! {
    #![proptest_config(seeded(48))]

    /// RELIABILITY 6, A87: any parts, and then the rest, add up to the exact negative of the invoice, in
    /// each line and each tax; no part is above zero, nor above its share by more than a paisa.
    #[test]
    fn any_parts_and_the_rest_are_the_whole(
        base in 1_i64..9_000_000,
        over in 1_i64..9_000_000,
        parts in prop::collection::vec((any::<bool>(), 1_i64..3_000_000), 0..8),
        within_state in any::<bool>(),
    ) {
        let lines = [(LineKind::Base, base), (LineKind::MauOverage, over)];
        let state = if within_state { "27" } else { "29" };
        let invoice = invoice(&lines, state, RoundOff::WholeUnits);
        let mut credited = Vec::new();
        for (is_base, minor) in parts {
            let kind = if is_base { LineKind::Base } else { LineKind::MauOverage };
            let note = note(&invoice, &credited, &of(kind, minor));
            credited.extend(note);
        }
        for note in &credited {
            let subtotal = note.statement.subtotal.minor();
            prop_assert!(note.statement.taxes.iter().all(|tax| tax.amount.minor() <= 0));
            let tax = note.statement.total.minor() - subtotal;
            prop_assert!((tax * 100 - subtotal * 18).abs() <= 400, "{} of {}", tax, subtotal);
        }
        match note(&invoice, &credited, &Credit::Remainder) {
            Ok(rest) => credited.push(rest),
            Err(why) => prop_assert_eq!(why, CreditRefused::NothingLeft),
        }
        let sum = |amount: &dyn Fn(&InvoiceDraft) -> i64| {
            credited.iter().map(amount).sum::<i64>() + amount(&invoice)
        };
        prop_assert_eq!(sum(&|draft| draft.due().unwrap().minor()), 0);
        prop_assert_eq!(sum(&|draft| draft.statement.subtotal.minor()), 0);
        prop_assert_eq!(sum(&|draft| draft.round_off.minor()), 0);
        for name in invoice.statement.taxes.iter().map(|tax| tax.name) {
            let tax = |draft: &InvoiceDraft| {
                let taxes = draft.statement.taxes.iter().filter(|tax| tax.name == name);
                taxes.map(|tax| tax.amount.minor()).sum::<i64>()
            };
            prop_assert_eq!(sum(&tax), 0);
        }
    }
}
