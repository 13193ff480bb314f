//! `state = f(facts, now)` under any schedule of jobs, and with a clock that steps back.

use alloc::vec::Vec;

use chrono::TimeDelta;
use proptest::prelude::*;

use crate::tests::seeded::seeded;

use super::product_tests::{events, instant, name};
use super::*;
use crate::access::Gate;
use crate::account::deadline::{Agenda, DeadlineKind, deadlines};
use crate::account::notice::access;

const START: &str = "2025-05-17T00:00:00Z";

/// The instant this many seconds after the start.
fn after_start(seconds: i64) -> DateTime<Utc> {
    instant(START) + TimeDelta::seconds(seconds)
}

/// Steps of up to three weeks, often exactly whole days, so that deadlines are hit to the second.
fn step() -> impl Strategy<Value = i64> {
    prop_oneof![
        (0_i64..=20).prop_map(|days| days * 86_400),
        0_i64..2_000_000,
        Just(1)
    ]
}

/// A random history: the events that the account accepted, in order.
fn history() -> impl Strategy<Value = Vec<Fact>> {
    prop::collection::vec((step(), 0..events().len()), 0..30).prop_map(|tries| {
        let mut state = AccountState::started(instant(START));
        let mut at = instant(START);
        let mut facts = Vec::new();
        let all = events();
        // Half of the accounts would end in their trial, so most begin complete.
        for (index, (step, event)) in [(3_600, 0), (3_600, 1)]
            .into_iter()
            .chain(tries)
            .enumerate()
        {
            let event = match index % 7 {
                6 => all[8].clone(),
                _ => all[event].clone(),
            };
            at += TimeDelta::seconds(step);
            if let Ok(next) = state.after(event.clone(), at, &Policy::default()) {
                state = next;
                facts.push(Fact { at, event });
            }
        }
        facts
    })
}

/// The state when jobs advance the account at these instants in between.
fn with_jobs(facts: &[Fact], jobs: &[DateTime<Utc>], now: DateTime<Utc>) -> AccountState {
    let policy = Policy::default();
    let mut state = AccountState::started(instant(START));
    let mut before = instant(START);
    for Fact { at, event } in facts {
        for job in jobs.iter().filter(|job| (before..*at).contains(*job)) {
            state = state.at(*job, &policy).at(*job, &policy);
        }
        state = state.after(event.clone(), *at, &policy).unwrap();
        before = *at;
    }
    for job in jobs.iter().filter(|job| (before..now).contains(*job)) {
        state = state.at(*job, &policy);
    }
    state.at(now, &policy)
}

