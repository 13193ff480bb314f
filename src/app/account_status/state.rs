//! What is shown of the account status, decided from the contract's types alone.

use std::rc::Rc;

use api::account::account_status::{AccountStatus, Outstanding, OverLimit, What};
use billing::UserId;
use billing::access::{Condition, OrderKind, RequestUse};
use billing::account::deadline::DeadlineKind;
use billing::account::lifecycle::{Lifecycle, OnFile};
use chrono::{DateTime, Utc};

use crate::client::load::Load;
use crate::routing::route::{Later, Page};

/// What is shown at an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Shown {
    /// A skeleton: it is not known yet whether the page is open.
    #[default]
    Waiting,
    Page(Page),
    /// Why the page is closed, and what opens it.
    Shut(Condition, Page),
}

impl Shown {
    /// What an address shows. Without an account status every page opens; the server refuses what it must.
    pub fn of(account_status: &Load<AccountStatus>, page: &Page) -> Self {
        let shut = match account_status {
            Load::Waiting => return Self::Waiting,
            Load::Ready(account_status) => shuts(account_status, page),
            Load::Failed(_) => None,
        };
        match shut {
            Some(condition) => Self::Shut(condition, page.clone()),
            None => Self::Page(page.clone()),
        }
    }
}

/// The condition that closes a page. A pause closes all pages but its own links, the end of the account
/// closes all, a lock those whose orders it forbids.
pub fn shuts(account_status: &AccountStatus, page: &Page) -> Option<Condition> {
    let access = &account_status.access;
    let order = |asks| access.refuses(asks).map(|(condition, _)| condition);
    if matches!(page, Page::Mailbox | Page::Mail(_)) {
        return None;
    }
    // A pause leaves its own page, the payment methods, and the cancellation (SPEC 6).
    let uses = match page {
        Page::Cancel | Page::Later(Later::PaymentMethods) => RequestUse::Reactivation,
        _ => RequestUse::Organization,
    };
    access.shuts(uses).or_else(|| match page {
        Page::ChangePlan(_) => order(OrderKind::Upgrade),
        Page::AddOns(_) => order(OrderKind::Other),
        _ => None,
    })
}

/// The conditions that every page shows: lifecycle first, then dunning, then usage.
pub fn shown_conditions(account_status: &AccountStatus) -> Vec<Condition> {
    let notices = account_status.access.notices.iter();
    let mut conditions: Vec<Condition> = notices.map(|notice| notice.condition).collect();
    let in_trial = matches!(account_status.lifecycle, Lifecycle::Trial { .. });
    if in_trial && conditions.is_empty() {
        conditions.push(Condition::Trial);
    }
    conditions
}

/// Whether a page orders nothing, so that the action of a banner is the most important one there.
pub const fn only_shows(page: &Page) -> bool {
    matches!(
        page,
        Page::MyPlan | Page::Invoices | Page::Invoice(_) | Page::Audit(_)
    )
}

/// Whether a lock or a payment is more important than a change of plan.
pub fn comes_first(account_status: &AccountStatus) -> bool {
    let mut conditions = shown_conditions(account_status).into_iter();
    let waits = account_status.authentication.as_ref();
    conditions.any(|condition| is_lock(condition) || condition == Condition::Grace)
        || awaits(account_status).is_some()
        || waits.is_some_and(|waits| waits.invoice.is_some())
}

/// Whether a condition locks the dashboard but leaves the Organization area open.
pub fn is_lock(condition: Condition) -> bool {
    match condition {
        Condition::TrialBillingMissing
        | Condition::TrialExpired
        | Condition::PaymentLock
        | Condition::OverageLock
        | Condition::AnnualSoft => true,
        Condition::Trial
        | Condition::Active
        | Condition::Grace
        | Condition::Paused
        | Condition::Cancelled => false,
    }
}

