//! Notices as mails (SPEC R10, R12 to R15, R18): what was posted with its cause is written out once, as
//! one mail for each reader, and handed to the transport until it is taken.
//!
//! Read in this order: [`body`] (what a mail says, as text and as HTML), [`figures`] (how amounts
//! and dates are written), [`facts`] and [`debit`] (what a notice is about), [`place`] (where it leads),
//! [`bodies`] (one for each [`Notification`](crate::notification::Notification)), [`writing`] (who gets
//! it), [`transport`] (SMTP or a folder), [`delivery`].
//!
//! Nothing here touches money or the state of an account: a mail server that is down, slow or
//! refuses delays mails and nothing else.

pub mod bodies;
pub mod body;
mod composing;
pub mod debit;
pub mod delivery;
pub mod facts;
pub mod figures;
pub mod place;
pub mod transport;

use std::fmt;
use std::sync::Arc;

use crate::clock::Clock;
use crate::error::Error;
use crate::services::Services;
use transport::MailTransport;

/// Who sends: the transport and what every mail bears.
#[derive(Debug, Clone)]
pub struct Mailer {
    /// What takes the mails.
    pub transport: Arc<dyn MailTransport>,
    /// The address they come from.
    pub sender: String,
    /// Where support tickets go.
    pub support: String,
    /// What the app's pages are reached below, such as `https://app.example.com`; without it mails
    /// name pages and link to none. Never taken from a request.
    pub site: Option<String>,
    /// The time by which mails are tried again: the machine's, which the sandbox does not move.
    pub clock: Clock,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Mails written.
    pub written: u64,
    /// Mails taken by the transport.
    pub sent: u64,
    /// Mails that are tried again later.
    pub delayed: u64,
    /// Notices and mails that were put aside with a reason.
    pub parked: u64,
}

/// Writes out what was posted, and hands over the mails that are due.
///
/// # Errors
/// A store that does not answer. What the transport says is no error.
pub async fn send_due(services: &Services, mailer: &Mailer) -> Result<Report, Error> {
    let mut report = Report::default();
    composing::write_out(services, mailer, &mut report).await?;
    delivery::deliver(services, mailer, &mut report).await?;
    Ok(report)
}

/// Writes out what was posted, and hands over nothing: nobody has to wait for a mail server.
pub async fn write_out(services: &Services, mailer: &Mailer) -> Result<Report, Error> {
    let mut report = Report::default();
    composing::write_out(services, mailer, &mut report).await?;
    Ok(report)
}

impl Report {
    /// Whether there was nothing to do.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            written,
            sent,
            delayed,
            parked,
        } = self;
        write!(
            f,
            "mails: {written} written, {sent} sent, {delayed} delayed, {parked} parked"
        )
    }
}
