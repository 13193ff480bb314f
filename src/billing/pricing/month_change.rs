//! The month change: what is charged at the end of a month (SPEC R15, steps 2 to 5).
//!
//! The close issues it, and the preview shows it.

use alloc::vec::Vec;

use crate::metering::pool::{Pool, term_limit};
use crate::period::{AnnualTerm, NotATerm, Span};
use crate::pricing::annual::{AnnualAccount, term_lines};
use crate::pricing::billing_cycle::{BillingCycle, BillingFrequency};
use crate::pricing::change::Refusal;
use crate::pricing::priced_account::{PricedAccount, PricedPlan};
use crate::pricing::statement::{Derivations, Line, Lines};
use crate::pricing::subscription::Subscription;

/// What a month change charges in advance, and what it does to the subscription and the term.
#[derive(Debug)]
pub(crate) struct MonthChange {
    /// The days that are charged in advance; within a term, the month that ends.
    pub(crate) period: Span,
    /// The charges in advance; within a term there are none.
    pub(crate) in_advance: Vec<Line>,
    /// The subscription after it.
    pub(crate) after: Subscription,
    /// The term that begins or ends with it.
    pub(crate) term: Option<TermChange>,
}

/// What a month change does to an annual term.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TermChange {
    /// A term begins, with this pool.
    Begins(AnnualTerm, Pool),
    /// A term ends, and none follows.
    Ends,
}

/// The month change that ends the month of the billing day.
///
/// **Rule.** Within a term nothing is charged in advance, and scheduled changes wait for its end.
/// Otherwise scheduled changes take effect, and the next month or term is charged.
/// **Source.** SPEC R15, steps 3 and 4; R9; A85, A88, A94.
pub(crate) fn month_change(
    account: &PricedAccount<'_>,
    derivations: Derivations,
) -> Result<MonthChange, Refusal> {
    let period = account.period()?;
    let renews = account.cycle.renews_on(period) <= period.end();
    match (renews, account.subscription.next_frequency(&account.cycle)) {
        (false, _) => Ok(MonthChange {
            period: period.into(),
            in_advance: Vec::new(),
            after: account.subscription.clone(),
            term: None,
        }),
        (true, BillingFrequency::Monthly) => {
            let after = account.subscription.after_month_change();
            let mut lines = Lines::new(account.list.currency, derivations);
            PricedPlan::of(account.list, &after)?.add_month_lines(&mut lines)?;
            Ok(MonthChange {
                period: period.next().ok_or(Refusal::InvalidDate)?.into(),
                in_advance: lines.lines,
                after,
                term: match account.cycle {
                    BillingCycle::Annual { .. } => Some(TermChange::Ends),
                    BillingCycle::Monthly { .. } | BillingCycle::Trial { .. } => None,
                },
            })
        }
        (true, BillingFrequency::Annual) => {
            let after = account.subscription.after_month_change();
            let term = AnnualTerm::new(period.end(), account.list.annual.months)
                .map_err(|_: NotATerm| Refusal::InvalidDate)?;
            let limit = term_limit(after.tier, term.months())?;
            let pool = Pool { limit, used: 0 };
            let next = AnnualAccount {
                list: account.list,
                subscription: &after,
                term,
                pool,
                places: account.places,
                day: term.start(),
            };
            Ok(MonthChange {
                period: term.into(),
                in_advance: term_lines(&next, derivations)?,
                after,
                term: Some(TermChange::Begins(term, pool)),
            })
        }
    }
}
