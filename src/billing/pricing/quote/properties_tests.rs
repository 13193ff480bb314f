//! Properties that hold for every account and order (invariants 8 to 12, 15, 16 and 20 of the
//! reliability document). The seed is fixed, so a failing case can be reproduced.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{TestCaseError, TestRunner};

use super::{Order, PricedAccount, Quote, quote};
use crate::catalog::price_book::{ESSENTIALS, ESSENTIALS_2025, PriceBook, PriceList, TaxScheme};
use crate::metering::usage::Metered;
use crate::period::BillingPeriod;
use crate::pricing::proration::{DaysLeft, prorated};
use crate::pricing::subscription::{Scheduled, Subscription};
use crate::pricing::tax::{StateCode, TaxPlaces};
use crate::tests::seeded::seeded;
use crate::tests::worked_out::worked_out;
use crate::{AddOnId, BillingCycle, Derivations, Exact, LineKind, PlanChange};

const SEED: u64 = 8_20;

#[derive(Debug, Clone)]
pub(super) struct Case {
    list: PriceList,
    pub(super) subscription: Subscription,
    is_trial: bool,
    mau: u64,
    places: Option<TaxPlaces>,
    pub(super) day: NaiveDate,
    pub(super) change: PlanChange,
}

/// The shipped lists, and the first of them converted to currencies with no decimals and with three.
fn lists() -> Vec<PriceList> {
    let other = |code: &str, exponent: &str| {
        ESSENTIALS
            .replace("\"USD\"", code)
            .replace("\"exponent\": 2", exponent)
    };
    let yen = other("\"JPY\"", "\"exponent\": 0");
    let dinar = other("\"KWD\"", "\"exponent\": 3");
    let books = [ESSENTIALS, ESSENTIALS_2025, &yen, &dinar];
    let books = books.map(|text| PriceBook::parse(text).unwrap());
    books.into_iter().flat_map(|book| book.lists).collect()
}

pub(super) fn cases() -> impl Strategy<Value = Case> {
    let state = || select(alloc::vec!["27", "29", "97"]);
    select(lists()).prop_flat_map(move |list| {
        let ids: Vec<AddOnId> = list
            .add_ons
            .iter()
            .map(|add_on| add_on.id.clone())
            .collect();
        let limits: Vec<u64> = list.tiers.iter().map(|tier| tier.limit).collect();
        let some = || subsequence(ids.clone(), 0..=ids.len());
        (
            (Just(list), 0..120_000_u64, any::<bool>()),
            (select(limits.clone()), select(limits)),
            (some(), some()),
            prop_oneof![0..700_000_u64, any::<u64>()],
            (any::<bool>(), state(), state()),
        )
            .prop_map(
                |((list, days, trial), (tier, wanted), (active, touched), mau, tax)| {
                    let active: BTreeSet<AddOnId> = active.into_iter().collect();
                    let touched: BTreeSet<AddOnId> = touched.into_iter().collect();
                    let code = |text| StateCode::parse(text).unwrap();
                    // A list that is taxed by place cannot be priced without places.
                    let has_places = tax.0 || list.tax != TaxScheme::None;
                    Case {
                        list,
                        change: PlanChange {
                            tier: Some(wanted),
                            add: &touched - &active,
                            remove: &touched & &active,
                            frequency: None,
                        },
                        subscription: Subscription {
                            tier,
                            add_ons: active,
                            scheduled: Scheduled::default(),
                        },
                        is_trial: trial,
                        mau,
                        places: has_places.then(|| TaxPlaces {
                            supplier: code(tax.1),
                            customer: code(tax.2),
                        }),
                        day: NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + Days::new(days),
                    }
                },
            )
    })
}

impl Case {
    pub(super) fn account(&self) -> PricedAccount<'_> {
        let period = BillingPeriod::of(self.day).unwrap();
        let charged_from = period.end();
        PricedAccount {
            list: &self.list,
            subscription: &self.subscription,
            cycle: if self.is_trial {
                BillingCycle::Trial { charged_from }
            } else {
                BillingCycle::monthly(period)
            },
            annual_offered: false,
            metered: Metered {
                mau: self.mau,
                data_points: 0,
            },
            add_on_use: crate::AddOnUse::NONE,
            places: self.places,
            day: self.day,
        }
    }

    /// The rule that each kind of line follows.
    fn rule_of(&self, kind: LineKind) -> &'static str {
        match kind {
            LineKind::Base | LineKind::AddOn if self.is_trial => "R8",
            LineKind::Base | LineKind::AddOn => "R15",
            LineKind::TierProration | LineKind::AddOnRepricing => "R5",
            LineKind::AddOnProration => "R7",
            LineKind::MauOverage | LineKind::AddOnOverage | LineKind::AddOnUse => "R3",
        }
    }

    /// The subscription after an order.
    fn after(&self, subscription: &Subscription, change: &PlanChange) -> Subscription {
        let account = PricedAccount {
            subscription,
            ..self.account()
        };
        account.after(change).unwrap()
    }

    fn order(&self, change: &PlanChange) -> Option<Quote> {
        quote(&self.account(), change, Derivations::Included).ok()
    }
}

