//! The charges of a month change, monthly or annual: steps 2 to 5 of SPEC R15.
//!
//! The close issues them, and the preview shows them.

use alloc::vec::Vec;

use super::{Cycle, Frequency};
use crate::catalog::price_book::AnnualTerms;
use crate::period::{BillingPeriod, Span};
use crate::pricing::accrued_overage::accrued_overage;
use crate::pricing::annual::{
    AnnualAccount, AnnualTerm, NotATerm, Pool, term_limit, term_statement,
};
use crate::pricing::change::Refusal;
use crate::pricing::quote::{Derivations, PricedAccount, next_invoice};
use crate::pricing::statement::{Line, Statement};
use crate::pricing::subscription::Subscription;

/// An account whose month changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn<'a> {
    /// Prices, subscription and usage at the end of the month. `account.day` is not used.
    pub(crate) account: &'a PricedAccount<'a>,
    /// The month that ends.
    pub(crate) period: BillingPeriod,
    /// How the account was charged in that month.
    pub(crate) cycle: Cycle,
    /// How the account is charged afterwards; within a term, from the term's end on.
    pub(crate) coming: Frequency,
}

/// The result of a month change.
pub(crate) struct Month {
    pub(crate) period: Span,
    pub(crate) statement: Statement,
    pub(crate) after: Subscription,
    /// The term that begins or ends with it.
    pub(crate) term: Option<TermChange>,
}

/// What a month change does to an annual term.
pub(crate) enum TermChange {
    /// A term begins, with this pool.
    Begins(AnnualTerm, Pool),
    /// A term ends, and none follows.
    Ends,
}

impl Turn<'_> {
    /// Computes the month change.
    pub(crate) fn change(&self, derivations: Derivations) -> Result<Month, Refusal> {
        match (self.cycle, self.coming) {
            (Cycle::Annual { term, .. }, _) if self.period.end() < term.end() => {
                self.mid_term(derivations)
            }
            (Cycle::Annual { .. } | Cycle::Monthly { .. }, Frequency::Monthly) => {
                self.monthly(derivations)
            }
            (Cycle::Annual { .. } | Cycle::Monthly { .. }, Frequency::Annual(terms)) => {
                self.term_begins(&terms, derivations)
            }
        }
    }

    /// Charges the coming month in advance and the closed one in arrears.
    fn monthly(&self, derivations: Derivations) -> Result<Month, Refusal> {
        let coming = self.period.next().ok_or(Refusal::InvalidDate)?;
        Ok(Month {
            period: coming.into(),
            statement: self.monthly_statement(derivations)?,
            after: self.account.subscription.after_month_change(),
            term: match self.cycle {
                Cycle::Annual { .. } => Some(TermChange::Ends),
                Cycle::Monthly { .. } => None,
            },
        })
    }

    /// The statement of the next invoice, from the same function as the preview. A month that is not an
    /// ordinary one gets its own overage.
    fn monthly_statement(&self, derivations: Derivations) -> Result<Statement, Refusal> {
        let PricedAccount { list, places, .. } = *self.account;
        let next = next_invoice(self.account, self.period, derivations)?.statement;
        if self.cycle.measure().is_whole(self.period) {
            return Ok(next);
        }
        let (_, mut lines): (Vec<Line>, Vec<Line>) = next
            .lines
            .into_iter()
            .partition(|line| line.kind.is_overage());
        lines.extend(self.overage(derivations)?);
        Statement::of(lines, list, places, derivations)
    }

    /// Charges overage of a month within a term; scheduled changes wait for the term's end.
    fn mid_term(&self, derivations: Derivations) -> Result<Month, Refusal> {
        let PricedAccount {
            list,
            places,
            subscription,
            ..
        } = *self.account;
        let lines = self.overage(derivations)?;
        Ok(Month {
            period: self.period.into(),
            statement: Statement::of(lines, list, places, derivations)?,
            after: subscription.clone(),
            term: None,
        })
    }

    /// The last month before a term: scheduled changes take effect, and the term is charged.
    fn term_begins(&self, terms: &AnnualTerms, derivations: Derivations) -> Result<Month, Refusal> {
        let PricedAccount { list, places, .. } = *self.account;
        let after = self.account.subscription.after_month_change();
        let next = AnnualTerm::new(self.period.end(), terms.months)
            .map_err(|_: NotATerm| Refusal::InvalidDate)?;
        let limit = term_limit(after.tier, next.months())?;
        let pool = Pool { limit, used: 0 };
        let account = AnnualAccount {
            list,
            subscription: &after,
            terms,
            term: next,
            pool,
            places,
            day: next.start(),
        };
        let mut lines = term_statement(&account, derivations)?.lines;
        lines.extend(self.overage(derivations)?);
        Ok(Month {
            period: next.into(),
            statement: Statement::of(lines, list, places, derivations)?,
            term: Some(TermChange::Begins(next, pool)),
            after,
        })
    }

    fn overage(&self, derivations: Derivations) -> Result<Vec<Line>, Refusal> {
        accrued_overage(self.account, self.period, self.cycle.measure(), derivations)
    }
}
