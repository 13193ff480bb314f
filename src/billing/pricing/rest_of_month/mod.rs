//! The charge for the rest of a month, after a trial or a pause (SPEC R8, R13).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::catalog::price_book::AddOn;
use crate::money::{Exact, OutOfRange};
use crate::period::{BillingPeriod, Span, billing_day};
use crate::pricing::change::Refusal;
use crate::pricing::priced_account::{PricedAccount, PricedAddOn, PricedPlan};
use crate::pricing::proration::{DaysLeft, prorated};
use crate::pricing::statement::{
    Derivation, Derivations, Input, LineKind, LineSink, Lines, PendingLine, Statement,
};

#[cfg(test)]
mod tests;

/// The charge for the rest of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestOfMonth {
    /// The days that are charged, up to the next 1st.
    pub span: Span,
    /// Tier and add-ons, prorated, and tax.
    pub statement: Statement,
}

/// The first day that an account is charged for after its trial.
///
/// **Rule.** The day on which the trial ended. If the payment method or the billing details were
/// saved later, the day on which both were on file.
/// **Source.** SPEC R8, section 6, rows 4 and 5a.
/// **Silent on** the hour: the whole day is charged, as at an upgrade (A11), see A82.
///
/// # Worked example
///
/// A trial from 17 May, 00:00, ends on 16 June; completed on 20 June, it is charged from that day.
///
/// ```
/// # use billing::pricing::rest_of_month::first_charged_day;
/// let ended = "2025-06-16T00:00:00Z".parse().unwrap();
/// let day = |cured: Option<&str>| {
///     first_charged_day(ended, cured.map(|at| at.parse().unwrap()), 0).unwrap().to_string()
/// };
/// assert_eq!(day(None), "2025-06-16");
/// assert_eq!(day(Some("2025-06-20T09:00:00Z")), "2025-06-20");
/// assert_eq!(day(Some("2025-06-10T09:00:00Z")), "2025-06-16");
/// ```
pub fn first_charged_day(
    trial_ended: DateTime<Utc>,
    completed: Option<DateTime<Utc>>,
    offset_minutes: i32,
) -> Option<NaiveDate> {
    let from = completed.map_or(trial_ended, |at| at.max(trial_ended));
    billing_day(from, offset_minutes)
}

/// The first invoice: the rest of the month in which the trial ended.
///
/// **Rule.** Tier and add-ons, times the days left, over the days of the month; the account's day
/// counts as left. On a 1st that is a full month. There is no overage, since the trial had none.
/// **Source.** SPEC R8, section 6 (worked timeline: 15/30 of June).
///
/// # Worked example
///
/// The trial ends on 16 June on the 20,000 tier: 250 × 15 / 30 = 125.00. On 1 June: 250.00.
///
/// ```
/// # use billing::{BillingCycle, Derivations, PriceBook, PricedAccount, Subscription};
/// # use billing::{catalog::price_book::ESSENTIALS, pricing::rest_of_month::first_invoice};
/// # use billing::metering::usage::Metered;
/// # use billing::pricing::subscription::Scheduled;
/// # let book = PriceBook::parse(ESSENTIALS).unwrap();
/// # let subscription = Subscription {
/// #     tier: 20_000,
/// #     add_ons: Default::default(),
/// #     scheduled: Scheduled::default(),
/// # };
/// let total = |day: &str| {
///     let account = PricedAccount {
///         list: book.list(billing::CurrencyCode::USD).unwrap(),
///         subscription: &subscription,
///         cycle: BillingCycle::Monthly { counted_from: day.parse().unwrap() },
///         annual_offered: false,
///         metered: Metered::default(),
///         add_on_use: billing::AddOnUse::NONE,
///         places: None,
///         day: day.parse().unwrap(),
///     };
///     first_invoice(&account, Derivations::Omitted).unwrap().statement.total.to_string()
/// };
/// assert_eq!((total("2025-06-16"), total("2025-06-01")), ("125.00".into(), "250.00".into()));
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn first_invoice(
    account: &PricedAccount<'_>,
    derivations: Derivations,
) -> Result<RestOfMonth, Refusal> {
    let period = BillingPeriod::of(account.day).ok_or(Refusal::InvalidDate)?;
    let span = period.rest(account.day).ok_or(Refusal::InvalidDate)?;
    Beginning {
        account,
        period,
        rule: "R8",
        derivations,
    }
    .charge(span)
}

