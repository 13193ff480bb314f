//! The product of the three machines: what is refused, and how one machine changes another.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::TimeDelta;

use super::*;
use crate::account::account_state::conditions;
use crate::account::deadline::{Agenda, deadlines};
use crate::account::lifecycle::Cause;
use crate::account::reason::Reason;
use crate::account::usage_lock::Measure;
use crate::invoicing::collection::Outstanding;

pub(super) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Every event, in all variants that behave differently.
pub(super) fn events() -> Vec<AccountEvent> {
    let nothing = Outstanding::Nothing;
    let open = Outstanding::NotFailed;
    let month = |usage| Measure::Month {
        usage,
        tier_limit: 20_000,
        lock_percent: 300,
    };
    let year = |billable_users| Measure::Year {
        billable_users,
        annual_limit: 240_000,
        lock_percent: 120,
    };
    let until = instant("2025-09-01T00:00:00Z");
    Vec::from([
        AccountEvent::Life(lifecycle::LifecycleEvent::PaymentMethodSaved),
        AccountEvent::Life(lifecycle::LifecycleEvent::BillingDetailsSaved),
        AccountEvent::Life(lifecycle::LifecycleEvent::LastPaymentMethodRemoved),
        AccountEvent::Life(lifecycle::LifecycleEvent::Pause {
            outstanding: nothing,
        }),
        AccountEvent::Life(lifecycle::LifecycleEvent::Pause { outstanding: open }),
        AccountEvent::Life(lifecycle::LifecycleEvent::Reactivate {
            outstanding: nothing,
        }),
        AccountEvent::Life(lifecycle::LifecycleEvent::Reactivate { outstanding: open }),
        AccountEvent::Life(lifecycle::LifecycleEvent::Cancel {
            reason: Reason::LowUsage,
        }),
        AccountEvent::Payment(dunning::PaymentEvent::PaymentFailed {
            charge: Charge::Scheduled,
        }),
        AccountEvent::Payment(dunning::PaymentEvent::PaymentFailed {
            charge: Charge::OnDemand,
        }),
        AccountEvent::Payment(dunning::PaymentEvent::PaymentSucceeded { left: nothing }),
        AccountEvent::Payment(dunning::PaymentEvent::PaymentSucceeded { left: open }),
        AccountEvent::Payment(dunning::PaymentEvent::PaymentProcessing),
        AccountEvent::Usage(usage_lock::UsageEvent::Counted(month(60_001))),
        AccountEvent::Usage(usage_lock::UsageEvent::Counted(year(288_001))),
        AccountEvent::Usage(usage_lock::UsageEvent::MonthClosed(month(60_001))),
        AccountEvent::Usage(usage_lock::UsageEvent::Upgraded(month(60_001))),
        AccountEvent::Usage(usage_lock::UsageEvent::Upgraded(month(60_000))),
        AccountEvent::Usage(usage_lock::UsageEvent::Lifted { until }),
        AccountEvent::Plan(PlanOrder::Downgrade),
        AccountEvent::Plan(PlanOrder::AddAddOn),
        AccountEvent::Plan(PlanOrder::RemoveAddOn),
        AccountEvent::Plan(PlanOrder::Withdraw),
    ])
}

pub(super) fn name(state: &AccountState) -> String {
    let rows: Vec<_> = conditions(state, &Policy::default())
        .map(|condition| format!("{condition:?}"))
        .collect();
    rows.join(" + ")
}

/// RELIABILITY 34: every reachable state, each with one path to it.
pub(super) fn reached() -> BTreeMap<String, AccountState> {
    let policy = Policy::default();
    let start = AccountState::started(instant("2025-05-17T00:00:00Z"));
    let mut seen = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(state) = queue.pop_front() {
        // The data on file makes a further state to search from, although it has no row of its own.
        let life = match state.lifecycle() {
            Lifecycle::Trial { on_file, .. } => format!(" {on_file:?}"),
            _ => String::new(),
        };
        if seen.insert(name(&state) + &life, state).is_some() {
            continue;
        }
        let soon = state.as_of() + TimeDelta::hours(1);
        queue.extend(
            events()
                .into_iter()
                .filter_map(|event| state.after(event, soon, &policy).ok()),
        );
        let ahead = deadlines(&state, &Agenda::plain(0), state.as_of(), &policy);
        queue.extend(ahead.iter().map(|deadline| state.at(deadline.at, &policy)));
    }
    seen.into_values()
        .map(|state| (name(&state), state))
        .collect()
}

fn active() -> AccountState {
    reached()["Active"]
}

fn fails() -> AccountEvent {
    AccountEvent::Payment(dunning::PaymentEvent::PaymentFailed {
        charge: Charge::Scheduled,
    })
}

