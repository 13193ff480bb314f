//! The overage of a month, in lines (SPEC R3, R4, R9).

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{MonthPart, add_on_overage, extra_use, mau_overage, partial_overage};
use crate::catalog::price_book::{AddOn, Included, PriceList};
use crate::metering::add_on_use::{AddOnUse, Used};
use crate::metering::pool::Pool;
use crate::metering::usage::UsageFigures;
use crate::money::{Exact, Money, OutOfRange};
use crate::period::BillingPeriod;
use crate::pricing::billing_cycle::BillingCycle;
use crate::pricing::change::Refusal;
use crate::pricing::priced_account::{PricedAccount, PricedAddOn, PricedPlan};
use crate::pricing::statement::{
    Derivation, Derivations, Input, Line, LineKind, LineSink, Lines, PendingLine, sum,
};
use crate::pricing::subscription::Subscription;

/// An overage estimate: its lines and their sum, before tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverageEstimate {
    /// The overage lines.
    pub lines: Vec<Line>,
    /// The sum of the lines, before tax.
    pub total: Money,
}

impl OverageEstimate {
    pub(crate) fn of(list: &PriceList, mut lines: Vec<Line>) -> Result<Self, Refusal> {
        lines.retain(|line| !line.amount.is_zero());
        let total = sum(list.currency, &lines)?;
        Ok(Self { lines, total })
    }
}

/// The overage that the month has accrued so far, as lines before tax: users above the limit, the
/// surcharge of each active add-on, and the use of add-ons above what they include.
///
/// **Rule.** An ordinary month is rated whole. A month that began late is rated for its part, up to
/// the month's end. Within an annual term, usage beyond the pool is rated whole. Nothing in trial.
/// **Source.** SPEC R3, R4, R8, R9, 2.4.
///
/// # Worked example
///
/// 130,000 e-mails with 100,000 included, at $0.0005. An add-on without an included number has no use.
///
/// ```
/// # use billing::{AddOnId, AddOnUse, BillingCycle, BillingPeriod, Derivations, LineKind, PriceBook};
/// # use billing::{PricedAccount, Subscription};
/// # use billing::{metering::add_on_use::Used, catalog::price_book::ESSENTIALS_EMAIL};
/// # use billing::pricing::overage::overage_lines;
/// # use billing::{pricing::subscription::Scheduled, metering::usage::Metered};
/// let book = PriceBook::parse(ESSENTIALS_EMAIL).unwrap();
/// let add_ons = ["clevertap-email", "cloud-export"].map(AddOnId::new);
/// let used = Used { used: 130_000, settled: 0 };
/// let add_on_use = AddOnUse(add_ons.clone().map(|add_on| (add_on, used)).into());
/// let subscription = Subscription {
///     tier: 20_000,
///     add_ons: add_ons.into(),
///     scheduled: Scheduled::default(),
/// };
/// let day = "2025-06-20".parse().unwrap();
/// let account = PricedAccount {
///     list: book.list(billing::CurrencyCode::USD).unwrap(),
///     subscription: &subscription,
///     cycle: BillingCycle::monthly(BillingPeriod::of(day).unwrap()),
///     annual_offered: false,
///     metered: Metered { mau: 20_000, data_points: 0 },
///     add_on_use: &add_on_use,
///     places: None,
///     day,
/// };
/// let lines = overage_lines(&account, Derivations::Included).unwrap();
/// let [extra] = &lines[..] else { panic!("{lines:?}") };
/// assert_eq!((extra.kind, extra.amount.to_string().as_str()), (LineKind::AddOnUse, "15.00"));
/// let why = extra.derivation.as_ref().unwrap().to_string();
/// assert_eq!(why, "(130000 − 100000) × 0.0005 = 15 (R3)");
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn overage_lines(
    account: &PricedAccount<'_>,
    derivations: Derivations,
) -> Result<Vec<Line>, Refusal> {
    let plan = PricedPlan::of(account.list, account.subscription)?;
    let mut lines = Lines::new(account.list.currency, derivations);
    MonthOverage::of(account, &plan)?.add_lines(account.usage(), &mut lines)?;
    Ok(lines.lines)
}

/// The overage that the month has accrued so far, before tax.
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn overage_estimate(account: &PricedAccount<'_>) -> Result<OverageEstimate, Refusal> {
    OverageEstimate::of(account.list, overage_lines(account, Derivations::Omitted)?)
}

