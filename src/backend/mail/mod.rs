//! Mails about notices (SPEC R10, R12 to R15, R18). A notice is posted with its cause, composed once as
//! one mail for each recipient, and passed to the transport until that accepts it.
//!
//! The sentences are in `templates/`, one file for each notice, for text and HTML alike; the code gives
//! them facts. Read in this order: [`templates`] (what they are and how they are rendered), [`body`]
//! (a template and its facts), [`figures`] (how amounts and dates are written), [`facts`] and [`debit`]
//! (what a notice is about), [`pages`] (what it links), [`bodies`] (the facts of each
//! [`Notification`](crate::notification::Notification)), `composing` (who gets it), [`transport`] (SMTP
//! or a folder), [`delivery`].
//!
//! Nothing here changes money or the state of an account: a mail server that is down, slow or refuses
//! a mail delays mails and nothing else.

pub mod bodies;
pub mod body;
mod composing;
pub mod debit;
pub mod delivery;
pub mod facts;
pub mod figures;
pub mod pages;
pub mod templates;
pub mod transport;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use crate::foundation::clock::Clock;
use crate::foundation::error::Error;
use crate::services::Services;
use templates::Templates;
use transport::MailTransport;

/// Sends mails: the transport, and what is the same in every mail.
#[derive(Debug, Clone)]
pub struct Mailer {
    pub transport: Arc<dyn MailTransport>,
    pub templates: Templates,
    /// The `From` address.
    pub sender: String,
    /// The address of the support team.
    pub support: String,
    /// The base URL of the app, such as `https://app.example.com`; without it mails name pages and do not
    /// link them. It comes from the configuration, never from a request.
    pub site: Option<String>,
    /// The clock by which mails are retried: the machine's, which the sandbox cannot move.
    pub clock: Clock,
}

/// How many mails were handled, by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    pub written: u64,
    /// Mails that the transport accepted.
    pub sent: u64,
    /// Mails that are retried later.
    pub delayed: u64,
    /// Notices and mails that were parked with a reason.
    pub parked: u64,
}

/// Composes the mails of posted notices, and sends those that are due.
///
/// # Errors
/// A store that is unavailable. A failure of the transport is not an error; the report counts it.
pub async fn send_due(services: &Services, mailer: &Mailer) -> Result<Report, Error> {
    let mut report = Report::default();
    composing::write_out(services, mailer, &mut report).await?;
    delivery::deliver(services, mailer, &mut report).await?;
    Ok(report)
}

/// Composes the mails of posted notices without sending them, so that nobody waits for a mail server.
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
