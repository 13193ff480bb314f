//! Orders on accounts in trial, monthly and annual, and what the close makes of them.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;
use crate::CurrencyCode;
use crate::catalog::price_book::{ESSENTIALS_2025, PriceBook, TaxScheme};
use crate::invoicing::invoice::BookVersion;
use crate::invoicing::month_close::{
    ClosePolicy, Closed, Closing, DashboardLock, Life, OpenOrder, close,
};
use crate::metering::usage::Metered;
use crate::pricing::annual::AnnualTerm;
use crate::pricing::subscription::{Scheduled, Status, Subscription};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn subscription(status: Status, tier: u64) -> Subscription {
    Subscription {
        status,
        tier,
        add_ons: Default::default(),
        scheduled: Scheduled::default(),
    }
}

/// The year from January 2025, with `used` users of its pool used.
fn year(tier: u64, used: u64) -> Rhythm {
    let terms = AnnualTerms::default();
    let pool = Pool {
        limit: 12 * tier,
        used,
    };
    let term = AnnualTerm::new(day("2025-01-01"), 12).unwrap();
    Rhythm {
        phase: Phase::Charged(Cycle::Annual { terms, term, pool }),
        coming: Frequency::Annual(terms),
        offered: Some(terms),
    }
}

fn every_month(on: &str) -> Rhythm {
    Rhythm {
        offered: Some(AnnualTerms::default()),
        ..Rhythm::monthly(BillingPeriod::of(day(on)).unwrap())
    }
}

/// The rupee book without tax.
fn untaxed() -> PriceBook {
    let mut book = PriceBook::parse(ESSENTIALS_2025).unwrap();
    for list in &mut book.lists {
        list.tax = TaxScheme::None;
    }
    book
}

/// An account in rupees.
struct Case {
    subscription: Subscription,
    rhythm: Rhythm,
    mau: u64,
    day: &'static str,
}

impl Case {
    fn price(&self, change: &PlanChange) -> Result<Priced, Unpriced> {
        let book = untaxed();
        let account = self.account(&book, &self.subscription);
        let priced = price(&account, &self.rhythm, change, Derivations::Included);
        if let Ok(priced) = &priced {
            self.is_what_the_close_issues(&book, priced);
        }
        priced
    }

    fn account<'a>(
        &self,
        book: &'a PriceBook,
        subscription: &'a Subscription,
    ) -> PricedAccount<'a> {
        PricedAccount {
            list: book.list(CurrencyCode::INR).unwrap(),
            subscription,
            metered: Metered {
                mau: self.mau,
                data_points: 0,
            },
            add_on_use: crate::AddOnUse::NONE,
            places: None,
            day: day(self.day),
        }
    }

    /// The next invoice of a preview equals the one that the month change issues.
    fn is_what_the_close_issues(&self, book: &PriceBook, priced: &Priced) {
        let Phase::Charged(cycle) = priced.rhythm.phase else {
            return;
        };
        let period = BillingPeriod::of(day(self.day)).unwrap();
        let closing = Closing {
            organization: &crate::OrganizationId::from_static("acme"),
            period,
            first_open: period,
            offset_minutes: 0,
            account: self.account(book, &priced.quote.after),
            life: Life::Running,
            cycle,
            coming: priced.rhythm.coming,
            order: OpenOrder::None,
            dashboard_lock: DashboardLock::Clear,
            latches: &[],
            book: BookVersion {
                id: book.id.clone(),
                version: book.version,
            },
            notes: Vec::new(),
            policy: ClosePolicy::default(),
        };
        let at = period.end().and_hms_opt(0, 0, 0).unwrap().and_utc();
        let Ok(Closed::Now(plan)) = close(&closing, at, Derivations::Included) else {
            panic!("{period:?} is not closed")
        };
        let next = &priced.quote.next_invoice.statement;
        match plan.invoice() {
            Some(issued) => assert_eq!(issued.statement, *next),
            None => assert!(next.lines.is_empty()),
        }
    }
}

fn figures(priced: &Priced) -> [String; 3] {
    let quote = &priced.quote;
    [
        quote.due_now.total.to_string(),
        quote.overage.total.to_string(),
        quote.next_invoice.statement.total.to_string(),
    ]
}

fn to(frequency: BillingFrequency) -> PlanChange {
    PlanChange {
        frequency: Some(frequency),
        ..PlanChange::default()
    }
}

/// R9's own example: 126,000 now, 240,000 billable users, nothing on the next 1st.
#[test]
fn an_upgrade_within_a_term_is_charged_for_the_months_left() {
    let april = |used, mau| Case {
        subscription: subscription(Status::Active, 5_000),
        rhythm: year(5_000, used),
        mau,
        day: "2025-04-11",
    };
    let upgrade = PlanChange::to_tier(20_000);
    let priced = april(62_000, 8_000).price(&upgrade).unwrap();
    // The pool of 60,000 is used up: 8,000 / 100 × 100 × 1.2 before the order, nothing after it.
    assert_eq!(figures(&priced), ["126000.00", "9600.00", "0.00"]);
    let pool = priced.rhythm.pool().unwrap();
    assert_eq!(
        (pool.limit, pool.after(8_000).remaining()),
        (240_000, 170_000)
    );
    let pool = april(42_000, 8_000)
        .price(&upgrade)
        .unwrap()
        .rhythm
        .pool()
        .unwrap();
    assert_eq!(pool.after(8_000).remaining(), 190_000);
    // In the first month: 168,000 − 50,400, and 240,000 in proportion to the days left.
    let first = Case {
        day: "2025-01-15",
        ..april(0, 100)
    };
    let priced = first.price(&upgrade).unwrap();
    assert_eq!(figures(&priced), ["117600.00", "0.00", "0.00"]);
    assert_eq!(priced.rhythm.pool().unwrap().limit, 230_794);
}

