//! The one price function: what an order costs now, and what the next invoice becomes.
//!
//! The browser's preview, the backend's charge and `prorata preview` are this function.

use alloc::vec::Vec;

use chrono::NaiveDate;

use crate::change::{PlanChange, Refusal};
use crate::money::{Exact, Money, OutOfRange};
use crate::period::BillingPeriod;
use crate::price_book::{AddOn, PriceList, Tier};
use crate::proration::prorated;
use crate::statement::{Derivation, Input, Line, LineKind, sum};
pub use crate::statement::{Derivations, Statement};
use crate::subscription::{Status, Subscription};
use crate::tax::TaxPlaces;
use crate::usage::{self, Metered, UsageFigures};

mod next_invoice;

pub use next_invoice::{NextInvoice, next_invoice, overage_lines};

/// Everything a price depends on.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// The prices.
    pub list: &'a PriceList,
    /// What the organization has.
    pub subscription: &'a Subscription,
    /// What this month has counted so far.
    pub metered: Metered,
    /// Where the supply goes, for the tax; none where no tax is charged.
    pub places: Option<TaxPlaces>,
    /// The billing day.
    pub day: NaiveDate,
}

/// What an order costs, beside what holds without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Usage, as things are.
    pub usage: UsageFigures,
    /// The overage estimate of this month, as things are.
    pub overage: OverageEstimate,
    /// The figure of the published table, as things are, before tax.
    pub month: MonthFigures,
    /// What is charged at once.
    pub due_now: Statement,
    /// The invoice of the next 1st, if nothing else happens.
    pub next_invoice: NextInvoice,
    /// The subscription behind the order.
    pub after: Subscription,
}

/// An overage estimate: its lines and their sum, before tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverageEstimate {
    /// The lines.
    pub lines: Vec<Line>,
    /// Their sum.
    pub total: Money,
}

/// What a month costs (SPEC 2.5), before tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthFigures {
    /// The tier.
    pub base: Money,
    /// The add-ons.
    pub add_ons: Money,
    /// The overage.
    pub overage: Money,
    /// All three.
    pub billable: Money,
}

/// Prices an order on an account. An order of nothing is priced like any other.
///
/// **Source.** SPEC R3, R5 to R8, R15, R16; contract.md.
///
/// # Worked example
///
/// 22,000 users on the 20,000 tier with one add-on: the month comes to 296.40. Moving to 40,000 on
/// 20 June costs 91.67 now, and the next invoice is 520.00.
///
/// ```
/// # use billing::{Account, AddOnId, Derivations, PlanChange, PriceBook, Status, Subscription, quote};
/// # use billing::{price_book::ESSENTIALS, subscription::Scheduled, usage::Metered};
/// let book = PriceBook::parse(ESSENTIALS).unwrap();
/// let subscription = Subscription {
///     status: Status::Active,
///     tier: 20_000,
///     add_ons: [AddOnId::new("cloud-export")].into(),
///     scheduled: Scheduled::default(),
/// };
/// let account = Account {
///     list: book.list("USD").unwrap(),
///     subscription: &subscription,
///     metered: Metered { mau: 22_000, data_points: 0 },
///     places: None,
///     day: "2025-06-20".parse().unwrap(),
/// };
/// let quote = quote(&account, &PlanChange::to_tier(40_000), Derivations::Omitted).unwrap();
/// assert_eq!(quote.month.billable.to_string(), "296.40");
/// assert_eq!(quote.due_now.total.to_string(), "91.67");
/// assert_eq!(quote.next_invoice.statement.total.to_string(), "520.00");
/// ```
///
/// # Errors
/// An order that the account does not allow, or amounts that do not fit.
pub fn quote(
    account: &Account<'_>,
    change: &PlanChange,
    derivations: Derivations,
) -> Result<Quote, Refusal> {
    let period = BillingPeriod::of(account.day).ok_or(Refusal::InvalidDate)?;
    let after = account.subscription.after(change, account.list)?;
    let overage = OverageEstimate::of(account, account.subscription, derivations)?;
    let next = Account {
        subscription: &after,
        ..*account
    };
    Ok(Quote {
        usage: account.usage(),
        month: account.month(&overage)?,
        overage,
        due_now: due_now(account, &after, period, derivations)?,
        next_invoice: next_invoice(&next, period, derivations)?,
        after,
    })
}

impl Account<'_> {
    /// The month's figures on today's tier.
    #[must_use]
    pub fn usage(&self) -> UsageFigures {
        usage::figures(
            self.metered,
            self.subscription.tier,
            self.list.data_points_per_mau,
        )
    }

    fn month(&self, overage: &OverageEstimate) -> Result<MonthFigures, Refusal> {
        let currency = self.list.currency;
        let tier = tier(self.list, self.subscription.tier)?;
        let base = tier.monthly.settle(currency)?;
        let prices = active_add_ons(self.list, self.subscription)?
            .into_iter()
            .map(|add_on| add_on.monthly(tier, currency))
            .collect::<Result<Vec<_>, OutOfRange>>()?;
        let add_ons = Money::sum(currency, prices)?;
        let overage = overage.total;
        Ok(MonthFigures {
            base,
            add_ons,
            overage,
            billable: base.plus(add_ons)?.plus(overage)?,
        })
    }
}

