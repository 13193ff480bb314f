//! How far an order to pay has come, as it is answered.

use api::invoicing::payment::{PaidInvoice, Payments, PaymentsState};
use api::{Code, Problem};
use billing::invoicing::collection::AttemptState;
use billing::{Money, OrganizationId};
use chrono::{DateTime, Utc};

use super::payable::sum;
use crate::foundation::error::Error;
use crate::mail::figures;
use crate::store::Tx;
use crate::store::payments::attempts::PaymentAttempt;
use crate::store::payments::open_invoices::StoredOpenInvoice;

/// What an order to pay has paid, and what is left to pay.
pub(super) struct PaymentProgress {
    paid: Vec<PaidInvoice>,
    left: Money,
}

impl PaymentProgress {
    /// The progress of the attempts that were made, with the invoices that are left.
    pub(super) async fn of(
        tx: &mut Tx,
        organization_id: &OrganizationId,
        made: &[PaymentAttempt],
        left: &[StoredOpenInvoice],
    ) -> Result<Self, Error> {
        let paid = made.iter().filter_map(|attempt| match attempt.state {
            AttemptState::Paid { .. } => Some(PaidInvoice {
                invoice: attempt.purpose.invoice()?.clone(),
                amount: attempt.amount,
            }),
            _ => None,
        });
        Ok(Self {
            paid: paid.collect(),
            left: sum(tx, organization_id, left).await?,
        })
    }

    pub(super) fn done(&self) -> Payments {
        self.sent(PaymentsState::Paid, None)
    }

    /// While an attempt with this state is open.
    pub(super) fn pending(&self, state: &AttemptState) -> Payments {
        match state {
            AttemptState::Authentication { expires } => {
                self.sent(PaymentsState::Authentication, Some(*expires))
            }
            _ => self.sent(PaymentsState::Processing, None),
        }
    }

    /// Why an attempt did not pay, and what is left to pay.
    pub(super) fn failure(&self, failed: &PaymentAttempt) -> Problem {
        let (code, what) = match failed.state {
            AttemptState::Declined { .. } => {
                (Code::PaymentDeclined, "Your bank declined the payment")
            }
            _ => (Code::PaymentExpired, "The payment was not finished"),
        };
        let invoice = failed
            .purpose
            .invoice()
            .map(|number| format!(" of invoice {number}"));
        let invoice = invoice.unwrap_or_default();
        let left = figures::money(self.left);
        let detail = format!(
            "{what}{invoice}; {left} is still to be paid. Use another payment method or \
             ask your bank"
        );
        Problem::new(code, detail)
    }

    fn sent(&self, state: PaymentsState, expires: Option<DateTime<Utc>>) -> Payments {
        Payments {
            state,
            expires,
            paid: self.paid.clone(),
            left: self.left,
        }
    }
}
