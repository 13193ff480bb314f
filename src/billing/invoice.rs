//! Invoices: what they carry, how they are numbered, corrected and settled (SPEC 4.8, R15, R19).
//!
//! Read in this order: [`InvoiceDraft`] (what is issued), [`InvoiceNumber`] (under which number),
//! [`credit_note`] (how it is corrected) and [`Balance`] (what is still to pay).

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
