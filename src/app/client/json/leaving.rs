//! Pausing, cancelling and paying what is open: the contract's types.

use api::account::leaving::{Counts, Leaving, Left, Refusal, Requested};
use api::invoicing::payment::{PaidInvoice, Payments, PaymentsState};

use super::contract::{name, record, words};
use super::{Fields, Json, Notes, Read};

record!(Leaving {
    offset_minutes,
    settles,
    pause_ends_at,
    backups_until,
    counts,
    pause_refused,
    cancel_refused
});
record!(Counts {
    projects,
    users,
    events,
    invoices
});
record!(Refusal { code, detail });
record!(Left { at, invoice });
record!(Requested { by, at });

record!(Payments {
    state,
    expires,
    paid,
    left
});
words!(PaymentsState {
    Processing = "processing",
    Paid = "paid",
    Authentication = "authentication"
});
record!(PaidInvoice { invoice, amount });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::tests::{at, number, same, usd};
    use api::Code;
    use billing::Statement;

    #[test]
    fn reads_what_leaving_leads_to() {
        let refusal = Refusal {
            code: Code::PaymentLocked,
            detail: "an invoice is still unpaid".to_owned(),
        };
        same(&Leaving {
            offset_minutes: 330,
            settles: Statement {
                lines: Vec::new(),
                subtotal: usd("0.00"),
                taxes: Vec::new(),
                total: usd("0.00"),
            },
            pause_ends_at: at(),
            backups_until: at(),
            counts: Counts {
                projects: 1,
                users: 2,
                events: 3,
                invoices: 4,
            },
            pause_refused: Some(refusal),
            cancel_refused: None,
        });
        for state in [
            PaymentsState::Paid,
            PaymentsState::Processing,
            PaymentsState::Authentication,
        ] {
            same(&Payments {
                state,
                expires: Some(at()),
                paid: vec![PaidInvoice {
                    invoice: number(),
                    amount: usd("1.00"),
                }],
                left: usd("0.00"),
            });
        }
        same(&Left {
            at: at(),
            invoice: None,
        });
        same(&Requested {
            by: "ada@acme.example".to_owned(),
            at: at(),
        });
    }
}