/// The rules across the machines: the result of each order in each state.
const GUARDS: &str = "\
Trial: pause InTrial, cancel ok, upgrade ok, downgrade ok, add ok, remove ok, withdraw ok, fail NothingCharged, order fails ok, pay ok, count ok, lift NotLocked
TrialBillingMissing: pause InTrial, cancel ok, upgrade ok, downgrade ok, add ok, remove ok, withdraw ok, fail NothingCharged, order fails ok, pay ok, count ok, lift NotLocked
TrialExpired: pause InTrial, cancel ok, upgrade ok, downgrade ok, add ok, remove ok, withdraw ok, fail NothingCharged, order fails ok, pay ok, count ok, lift NotLocked
Active: pause ok, cancel ok, upgrade ok, downgrade ok, add ok, remove ok, withdraw ok, fail ok, order fails ok, pay ok, count ok, lift NotLocked
Active + Grace: pause OpenDebt, cancel ok, upgrade ok, downgrade ok, add ok, remove ok, withdraw ok, fail ok, order fails ok, pay ok, count ok, lift NotLocked
Active + PaymentLock: pause OpenDebt, cancel ok, upgrade PaymentLocked, downgrade PaymentLocked, add PaymentLocked, remove PaymentLocked, withdraw PaymentLocked, fail ok, order fails ok, pay ok, count ok, lift NotLocked
Active + OverageLock: pause ok, cancel ok, upgrade ok, downgrade UpgradeOnly, add UpgradeOnly, remove UpgradeOnly, withdraw UpgradeOnly, fail ok, order fails ok, pay ok, count ok, lift ok
Active + AnnualSoft: pause ok, cancel ok, upgrade ok, downgrade UpgradeOnly, add UpgradeOnly, remove UpgradeOnly, withdraw UpgradeOnly, fail ok, order fails ok, pay ok, count ok, lift ok
Active + PaymentLock + OverageLock: pause OpenDebt, cancel ok, upgrade PaymentLocked, downgrade PaymentLocked, add PaymentLocked, remove PaymentLocked, withdraw PaymentLocked, fail ok, order fails ok, pay ok, count ok, lift ok
Paused: pause Paused, cancel ok, upgrade Paused, downgrade Paused, add Paused, remove Paused, withdraw Paused, fail NothingCharged, order fails ok, pay ok, count ok, lift NotLocked
Paused + OverageLock: pause Paused, cancel ok, upgrade Paused, downgrade Paused, add Paused, remove Paused, withdraw Paused, fail NothingCharged, order fails ok, pay ok, count ok, lift ok
Cancelled: pause Cancelled, cancel Cancelled, upgrade Cancelled, downgrade Cancelled, add Cancelled, remove Cancelled, withdraw Cancelled, fail Cancelled, order fails Cancelled, pay Cancelled, count Cancelled, lift Cancelled
";

#[test]
fn refuses_across_machines_as_the_table_says() {
    let all = events();
    let columns = [
        ("pause", 3),
        ("cancel", 7),
        ("upgrade", 17),
        ("downgrade", 19),
        ("add", 20),
        ("remove", 21),
        ("withdraw", 22),
        ("fail", 8),
        ("order fails", 9),
        ("pay", 10),
        ("count", 13),
        ("lift", 18),
    ];
    let states = reached();
    let mut table = String::new();
    for row in GUARDS
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(row, _)| row)
    {
        let state = states[row];
        let now = state.as_of() + TimeDelta::seconds(1);
        let cells = columns.map(|(label, index)| {
            match state.after(all[index].clone(), now, &Policy::default()) {
                Ok(_) => format!("{label} ok"),
                Err(refused) => format!("{label} {refused:?}"),
            }
        });
        table += &format!("{row}: {}\n", cells.join(", "));
    }
    assert_eq!(table, GUARDS);
}

/// An event that a trial or a pause accepts and ignores leaves the state unchanged (R8, A39).
#[test]
fn a_trial_and_a_pause_do_not_owe_and_do_not_lock() {
    let policy = Policy::default();
    let all = events();
    for row in ["Trial", "TrialExpired", "Paused", "Paused + OverageLock"] {
        let state = reached()[row];
        for index in [9, 10, 11, 12, 13, 14, 15] {
            assert_eq!(
                state.after(all[index].clone(), state.as_of(), &policy),
                Ok(state),
                "{row}"
            );
        }
    }
}

/// SPEC 4.7: the last payment method cannot be removed while anything is owed.
#[test]
fn the_last_payment_method_stays_with_a_debt() {
    let policy = Policy::default();
    let remove = AccountEvent::Life(lifecycle::LifecycleEvent::LastPaymentMethodRemoved);
    let now = active().as_of();
    assert_eq!(active().after(remove.clone(), now, &policy), Ok(active()));
    let owing = active().after(fails(), now, &policy).unwrap();
    assert_eq!(owing.after(remove, now, &policy), Err(Refused::OpenDebt));
}

