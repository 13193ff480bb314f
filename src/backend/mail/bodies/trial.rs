//! Facts about the trial (SPEC R8).

use billing::invoicing::invoice::InvoiceNumber;
use chrono::NaiveDate;
use serde::Serialize;

use crate::mail::figures::Shown;

/// The trial has become a paid plan.
#[derive(Debug, Serialize)]
pub(super) struct Ended<'a> {
    charged_from: Shown<NaiveDate>,
    /// The first invoice; `None` when it charges nothing.
    invoice: Option<&'a InvoiceNumber>,
}

impl<'a> Ended<'a> {
    pub(super) fn of(charged_from: NaiveDate, invoice: Option<&'a InvoiceNumber>) -> Self {
        Self {
            charged_from: Shown(charged_from),
            invoice,
        }
    }
}