impl OverageEstimate {
    /// The estimate for a subscription at the account's usage; nothing in trial (SPEC R3).
    fn of(
        account: &Account<'_>,
        subscription: &Subscription,
        derivations: Derivations,
    ) -> Result<Self, Refusal> {
        let account = Account {
            subscription,
            ..*account
        };
        let mut lines = overage_lines(&account, derivations)?;
        lines.retain(|line| !line.amount.is_zero());
        let total = sum(account.list.currency, &lines)?;
        Ok(Self { lines, total })
    }
}

/// What a month's usage costs as overage on a tier, with the account's own add-ons; before tax.
///
/// The figure beside a tier on Change Plan: what would the same usage cost there?
///
/// # Errors
/// A tier that the list does not have, or amounts that do not fit.
pub fn overage_on_tier(account: &Account<'_>, tier: u64) -> Result<OverageEstimate, Refusal> {
    let there = Subscription {
        tier,
        ..account.subscription.clone()
    };
    OverageEstimate::of(account, &there, Derivations::Omitted)
}

pub(crate) fn tier(list: &PriceList, limit: u64) -> Result<&Tier, Refusal> {
    list.tier(limit).ok_or(Refusal::UnknownTier(limit))
}

pub(crate) fn active_add_ons<'a>(
    list: &'a PriceList,
    subscription: &Subscription,
) -> Result<Vec<&'a AddOn>, Refusal> {
    let find = |id: &crate::AddOnId| {
        list.add_on(id.as_str())
            .ok_or_else(|| Refusal::UnknownAddOn(id.clone()))
    };
    subscription.add_ons.iter().map(find).collect()
}

/// What is charged at once: the higher tier, the add-ons it re-prices, and the new add-ons.
fn due_now(
    account: &Account<'_>,
    after: &Subscription,
    period: BillingPeriod,
    derivations: Derivations,
) -> Result<Statement, Refusal> {
    let before = account.subscription;
    let mut lines = Vec::new();
    if before.status == Status::Active {
        let (old_tier, new_tier) = (
            tier(account.list, before.tier)?,
            tier(account.list, after.tier)?,
        );
        let rest = Rest {
            account,
            period,
            tiers: [old_tier, new_tier],
            derivations,
        };
        lines.push(rest.line(
            LineKind::TierProration,
            None,
            [old_tier.monthly, new_tier.monthly],
        )?);
        let add_ons = active_add_ons(account.list, after)?;
        let is_new = |add_on: &&AddOn| !before.add_ons.contains(&add_on.id);
        for add_on in add_ons.iter().copied().filter(|add_on| !is_new(add_on)) {
            let prices = [add_on.price.on(old_tier)?, add_on.price.on(new_tier)?];
            lines.push(rest.line(LineKind::AddOnRepricing, Some(add_on), prices)?);
        }
        for add_on in add_ons.iter().copied().filter(is_new) {
            let prices = [Exact::whole(0), add_on.price.on(new_tier)?];
            lines.push(rest.line(LineKind::AddOnProration, Some(add_on), prices)?);
        }
    }
    Ok(Statement::of(
        lines,
        account.list,
        account.places,
        derivations,
    )?)
}

/// The rest of a month in which prices change.
struct Rest<'a> {
    account: &'a Account<'a>,
    period: BillingPeriod,
    tiers: [&'a Tier; 2],
    derivations: Derivations,
}

impl Rest<'_> {
    fn line(
        &self,
        kind: LineKind,
        add_on: Option<&AddOn>,
        [old_price, new_price]: [Exact; 2],
    ) -> Result<Line, OutOfRange> {
        let day = self.account.day;
        let unrounded = prorated(old_price, new_price, self.period, day)?;
        let derivation = self.derivations.note(|| {
            let mut inputs = alloc::vec![
                Input::amount("new_price", new_price),
                Input::days("days_left", self.period.days_left(day)),
                Input::days("days_in_month", self.period.days()),
                Input::mau("old_tier", self.tiers[0].limit),
                Input::mau("new_tier", self.tiers[1].limit),
            ];
            let (rule, formula) = if kind == LineKind::AddOnProration {
                ("R7", "{new_price} × {days_left} ÷ {days_in_month}")
            } else {
                inputs.push(Input::amount("old_price", old_price));
                (
                    "R5",
                    "({new_price} − {old_price}) × {days_left} ÷ {days_in_month}",
                )
            };
            Derivation {
                rule,
                formula,
                inputs,
                unrounded,
            }
        });
        Ok(Line {
            kind,
            add_on: add_on.map(|add_on| add_on.id.clone()),
            amount: unrounded.settle(self.account.list.currency)?,
            derivation,
        })
    }
}
