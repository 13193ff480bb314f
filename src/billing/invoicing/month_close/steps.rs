//! The nine steps of SPEC R15.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use super::{CloseRefused, Closing, Collection, DashboardLock, Effect, FrozenUsage, Life, Lock};
use crate::catalog::policy::OverageLock;
use crate::invoicing::invoice::{InvoiceDraft, InvoiceHead, InvoiceKind};
use crate::metering::usage::exceeds;
use crate::pricing::quote::{Derivations, PricedAccount};
use crate::pricing::rhythm::Cycle;
use crate::pricing::rhythm::turn::TermChange;
use crate::pricing::statement::{Line, Statement};
use crate::pricing::subscription::Status;

/// All effects, in order.
pub(super) fn effects(
    closing: &Closing<'_>,
    (at, now): (DateTime<Utc>, DateTime<Utc>),
    derivations: Derivations,
) -> Result<Vec<Effect>, CloseRefused> {
    let mut effects = match closing.life {
        Life::Cancelled => return Ok(Vec::new()),
        Life::Paused | Life::Ending => alloc::vec![freeze(closing)],
        Life::Running => match closing.account.subscription.status {
            Status::Trial => alloc::vec![freeze(closing)],
            Status::Active => charged(closing, (at, now), derivations)?,
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
    (at, now): (DateTime<Utc>, DateTime<Utc>),
    derivations: Derivations,
) -> Result<Vec<Effect>, CloseRefused> {
    let mut effects = alloc::vec![freeze(closing)];
    if let Cycle::Annual { pool, .. } = closing.cycle {
        effects.push(Effect::CountAgainstPool(pool.after(usage(closing))));
    }
    let month = closing.turn().change(derivations)?;
    let overage = overage_of(&month.statement);
    if !overage.is_empty() {
        effects.push(Effect::RateOverage(overage));
    }
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
    let invoice = InvoiceDraft::new(head, month.statement, closing.policy.round_off)?;
    if !invoice.is_of_nothing() {
        // Step 7. A notice is never dated before the close runs, however late that is.
        let notified_at = at.max(now);
        let collection = Collection::of(closing.policy.collecting, invoice.due()?, notified_at);
        effects.push(Effect::Issue(invoice));
        effects.extend(collection.map(Effect::Collect));
    }
    Ok(effects)
}

fn overage_of(statement: &Statement) -> Vec<Line> {
    let lines = statement.lines.iter();
    lines
        .filter(|line| line.kind.is_overage())
        .cloned()
        .collect()
}

/// Step 9: compares the closed month's usage with the closing tier, or the term's with its pool.
fn lock(closing: &Closing<'_>) -> Option<Lock> {
    let charged =
        closing.life == Life::Running && closing.account.subscription.status == Status::Active;
    if !charged || closing.dashboard_lock != DashboardLock::Clear {
        return None;
    }
    match closing.cycle {
        Cycle::Annual { terms, term, pool } => {
            let goes_on = closing.period.end() < term.end();
            let over = pool.after(usage(closing)).is_locked(&terms);
            (goes_on && over).then_some(Lock::AnnualSoft)
        }
        Cycle::Monthly { .. } => {
            let PricedAccount {
                list, subscription, ..
            } = closing.account;
            let over = exceeds(usage(closing), subscription.tier, list.lock_percent);
            match closing.policy.overage_lock {
                OverageLock::Immediate | OverageLock::AtNextBillingDate => {
                    over.then_some(Lock::Overage)
                }
                OverageLock::Off => None,
            }
        }
    }
}

fn usage(closing: &Closing<'_>) -> u64 {
    closing.account.usage().usage
}