proptest! {
    #![proptest_config(seeded(6_0137))]

    /// RELIABILITY 35: late, repeated or skipped jobs make no difference.
    #[test]
    fn no_schedule_of_jobs_changes_the_state(
        facts in history(),
        jobs in prop::collection::vec(0_i64..30_000_000, 0..40),
        later in step(),
    ) {
        let last = facts.last().map_or(instant(START), |fact| fact.at);
        let now = last + TimeDelta::seconds(later);
        let mut jobs: Vec<_> = jobs.into_iter().map(after_start).collect();
        jobs.sort_unstable();
        let folded = state_at(instant(START), &facts, now, &Policy::default());
        prop_assert_eq!(folded, Ok(with_jobs(&facts, &jobs, now)));
        prop_assert_eq!(folded, Ok(with_jobs(&facts, &[], now)));
    }

    /// RELIABILITY 44: an earlier clock does not change a state that has been advanced to an instant.
    #[test]
    fn a_clock_that_steps_back_changes_nothing(
        facts in history(),
        forth in step(),
        back in 0_i64..10_000_000,
        event in 0..events().len(),
    ) {
        let policy = Policy::default();
        let last = facts.last().map_or(instant(START), |fact| fact.at);
        let state = state_at(instant(START), &facts, last + TimeDelta::seconds(forth), &policy).unwrap();
        let earlier = state.as_of() - TimeDelta::seconds(back);
        prop_assert_eq!(state.at(earlier, &policy), state);
        prop_assert_eq!(access(&state, earlier, &policy), access(&state, state.as_of(), &policy));
        let event = &events()[event];
        prop_assert_eq!(
            state.after(event.clone(), earlier, &policy),
            state.after(event.clone(), state.as_of(), &policy)
        );
    }

    /// RELIABILITY 33, 36: time alone never opens anything, and each state starts where the last one
    /// ended.
    #[test]
    fn time_alone_opens_nothing(facts in history(), forth in step(), further in step()) {
        let policy = Policy::default();
        let last = facts.last().map_or(instant(START), |fact| fact.at);
        let one = state_at(instant(START), &facts, last + TimeDelta::seconds(forth), &policy).unwrap();
        let two = one.at(one.as_of() + TimeDelta::seconds(further), &policy);
        let (before, after) = (access(&one, one.as_of(), &policy), access(&two, two.as_of(), &policy));
        prop_assert!(after.works.dashboard >= before.works.dashboard);
        prop_assert!(after.works.exports >= before.works.exports);
        prop_assert!(after.works.ingestion >= before.works.ingestion);
        prop_assert!(after.works.organization >= before.works.organization);
        prop_assert_eq!(one.at(two.as_of(), &policy), two);
        let cancelled = matches!(two.lifecycle(), Lifecycle::Cancelled { .. });
        prop_assert_eq!(cancelled, two.ends_at(&policy).is_some_and(|end| end <= two.as_of()));
        prop_assert!(!cancelled || after.works.dashboard == Gate::Shut);
    }

    /// The list of deadlines is complete: the state changes at each of them, and does not change between
    /// two of them.
    #[test]
    fn the_state_moves_at_its_deadlines_and_at_no_other_time(
        facts in history(),
        forth in step(),
        further in 0_i64..10_000_000,
    ) {
        let policy = Policy::default();
        let last = facts.last().map_or(instant(START), |fact| fact.at);
        let state = state_at(instant(START), &facts, last + TimeDelta::seconds(forth), &policy).unwrap();
        let ahead = deadlines(&state, &Agenda::plain(0), state.as_of(), &policy);
        prop_assert!(ahead.is_sorted() && ahead.iter().all(|one| one.at > state.as_of()));
        let shape = |at| {
            let then = state.at(at, &policy);
            (then.lifecycle(), name(&then))
        };
        for one in &ahead {
            let moves = [
                DeadlineKind::TrialLock,
                DeadlineKind::TrialEnd,
                DeadlineKind::TrialCancellation,
                DeadlineKind::GraceEnd,
                DeadlineKind::LockEnd,
                DeadlineKind::PauseEnd,
            ]
            .contains(&one.kind);
            let before = shape(one.at - TimeDelta::seconds(1));
            prop_assert_eq!(before != shape(one.at), moves, "{:?}", one);
        }
        let then = state.as_of() + TimeDelta::seconds(further);
        let latest = ahead.iter().map(|one| one.at).rfind(|at| *at <= then);
        prop_assert_eq!(shape(then), shape(latest.unwrap_or(state.as_of())));
    }
}

/// A fact that the account would have refused is found, with its index.
#[test]
fn a_history_that_cannot_be_is_named() {
    let at = instant("2025-05-18T00:00:00Z");
    let fact = |index: usize| Fact {
        at,
        event: events()[index].clone(),
    };
    let facts = [fact(0), fact(3)];
    let bad = state_at(instant(START), &facts, at, &Policy::default()).unwrap_err();
    assert_eq!(
        bad,
        BadHistory {
            fact: 1,
            refused: Refused::InTrial
        }
    );
    assert_eq!(
        alloc::string::ToString::to_string(&bad),
        "fact 1 cannot have happened: a trial cannot be paused: wait until the trial has ended"
    );
}

/// A66: a fact with an earlier instant than the state counts from the state's instant.
#[test]
fn a_late_fact_counts_from_what_is_known() {
    let policy = Policy::default();
    let fact = |at: &str, index: usize| Fact {
        at: instant(at),
        event: events()[index].clone(),
    };
    let facts = [
        fact("2025-05-18T00:00:00Z", 0),
        fact("2025-05-18T00:00:00Z", 1),
        fact("2025-07-03T00:00:00Z", 12),
        fact("2025-07-01T00:05:00Z", 8),
    ];
    let state = state_at(
        instant(START),
        &facts,
        instant("2025-07-02T00:00:00Z"),
        &policy,
    )
    .unwrap();
    let failed_at = instant("2025-07-03T00:00:00Z");
    assert_eq!(
        (state.dunning(), state.as_of()),
        (Dunning::Grace { failed_at }, failed_at)
    );
}