/// Which details for charging a trial are on file; all of them when the account is not in trial.
pub fn on_file(account_status: &AccountStatus) -> OnFile {
    match account_status.lifecycle {
        Lifecycle::Trial { on_file, .. } => on_file,
        Lifecycle::Active { .. } | Lifecycle::Paused { .. } | Lifecycle::Cancelled { .. } => {
            OnFile::Both
        }
    }
}

/// What the payer has to pay before it falls due, because the bank does not debit it without them.
/// `None` while a failed payment or a pause is shown instead.
pub fn awaits(account_status: &AccountStatus) -> Option<&Outstanding> {
    let outstanding = account_status.outstanding.as_ref()?;
    let says_more = |condition: Condition| {
        matches!(
            condition,
            Condition::Grace | Condition::PaymentLock | Condition::Paused | Condition::Cancelled
        )
    };
    let quiet = !shown_conditions(account_status).into_iter().any(says_more);
    (quiet && !outstanding.due.is_zero()).then_some(outstanding)
}

/// The instant of the first deadline of these kinds; `None` when there is none.
pub fn comes_at(account_status: &AccountStatus, kinds: &[DeadlineKind]) -> Option<DateTime<Utc>> {
    account_status.coming.iter().find_map(|one| match one.what {
        What::Deadline(kind) if kinds.contains(&kind) => one.at,
        What::Deadline(_) | What::Change(_) | What::Alert(_) => None,
    })
}

/// When the account is cancelled if nobody acts.
pub fn ends_at(account_status: &AccountStatus) -> Option<DateTime<Utc>> {
    let ends = [
        DeadlineKind::TrialCancellation,
        DeadlineKind::LockEnd,
        DeadlineKind::PauseEnd,
    ];
    comes_at(account_status, &ends)
}

/// How many days are left until an instant; a day that has begun counts. `None` on the last day.
pub fn days_left(now: DateTime<Utc>, until: DateTime<Utc>) -> Option<u64> {
    let left = until - now;
    let begun = i64::from(left.num_seconds() % 86_400 > 0);
    let days = left.num_days() + begun;
    u64::try_from(days).ok().filter(|_| left.num_days() > 0)
}

/// The usage that the pop-up shows; `None` while a lock is shown.
pub fn over(account_status: &Load<AccountStatus>) -> Option<OverLimit> {
    let account_status: &Rc<AccountStatus> = account_status.ready()?;
    let quiet = |condition: Condition| condition == Condition::Grace;
    let notices = &account_status.access.notices;
    account_status
        .over_limit
        .clone()
        .filter(|_| notices.iter().all(|notice| quiet(notice.condition)))
}

/// The storage name of the highest threshold at which a person has closed the pop-up; one per tier and
/// period (SPEC R10).
pub fn seen_name(user_id: &UserId, over: &OverLimit) -> String {
    format!("prorata-over:{user_id}:{}:{}", over.period_start, over.tier)
}

