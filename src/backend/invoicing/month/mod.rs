//! The month change (SPEC R15), one organization at a time.
//!
//! [`billing::invoicing::month_close`] decides what is to be done. [`account`] reads its input, [`plan`] carries
//! out its result, both in one transaction.

use billing::invoicing::invoice::InvoiceNumber;
use billing::invoicing::month_close::{self, CloseRefused};
use billing::{BillingPeriod, OrganizationId};
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::{Changes, Tx, Work};

mod account;
mod change_log;
mod plan;

use account::ClosingAccount;
use plan::carry_out;

/// Closes a month of an organization. Closing it again does nothing.
#[derive(Debug)]
pub struct CloseMonth {
    pub organization_id: OrganizationId,
    pub period: BillingPeriod,
    pub now: DateTime<Utc>,
}

/// The result of closing a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// Closed now; with the number of the invoice if one was issued.
    Now(Option<InvoiceNumber>),
    /// It was already closed.
    Before,
    /// It has not ended in the organization's time zone.
    NotOver,
    /// This earlier month is still open.
    OutOfOrder(BillingPeriod),
    /// A payment that belongs to this month is still open.
    PaymentPending,
}

impl Work for CloseMonth {
    type Output = Closed;

    fn changes(&self) -> Changes {
        Changes::Account(self.organization_id.clone(), self.now)
    }

    async fn run(&self, tx: &mut Tx) -> Result<Closed, Error> {
        let account = ClosingAccount::load(tx, self).await?;
        match account.close(self)? {
            Ok(month_close::Closed::Before) => Ok(Closed::Before),
            Ok(month_close::Closed::Now(plan)) => {
                let number = carry_out(tx, &plan, &account, self.now).await?;
                Ok(Closed::Now(number))
            }
            Err(CloseRefused::NotOver(_)) => Ok(Closed::NotOver),
            Err(CloseRefused::OutOfOrder(open)) => Ok(Closed::OutOfOrder(open)),
            Err(CloseRefused::PaymentPending) => Ok(Closed::PaymentPending),
            Err(CloseRefused::Unpriced(refusal)) => Err(Error::unexpected(refusal)),
        }
    }
}
