//! Invoices without a number: the number is assigned last (SPEC R19).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{InvoiceKind, InvoiceNumber};
use crate::money::{Money, OutOfRange};
use crate::period::Span;
use crate::pricing::statement::{Statement, sum};
use crate::pricing::tax::{RoundOff, TaxPlaces};

/// The content of an invoice other than its amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceHead {
    /// The reason for the invoice.
    pub kind: InvoiceKind,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// The days that are charged. Overage of the month before is on the invoice all the same.
    pub period: Span,
    /// The places of supply; `None` when no tax is charged.
    pub places: Option<TaxPlaces>,
    /// The version of the prices that were used (SPEC 9).
    pub book: BookVersion,
    /// The texts printed below the total.
    pub notes: Vec<Note>,
}

/// A version of a price book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookVersion {
    /// The id of the book.
    pub id: String,
    /// The version of the book.
    pub version: u32,
}

/// A text that is printed below the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Note {
    /// The customer accounts for the tax: the wording that the law requires (SPEC R16).
    ReverseCharge(String),
    /// The invoice that this credit note corrects.
    Corrects(InvoiceNumber),
}

/// An invoice, complete except for its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceDraft {
    /// The content other than the amounts.
    pub head: InvoiceHead,
    /// The lines, the taxes and the total.
    pub statement: Statement,
    /// The amount that rounds the total to whole units; 0 unless the supplier enables it (SPEC R16).
    pub round_off: Money,
}

impl InvoiceDraft {
    /// Makes an invoice from a statement.
    pub fn new(
        head: InvoiceHead,
        statement: Statement,
        round_off: RoundOff,
    ) -> Result<Self, OutOfRange> {
        let round_off = round_off.of(statement.total)?;
        Ok(Self {
            head,
            statement,
            round_off,
        })
    }

    /// The amount to pay: the total plus the round-off.
    pub fn due(&self) -> Result<Money, OutOfRange> {
        self.statement.total.plus(self.round_off)
    }

    /// Whether the invoice has no lines. Such an invoice is not issued.
    pub fn is_of_nothing(&self) -> bool {
        self.statement.lines.is_empty()
    }

    /// Recalculates the sums: lines to the subtotal, subtotal and taxes to the total.
    ///
    /// **Source.** SPEC R1: totals are sums of what is shown.
    ///
    /// # Errors
    /// Fails with the first sum that differs.
    pub fn adds_up(&self) -> Result<(), DoesNotAddUp> {
        let Statement {
            lines,
            subtotal,
            taxes,
            total,
        } = &self.statement;
        let currency = total.currency();
        let lines = sum(currency, lines).map_err(|_| DoesNotAddUp::Subtotal)?;
        if lines != *subtotal {
            return Err(DoesNotAddUp::Subtotal);
        }
        let amounts = taxes.iter().map(|tax| tax.amount).chain([lines]);
        match Money::sum(currency, amounts) {
            Ok(sum) if sum == *total => Ok(()),
            Ok(_) | Err(OutOfRange) => Err(DoesNotAddUp::Total),
        }
    }
}

/// The sum of an invoice that does not equal its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoesNotAddUp {
    /// The subtotal is not the sum of the lines.
    Subtotal,
    /// The total is not the subtotal plus the taxes.
    Total,
}

impl fmt::Display for DoesNotAddUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Subtotal => "the lines do not sum to the subtotal",
            Self::Total => "subtotal and taxes do not sum to the total",
        })
    }
}

impl core::error::Error for DoesNotAddUp {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use crate::pricing::statement::{Line, LineKind, TaxLine};
    use crate::pricing::tax::TaxName;

    fn inr(minor: i64) -> Money {
        Money::new(minor, Currency::new("INR", 2).unwrap())
    }

    fn draft(subtotal: i64, total: i64) -> InvoiceDraft {
        let line = |minor| Line {
            kind: LineKind::Base,
            add_on: None,
            amount: inr(minor),
            derivation: None,
        };
        let tax = |name, minor| TaxLine {
            name,
            amount: inr(minor),
            derivation: None,
        };
        let statement = Statement {
            lines: alloc::vec![line(100), line(50)],
            subtotal: inr(subtotal),
            taxes: alloc::vec![tax(TaxName::Cgst, 13), tax(TaxName::Sgst, 14)],
            total: inr(total),
        };
        let day = |text: &str| text.parse().unwrap();
        let head = InvoiceHead {
            kind: InvoiceKind::Scheduled,
            issued_on: day("2025-07-01"),
            period: Span::new(day("2025-07-01"), day("2025-08-01")).unwrap(),
            places: None,
            book: BookVersion {
                id: String::from("essentials"),
                version: 1,
            },
            notes: Vec::new(),
        };
        InvoiceDraft::new(head, statement, RoundOff::WholeUnits).unwrap()
    }

    /// RELIABILITY 2: total = subtotal + tax, subtotal = sum of lines.
    #[test]
    fn an_invoice_adds_up_or_says_where_it_does_not() {
        let check = |subtotal, total, expected| {
            assert_eq!(
                draft(subtotal, total).adds_up(),
                expected,
                "{subtotal} {total}"
            );
        };
        check(150, 177, Ok(()));
        check(151, 178, Err(DoesNotAddUp::Subtotal));
        check(149, 177, Err(DoesNotAddUp::Subtotal));
        check(150, 178, Err(DoesNotAddUp::Total));
        check(150, 176, Err(DoesNotAddUp::Total));
    }

    #[test]
    fn what_is_due_is_the_total_and_the_round_off() {
        let draft = draft(150, 177);
        assert_eq!((draft.round_off, draft.due()), (inr(23), Ok(inr(200))));
        assert!(!draft.is_of_nothing());
    }

    #[test]
    fn the_head_is_stored_as_data() {
        let head = draft(150, 177).head;
        let text = serde_json::to_string(&head).unwrap();
        assert!(text.contains(r#""period":{"start":"2025-07-01","end":"2025-08-01"}"#));
        assert_eq!(serde_json::from_str::<InvoiceHead>(&text).unwrap(), head);
    }

    #[test]
    fn notes_are_stored_as_data() {
        let number = InvoiceNumber::parse("ACME-2627-00042").unwrap();
        let check = |note: Note, text: &str| {
            assert_eq!(serde_json::to_string(&note).unwrap(), text);
            assert_eq!(serde_json::from_str::<Note>(text).unwrap(), note);
        };
        check(Note::Corrects(number), r#"{"corrects":"ACME-2627-00042"}"#);
        let words = String::from("Reverse charge");
        check(
            Note::ReverseCharge(words),
            r#"{"reverse_charge":"Reverse charge"}"#,
        );
    }
}
