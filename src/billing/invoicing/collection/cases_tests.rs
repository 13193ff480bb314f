//! Edge cases of notices, limits and the selection of invoices to pay.

use super::*;
use crate::account::dunning::{Dunning, to_pay};
use crate::catalog::policy::AfaLimit;
use crate::money::{Currency, Money};

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn debit(code: &str, minor: i64, source: Source, occasion: Occasion) -> Debit {
    let amount = Money::new(minor, Currency::new(code, 2).unwrap());
    Debit {
        amount,
        source,
        occasion,
    }
}

/// SPEC R17, A36: the limit belongs to cards in its currency, from its day on, tax included.
#[test]
fn asks_the_payer_above_the_limit() {
    use Authentication::{Needed, NotNeeded};
    let check = |debit: Debit, day: &str, expected: Authentication| {
        let asked = authentication(&debit, day.parse().unwrap(), &Policy::default());
        assert_eq!(asked, expected, "R17, A36: {debit:?} on {day}");
    };
    let recurring = |minor| debit("INR", minor, Source::Card, Occasion::Recurring);
    check(recurring(1_652_000), "2025-07-02", Needed);
    check(recurring(708_000), "2025-07-02", NotNeeded);
    check(recurring(2_360_000), "2025-07-02", Needed);
    check(recurring(1_499_999), "2025-07-02", NotNeeded);
    check(recurring(1_500_000), "2025-07-02", NotNeeded);
    check(recurring(1_500_001), "2025-07-02", Needed);
    check(recurring(1_500_000), "2022-06-16", NotNeeded);
    check(recurring(1_500_000), "2022-06-15", Needed);
    check(recurring(500_000), "2022-06-15", NotNeeded);
    check(recurring(500_001), "2022-06-15", Needed);
    check(recurring(1), "2021-09-30", Needed);
    check(recurring(1), "2021-10-01", NotNeeded);
    for occasion in [Occasion::First, Occasion::OneTime] {
        check(
            debit("INR", 1, Source::Card, occasion),
            "2025-07-02",
            Needed,
        );
        check(
            debit("INR", 1_652_000, Source::BankMandate, occasion),
            "2025-07-02",
            NotNeeded,
        );
        check(
            debit("USD", 2_000_000, Source::Card, occasion),
            "2025-07-02",
            NotNeeded,
        );
    }
    check(
        debit("INR", 1_652_000, Source::BankMandate, Occasion::Recurring),
        "2025-07-02",
        NotNeeded,
    );
    check(
        debit("USD", 2_000_000, Source::Card, Occasion::Recurring),
        "2025-07-02",
        NotNeeded,
    );
}

/// The latest limit in force counts, in any order of the policy's list.
#[test]
fn the_latest_limit_counts() {
    let mut afa_limits = AfaLimit::india();
    afa_limits.reverse();
    let policy = Policy {
        afa_limits,
        ..Policy::default()
    };
    let large = debit("INR", 1_500_000, Source::Card, Occasion::Recurring);
    let day = "2025-07-02".parse().unwrap();
    assert_eq!(
        authentication(&large, day, &policy),
        Authentication::NotNeeded
    );
}

/// SPEC R17, R19, A35: the waiting times are those of the policy.
#[test]
fn waits_as_long_as_the_policy_says() {
    let issued = instant("2025-07-01T00:00:00Z");
    let policy = Policy {
        predebit_hours: 48,
        authentication_minutes: 5,
        ..Policy::default()
    };
    let debit = |policy: &Policy| {
        CollectingRule::of(Currency::new("INR", 2).unwrap(), policy).debit_at(issued)
    };
    assert_eq!(
        debit(&Policy::default()),
        instant("2025-07-02T00:00:00Z"),
        "A35"
    );
    assert_eq!(debit(&policy), instant("2025-07-03T00:00:00Z"));
    let expires = |policy: &Policy| authentication_expires_at(issued, policy);
    assert_eq!(
        expires(&Policy::default()),
        instant("2025-07-01T00:30:00Z"),
        "R19"
    );
    assert_eq!(expires(&policy), instant("2025-07-01T00:05:00Z"));
}

fn invoice(id: u8, issued: &str, progress: Progress) -> OpenInvoice<u8> {
    OpenInvoice {
        id,
        issued_at: instant(issued),
        progress,
    }
}

const JULY: &str = "2025-07-01T00:00:00Z";
const AUGUST: &str = "2025-08-01T00:00:00Z";

fn failed(at: &str) -> Progress {
    Progress::Failed { at: instant(at) }
}

/// SPEC R12: what is open, and since when.
#[test]
fn sums_up_what_is_open() {
    let check = |open: &[OpenInvoice<u8>], expected: Outstanding| {
        assert_eq!(Outstanding::of(open), expected, "R12: {open:?}");
    };
    let since = instant("2025-07-02T00:00:00Z");
    let again = Progress::Processing {
        failed_at: Some(since),
    };
    let first = Progress::Processing { failed_at: None };
    check(&[], Outstanding::Nothing);
    check(
        &[invoice(1, JULY, Progress::Issued)],
        Outstanding::NotFailed,
    );
    check(&[invoice(1, JULY, first)], Outstanding::NotFailed);
    check(&[invoice(1, JULY, again)], Outstanding::Failed { since });
    check(
        &[
            invoice(3, AUGUST, failed("2025-08-02T00:00:00Z")),
            invoice(1, JULY, failed("2025-07-02T00:00:00Z")),
            invoice(2, JULY, Progress::Issued),
        ],
        Outstanding::Failed { since },
    );
}

/// SPEC R12: the oldest in grace, all in the lock, nothing twice.
#[test]
fn asks_for_the_oldest_in_grace_and_for_all_in_the_lock() {
    let failed_at = instant("2025-07-02T00:00:00Z");
    let processing = Progress::Processing {
        failed_at: Some(failed_at),
    };
    let open = [
        invoice(5, AUGUST, Progress::Issued),
        invoice(4, JULY, failed("2025-07-06T00:00:00Z")),
        invoice(3, JULY, processing),
        invoice(2, "2025-06-30T00:00:00Z", failed("2025-07-04T00:00:00Z")),
        invoice(1, "2025-06-20T00:00:00Z", failed("2025-07-04T00:00:00Z")),
    ];
    let check = |dunning: Dunning, open: &[OpenInvoice<u8>], expected: &[u8]| {
        let ids: Vec<_> = to_pay(dunning, open)
            .iter()
            .map(|invoice| invoice.id)
            .collect();
        assert_eq!(ids, expected, "R12: {dunning:?}");
    };
    check(Dunning::Clear, &open, &[]);
    check(Dunning::Grace { failed_at }, &open, &[1]);
    check(Dunning::Locked { failed_at }, &open, &[1, 2, 4, 5]);
    check(Dunning::Grace { failed_at }, &open[..1], &[]);
    check(Dunning::Grace { failed_at }, &open[2..3], &[]);
    check(Dunning::Locked { failed_at }, &open[2..3], &[]);
}
