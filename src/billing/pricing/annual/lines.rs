//! The lines of an annual term and of orders within it.

use alloc::vec::Vec;

use super::{AnnualAccount, price_of_months};
use crate::catalog::price_book::{AddOn, Tier};
use crate::metering::pool::{first_month_limit, later_limit};
use crate::money::{Exact, OutOfRange};
use crate::pricing::change::Refusal;
use crate::pricing::statement::{Derivation, Derivations, Input, Line, LineKind, PendingLine};
use crate::pricing::subscription::Subscription;

/// The formula of most lines.
const MONTHS_LESS_DISCOUNT: &str = "{monthly_price} × {months} × (100 − {discount_percent}) ÷ 100";

/// The lines of the tier and add-ons for the whole term.
pub(crate) fn term_lines(
    account: &AnnualAccount<'_>,
    derivations: Derivations,
) -> Result<Vec<Line>, Refusal> {
    let tier = account.list.known_tier(account.subscription.tier)?;
    let months = account.term.months();
    let sum = |add_on, monthly| account.months_line(add_on, monthly, months);
    let mut lines = alloc::vec![sum(None, tier.monthly)?.line(LineKind::Base, derivations)?];
    for add_on in account.add_ons(account.subscription)? {
        let price = add_on.price.on(tier)?;
        lines.push(sum(Some(add_on), price)?.line(LineKind::AddOn, derivations)?);
    }
    Ok(lines)
}

impl<'a> AnnualAccount<'a> {
    /// The line of a higher tier.
    pub(super) fn tier_line(
        &self,
        old: &Tier,
        new: &Tier,
        derivations: Derivations,
    ) -> Result<Line, OutOfRange> {
        let sum = if self.term.is_in_first_month(self.day) {
            self.instead_of_paid(old, new)?
        } else {
            self.months_line(None, new.monthly, self.months_left())?
        };
        let sum = sum.about(Input::mau("old_tier", old.limit));
        sum.about(Input::mau("new_tier", new.limit))
            .line(LineKind::TierProration, derivations)
    }

    /// The limit after an upgrade to a higher tier.
    pub(super) fn limit_on(&self, tier: &Tier) -> Result<u64, OutOfRange> {
        if self.term.is_in_first_month(self.day) {
            first_month_limit(tier.limit, self.term, self.day)
        } else {
            later_limit(self.pool.limit, tier.limit, self.term, self.day)
        }
    }

    /// The line of an active add-on that is re-priced on another tier.
    pub(super) fn repricing_line(
        &self,
        add_on: &'a AddOn,
        old_price: Exact,
        new_price: Exact,
        derivations: Derivations,
    ) -> Result<Line, OutOfRange> {
        let more = new_price.minus(old_price)?;
        let mut sum = self.months_line(Some(add_on), more, self.months_left())?;
        sum.formula = "({new_price} − {old_price}) × {months} × (100 − {discount_percent}) ÷ 100";
        sum.inputs.retain(|input| input.name != "monthly_price");
        sum.about(Input::amount("new_price", new_price))
            .about(Input::amount("old_price", old_price))
            .line(LineKind::AddOnRepricing, derivations)
    }

    /// The line of an add-on that is new in the subscription.
    pub(super) fn new_add_on_line(
        &self,
        add_on: &'a AddOn,
        price: Exact,
        derivations: Derivations,
    ) -> Result<Line, OutOfRange> {
        self.months_line(Some(add_on), price, self.months_left())?
            .line(LineKind::AddOnProration, derivations)
    }

    pub(super) fn add_ons(&self, subscription: &Subscription) -> Result<Vec<&'a AddOn>, Refusal> {
        let list = self.list;
        let add_ons = subscription.add_ons.iter();
        add_ons.map(|id| list.known_add_on(id)).collect()
    }

    fn months_left(&self) -> u32 {
        self.term.months_left(self.day)
    }

    fn months_line(
        &self,
        add_on: Option<&'a AddOn>,
        monthly: Exact,
        months: u32,
    ) -> Result<Sum<'a>, OutOfRange> {
        Ok(Sum {
            account: *self,
            add_on,
            formula: MONTHS_LESS_DISCOUNT,
            inputs: alloc::vec![
                Input::amount("monthly_price", monthly),
                Input::factor("months", Exact::whole(u64::from(months))),
                Input::percent("discount_percent", self.list.annual.discount_percent),
            ],
            unrounded: price_of_months(monthly, months, &self.list.annual)?,
        })
    }

    /// The new annual price less the charge for the old one, both as rounded on their invoices.
    fn instead_of_paid(&self, old: &Tier, new: &Tier) -> Result<Sum<'a>, OutOfRange> {
        let settled = |tier: &Tier| -> Result<Exact, OutOfRange> {
            let annual = price_of_months(tier.monthly, self.term.months(), &self.list.annual)?;
            Ok(annual.settle(self.list.currency)?.exact())
        };
        let (annual, paid) = (settled(new)?, settled(old)?);
        Ok(Sum {
            account: *self,
            add_on: None,
            formula: "{annual_price} − {paid}",
            inputs: alloc::vec![
                Input::amount("annual_price", annual),
                Input::amount("paid", paid),
            ],
            unrounded: annual.minus(paid)?,
        })
    }
}

/// An amount with its formula, before it becomes a line.
struct Sum<'a> {
    account: AnnualAccount<'a>,
    add_on: Option<&'a AddOn>,
    formula: &'static str,
    inputs: Vec<Input>,
    unrounded: Exact,
}

impl Sum<'_> {
    fn about(mut self, input: Input) -> Self {
        self.inputs.push(input);
        self
    }

    fn line(self, kind: LineKind, derivations: Derivations) -> Result<Line, OutOfRange> {
        let entry = PendingLine {
            kind,
            add_on: self.add_on,
            unrounded: self.unrounded,
        };
        let derivation = derivations.note(|| Derivation {
            rule: "R9".into(),
            formula: self.formula.into(),
            inputs: self.inputs,
            unrounded: self.unrounded,
        });
        entry.line(self.account.list.currency, derivation)
    }
}