/// The overage of a month's usage on a tier, with the account's own add-ons; before tax.
///
/// Change Plan shows it for each tier: the cost of the same usage there.
///
/// # Worked example
///
/// 22,000 users: 24.00 on the 20,000 tier, 204.00 on 5,000, nothing on 40,000.
///
/// ```
/// # use billing::{BillingCycle, BillingPeriod, PriceBook, PricedAccount, Subscription};
/// # use billing::catalog::price_book::ESSENTIALS;
/// # use billing::pricing::{overage::overage_on_tier, subscription::Scheduled};
/// # use billing::metering::usage::Metered;
/// # let book = PriceBook::parse(ESSENTIALS).unwrap();
/// # let subscription = Subscription {
/// #     tier: 20_000,
/// #     add_ons: Default::default(),
/// #     scheduled: Scheduled::default(),
/// # };
/// # let day = "2025-06-20".parse().unwrap();
/// # let account = PricedAccount {
/// #     list: book.list(billing::CurrencyCode::USD).unwrap(),
/// #     subscription: &subscription,
/// #     cycle: BillingCycle::monthly(BillingPeriod::of(day).unwrap()),
/// #     annual_offered: false,
/// #     metered: Metered { mau: 22_000, data_points: 0 },
/// #     add_on_use: billing::AddOnUse::NONE,
/// #     places: None,
/// #     day,
/// # };
/// let on = |tier| overage_on_tier(&account, tier).unwrap().total.to_string();
/// assert_eq!([on(20_000), on(5_000), on(40_000)], ["24.00", "204.00", "0.00"]);
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier, or an amount overflows.
pub fn overage_on_tier(
    account: &PricedAccount<'_>,
    limit: u64,
) -> Result<OverageEstimate, Refusal> {
    let there = Subscription {
        tier: limit,
        ..account.subscription.clone()
    };
    let cycle = BillingCycle::monthly(account.period()?);
    overage_estimate(&account.with(&there, cycle))
}

/// The overage of a month, for any usage in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MonthOverage<'a> {
    plan: &'a PricedPlan<'a>,
    add_on_use: &'a AddOnUse,
    basis: Basis,
}

/// The basis on which a month's usage is rated.
#[derive(Debug, Clone, Copy)]
enum Basis {
    /// Nothing is rated: in trial, or before the account begins to count.
    Nothing,
    /// All days count, against the tier's limit.
    WholeMonth,
    /// The month began late: its usage is rated for this part (SPEC R4).
    Part(MonthPart),
    /// Usage beyond the rest of an annual term's pool (SPEC R9).
    Pool(Pool),
}

impl Basis {
    fn of(cycle: BillingCycle, period: BillingPeriod) -> Self {
        match cycle {
            BillingCycle::Trial { .. } => Self::Nothing,
            BillingCycle::Monthly { counted_from } if counted_from <= period.start() => {
                Self::WholeMonth
            }
            BillingCycle::Monthly { counted_from } => period
                .rest(counted_from)
                .and_then(MonthPart::of)
                .map_or(Self::Nothing, Self::Part),
            BillingCycle::Annual { pool, .. } => Self::Pool(pool),
        }
    }
}

impl<'a> MonthOverage<'a> {
    pub(crate) fn of(
        account: &PricedAccount<'a>,
        plan: &'a PricedPlan<'a>,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            plan,
            add_on_use: account.add_on_use,
            basis: Basis::of(account.cycle, account.period()?),
        })
    }

    /// Adds the users' fee, the surcharge of each add-on and the extra use of add-ons to a sink.
    pub(crate) fn add_lines(
        &self,
        figures: UsageFigures,
        sink: &mut impl LineSink,
    ) -> Result<(), OutOfRange> {
        let over = match self.basis {
            Basis::Nothing => return Ok(()),
            Basis::WholeMonth | Basis::Part(_) => figures.overage_mau,
            Basis::Pool(pool) => pool.overage_of(figures.usage),
        };
        let usage = RatedUsage {
            usage: figures.usage,
            over,
        };
        self.add_user_lines(usage, sink)?;
        self.add_extra_use_lines(sink)
    }

    fn add_user_lines(
        &self,
        usage: RatedUsage,
        sink: &mut impl LineSink,
    ) -> Result<(), OutOfRange> {
        if usage.over == 0 {
            return Ok(());
        }
        let whole = mau_overage(usage.over, &self.plan.rate)?;
        let fee = match self.basis {
            Basis::Part(part) => partial_overage(whole, part)?,
            Basis::WholeMonth | Basis::Pool(_) | Basis::Nothing => whole,
        };
        let users = UserLine {
            month: self,
            usage,
            charged: Charged::Users,
            unrounded: fee,
        };
        users.add(sink)?;
        for PricedAddOn { add_on, .. } in &self.plan.add_ons {
            let surcharge = UserLine {
                charged: Charged::Surcharge { add_on, fee },
                unrounded: add_on_overage(fee, add_on.surcharge_percent)?,
                ..users
            };
            surcharge.add(sink)?;
        }
        Ok(())
    }

    /// Extra use is charged in full also in a partial month: a use happens once, and the included number
    /// is not prorated (A202).
    fn add_extra_use_lines(&self, sink: &mut impl LineSink) -> Result<(), OutOfRange> {
        for PricedAddOn { add_on, .. } in &self.plan.add_ons {
            let used = self.add_on_use.of(&add_on.id);
            let Some(included) = add_on.included.filter(|included| used.extra(included) > 0) else {
                continue;
            };
            let unrounded = extra_use(used, &included)?;
            let entry = PendingLine {
                kind: LineKind::AddOnUse,
                add_on: Some(add_on),
                unrounded,
            };
            sink.add(entry, || extra_use_derivation(used, &included, unrounded))?;
        }
        Ok(())
    }
}

