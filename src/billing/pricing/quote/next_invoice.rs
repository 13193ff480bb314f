//! The next invoice: what comes in advance, and the overage of the month in arrears.

use alloc::vec::Vec;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::pricing::billing_cycle::BillingCycle;
use crate::pricing::change::Refusal;
use crate::pricing::month_change::month_change;
use crate::pricing::priced_account::PricedAccount;
use crate::pricing::rest_of_month::first_invoice;
use crate::pricing::statement::{Derivations, Line, Statement, sum};

/// The invoice of a month change, or of the end of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextInvoice {
    /// The day on which the invoice is issued: the 1st, or the end of the trial.
    pub date: NaiveDate,
    /// Tier and add-ons, in advance.
    pub recurring: Money,
    /// Overage of the month that closes.
    pub overage: Money,
    /// All lines, the taxes and the total.
    pub statement: Statement,
}

/// The charges in advance on the next invoice. They do not depend on usage.
#[derive(Debug)]
pub(super) struct InAdvance {
    date: NaiveDate,
    lines: Vec<Line>,
    pub(super) total: Money,
}

impl InAdvance {
    /// The charges in advance, if nothing else changes until then.
    pub(super) fn of(
        account: &PricedAccount<'_>,
        derivations: Derivations,
    ) -> Result<Self, Refusal> {
        let (date, lines) = match account.cycle {
            BillingCycle::Trial { charged_from } => {
                let first = PricedAccount {
                    day: charged_from,
                    ..*account
                };
                (
                    charged_from,
                    first_invoice(&first, derivations)?.statement.lines,
                )
            }
            BillingCycle::Monthly { .. } | BillingCycle::Annual { .. } => (
                account.period()?.end(),
                month_change(account, derivations)?.in_advance,
            ),
        };
        let total = sum(account.list.currency, &lines)?;
        Ok(Self { date, lines, total })
    }

    /// The invoice, with the overage of the month.
    pub(super) fn invoice(
        self,
        account: &PricedAccount<'_>,
        overage: Vec<Line>,
        derivations: Derivations,
    ) -> Result<NextInvoice, Refusal> {
        let PricedAccount { list, places, .. } = *account;
        let in_arrears = sum(list.currency, &overage)?;
        let mut lines = self.lines;
        lines.extend(overage);
        Ok(NextInvoice {
            date: self.date,
            recurring: self.total,
            overage: in_arrears,
            statement: Statement::of(lines, list, places, derivations)?,
        })
    }
}
