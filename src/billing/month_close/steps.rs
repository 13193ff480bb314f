//! The nine steps of SPEC R15.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use super::{
    CloseRefused, Closing, Collection, Cycle, DashboardLock, Effect, Frequency, FrozenUsage, Life,
    Lock,
};
use crate::accrued_overage::accrued_overage;
use crate::annual::{
    AnnualAccount, AnnualTerm, AnnualTerms, NotATerm, Pool, term_limit, term_statement,
};
use crate::change::Refusal;
use crate::invoice::{InvoiceDraft, InvoiceHead, InvoiceKind};
use crate::period::Span;
use crate::policy::OverageLock;
use crate::quote::{Account, Derivations, next_invoice};
use crate::statement::{Line, LineKind, Statement};
use crate::subscription::{Status, Subscription};
use crate::usage::exceeds;

/// Everything there is to do, in order.
pub(super) fn effects(
    closing: &Closing<'_>,
    (at, now): (DateTime<Utc>, DateTime<Utc>),
    derivations: Derivations,
) -> Result<Vec<Effect>, CloseRefused> {
    let mut effects = match closing.life {
        Life::Cancelled => return Ok(Vec::new()),
        Life::Paused => alloc::vec![freeze(closing)],
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

/// Step 1.
fn freeze(closing: &Closing<'_>) -> Effect {
    Effect::FreezeUsage(FrozenUsage {
        metered: closing.account.metered,
        usage: closing.account.usage().usage,
        tier: closing.account.subscription.tier,
    })
}

/// Steps 1 to 7 of an account that is charged.
fn charged(
    closing: &Closing<'_>,
    (at, now): (DateTime<Utc>, DateTime<Utc>),
    derivations: Derivations,
) -> Result<Vec<Effect>, CloseRefused> {
    let mut effects = alloc::vec![freeze(closing)];
    if let Cycle::Annual { pool, .. } = closing.cycle {
        effects.push(Effect::CountAgainstPool(pool.after(usage(closing))));
    }
    let month = Month::of(closing, derivations)?;
    let overage = overage_of(&month.statement);
    if !overage.is_empty() {
        effects.push(Effect::RateOverage(overage));
    }
    if month.after != *closing.account.subscription {
        effects.push(Effect::ApplyScheduled(month.after));
    }
    effects.extend(month.turn);
    let head = InvoiceHead {
        kind: month.kind,
        issued_on: closing.period.end(),
        period: month.period,
        places: closing.account.places,
        book: closing.book.clone(),
        notes: closing.notes.clone(),
    };
    let invoice = InvoiceDraft::new(head, month.statement, closing.policy.round_off)?;
    if !invoice.is_of_nothing() {
        // Step 7. A notice cannot go out before it is written, however late that is.
        let told_at = at.max(now);
        let collection = Collection::of(closing.policy.collecting, invoice.due()?, told_at)?;
        effects.push(Effect::Issue(invoice));
        effects.extend(collection.map(Effect::Collect));
    }
    Ok(effects)
}

/// What a month change amounts to: steps 2 to 5.
struct Month {
    kind: InvoiceKind,
    period: Span,
    statement: Statement,
    after: Subscription,
    /// A term that begins or ends.
    turn: Option<Effect>,
}

impl Month {
    fn of(closing: &Closing<'_>, derivations: Derivations) -> Result<Self, CloseRefused> {
        match (closing.cycle, closing.coming) {
            (Cycle::Annual { term, .. }, _) if closing.period.end() < term.end() => {
                mid_term(closing, derivations)
            }
            (Cycle::Annual { .. } | Cycle::Monthly { .. }, Frequency::Monthly) => {
                monthly(closing, derivations)
            }
            (Cycle::Annual { .. } | Cycle::Monthly { .. }, Frequency::Annual(terms)) => {
                term_begins(closing, &terms, derivations)
            }
        }
    }
}

/// The coming month in advance, the closed one in arrears.
fn monthly(closing: &Closing<'_>, derivations: Derivations) -> Result<Month, CloseRefused> {
    let coming = closing.period.next().ok_or(Refusal::InvalidDate)?;
    Ok(Month {
        kind: InvoiceKind::Scheduled,
        period: coming.into(),
        statement: monthly_statement(closing, derivations)?,
        after: closing.account.subscription.after_month_change(),
        turn: match closing.cycle {
            Cycle::Annual { .. } => Some(Effect::EndTerm),
            Cycle::Monthly { .. } => None,
        },
    })
}

/// The one computation of the next invoice; where the month was no ordinary one, with the overage
/// that it has instead.
fn monthly_statement(
    closing: &Closing<'_>,
    derivations: Derivations,
) -> Result<Statement, Refusal> {
    let Account { list, places, .. } = closing.account;
    let next = next_invoice(&closing.account, closing.period, derivations)?.statement;
    if closing.cycle.measure().is_whole(closing.period) {
        return Ok(next);
    }
    let (_, mut lines): (Vec<Line>, Vec<Line>) = next.lines.into_iter().partition(is_overage);
    lines.extend(overage(closing, derivations)?);
    Ok(Statement::of(lines, list, places, derivations)?)
}

/// Overage of a month within a term; what is scheduled waits for the term's end.
fn mid_term(closing: &Closing<'_>, derivations: Derivations) -> Result<Month, CloseRefused> {
    let Account {
        list,
        places,
        subscription,
        ..
    } = closing.account;
    let lines = overage(closing, derivations)?;
    Ok(Month {
        kind: InvoiceKind::Scheduled,
        period: closing.period.into(),
        statement: Statement::of(lines, list, places, derivations)?,
        after: subscription.clone(),
        turn: None,
    })
}

/// The last month before a term: what was scheduled happens, and the term is charged.
fn term_begins(
    closing: &Closing<'_>,
    terms: &AnnualTerms,
    derivations: Derivations,
) -> Result<Month, CloseRefused> {
    let Account { list, places, .. } = closing.account;
    let after = closing.account.subscription.after_month_change();
    let next = AnnualTerm::new(closing.period.end(), terms.months)
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
    lines.extend(overage(closing, derivations)?);
    Ok(Month {
        kind: InvoiceKind::Annual,
        period: next.into(),
        statement: Statement::of(lines, list, places, derivations)?,
        turn: Some(Effect::BeginTerm(next, pool)),
        after,
    })
}

fn overage(closing: &Closing<'_>, derivations: Derivations) -> Result<Vec<Line>, Refusal> {
    let (period, measure) = (closing.period, closing.cycle.measure());
    accrued_overage(&closing.account, period, measure, derivations)
}

fn overage_of(statement: &Statement) -> Vec<Line> {
    let lines = statement.lines.iter();
    lines.filter(|line| is_overage(line)).cloned().collect()
}

const fn is_overage(line: &Line) -> bool {
    matches!(line.kind, LineKind::MauOverage | LineKind::AddOnOverage)
}

/// Step 9: the closed month's usage against the closing tier, or the term's against its pool.
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
            let Account {
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
