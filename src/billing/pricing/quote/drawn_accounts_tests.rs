//! Ten thousand drawn accounts, in trial, monthly and annual: the preview is what is issued.

use alloc::vec::Vec;

use core::cell::Cell;

use chrono::{Datelike, Months};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

use super::properties_tests::{Case, cases};
use super::*;
use crate::BillingFrequency;
use crate::invoicing::invoice::BookVersion;
use crate::invoicing::month_close::{
    ClosePolicy, Closed, Closing, DashboardLock, Life, OpenOrder, close,
};
use crate::metering::pool::Pool;
use crate::period::AnnualTerm;
use crate::pricing::rest_of_month::first_invoice;
use crate::tests::seeded::seeded;
use crate::tests::worked_out::worked_out;

const SEED: u64 = 9_20;
const ACCOUNTS: u32 = 10_000;

/// The next invoice of a preview equals the one that the month change issues, or that begins charging
/// after a trial.
pub(super) fn is_what_is_issued(account: &PricedAccount<'_>, quote: &Quote) {
    let previewed = &quote.next_invoice.statement;
    let after = account.with(&quote.after, quote.cycle_after);
    if let BillingCycle::Trial { charged_from } = after.cycle {
        let day = charged_from;
        let first = first_invoice(&PricedAccount { day, ..after }, Derivations::Included);
        assert_eq!(
            (&first.unwrap().statement, day),
            (previewed, quote.next_invoice.date)
        );
        return;
    }
    let period = account.period().unwrap();
    let closing = Closing {
        organization: &crate::OrganizationId::from_static("acme"),
        period,
        first_open: period,
        offset_minutes: 0,
        account: after,
        life: Life::Running,
        order: OpenOrder::None,
        dashboard_lock: DashboardLock::Clear,
        latches: &[],
        book: BookVersion {
            id: "drawn".into(),
            version: 1,
        },
        notes: Vec::new(),
        policy: ClosePolicy::default(),
    };
    let at = period.end().and_hms_opt(0, 0, 0).unwrap().and_utc();
    let Ok(Closed::Now(plan)) = close(&closing, at, Derivations::Included) else {
        panic!("{period:?} is not closed")
    };
    match plan.invoice() {
        Some(issued) => assert_eq!(issued.statement, *previewed),
        None => assert!(previewed.lines.is_empty()),
    }
}

/// A cycle of an account: in trial until some day, since some day of the month, or in some month of a
/// term that is used more or less.
#[derive(Debug, Clone)]
struct DrawnCycle {
    kind: Kind,
    days: u32,
    months: u32,
    used: Index,
    next: Option<BillingFrequency>,
    annual_offered: bool,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Trial,
    Monthly,
    Annual,
}

fn cycles() -> impl Strategy<Value = DrawnCycle> {
    let kind = prop_oneof![Just(Kind::Trial), Just(Kind::Monthly), Just(Kind::Annual)];
    (
        kind,
        0..62_u32,
        0..12_u32,
        any::<Index>(),
        frequency(),
        any::<bool>(),
    )
        .prop_map(
            |(kind, days, months, used, next, annual_offered)| DrawnCycle {
                kind,
                days,
                months,
                used,
                next,
                annual_offered,
            },
        )
}

fn frequency() -> impl Strategy<Value = Option<BillingFrequency>> {
    let both = [BillingFrequency::Monthly, BillingFrequency::Annual];
    proptest::option::weighted(0.3, proptest::sample::select(both.to_vec()))
}

impl DrawnCycle {
    fn cycle(&self, case: &Case) -> BillingCycle {
        let first = case.day.with_day(1).unwrap();
        match self.kind {
            Kind::Trial => BillingCycle::Trial {
                charged_from: case.day + chrono::Days::new(self.days.into()),
            },
            Kind::Monthly => BillingCycle::Monthly {
                counted_from: first + chrono::Days::new((self.days % 31).into()),
            },
            Kind::Annual => {
                let start = first - Months::new(self.months);
                let limit = case.subscription.tier * 12;
                let used = u64::try_from(self.used.index(usize::try_from(limit).unwrap())).unwrap();
                BillingCycle::Annual {
                    term: AnnualTerm::new(start, 12).unwrap(),
                    pool: Pool {
                        limit,
                        used: used * 2,
                    },
                }
            }
        }
    }
}

#[test]
fn the_preview_of_a_drawn_account_is_what_is_issued() {
    let config = Config {
        cases: ACCOUNTS,
        ..seeded(SEED)
    };
    let drawn = (cases(), cycles(), frequency());
    let count = Cell::new(0);
    let checked = |(case, drawn, frequency): (Case, DrawnCycle, Option<BillingFrequency>)| {
        let mut subscription = case.subscription.clone();
        subscription.scheduled.frequency = match drawn.kind {
            Kind::Trial => None,
            Kind::Monthly | Kind::Annual => drawn.next,
        };
        let account = PricedAccount {
            subscription: &subscription,
            cycle: drawn.cycle(&case),
            annual_offered: drawn.annual_offered,
            ..case.account()
        };
        let change = PlanChange {
            frequency,
            ..case.change.clone()
        };
        let Ok(priced) = quote(&account, &change, Derivations::Included) else {
            return Ok(());
        };
        count.set(count.get() + 1);
        is_what_is_issued(&account, &priced);
        let statements = [&priced.due_now, &priced.next_invoice.statement];
        for line in statements.iter().flat_map(|statement| &statement.lines) {
            let why = line.derivation.as_ref().unwrap();
            prop_assert_eq!(worked_out(why), why.unrounded);
            prop_assert_eq!(
                why.unrounded.settle(case.account().list.currency),
                Ok(line.amount)
            );
        }
        let totals = Order::of(&account, &change, Derivations::Omitted).unwrap();
        let totals = totals.totals(account.metered).unwrap();
        prop_assert_eq!(totals.overage, priced.overage.total);
        prop_assert_eq!(totals.due_now.total, priced.due_now.total);
        prop_assert_eq!(
            totals.next_invoice.total,
            priced.next_invoice.statement.total
        );
        Ok(())
    };
    TestRunner::new(config).run(&drawn, checked).unwrap();
    // The others order what their account does not allow.
    assert!(count.get() > ACCOUNTS / 2, "{} are priced", count.get());
}