/// A month's usage, and the users of it that are rated.
#[derive(Debug, Clone, Copy)]
struct RatedUsage {
    usage: u64,
    over: u64,
}

/// The line of the users above the limit, or of an add-on's surcharge on it.
#[derive(Debug, Clone, Copy)]
struct UserLine<'a> {
    month: &'a MonthOverage<'a>,
    usage: RatedUsage,
    charged: Charged<'a>,
    unrounded: Exact,
}

/// What a line of overage charges.
#[derive(Debug, Clone, Copy)]
enum Charged<'a> {
    /// The users above the limit.
    Users,
    /// An add-on's surcharge on the users' fee.
    Surcharge { add_on: &'a AddOn, fee: Exact },
}

impl UserLine<'_> {
    fn add(&self, sink: &mut impl LineSink) -> Result<(), OutOfRange> {
        let (kind, add_on) = match self.charged {
            Charged::Users => (LineKind::MauOverage, None),
            Charged::Surcharge { add_on, .. } => (LineKind::AddOnOverage, Some(add_on)),
        };
        let entry = PendingLine {
            kind,
            add_on,
            unrounded: self.unrounded,
        };
        sink.add(entry, || self.derivation())
    }

    fn derivation(&self) -> Derivation {
        let (rule, fee_formula) = match self.month.basis {
            Basis::Nothing | Basis::WholeMonth => ("R3", WHOLE_MONTH_FORMULA),
            Basis::Part(_) => ("R4", PART_FORMULA),
            Basis::Pool(_) => ("R9", WHOLE_MONTH_FORMULA),
        };
        let (formula, inputs) = match self.charged {
            Charged::Users => (fee_formula, self.fee_inputs()),
            Charged::Surcharge { add_on, fee } => (
                SURCHARGE_FORMULA,
                alloc::vec![
                    Input::amount("mau_overage", fee),
                    Input::percent("surcharge_percent", add_on.surcharge_percent),
                ],
            ),
        };
        Derivation {
            rule: rule.into(),
            formula: formula.into(),
            inputs,
            unrounded: self.unrounded,
        }
    }

    fn fee_inputs(&self) -> Vec<Input> {
        let plan = self.month.plan;
        let mut inputs = alloc::vec![
            Input::mau("overage_mau", self.usage.over),
            Input::mau("unit_size", plan.rate.unit_size),
            Input::amount("unit_price", plan.rate.unit_price),
            Input::factor("multiplier", plan.rate.multiplier),
            Input::mau("usage", self.usage.usage),
            Input::mau("tier", plan.tier.limit),
        ];
        match self.month.basis {
            Basis::Nothing | Basis::WholeMonth => {}
            Basis::Part(part) => inputs.extend([
                Input::days("days_counted", part.days),
                Input::days("days_in_month", part.days_in_month),
            ]),
            Basis::Pool(pool) => inputs.extend([
                Input::mau("pool", pool.limit),
                Input::mau("used_before", pool.used),
            ]),
        }
        inputs
    }
}

/// The formula of the users' fee for a month that is rated whole, and for a part of a month.
const WHOLE_MONTH_FORMULA: &str = "{overage_mau} ÷ {unit_size} × {unit_price} × {multiplier}";
const PART_FORMULA: &str =
    "{overage_mau} ÷ {unit_size} × {unit_price} × {multiplier} × {days_counted} ÷ {days_in_month}";

/// The formula of an add-on's surcharge on the users' fee.
const SURCHARGE_FORMULA: &str = "{mau_overage} × {surcharge_percent} ÷ 100";

fn extra_use_derivation(used: Used, included: &Included, unrounded: Exact) -> Derivation {
    let (formula, before) = if used.settled > included.a_month {
        let settled = Input::factor("settled", Exact::whole(used.settled));
        ("({used} − {settled}) × {extra_price}", settled)
    } else {
        let included = Input::factor("included", Exact::whole(included.a_month));
        ("({used} − {included}) × {extra_price}", included)
    };
    Derivation {
        rule: "R3".into(),
        formula: formula.into(),
        inputs: alloc::vec![
            Input::factor("used", Exact::whole(used.used)),
            before,
            Input::amount("extra_price", included.extra_price),
        ],
        unrounded,
    }
}