fn hold(property: impl Fn(Case) -> Result<(), TestCaseError>) {
    let run = TestRunner::new(seeded(SEED)).run(&cases(), property);
    run.unwrap();
}

/// 16, 20, and totals: every line is within half a unit of its unrounded amount, in any currency; the
/// same input has the same result; `totals` equals the sums of the lines.
#[test]
fn lines_are_rounded_once_and_totals_are_their_sums() {
    hold(|case| {
        let Some(quote) = case.order(&case.change) else {
            return Ok(());
        };
        let again = case.order(&case.change);
        prop_assert_eq!(again.as_ref(), Some(&quote));
        let statements = [&quote.due_now, &quote.next_invoice.statement];
        for line in statements[0].lines.iter().chain(&statements[1].lines) {
            let derivation = line.derivation.as_ref().unwrap();
            let unrounded = derivation.unrounded;
            prop_assert_eq!(worked_out(derivation), unrounded, "{}", derivation);
            prop_assert_eq!(&*derivation.rule, case.rule_of(line.kind));
            let rest = line.amount.exact().minus(unrounded).unwrap();
            let doubled = rest
                .times(2 * case.list.currency.units().unsigned_abs())
                .unwrap();
            let one = Exact::whole(1);
            let minus_one = Exact::whole(0).minus(one).unwrap();
            prop_assert!(minus_one < doubled && doubled <= one, "{:?}", line);
        }
        let order = Order::of(&case.account(), &case.change, Derivations::Omitted).unwrap();
        let totals = order.totals(case.account().metered).unwrap();
        prop_assert_eq!(totals.overage, quote.overage.total);
        let sums = [totals.due_now, totals.next_invoice];
        for (sums, statement) in sums.iter().zip(statements) {
            prop_assert_eq!(sums.subtotal, statement.subtotal);
            prop_assert_eq!(sums.total, statement.total);
            prop_assert_eq!(sums.subtotal.plus(sums.tax), Ok(sums.total));
        }
        Ok(())
    });
}

/// 9: more users, or more days, never cost less; a higher tier has no lower base and no higher
/// overage; nothing is charged at or below the limit.
#[test]
fn more_never_costs_less() {
    hold(|case| {
        let mau = case.mau % 1_000_000_000_000;
        let at = |mau, tier, day| {
            let subscription = Subscription {
                tier,
                ..case.subscription.clone()
            };
            let case = Case {
                mau,
                subscription,
                day,
                ..case.clone()
            };
            case.order(&PlanChange::to_tier(100_000)).unwrap()
        };
        let (here, there) = (case.subscription.tier, case.change.tier.unwrap());
        let (low, high) = (here.min(there), here.max(there));
        let now = at(mau, low, case.day);
        prop_assert!(now.overage.total.minor() <= at(mau + 1, low, case.day).overage.total.minor());
        let higher = at(mau, high, case.day);
        prop_assert!(now.month.base.minor() <= higher.month.base.minor());
        prop_assert!(now.overage.total.minor() >= higher.overage.total.minor());
        prop_assert!(at(low, low, case.day).overage.lines.is_empty());
        prop_assert_eq!(at(low + 1, low, case.day).usage.overage_mau, 1);
        let first = chrono::Datelike::with_day(&case.day, 1).unwrap();
        prop_assert!(now.due_now.total.minor() <= at(mau, low, first).due_now.total.minor());
        Ok(())
    });
}

/// 8, 10, 11: one upgrade costs the same as two steps on the same day, to a unit for each line; an
/// empty order costs nothing; an order costs the difference of two prices.
#[test]
fn steps_add_up() {
    hold(|case| {
        let Some(quote) = case.order(&PlanChange::default()) else {
            return Ok(());
        };
        prop_assert!(quote.due_now.lines.is_empty() && quote.due_now.total.is_zero());
        prop_assert_eq!(&quote.after, &case.subscription);

        let middle = case.change.tier.unwrap().max(case.subscription.tier);
        let first = case.order(&PlanChange::to_tier(middle)).unwrap();
        let between = Case {
            subscription: first.after,
            ..case.clone()
        };
        let second = between.order(&PlanChange::to_tier(100_000)).unwrap();
        let at_once = case.order(&PlanChange::to_tier(100_000)).unwrap();
        let steps = first
            .due_now
            .subtotal
            .plus(second.due_now.subtotal)
            .unwrap();
        let lines = 1 + i64::try_from(case.subscription.add_ons.len()).unwrap();
        let apart = steps.minor() - at_once.due_now.subtotal.minor();
        prop_assert!(apart.abs() <= lines, "{} apart", apart);
        Ok(())
    });
}

