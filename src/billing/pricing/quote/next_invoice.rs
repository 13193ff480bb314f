//! The invoice of the next 1st: the coming month in advance, this month's overage in arrears.

use alloc::vec::Vec;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::priced_plan::PricedPlan;
use super::{PricedAccount, overage};
use crate::money::{Money, OutOfRange};
use crate::period::BillingPeriod;
use crate::pricing::change::Refusal;
use crate::pricing::statement::{Derivations, Line, LineSink, Lines, Statement, sum};

/// The invoice of a month change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextInvoice {
    /// The 1st on which the invoice is issued.
    pub date: NaiveDate,
    /// Tier and add-ons for the coming month.
    pub recurring: Money,
    /// Overage of the month that closes.
    pub overage: Money,
    /// All lines, the taxes and the total.
    pub statement: Statement,
}

impl NextInvoice {
    /// A statement issued on `date`, with its overage summed separately.
    pub(crate) fn of(date: NaiveDate, statement: Statement) -> Result<Self, OutOfRange> {
        let currency = statement.total.currency();
        let (overage, in_advance): (Vec<&Line>, Vec<&Line>) = statement
            .lines
            .iter()
            .partition(|line| line.kind.is_overage());
        Ok(Self {
            date,
            recurring: sum(currency, in_advance)?,
            overage: sum(currency, overage)?,
            statement,
        })
    }
}

/// The invoice of the month change that ends `period`.
///
/// **Rule.** Overage is rated with the tier and the add-ons of the closing month; then scheduled
/// changes take effect; then the coming month is charged; then tax.
/// **Source.** SPEC R15, steps 2 to 5.
///
/// # Worked example
///
/// An add-on removed in June, 22,000 users on 20,000: the invoice of 1 July still has the add-on's
/// surcharge of 2.40, but no longer its price of 20.00 (A17).
///
/// ```
/// # use billing::{PricedAccount, AddOnId, BillingPeriod, Derivations, PriceBook, Status, Subscription};
/// # use billing::catalog::price_book::ESSENTIALS;
/// # use billing::{pricing::{quote::next_invoice, subscription::Scheduled}, metering::usage::Metered};
/// let book = PriceBook::parse(ESSENTIALS).unwrap();
/// let dropped = [AddOnId::new("cloud-export")];
/// let subscription = Subscription {
///     status: Status::Active,
///     tier: 20_000,
///     add_ons: dropped.clone().into(),
///     scheduled: Scheduled { tier: None, removals: dropped.into() },
/// };
/// let account = PricedAccount {
///     list: book.list(billing::CurrencyCode::USD).unwrap(),
///     subscription: &subscription,
///     metered: Metered { mau: 22_000, data_points: 0 },
///     add_on_use: billing::AddOnUse::NONE,
///     places: None,
///     day: "2025-06-20".parse().unwrap(),
/// };
/// let june = BillingPeriod::of(account.day).unwrap();
/// let invoice = next_invoice(&account, june, Derivations::Omitted).unwrap();
/// assert_eq!(invoice.recurring.to_string(), "250.00");
/// assert_eq!(invoice.overage.to_string(), "26.40");
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn next_invoice(
    closing: &PricedAccount<'_>,
    period: BillingPeriod,
    derivations: Derivations,
) -> Result<NextInvoice, Refusal> {
    let plan = PricedPlan::of(closing.list, closing.subscription)?;
    let coming = PricedPlan::of(closing.list, &closing.subscription.after_month_change())?;
    MonthChange {
        closing,
        plan: &plan,
        coming: &coming,
    }
    .invoice(period, derivations)
}

/// A month that closes and the one that begins.
pub(super) struct MonthChange<'a> {
    /// The account, with the usage of the closing month.
    pub(super) closing: &'a PricedAccount<'a>,
    /// The plan of the closing month.
    pub(super) plan: &'a PricedPlan<'a>,
    /// The plan of the coming month.
    pub(super) coming: &'a PricedPlan<'a>,
}

impl MonthChange<'_> {
    pub(super) fn invoice(
        &self,
        period: BillingPeriod,
        derivations: Derivations,
    ) -> Result<NextInvoice, Refusal> {
        let list = self.closing.list;
        let mut lines = Lines::new(list.currency, derivations);
        self.coming.add_month_lines(&mut lines)?;
        let recurring = sum(list.currency, &lines.lines)?;
        let in_advance = lines.lines.len();
        self.add_overage_lines(&mut lines)?;
        let overage = sum(list.currency, lines.lines.iter().skip(in_advance))?;
        Ok(NextInvoice {
            date: period.end(),
            recurring,
            overage,
            statement: Statement::of(lines.lines, list, self.closing.places, derivations)?,
        })
    }

    fn add_overage_lines(&self, sink: &mut impl LineSink) -> Result<(), OutOfRange> {
        let figures = self.plan.figures(self.closing.list, self.closing.metered);
        overage::add_lines(self.plan, (figures, self.closing.add_on_use), sink)
    }
}