/// R9 (P), A85: a reduction waits for the term's end, and the renewal is priced with it.
#[test]
fn a_downgrade_waits_for_the_end_of_the_term() {
    let lower = PlanChange::to_tier(5_000);
    let mid = Case {
        subscription: subscription(Status::Active, 20_000),
        rhythm: year(20_000, 100_000),
        mau: 22_000,
        day: "2025-06-20",
    };
    let priced = mid.price(&lower).unwrap();
    assert_eq!(figures(&priced), ["0.00", "0.00", "0.00"]);
    assert_eq!(priced.quote.after.scheduled.tier, Some(5_000));
    let june = BillingPeriod::of(day("2025-06-20")).unwrap();
    assert_eq!(priced.rhythm.turns_on(june), day("2026-01-01"));
    let last = Case {
        day: "2025-12-20",
        ..mid
    };
    // ₹50,400 for the next year on the lower tier; charged monthly, 6,000.
    assert_eq!(
        figures(&last.price(&lower).unwrap()),
        ["0.00", "0.00", "50400.00"]
    );
    let both = PlanChange {
        frequency: Some(BillingFrequency::Monthly),
        ..lower
    };
    let priced = last.price(&both).unwrap();
    assert_eq!(figures(&priced), ["0.00", "0.00", "6000.00"]);
    assert_eq!(priced.rhythm.coming, Frequency::Monthly);
    assert_eq!(priced.rhythm.frequency(), BillingFrequency::Annual);
}

/// R9, A150: a year begins on the next 1st, together with other orders and scheduled changes.
#[test]
fn a_year_begins_on_the_next_1st() {
    let monthly = Case {
        subscription: subscription(Status::Active, 20_000),
        rhythm: every_month("2025-06-01"),
        mau: 22_000,
        day: "2025-06-16",
    };
    let yearly = to(BillingFrequency::Annual);
    // 168,000 for the year and 2,400 for June.
    assert_eq!(
        figures(&monthly.price(&yearly).unwrap()),
        ["0.00", "2400.00", "170400.00"]
    );
    let higher = PlanChange {
        tier: Some(40_000),
        ..yearly.clone()
    };
    // 20,000 × 15 / 30 now, 40,000 × 12 × 0.7 then.
    assert_eq!(
        figures(&monthly.price(&higher).unwrap()),
        ["10000.00", "2400.00", "336000.00"]
    );
    let chosen = monthly.price(&yearly).unwrap().rhythm;
    assert_eq!(chosen.coming_frequency(), BillingFrequency::Annual);
    assert_eq!(chosen.after(Some(BillingFrequency::Annual)), Ok(chosen));
    let back = Case {
        rhythm: chosen,
        ..monthly
    };
    let priced = back.price(&to(BillingFrequency::Monthly)).unwrap();
    assert_eq!(figures(&priced), ["0.00", "2400.00", "22400.00"]);
}

/// 2.3, A151: annual billing can be chosen when it is offered, and only after the trial.
#[test]
fn a_year_is_refused_where_it_is_not_offered() {
    let mut case = Case {
        subscription: subscription(Status::Active, 20_000),
        rhythm: Rhythm {
            offered: None,
            ..every_month("2025-06-01")
        },
        mau: 0,
        day: "2025-06-16",
    };
    let yearly = to(BillingFrequency::Annual);
    assert_eq!(case.price(&yearly), Err(Unpriced::NotOffered));
    assert!(case.price(&to(BillingFrequency::Monthly)).is_ok());
    let charged_from = day("2025-06-26");
    case.subscription.status = Status::Trial;
    case.rhythm = Rhythm {
        phase: Phase::Trial { charged_from },
        ..every_month("2025-06-01")
    };
    assert_eq!(case.price(&yearly), Err(Unpriced::InTrial));
}

/// R8: free at once in both directions; the next invoice is for the rest of the month after the trial.
#[test]
fn in_trial_everything_is_free_and_the_first_invoice_follows_it() {
    let trial = Case {
        subscription: subscription(Status::Trial, 20_000),
        rhythm: Rhythm {
            phase: Phase::Trial {
                charged_from: day("2025-06-16"),
            },
            ..every_month("2025-06-01")
        },
        mau: 90_000,
        day: "2025-06-09",
    };
    // 15 of 30 days.
    assert_eq!(
        figures(&trial.price(&PlanChange::default()).unwrap()),
        ["0.00", "0.00", "10000.00"]
    );
    for (tier, first) in [(5_000, "3000.00"), (40_000, "20000.00")] {
        let priced = trial.price(&PlanChange::to_tier(tier)).unwrap();
        assert_eq!(figures(&priced), ["0.00", "0.00", first]);
        assert_eq!(priced.quote.after.tier, tier);
        assert_eq!(priced.quote.next_invoice.date, day("2025-06-16"));
    }
}

/// R4: the first month after a trial is rated for its part, in the preview and in the close.
#[test]
fn a_month_begun_late_is_rated_for_its_part() {
    let counted_from = day("2025-06-16");
    let begun = Case {
        subscription: subscription(Status::Active, 20_000),
        rhythm: Rhythm {
            phase: Phase::Charged(Cycle::Monthly { counted_from }),
            ..every_month("2025-06-01")
        },
        mau: 22_000,
        day: "2025-06-20",
    };
    let priced = begun.price(&PlanChange::default()).unwrap();
    assert_eq!(figures(&priced), ["0.00", "1200.00", "21200.00"]);
    assert_eq!(priced.quote.month.billable.to_string(), "21200.00");
}
