//! Invoices: content, numbers, corrections and payments (SPEC 4.8, R15, R19).
//!
//! Read in this order: [`InvoiceDraft`] (the content), [`InvoiceNumber`] (the number),
//! [`credit_note`] (how an invoice is corrected) and [`Balance`] (what is still due).

mod balance;
mod credit_note;
mod draft;
mod kind;
mod number;

pub use balance::{Balance, Posting, PostingRefused};
pub use credit_note::{Correction, Credit, CreditRefused, LineCredit, credit_note};
pub use draft::{BookVersion, DoesNotAddUp, InvoiceDraft, InvoiceHead, Note};
pub use kind::{Collecting, InvoiceKind, InvoiceStatus};
pub use number::{InvoiceNumber, NumberRefused, financial_year};
