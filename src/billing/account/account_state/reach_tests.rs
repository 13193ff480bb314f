//! Which states can be reached, and what leads back from them.

use alloc::vec::Vec;

use chrono::TimeDelta;

use super::product_tests::{events, reached};
use super::*;
use crate::access::Condition;
use crate::access::cure::Cure;
use crate::account::notice::access;
use crate::account::usage_lock::Measure;
use crate::invoicing::collection::Outstanding;

#[test]
fn finds_every_listed_state_and_no_other() {
    let found: Vec<_> = reached().into_keys().collect();
    let listed = [
        "Active",
        "Active + AnnualSoft",
        "Active + Grace",
        "Active + Grace + AnnualSoft",
        "Active + Grace + OverageLock",
        "Active + OverageLock",
        "Active + PaymentLock",
        "Active + PaymentLock + AnnualSoft",
        "Active + PaymentLock + OverageLock",
        "Cancelled",
        "Paused",
        "Paused + AnnualSoft",
        "Paused + OverageLock",
        "Trial",
        "TrialBillingMissing",
        "TrialExpired",
    ];
    assert_eq!(found, listed, "RELIABILITY 34");
}

/// The events of carrying out a cure.
fn carried_out(cure: Cure, now: DateTime<Utc>) -> Vec<AccountEvent> {
    let nothing = Outstanding::Nothing;
    match cure {
        Cure::CompleteSetup => Vec::from([
            AccountEvent::Life(lifecycle::LifecycleEvent::PaymentMethodSaved),
            AccountEvent::Life(lifecycle::LifecycleEvent::BillingDetailsSaved),
        ]),
        Cure::PayOldest | Cure::PayAll => Vec::from([AccountEvent::Payment(
            dunning::PaymentEvent::PaymentSucceeded { left: nothing },
        )]),
        Cure::Upgrade => {
            let measure = Measure::Month {
                usage: 60_001,
                tier_limit: 40_000,
                lock_percent: 300,
            };
            Vec::from([AccountEvent::Usage(usage_lock::UsageEvent::Upgraded(
                measure,
            ))])
        }
        Cure::ContactSales => {
            let until = now + TimeDelta::days(30);
            Vec::from([AccountEvent::Usage(usage_lock::UsageEvent::Lifted {
                until,
            })])
        }
        Cure::RequestReactivation => {
            Vec::from([AccountEvent::Life(lifecycle::LifecycleEvent::Reactivate {
                outstanding: nothing,
            })])
        }
        Cure::FinishTrial | Cure::SignUpAgain => Vec::new(),
    }
}

/// RELIABILITY 34: from each state but the last, the cures of its notices lead back to full access, one
/// notice after the other, with every choice of cure.
#[test]
fn every_state_but_cancelled_has_a_way_back() {
    let policy = Policy::default();
    for (name, state) in reached() {
        for choice in [0, 1] {
            let mut state = state;
            for _ in 0..3 {
                let now = state.as_of() + TimeDelta::seconds(1);
                let Some(notice) = access(&state, now, &policy).notices.first().copied() else {
                    break;
                };
                let cures = notice.condition.cures();
                let cure = cures[choice.min(cures.len() - 1)];
                for event in carried_out(cure, now) {
                    state = state.after(event, now, &policy).unwrap();
                }
            }
            let full = access(&state, state.as_of(), &policy).works == Condition::Active.works();
            assert_eq!(full, name != "Cancelled", "RELIABILITY 34: {name}");
        }
    }
}

/// SPEC 6, row 27: nothing leaves Cancelled, and nothing is accepted there.
#[test]
fn nothing_leaves_cancelled() {
    let policy = Policy::default();
    let cancelled = reached()["Cancelled"];
    for event in events() {
        for days in [0, 1, 400] {
            let now = cancelled.as_of() + TimeDelta::days(days);
            assert_eq!(
                cancelled.after(event.clone(), now, &policy),
                Err(Refused::Cancelled)
            );
            assert_eq!(
                cancelled.at(now, &policy).lifecycle(),
                cancelled.lifecycle()
            );
        }
    }
}
