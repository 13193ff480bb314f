//! The overage of a month, in lines (SPEC R3).

use alloc::vec::Vec;

use super::priced_plan::{PricedAddOn, PricedPlan};
use super::{Derivations, OverageEstimate, PricedAccount};
use crate::catalog::price_book::{AddOn, Included};
use crate::metering::add_on_use::{AddOnUse, Used};
use crate::metering::usage::UsageFigures;
use crate::money::{Exact, OutOfRange};
use crate::pricing::change::Refusal;
use crate::pricing::overage::{MonthPart, add_on_overage, extra_use, mau_overage, partial_overage};
use crate::pricing::statement::{Derivation, Input, Line, LineKind, LineSink, Lines, PendingLine};
use crate::pricing::subscription::{Status, Subscription};

/// The month's overage: users above the limit, the surcharge of each active add-on, and the use of
/// add-ons above what they include. Nothing in trial (SPEC R3, 2.4).
///
/// # Worked example
///
/// 130,000 e-mails with 100,000 included, at $0.0005. An add-on without an included number has no use.
///
/// ```
/// # use billing::{PricedAccount, AddOnId, AddOnUse, Derivations, LineKind, PriceBook, Status, Subscription};
/// # use billing::{metering::add_on_use::Used, catalog::price_book::ESSENTIALS_EMAIL};
/// # use billing::pricing::quote::overage_lines;
/// # use billing::{pricing::subscription::Scheduled, metering::usage::Metered};
/// let book = PriceBook::parse(ESSENTIALS_EMAIL).unwrap();
/// let add_ons = ["clevertap-email", "cloud-export"].map(AddOnId::new);
/// let used = Used { used: 130_000, settled: 0 };
/// let add_on_use = AddOnUse(add_ons.clone().map(|add_on| (add_on, used)).into());
/// let subscription = Subscription {
///     status: Status::Active,
///     tier: 20_000,
///     add_ons: add_ons.into(),
///     scheduled: Scheduled::default(),
/// };
/// let account = PricedAccount {
///     list: book.list(billing::CurrencyCode::USD).unwrap(),
///     subscription: &subscription,
///     metered: Metered { mau: 20_000, data_points: 0 },
///     add_on_use: &add_on_use,
///     places: None,
///     day: "2025-06-20".parse().unwrap(),
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
    add_lines(&plan, (account.usage(), account.add_on_use), &mut lines)?;
    Ok(lines.lines)
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
/// # use billing::{PricedAccount, PriceBook, Status, Subscription, catalog::price_book::ESSENTIALS};
/// # use billing::pricing::{quote::overage_on_tier, subscription::Scheduled};
/// # use billing::metering::usage::Metered;
/// # let book = PriceBook::parse(ESSENTIALS).unwrap();
/// # let subscription = Subscription {
/// #     status: Status::Active,
/// #     tier: 20_000,
/// #     add_ons: Default::default(),
/// #     scheduled: Scheduled::default(),
/// # };
/// # let account = PricedAccount {
/// #     list: book.list(billing::CurrencyCode::USD).unwrap(),
/// #     subscription: &subscription,
/// #     metered: Metered { mau: 22_000, data_points: 0 },
/// #     add_on_use: billing::AddOnUse::NONE,
/// #     places: None,
/// #     day: "2025-06-20".parse().unwrap(),
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
    let there = PricedPlan::of(account.list, &there)?;
    let figures = there.figures(account.list, account.metered);
    let mut lines = Lines::new(account.list.currency, Derivations::Omitted);
    add_lines(&there, (figures, account.add_on_use), &mut lines)?;
    OverageEstimate::of(account.list, lines.lines)
}

/// Adds the overage of a month's figures to a sink.
pub(super) fn add_lines(
    plan: &PricedPlan<'_>,
    (figures, add_on_use): (UsageFigures, &AddOnUse),
    sink: &mut impl LineSink,
) -> Result<(), OutOfRange> {
    let basis = WHOLE_MONTH;
    Over {
        plan,
        figures,
        add_on_use,
        basis,
    }
    .add_lines(sink)
}

