//! What the server should show of an account, according to its model.

use serde_json::{Value, json};

use super::calendar::{
    DAY, Day, Instant, begins_at, day_text, instant_text, local_day, month_of, next_first,
};
use super::model::prices::text;
use super::model::time::Due;
use super::model::{Account, Collection, Dunning, Frequency, Life, Lock};

/// The deadlines whose instants the model knows, in the order in which they act at one instant (R2).
pub(super) const KNOWN: [&str; 8] = [
    "next_billing_date",
    "trial_lock",
    "trial_end",
    "grace_end",
    "trial_cancellation",
    "lock_end",
    "pause_end",
    "backup_purge",
];

pub(super) fn life(account: &Account) -> Value {
    match account.life {
        Life::Trial { start } => json!(["trial", instant_text(start)]),
        Life::Active => json!(["active", null]),
        Life::Paused { at } => json!(["paused", instant_text(at)]),
        Life::Cancelled { at } => json!(["cancelled", instant_text(at)]),
    }
}

/// The conditions: lifecycle first, then dunning, then usage (SPEC 6).
pub(super) fn conditions(account: &Account) -> Vec<&'static str> {
    let life = match account.life {
        Life::Trial { start } if !account.is_complete() && account.now >= start + 30 * DAY => {
            Some("trial_expired")
        }
        Life::Trial { start } if !account.is_complete() && account.now >= start + 23 * DAY => {
            Some("trial_billing_missing")
        }
        Life::Trial { .. } | Life::Active => None,
        Life::Paused { .. } => Some("paused"),
        Life::Cancelled { .. } => return vec!["cancelled"],
    };
    let dunning = match account.dunning {
        Dunning::Clear => None,
        Dunning::Grace(_) => Some("grace"),
        Dunning::Locked(_) => Some("payment_lock"),
    };
    let lock = match account.lock {
        Lock::Clear => None,
        Lock::Overage(_) => Some("overage_lock"),
        Lock::AnnualSoft(_) => Some("annual_soft"),
    };
    life.into_iter().chain(dunning).chain(lock).collect()
}

/// The coming events, in the order of SPEC R2; after the end of the account only that of its backups (A68).
pub(super) fn deadlines(account: &Account) -> Vec<Value> {
    let mut all: Vec<(Instant, usize)> = Vec::new();
    let mut add = |at, kind: &str| {
        let position = KNOWN
            .iter()
            .position(|known| *known == kind)
            .unwrap_or_default();
        all.push((at, position));
    };
    match account.life {
        Life::Trial { start } => {
            add(start + 30 * DAY, "trial_end");
            if account.is_complete() {
                let charged_from = local_day(start + 30 * DAY, account.offset);
                add(
                    begins_at(next_first(charged_from), account.offset),
                    "next_billing_date",
                );
            } else {
                add(start + 23 * DAY, "trial_lock");
            }
        }
        Life::Paused { .. } => {}
        Life::Active => {
            let first = next_first(account.today());
            add(begins_at(first, account.offset), "next_billing_date");
        }
        Life::Cancelled { at } => {
            let purge = at + 60 * DAY;
            let is_ahead = purge > account.now;
            let purge = is_ahead.then(|| json!(["backup_purge", instant_text(purge)]));
            return purge.into_iter().collect();
        }
    }
    if let Some((at, end)) = account.end() {
        let kind = match end {
            Due::TrialCancellation => "trial_cancellation",
            Due::LockEnd => "lock_end",
            _ => "pause_end",
        };
        add(at, kind);
        add(at + 60 * DAY, "backup_purge");
    }
    match account.dunning {
        Dunning::Clear => {}
        Dunning::Grace(failed_at) | Dunning::Locked(failed_at) => {
            add(failed_at + 10 * DAY, "grace_end");
        }
    }
    let end = account.end().map_or(Instant::MAX, |(at, _)| at);
    all.retain(|(at, position)| {
        *at > account.now && (*at < end || KNOWN[*position] != "next_billing_date")
    });
    all.sort_unstable();
    let shown = all
        .into_iter()
        .map(|(at, position)| json!([KNOWN[position], instant_text(at)]));
    shown.collect()
}

pub(super) fn waiting(account: &Account) -> Value {
    let on = json!(day_text(account.renews_on()));
    let scheduled = &account.scheduled;
    let frequency = scheduled.frequency.map(|frequency| match frequency {
        Frequency::Monthly => json!({ "frequency": "monthly" }),
        Frequency::Annual => json!({ "frequency": "annual" }),
    });
    let tier = scheduled.tier.map(|tier| json!({ "downgrade": tier }));
    let removals = scheduled.removals.iter().map(|id| json!({ "removal": id }));
    let all = removals.chain(tier).chain(frequency);
    let mut waiting: Vec<_> = all.map(|kind| format!("{kind} {on}")).collect();
    waiting.sort_unstable();
    json!(waiting)
}

/// An invoice in the list. Its number counts within its financial year, from April on (A44).
pub(super) fn summary(account: &Account, index: usize) -> Value {
    let invoice = &account.invoices[index];
    let year = |day: Day| (month_of(day) - 3).div_euclid(12);
    let of_year = year(invoice.issued_on);
    let before = account.invoices[..index]
        .iter()
        .filter(|other| year(other.issued_on) == of_year);
    let number = format!(
        "{}-{:02}{:02}-{:05}",
        account.id.to_uppercase(),
        of_year % 100,
        (of_year + 1) % 100,
        before.count() + 1
    );
    let status = match (invoice.state, invoice.failed_at) {
        (Collection::Paid, _) => "paid",
        (Collection::Unknown { .. }, _) => "processing",
        (Collection::Due(_), None) if !invoice.is_refused => "open",
        (Collection::Due(_) | Collection::Failed, _) => "overdue",
    };
    json!([
        number,
        invoice.kind,
        status,
        day_text(invoice.issued_on),
        day_text(invoice.period.0),
        day_text(invoice.period.1),
        text(invoice.statement.subtotal()),
        text(invoice.statement.tax()),
        text(invoice.statement.total()),
    ])
}