/// 15: add-ons of one order cost the same as one by one, in either order; removing an add-on twice is
/// the same as removing it once.
#[test]
fn the_order_of_add_ons_does_not_matter() {
    hold(|case| {
        let all = PlanChange {
            tier: None,
            ..case.change.clone()
        };
        let Some(at_once) = case.order(&all) else {
            return Ok(());
        };
        let one_by_one = |ids: Vec<AddOnId>| {
            let (mut sum, mut state) = (0, case.subscription.clone());
            for id in ids {
                let case = Case {
                    subscription: state,
                    ..case.clone()
                };
                let change = PlanChange {
                    add: [id].into(),
                    ..PlanChange::default()
                };
                let quote = case.order(&change).unwrap();
                (sum, state) = (sum + quote.due_now.subtotal.minor(), quote.after);
            }
            (sum, state)
        };
        let ids: Vec<AddOnId> = all.add.iter().cloned().collect();
        let forth = one_by_one(ids.clone());
        prop_assert_eq!(&forth, &one_by_one(ids.into_iter().rev().collect()));
        prop_assert_eq!(forth.0, at_once.due_now.subtotal.minor());
        if !case.is_trial {
            let removal = PlanChange {
                remove: all.remove,
                ..PlanChange::default()
            };
            let twice = case.after(&at_once.after, &removal);
            prop_assert_eq!(&twice, &at_once.after);
        }
        Ok(())
    });
}

/// 10, by the stated rule: an upgrade that is reversed at once is not refunded, and leaves everything
/// else unchanged.
#[test]
fn a_reversed_upgrade_is_not_refunded() {
    hold(|case| {
        let before = case.subscription.clone();
        let Some(upgraded) = case.order(&PlanChange::to_tier(100_000)) else {
            return Ok(());
        };
        let case = Case {
            subscription: upgraded.after,
            mau: case.mau % before.tier,
            ..case
        };
        let back = case.order(&PlanChange::to_tier(before.tier)).unwrap();
        prop_assert!(back.due_now.total.is_zero());
        prop_assert_eq!(back.after.after_month_change(), before.clone());
        let never = Case {
            subscription: before,
            ..case.clone()
        };
        let never = never.order(&PlanChange::default()).unwrap();
        prop_assert_eq!(back.next_invoice, never.next_invoice);
        Ok(())
    });
}

/// 11: a change of price for the rest of a month costs exactly the rest at the new price less the
/// rest at the old one.
#[test]
fn the_rest_of_a_difference_is_the_difference_of_the_rests() {
    hold(|case| {
        let rest = DaysLeft::of(BillingPeriod::of(case.day).unwrap(), case.day);
        let price = |limit| case.list.tier(limit).unwrap().monthly;
        let (old, new) = (
            price(case.subscription.tier),
            price(case.change.tier.unwrap()),
        );
        let share = |price| prorated(Exact::whole(0), price, rest).unwrap();
        let change = prorated(old, new, rest).unwrap();
        prop_assert_eq!(change, share(new).minus(share(old)).unwrap());
        Ok(())
    });
}

/// 38: a scheduled change survives other orders, is replaced by one of its kind, and is not
/// duplicated.
#[test]
fn scheduled_changes_survive_other_orders() {
    hold(|case| {
        let case = Case {
            is_trial: false,
            ..case
        };
        let waiting = Subscription {
            tier: 60_000,
            ..case.subscription.clone()
        };
        let waiting = case.after(&waiting, &PlanChange::to_tier(20_000));
        let other = PlanChange {
            tier: None,
            ..case.change.clone()
        };
        let after = case.after(&waiting, &other);
        prop_assert_eq!(after.scheduled.tier, Some(20_000));
        prop_assert_eq!(&after.scheduled.removals, &case.change.remove);
        let replaced = case.after(&after, &PlanChange::to_tier(40_000));
        prop_assert_eq!(replaced.scheduled.tier, Some(40_000));
        prop_assert_eq!(&replaced.scheduled.removals, &case.change.remove);
        let dropped = case.after(&after, &PlanChange::to_tier(80_000));
        prop_assert_eq!(dropped.scheduled.tier, None);
        prop_assert_eq!(&dropped.scheduled.removals, &case.change.remove);
        Ok(())
    });
}