/// The basis on which overage is rated, and the formulas for its derivation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Basis<'a> {
    pub(crate) rule: &'static str,
    /// The formula of the users' fee, and the formula of a surcharge on it.
    pub(crate) formulas: [&'static str; 2],
    /// The inputs of the formulas other than users, prices and percentages.
    pub(crate) inputs: &'a [Input],
    /// The part of the month; `None` for a whole month.
    pub(crate) part: Option<MonthPart>,
}

/// The formulas of a month that is rated whole.
pub(crate) const WHOLE_MONTH_FORMULAS: [&str; 2] = [
    "{overage_mau} ÷ {unit_size} × {unit_price} × {multiplier}",
    "{overage_mau} ÷ {unit_size} × {unit_price} × {multiplier} × {surcharge_percent} ÷ 100",
];

const WHOLE_MONTH: Basis<'static> = Basis {
    rule: "R3",
    formulas: WHOLE_MONTH_FORMULAS,
    inputs: &[],
    part: None,
};

/// Users above a limit, with the plan and the use of add-ons that their overage is rated by.
pub(crate) struct Over<'a> {
    pub(crate) plan: &'a PricedPlan<'a>,
    pub(crate) figures: UsageFigures,
    pub(crate) add_on_use: &'a AddOnUse,
    pub(crate) basis: Basis<'a>,
}

impl Over<'_> {
    /// Adds the users' fee, the surcharge of each add-on and the extra use of add-ons to a sink;
    /// nothing in trial.
    pub(crate) fn add_lines(&self, sink: &mut impl LineSink) -> Result<(), OutOfRange> {
        match self.plan.status {
            Status::Trial => Ok(()),
            Status::Active => {
                self.add_user_lines(sink)?;
                self.add_extra_use_lines(sink)
            }
        }
    }

    fn add_user_lines(&self, sink: &mut impl LineSink) -> Result<(), OutOfRange> {
        let Self { plan, figures, .. } = self;
        if figures.overage_mau == 0 {
            return Ok(());
        }
        let whole = mau_overage(figures.overage_mau, &plan.rate)?;
        let fee = match self.basis.part {
            Some(part) => partial_overage(whole, part)?,
            None => whole,
        };
        self.line(None, fee, sink)?;
        for PricedAddOn { add_on, .. } in &plan.add_ons {
            let surcharge = add_on_overage(fee, add_on.surcharge_percent)?;
            self.line(Some(add_on), surcharge, sink)?;
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

    fn line(
        &self,
        add_on: Option<&AddOn>,
        unrounded: Exact,
        sink: &mut impl LineSink,
    ) -> Result<(), OutOfRange> {
        let kind = match add_on {
            None => LineKind::MauOverage,
            Some(_) => LineKind::AddOnOverage,
        };
        let entry = PendingLine {
            kind,
            add_on,
            unrounded,
        };
        sink.add(entry, || self.derivation(add_on, unrounded))
    }

    fn derivation(&self, add_on: Option<&AddOn>, unrounded: Exact) -> Derivation {
        let rate = &self.plan.rate;
        let mut inputs = alloc::vec![
            Input::mau("overage_mau", self.figures.overage_mau),
            Input::mau("unit_size", rate.unit_size),
            Input::amount("unit_price", rate.unit_price),
            Input::factor("multiplier", rate.multiplier),
            Input::mau("usage", self.figures.usage),
            Input::mau("tier", self.plan.tier.limit),
        ];
        inputs.extend_from_slice(self.basis.inputs);
        let [fee, surcharge] = self.basis.formulas;
        let formula = match add_on {
            None => fee,
            Some(add_on) => {
                inputs.push(Input::percent(
                    "surcharge_percent",
                    add_on.surcharge_percent,
                ));
                surcharge
            }
        };
        Derivation {
            rule: self.basis.rule.into(),
            formula: formula.into(),
            inputs,
            unrounded,
        }
    }
}

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
