//! Orders on accounts in trial, monthly and annual, and what the close makes of them.

use alloc::string::{String, ToString};

use chrono::NaiveDate;

use super::drawn_accounts_tests::is_what_is_issued;
use super::*;
use crate::catalog::price_book::{ESSENTIALS_2025, PriceBook, TaxScheme};
use crate::metering::pool::Pool;
use crate::metering::usage::Metered;
use crate::period::{AnnualTerm, BillingPeriod};
use crate::pricing::subscription::Scheduled;
use crate::{BillingFrequency, CurrencyCode};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn subscription(tier: u64) -> Subscription {
    Subscription {
        tier,
        add_ons: Default::default(),
        scheduled: Scheduled::default(),
    }
}

/// The year from January 2025, with `used` users of its pool used.
fn year(tier: u64, used: u64) -> BillingCycle {
    let pool = Pool {
        limit: 12 * tier,
        used,
    };
    let term = AnnualTerm::new(day("2025-01-01"), 12).unwrap();
    BillingCycle::Annual { term, pool }
}

fn every_month(on: &str) -> BillingCycle {
    BillingCycle::monthly(BillingPeriod::of(day(on)).unwrap())
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
    cycle: BillingCycle,
    annual_offered: bool,
    mau: u64,
    day: &'static str,
}

impl Case {
    fn price(&self, change: &PlanChange) -> Result<Quote, Refusal> {
        let book = untaxed();
        let account = self.account(&book, &self.subscription);
        let quote = quote(&account, change, Derivations::Included);
        if let Ok(quote) = &quote {
            is_what_is_issued(&account, quote);
        }
        quote
    }

    fn account<'a>(
        &self,
        book: &'a PriceBook,
        subscription: &'a Subscription,
    ) -> PricedAccount<'a> {
        PricedAccount {
            list: book.list(CurrencyCode::INR).unwrap(),
            subscription,
            cycle: self.cycle,
            annual_offered: self.annual_offered,
            metered: Metered {
                mau: self.mau,
                data_points: 0,
            },
            add_on_use: crate::AddOnUse::NONE,
            places: None,
            day: day(self.day),
        }
    }
}

fn figures(quote: &Quote) -> [String; 3] {
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
        subscription: subscription(5_000),
        annual_offered: true,
        cycle: year(5_000, used),
        mau,
        day: "2025-04-11",
    };
    let upgrade = PlanChange::to_tier(20_000);
    let priced = april(62_000, 8_000).price(&upgrade).unwrap();
    // The pool of 60,000 is used up: 8,000 / 100 × 100 × 1.2 before the order, nothing after it.
    assert_eq!(figures(&priced), ["126000.00", "9600.00", "0.00"]);
    let pool = priced.cycle_after.pool().unwrap();
    assert_eq!(
        (pool.limit, pool.after(8_000).remaining()),
        (240_000, 170_000)
    );
    let pool = april(42_000, 8_000)
        .price(&upgrade)
        .unwrap()
        .cycle_after
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
    assert_eq!(priced.cycle_after.pool().unwrap().limit, 230_794);
}

/// R9 (P), A85: a reduction waits for the term's end, and the renewal is priced with it.
#[test]
fn a_downgrade_waits_for_the_end_of_the_term() {
    let lower = PlanChange::to_tier(5_000);
    let mid = Case {
        subscription: subscription(20_000),
        annual_offered: true,
        cycle: year(20_000, 100_000),
        mau: 22_000,
        day: "2025-06-20",
    };
    let priced = mid.price(&lower).unwrap();
    assert_eq!(figures(&priced), ["0.00", "0.00", "0.00"]);
    assert_eq!(priced.after.scheduled.tier, Some(5_000));
    let june = BillingPeriod::of(day("2025-06-20")).unwrap();
    assert_eq!(priced.cycle_after.renews_on(june), day("2026-01-01"));
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
    assert_eq!(
        priced.after.next_frequency(&priced.cycle_after),
        BillingFrequency::Monthly
    );
    assert_eq!(priced.cycle_after.frequency(), BillingFrequency::Annual);
}

/// R9, A150: a year begins on the next 1st, together with other orders and scheduled changes.
#[test]
fn a_year_begins_on_the_next_1st() {
    let monthly = Case {
        subscription: subscription(20_000),
        annual_offered: true,
        cycle: every_month("2025-06-01"),
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
    let chosen = monthly.price(&yearly).unwrap();
    assert_eq!(
        chosen.after.next_frequency(&chosen.cycle_after),
        BillingFrequency::Annual
    );
    // Choosing it again changes nothing, even when it is not offered any more.
    let again = Case {
        subscription: chosen.after.clone(),
        annual_offered: false,
        ..monthly
    };
    assert_eq!(again.price(&yearly).unwrap().after, chosen.after);
    let back = again;
    let priced = back.price(&to(BillingFrequency::Monthly)).unwrap();
    assert_eq!(figures(&priced), ["0.00", "2400.00", "22400.00"]);
}

/// 2.3, A151: annual billing can be chosen when it is offered, and only after the trial.
#[test]
fn a_year_is_refused_where_it_is_not_offered() {
    let mut case = Case {
        subscription: subscription(20_000),
        annual_offered: false,
        cycle: every_month("2025-06-01"),
        mau: 0,
        day: "2025-06-16",
    };
    let yearly = to(BillingFrequency::Annual);
    assert_eq!(case.price(&yearly), Err(Refusal::AnnualNotOffered));
    assert!(case.price(&to(BillingFrequency::Monthly)).is_ok());
    let charged_from = day("2025-06-26");
    (case.cycle, case.annual_offered) = (BillingCycle::Trial { charged_from }, true);
    assert_eq!(case.price(&yearly), Err(Refusal::AnnualInTrial));
}

/// R8: free at once in both directions; the next invoice is for the rest of the month after the trial.
#[test]
fn in_trial_everything_is_free_and_the_first_invoice_follows_it() {
    let trial = Case {
        subscription: subscription(20_000),
        annual_offered: true,
        cycle: BillingCycle::Trial {
            charged_from: day("2025-06-16"),
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
        assert_eq!(priced.after.tier, tier);
        assert_eq!(priced.next_invoice.date, day("2025-06-16"));
    }
}

/// R4: the first month after a trial is rated for its part, in the preview and in the close.
#[test]
fn a_month_begun_late_is_rated_for_its_part() {
    let counted_from = day("2025-06-16");
    let begun = Case {
        subscription: subscription(20_000),
        annual_offered: true,
        cycle: BillingCycle::Monthly { counted_from },
        mau: 22_000,
        day: "2025-06-20",
    };
    let priced = begun.price(&PlanChange::default()).unwrap();
    assert_eq!(figures(&priced), ["0.00", "1200.00", "21200.00"]);
    assert_eq!(priced.month.billable.to_string(), "21200.00");
}

/// A17: a removed add-on is surcharged for the month that closes, and no longer charged in advance.
#[test]
fn a_removed_add_on_is_surcharged_until_it_goes() {
    let export = [crate::AddOnId::new("cloud-export")];
    let case = Case {
        subscription: Subscription {
            add_ons: export.clone().into(),
            scheduled: Scheduled {
                removals: export.into(),
                ..Scheduled::default()
            },
            ..subscription(20_000)
        },
        cycle: every_month("2025-06-01"),
        annual_offered: false,
        mau: 22_000,
        day: "2025-06-20",
    };
    let next = case.price(&PlanChange::default()).unwrap().next_invoice;
    assert_eq!(next.recurring.to_string(), "20000.00");
    assert_eq!(next.overage.to_string(), "2640.00");
}