/// SPEC R12, row 17: dunning that has run out cancels at its nominal instant, not when a job finds it.
#[test]
fn unpaid_for_24_days_is_cancelled() {
    let policy = Policy::default();
    let failed = active()
        .after(fails(), instant("2025-07-01T00:05:00Z"), &policy)
        .unwrap();
    let last = failed.at(instant("2025-07-25T00:04:59Z"), &policy);
    assert_eq!(name(&last), "Active + PaymentLock");
    let paid = AccountEvent::Payment(dunning::PaymentEvent::PaymentSucceeded {
        left: Outstanding::Nothing,
    });
    assert_eq!(
        last.after(paid.clone(), last.as_of(), &policy)
            .map(|state| name(&state)),
        Ok("Active".into())
    );
    let ended = Lifecycle::Cancelled {
        at: instant("2025-07-25T00:05:00Z"),
        cause: Cause::Unpaid,
    };
    for now in ["2025-07-25T00:05:00Z", "2026-07-25T00:05:00Z"] {
        let state = failed.at(instant(now), &policy);
        assert_eq!(
            (state.lifecycle(), state.dunning()),
            (ended, Dunning::Clear),
            "row 17: {now}"
        );
        assert_eq!(
            failed.after(paid.clone(), instant(now), &policy),
            Err(Refused::Cancelled)
        );
    }
}

/// A pause neither lifts a usage lock nor ends its effect (A39, A8).
#[test]
fn a_lock_survives_a_pause() {
    let policy = Policy::default();
    let paused = reached()["Paused + OverageLock"];
    let reactivate = AccountEvent::Life(lifecycle::LifecycleEvent::Reactivate {
        outstanding: Outstanding::Nothing,
    });
    let back = paused
        .after(reactivate, paused.as_of() + TimeDelta::days(3), &policy)
        .unwrap();
    assert_eq!(name(&back), "Active + OverageLock");
    assert_eq!(back.usage_lock(), paused.usage_lock());
}

#[test]
fn says_when_it_ends() {
    let policy = Policy::default();
    let states = reached();
    let check = |row: &str, days: Option<i64>| {
        let state = states[row];
        let from = match (state.lifecycle(), state.dunning()) {
            (_, Dunning::Grace { failed_at } | Dunning::Locked { failed_at }) => failed_at,
            (Lifecycle::Trial { started_at: at, .. } | Lifecycle::Active { since: at }, _) => at,
            (Lifecycle::Paused { at } | Lifecycle::Cancelled { at, .. }, _) => at,
        };
        assert_eq!(
            state.ends_at(&policy),
            days.map(|days| from + TimeDelta::days(days)),
            "{row}"
        );
    };
    check("TrialBillingMissing", Some(44));
    check("Active", None);
    check("Active + Grace", Some(24));
    check("Active + PaymentLock + OverageLock", Some(24));
    check("Paused", Some(60));
    check("Cancelled", Some(0));
}

/// A contradiction between the parts fails to deserialize.
#[test]
fn a_contradiction_is_no_state() {
    for state in reached().into_values() {
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<AccountState>(&text).unwrap(), state);
    }
    let impossible = r#"{
        "lifecycle": {"paused": {"at": "2025-06-01T10:00:00Z"}},
        "dunning": {"grace": {"failed_at": "2025-06-01T10:00:00Z"}},
        "usage_lock": {"clear": {"lifted_until": null}},
        "as_of": "2025-06-01T10:00:00Z"
    }"#;
    let refused = serde_json::from_str::<AccountState>(impossible).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "a trial and a cancelled account have no failed payment and no usage lock, a paused one has \
         no failed payment"
    );
    let since = instant("2025-06-01T00:00:00Z");
    let trial = Lifecycle::Trial {
        started_at: since,
        on_file: OnFile::Both,
    };
    let cancelled = Lifecycle::Cancelled {
        at: since,
        cause: Cause::Ordered,
    };
    let paused = Lifecycle::Paused { at: since };
    let (clear, grace) = (Dunning::Clear, Dunning::Grace { failed_at: since });
    let (open, over) = (UsageLock::CLEAR, UsageLock::Overage { since });
    let possible = |lifecycle, dunning, usage_lock| {
        AccountState::try_from(Parts {
            lifecycle,
            dunning,
            usage_lock,
            end_notified_at: None,
            as_of: since,
        })
        .is_ok()
    };
    for life in [trial, cancelled] {
        assert!(possible(life, clear, open), "{life:?}");
        assert!(
            !possible(life, grace, open) && !possible(life, clear, over),
            "{life:?}"
        );
    }
    assert!(possible(paused, clear, over) && !possible(paused, grace, open));
    assert!(possible(Lifecycle::Active { since }, grace, over));
}
