//! The charges of a month change, monthly or annual: steps 2 to 5 of SPEC R15.
//!
//! The close issues them, and the preview shows them.

use alloc::vec::Vec;

use super::{Cycle, Effect, Frequency};
use crate::accrued_overage::accrued_overage;
use crate::annual::{
    AnnualAccount, AnnualTerm, AnnualTerms, NotATerm, Pool, term_limit, term_statement,
};
use crate::change::Refusal;
use crate::invoice::InvoiceKind;
use crate::period::{BillingPeriod, Span};
use crate::quote::{Derivations, PricedAccount, next_invoice};
use crate::statement::{Line, LineKind, Statement};
use crate::subscription::Subscription;

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
    pub(crate) kind: InvoiceKind,
    pub(crate) period: Span,
    pub(crate) statement: Statement,
    pub(crate) after: Subscription,
    /// The effect of a term that begins or ends.
    pub(crate) turn: Option<Effect>,
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
            kind: InvoiceKind::Scheduled,
            period: coming.into(),
            statement: self.monthly_statement(derivations)?,
            after: self.account.subscription.after_month_change(),
            turn: match self.cycle {
                Cycle::Annual { .. } => Some(Effect::EndTerm),
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
        let (_, mut lines): (Vec<Line>, Vec<Line>) = next.lines.into_iter().partition(is_overage);
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
            kind: InvoiceKind::Scheduled,
            period: self.period.into(),
            statement: Statement::of(lines, list, places, derivations)?,
            after: subscription.clone(),
            turn: None,
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
            kind: InvoiceKind::Annual,
            period: next.into(),
            statement: Statement::of(lines, list, places, derivations)?,
            turn: Some(Effect::BeginTerm(next, pool)),
            after,
        })
    }

    fn overage(&self, derivations: Derivations) -> Result<Vec<Line>, Refusal> {
        accrued_overage(self.account, self.period, self.cycle.measure(), derivations)
    }
}

/// Whether a line charges for the closed month and not for the coming one.
pub(crate) const fn is_overage(line: &Line) -> bool {
    match line.kind {
        LineKind::MauOverage | LineKind::AddOnOverage | LineKind::AddOnUse => true,
        LineKind::Base
        | LineKind::AddOn
        | LineKind::TierProration
        | LineKind::AddOnRepricing
        | LineKind::AddOnProration => false,
    }
}
