//! The nine steps of SPEC R15.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use super::{CloseRefused, Closing, Collection, DashboardLock, Effect, FrozenUsage, Life};
use crate::invoicing::invoice::{InvoiceDraft, InvoiceHead, InvoiceKind};
use crate::metering::lock_threshold::{EvaluationTime, Measure};
use crate::pricing::billing_cycle::BillingCycle;
use crate::pricing::month_change::{TermChange, month_change};
use crate::pricing::overage::overage_lines;
use crate::pricing::priced_account::PricedAccount;
use crate::pricing::statement::{Derivations, Line, Statement};

/// All effects, in order, of a close that is due at `at` and runs at `now`.
pub(super) fn effects(
    closing: &Closing<'_>,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    derivations: Derivations,
) -> Result<Vec<Effect>, CloseRefused> {
    let mut effects = match closing.life {
        Life::Cancelled => return Ok(Vec::new()),
        Life::Paused | Life::Ending => alloc::vec![freeze(closing)],
        Life::Running => match closing.account.cycle {
            BillingCycle::Trial { .. } => alloc::vec![freeze(closing)],
            BillingCycle::Monthly { .. } | BillingCycle::Annual { .. } => {
                charged(closing, at, now, derivations)?
            }
        },
    };
    if !closing.latches.is_empty() {
        effects.push(Effect::ResetAlerts(closing.latches.to_vec()));
    }
    effects.extend(lock(closing).map(Effect::LockDashboard));
    Ok(effects)
}

/// Step 1: freezes the usage.
fn freeze(closing: &Closing<'_>) -> Effect {
    Effect::FreezeUsage(FrozenUsage {
        metered: closing.account.metered,
        usage: closing.account.usage().usage,
        tier: closing.account.subscription.tier,
    })
}

/// Steps 1 to 7 for an account that is charged.
fn charged(
    closing: &Closing<'_>,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    derivations: Derivations,
) -> Result<Vec<Effect>, CloseRefused> {
    let mut effects = alloc::vec![freeze(closing)];
    if let BillingCycle::Annual { pool, .. } = closing.account.cycle {
        effects.push(Effect::CountAgainstPool(pool.after(usage(closing))));
    }
    let mut overage = overage_lines(&closing.account, derivations)?;
    overage.retain(|line| !line.amount.is_zero());
    if !overage.is_empty() {
        effects.push(Effect::RateOverage(overage.clone()));
    }
    let month = month_change(&closing.account, derivations)?;
    if month.after != *closing.account.subscription {
        effects.push(Effect::ApplyScheduled(month.after));
    }
    let kind = match month.term {
        Some(TermChange::Begins(term, pool)) => {
            effects.push(Effect::BeginTerm(term, pool));
            InvoiceKind::Annual
        }
        Some(TermChange::Ends) => {
            effects.push(Effect::EndTerm);
            InvoiceKind::Scheduled
        }
        None => InvoiceKind::Scheduled,
    };
    let head = InvoiceHead {
        kind,
        issued_on: closing.period.end(),
        period: month.period,
        places: closing.account.places,
        book: closing.book.clone(),
        notes: closing.notes.clone(),
    };
    let lines: Vec<Line> = month.in_advance.into_iter().chain(overage).collect();
    let PricedAccount { list, places, .. } = closing.account;
    let statement = Statement::of(lines, list, places, derivations)?;
    let invoice = InvoiceDraft::new(head, statement, closing.policy.round_off)?;
    if !invoice.is_of_nothing() {
        // Step 7. A notice is never dated before the close runs, however late that is.
        let notified_at = at.max(now);
        let collection = Collection::of(closing.policy.collecting, invoice.due()?, notified_at);
        effects.push(Effect::Issue(invoice));
        effects.extend(collection.map(Effect::Collect));
    }
    Ok(effects)
}

/// Step 9: compares the closed month's usage with the closing tier, or the term's with its pool. A term
/// that ends locks no more.
fn lock(closing: &Closing<'_>) -> Option<Measure> {
    let charged = match closing.account.cycle {
        BillingCycle::Trial { .. } => false,
        BillingCycle::Monthly { .. } => true,
        BillingCycle::Annual { term, .. } => closing.period.end() < term.end(),
    };
    if !charged || closing.life != Life::Running || closing.dashboard_lock != DashboardLock::Clear {
        return None;
    }
    let measure = closing.account.measure(usage(closing));
    measure
        .locks_dashboard(EvaluationTime::AtClose, closing.policy.overage_lock)
        .then_some(measure)
}

fn usage(closing: &Closing<'_>) -> u64 {
    closing.account.usage().usage
}