/// The invoice of a reactivation; `None` when the month is already paid.
///
/// `paid_until` is the day after the last day that an invoice has charged for.
///
/// **Rule.** Tier and add-ons for the rest of the month, from the day of the reactivation on,
/// unless that month was paid before the pause.
/// **Source.** SPEC R13.
/// **Silent on** scheduled changes: the pause froze them, so they wait for the next 1st, see A83.
///
/// # Worked example
///
/// Paused in June, which was paid. Back on 20 June: nothing. Back on 17 July: 250 × 15 / 31 = 120.97.
///
/// ```
/// # use billing::{BillingCycle, Derivations, PriceBook, PricedAccount, Subscription};
/// # use billing::{catalog::price_book::ESSENTIALS, pricing::rest_of_month::reactivation_charge};
/// # use billing::metering::usage::Metered;
/// # use billing::pricing::subscription::Scheduled;
/// # let book = PriceBook::parse(ESSENTIALS).unwrap();
/// # let subscription = Subscription {
/// #     tier: 20_000,
/// #     add_ons: Default::default(),
/// #     scheduled: Scheduled::default(),
/// # };
/// let total = |day: &str| {
///     let account = PricedAccount {
///         list: book.list(billing::CurrencyCode::USD).unwrap(),
///         subscription: &subscription,
///         cycle: BillingCycle::Monthly { counted_from: day.parse().unwrap() },
///         annual_offered: false,
///         metered: Metered::default(),
///         add_on_use: billing::AddOnUse::NONE,
///         places: None,
///         day: day.parse().unwrap(),
///     };
///     let paid_until = "2025-07-01".parse().unwrap();
///     let charge = reactivation_charge(&account, paid_until, Derivations::Omitted).unwrap();
///     charge.map(|charge| charge.statement.total.to_string())
/// };
/// assert_eq!(total("2025-06-20"), None);
/// assert_eq!(total("2025-07-17").as_deref(), Some("120.97"));
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn reactivation_charge(
    account: &PricedAccount<'_>,
    paid_until: NaiveDate,
    derivations: Derivations,
) -> Result<Option<RestOfMonth>, Refusal> {
    let period = BillingPeriod::of(account.day).ok_or(Refusal::InvalidDate)?;
    let Some(span) = period.rest(account.day.max(paid_until)) else {
        return Ok(None);
    };
    let beginning = Beginning {
        account,
        period,
        rule: "R13",
        derivations,
    };
    beginning.charge(span).map(Some)
}

/// The day from which an upgrade is charged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpgradeFrom {
    /// The day of the upgrade.
    #[default]
    DayOfUpgrade,
    /// The 1st of the month, if the month is already over the limit.
    PeriodStartIfOver,
}

impl UpgradeFrom {
    /// The day from which an upgrade on `day` is charged, given the users above the old limit.
    ///
    /// **Rule.** The day of the upgrade. When the switch is set and the month is over the limit,
    /// the 1st.
    /// **Source.** SPEC R5, A4 (d); `upgrade_from_period_start_if_over`, off by default.
    ///
    /// # Worked example
    ///
    /// From 20,000 to 40,000 on 20 June, while over: 91.67, or 250.00 with the switch.
    ///
    /// ```
    /// # use billing::{BillingPeriod, Currency, Exact, pricing::proration::{DaysLeft, prorated}};
    /// # use billing::pricing::rest_of_month::UpgradeFrom;
    /// let usd = Currency::new("USD", 2).unwrap();
    /// let day = "2025-06-20".parse().unwrap();
    /// let june = BillingPeriod::of(day).unwrap();
    /// let charge = |from: UpgradeFrom, over| {
    ///     let day = from.charged_from(june, day, over);
    ///     let rest = DaysLeft::of(june, day);
    ///     let exact = prorated(Exact::whole(250), Exact::whole(500), rest).unwrap();
    ///     exact.settle(usd).unwrap().to_string()
    /// };
    /// assert_eq!(charge(UpgradeFrom::default(), 2_000), "91.67");
    /// assert_eq!(charge(UpgradeFrom::PeriodStartIfOver, 2_000), "250.00");
    /// assert_eq!(charge(UpgradeFrom::PeriodStartIfOver, 0), "91.67");
    /// ```
    pub fn charged_from(
        self,
        period: BillingPeriod,
        day: NaiveDate,
        overage_mau: u64,
    ) -> NaiveDate {
        match self {
            Self::PeriodStartIfOver if overage_mau > 0 => period.start(),
            Self::PeriodStartIfOver | Self::DayOfUpgrade => day,
        }
    }
}

/// An account that starts to be charged, and the rule of SPEC.md for it.
struct Beginning<'a> {
    account: &'a PricedAccount<'a>,
    period: BillingPeriod,
    rule: &'static str,
    derivations: Derivations,
}

impl Beginning<'_> {
    fn charge(&self, span: Span) -> Result<RestOfMonth, Refusal> {
        let PricedAccount { list, places, .. } = *self.account;
        let plan = PricedPlan::of(list, self.account.subscription)?;
        let mut lines = Lines::new(list.currency, self.derivations);
        self.add_lines(span, None, plan.tier.monthly, &mut lines)?;
        for PricedAddOn { add_on, monthly } in plan.add_ons {
            self.add_lines(span, Some(add_on), monthly, &mut lines)?;
        }
        let statement = Statement::of(lines.lines, list, places, self.derivations)?;
        Ok(RestOfMonth { span, statement })
    }

    fn add_lines(
        &self,
        span: Span,
        add_on: Option<&AddOn>,
        monthly: Exact,
        lines: &mut Lines,
    ) -> Result<(), OutOfRange> {
        let rest = DaysLeft::of(self.period, span.start());
        let unrounded = prorated(Exact::whole(0), monthly, rest)?;
        let entry = PendingLine {
            kind: add_on.map_or(LineKind::Base, |_| LineKind::AddOn),
            add_on,
            unrounded,
        };
        lines.add(entry, || Derivation {
            rule: self.rule.into(),
            formula: "{monthly_price} × {days_left} ÷ {days_in_month}".into(),
            inputs: alloc::vec![
                Input::amount("monthly_price", monthly),
                Input::days("days_left", span.days()),
                Input::days("days_in_month", self.period.days()),
                Input::mau("tier", self.account.subscription.tier),
            ],
            unrounded,
        })
    }
}
