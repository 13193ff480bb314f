//! The nine steps of SPEC R15.

use alloc::vec::Vec;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    CloseRefused, Closing, CollectingRule, Collection, Cycle, Effect, FrozenUsage, Life, Lock,
    OverageLock, UsageLock,
};
use crate::accrued_overage::accrued_overage;
use crate::annual::{
    AnnualAccount, AnnualTerm, AnnualTerms, NotATerm, Pool, term_limit, term_statement,
};
use crate::change::Refusal;
use crate::invoice::{InvoiceDraft, InvoiceHead, InvoiceKind};
use crate::period::Span;
use crate::quote::{Account, Derivations, next_invoice};
use crate::statement::{Line, LineKind, Statement};
use crate::subscription::{Status, Subscription};
use crate::usage::{Metered, exceeds};

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
    let month = match closing.cycle {
        Cycle::Monthly { .. } => monthly(closing, derivations)?,
        Cycle::Annual { terms, term, pool } => {
            effects.push(Effect::CountAgainstPool(pool.after(usage(closing))));
            if closing.period.end() >= term.end() {
                renewal(closing, &terms, &term, derivations)?
            } else {
                mid_term(closing, derivations)?
            }
        }
    };
    let overage = overage_of(&month.statement);
    if !overage.is_empty() {
        effects.push(Effect::RateOverage(overage));
    }
    if month.after != *closing.account.subscription {
        effects.push(Effect::ApplyScheduled(month.after));
    }
    if let Some((term, pool)) = month.begins {
        effects.push(Effect::BeginTerm(term, pool));
    }
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
        let collection = collect(closing.policy.collecting, &invoice, at.max(now))?;
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
    begins: Option<(AnnualTerm, Pool)>,
}

/// The coming month in advance, the closed one in arrears.
fn monthly(closing: &Closing<'_>, derivations: Derivations) -> Result<Month, CloseRefused> {
    let coming = closing.period.next().ok_or(Refusal::InvalidDate)?;
    Ok(Month {
        kind: InvoiceKind::Scheduled,
        period: coming.into(),
        statement: monthly_statement(closing, derivations)?,
        after: closing.account.subscription.after_month_change(),
        begins: None,
    })
}

/// The one computation of the next invoice; a month that was begun late has overage of its own.
fn monthly_statement(
    closing: &Closing<'_>,
    derivations: Derivations,
) -> Result<Statement, Refusal> {
    let (account, period) = (&closing.account, closing.period);
    let is_whole = match closing.cycle {
        Cycle::Monthly { counted_from } => counted_from <= period.start(),
        Cycle::Annual { .. } => false,
    };
    if is_whole {
        return Ok(next_invoice(account, period, derivations)?.statement);
    }
    let unused = Account {
        metered: Metered::default(),
        ..*account
    };
    let mut lines = next_invoice(&unused, period, derivations)?.statement.lines;
    lines.extend(overage(closing, derivations)?);
    Ok(Statement::of(
        lines,
        account.list,
        account.places,
        derivations,
    )?)
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
        begins: None,
    })
}

/// The last month of a term: what was scheduled happens, and the next term is charged.
fn renewal(
    closing: &Closing<'_>,
    terms: &AnnualTerms,
    term: &AnnualTerm,
    derivations: Derivations,
) -> Result<Month, CloseRefused> {
    let Account { list, places, .. } = closing.account;
    let after = closing.account.subscription.after_month_change();
    let next = term.renewed().map_err(|_: NotATerm| Refusal::InvalidDate)?;
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
        begins: Some((next, pool)),
        after,
    })
}

fn overage(closing: &Closing<'_>, derivations: Derivations) -> Result<Vec<Line>, Refusal> {
    let (period, measure) = (closing.period, closing.cycle.measure());
    accrued_overage(&closing.account, period, measure, derivations)
}

fn overage_of(statement: &Statement) -> Vec<Line> {
    let is_overage =
        |line: &&Line| matches!(line.kind, LineKind::MauOverage | LineKind::AddOnOverage);
    statement.lines.iter().filter(is_overage).cloned().collect()
}

/// Step 7. A notice cannot go out before it is written, however late that is.
fn collect(
    rule: CollectingRule,
    invoice: &InvoiceDraft,
    issued_at: DateTime<Utc>,
) -> Result<Option<Collection>, CloseRefused> {
    let amount = invoice.due()?;
    if amount.minor() <= 0 {
        return Ok(None);
    }
    Ok(Some(match rule {
        CollectingRule::AtOnce => Collection::AtOnce { amount },
        CollectingRule::AfterNotice { hours } => Collection::AfterNotice {
            amount,
            notice_at: issued_at,
            debit_at: issued_at
                .checked_add_signed(TimeDelta::hours(i64::from(hours)))
                .ok_or(Refusal::InvalidDate)?,
        },
    }))
}

/// Step 9: the closed month's usage against the closing tier, or the term's against its pool.
fn lock(closing: &Closing<'_>) -> Option<Lock> {
    let charged =
        closing.life == Life::Running && closing.account.subscription.status == Status::Active;
    if !charged || closing.usage_lock != UsageLock::Clear {
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