/// Whether a person who has closed the pop-up at one threshold has seen this one.
pub fn is_seen(closed_at: Option<&str>, over: &OverLimit) -> bool {
    let closed_at = closed_at.and_then(|percent| percent.parse::<u64>().ok());
    closed_at.is_some_and(|percent| percent >= over.percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::tests::inr;
    use api::account::account_status::Coming;
    use billing::account::account_state::AccountState;
    use billing::account::deadline::{Agenda, deadlines};
    use billing::catalog::policy::Policy;

    fn account_status(state: &str, now: &str) -> AccountStatus {
        let (now, policy) = (now.parse().unwrap(), Policy::default());
        let state: AccountState = serde_json::from_str(state).unwrap();
        let ahead = deadlines(&state, &Agenda::plain(0), now, &policy);
        let coming = ahead.into_iter().map(|one| Coming {
            day: one.at.date_naive(),
            at: Some(one.at),
            rule: one.rule.to_owned(),
            what: What::Deadline(one.kind),
        });
        AccountStatus {
            now,
            offset_minutes: 0,
            sandbox: false,
            lifecycle: state.at(now, &policy).lifecycle(),
            access: billing::account::notice::access(&state, now, &policy),
            coming: coming.collect(),
            outstanding: None,
            over_limit: None,
            lock_percent: Some(300),
            curing_tiers: Vec::new(),
            authentication: None,
            reactivation: None,
        }
    }

    fn state(life: &str, dunning: &str, lock: &str) -> String {
        let as_of = "2025-06-01T00:00:00Z";
        format!(
            "{{\"lifecycle\":{life},\"dunning\":{dunning},\"usage_lock\":{lock},\"as_of\":\"{as_of}\"}}"
        )
    }

    const ACTIVE: &str = r#"{"active":{"since":"2025-06-01T00:00:00Z"}}"#;
    const FAILED: &str = r#"{"grace":{"failed_at":"2025-07-01T00:05:00Z"}}"#;
    const CLEAR: &str = r#"{"clear":{"lifted_until":null}}"#;
    const OVER: &str = r#"{"overage":{"since":"2025-07-02T00:00:00Z"}}"#;
    const PAUSED: &str = r#"{"paused":{"at":"2025-06-01T00:00:00Z"}}"#;

    #[test]
    fn a_lock_closes_what_cannot_be_ordered_and_a_pause_everything() {
        let pages = [
            Page::MyPlan,
            Page::ChangePlan(None),
            Page::AddOns(crate::routing::route::Basket::default()),
            Page::Invoices,
        ];
        let check = |state: &str, now: &str, expected: [Option<Condition>; 4]| {
            let account_status = account_status(state, now);
            let shut = pages.each_ref().map(|page| shuts(&account_status, page));
            assert_eq!(shut, expected, "{state}");
        };
        let (payment, over) = (Some(Condition::PaymentLock), Some(Condition::OverageLock));
        let now = "2025-07-12T00:00:00Z";
        check(&state(ACTIVE, "\"clear\"", CLEAR), now, [None; 4]);
        check(
            &state(ACTIVE, FAILED, CLEAR),
            "2025-07-02T00:00:00Z",
            [None; 4],
        );
        check(
            &state(ACTIVE, FAILED, CLEAR),
            now,
            [None, payment, payment, None],
        );
        check(
            &state(ACTIVE, "\"clear\"", OVER),
            now,
            [None, None, over, None],
        );
        check(
            &state(ACTIVE, FAILED, OVER),
            now,
            [None, payment, payment, None],
        );
        check(
            &state(PAUSED, "\"clear\"", CLEAR),
            now,
            [Some(Condition::Paused); 4],
        );
        let paused = account_status(&state(PAUSED, "\"clear\"", CLEAR), now);
        for left in [Page::Cancel, Page::Later(Later::PaymentMethods)] {
            assert_eq!(shuts(&paused, &left), None, "{left:?}");
        }
    }

    /// A debit that the bank refuses without the payer is shown until it has failed, or a pause is shown.
    #[test]
    fn a_debit_that_needs_its_payer_is_shown() {
        let check = |state: &str, now: &str, due: &str, conditions: bool| {
            let outstanding = Outstanding {
                total: inr("29075.20"),
                due: inr(due),
                invoices: Vec::new(),
            };
            let account_status = AccountStatus {
                outstanding: Some(outstanding),
                ..account_status(state, now)
            };
            assert_eq!(
                awaits(&account_status).is_some(),
                conditions,
                "{state}, {due}"
            );
        };
        let now = "2025-07-02T00:00:00Z";
        check(&state(ACTIVE, "\"clear\"", CLEAR), now, "29075.20", true);
        check(&state(ACTIVE, "\"clear\"", CLEAR), now, "0.00", false);
        check(&state(ACTIVE, "\"clear\"", OVER), now, "29075.20", true);
        check(&state(ACTIVE, FAILED, CLEAR), now, "29075.20", false);
        check(&state(PAUSED, "\"clear\"", CLEAR), now, "29075.20", false);
    }

    #[test]
    fn a_missing_account_status_closes_no_page() {
        let page = Page::MyPlan;
        assert_eq!(Shown::of(&Load::Waiting, &page), Shown::Waiting);
        let failed = Load::Failed(crate::client::failure::Failure::Offline);
        assert_eq!(Shown::of(&failed, &page), Shown::Page(page.clone()));
        let paused = account_status(&state(PAUSED, "\"clear\"", CLEAR), "2025-06-02T00:00:00Z");
        let shown = Shown::of(&Load::Ready(Rc::new(paused)), &page);
        assert_eq!(shown, Shown::Shut(Condition::Paused, page));
    }

    #[test]
    fn a_trial_counts_down_until_it_locks() {
        let started = r#"{"trial":{"started_at":"2025-05-17T00:00:00Z","on_file":"nothing"}}"#;
        let state = state(started, "\"clear\"", CLEAR);
        let early = account_status(&state, "2025-06-02T00:00:00Z");
        assert_eq!(shown_conditions(&early), [Condition::Trial]);
        assert_eq!(on_file(&early), OnFile::Nothing);
        let lock = comes_at(&early, &[DeadlineKind::TrialLock]).unwrap();
        assert_eq!(lock.to_rfc3339(), "2025-06-09T00:00:00+00:00");
        let locked = account_status(&state, "2025-06-09T00:00:00Z");
        assert_eq!(shown_conditions(&locked), [Condition::TrialBillingMissing]);
        assert_eq!(
            ends_at(&locked).unwrap().to_rfc3339(),
            "2025-06-30T00:00:00+00:00"
        );
        assert!(is_lock(shown_conditions(&locked)[0]) && !is_lock(Condition::Grace));
    }

    #[test]
    fn a_begun_day_counts_and_the_last_has_no_number() {
        let check = |until: &str, expected| {
            let now = "2025-07-01T00:00:00Z".parse().unwrap();
            assert_eq!(days_left(now, until.parse().unwrap()), expected, "{until}");
        };
        check("2025-07-11T00:00:00Z", Some(10));
        check("2025-07-10T00:00:01Z", Some(10));
        check("2025-07-02T00:00:00Z", Some(1));
        check("2025-07-01T23:59:59Z", None);
        check("2025-06-30T00:00:00Z", None);
    }

    #[test]
    fn a_lock_or_a_payment_comes_before_another_plan() {
        let check = |dunning: &str, lock: &str, first: bool| {
            let account_status =
                account_status(&state(ACTIVE, dunning, lock), "2025-07-02T00:00:00Z");
            assert_eq!(comes_first(&account_status), first, "{dunning}, {lock}");
        };
        check("\"clear\"", CLEAR, false);
        check(FAILED, CLEAR, true);
        check("\"clear\"", OVER, true);
    }

    #[test]
    fn no_pop_up_is_shown_during_a_lock() {
        let over = OverLimit {
            period_start: "2025-07-01".parse().unwrap(),
            tier: 20_000,
            usage: 22_000,
            percent: 100,
            fits: None,
            largest: 100_000,
        };
        let over_limit = Some(over.clone());
        let check = |state: &str, now: &str, speaks: bool| {
            let account_status = AccountStatus {
                over_limit: over_limit.clone(),
                ..account_status(state, now)
            };
            let found = super::over(&Load::Ready(Rc::new(account_status)));
            assert_eq!(found.is_some(), speaks, "{state}");
        };
        check(
            &state(ACTIVE, "\"clear\"", CLEAR),
            "2025-07-02T00:00:00Z",
            true,
        );
        check(&state(ACTIVE, FAILED, CLEAR), "2025-07-02T00:00:00Z", true);
        check(&state(ACTIVE, FAILED, CLEAR), "2025-07-12T00:00:00Z", false);
        check(
            &state(ACTIVE, "\"clear\"", OVER),
            "2025-07-12T00:00:00Z",
            false,
        );
        let name = seen_name(&UserId::new("usr_ada"), &over);
        assert_eq!(name, "prorata-over:usr_ada:2025-07-01:20000");
        let seen = |closed_at| is_seen(closed_at, &over);
        assert!(!seen(None) && !seen(Some("80")) && seen(Some("100")) && seen(Some("125")));
    }
}
