//! The price of a plan, monthly or annual: the amount before and after a change of the plan.

use crate::catalog::price_book::{AddOnId, PriceList};
use crate::money::{Exact, Money, OutOfRange};
use crate::pricing::annual::price_of_months;
use crate::pricing::billing_cycle::BillingFrequency;
use crate::pricing::change::Refusal;
use crate::pricing::priced_account::PricedPlan;
use crate::pricing::subscription::Subscription;

/// The price of a month or of a year in advance: the tier and its add-ons, before tax.
///
/// **Rule.** The sum of the lines that a month change, or the invoice of a year, would have; each
/// line is rounded by itself.
/// **Source.** SPEC R15, step 4; R9; R1.
///
/// # Worked example
///
/// 20,000 users with an add-on of $20: $270.00 a month; a year 2,100.00 and 168.00.
///
/// ```
/// # use billing::{AddOnId, BillingFrequency, PriceBook, Subscription};
/// # use billing::pricing::{plan_price::plan_price, subscription::Scheduled};
/// # use billing::catalog::price_book::ESSENTIALS;
/// let book = PriceBook::parse(ESSENTIALS).unwrap();
/// let plan = Subscription {
///     tier: 20_000,
///     add_ons: [AddOnId::new("cloud-export")].into(),
///     scheduled: Scheduled::default(),
/// };
/// let price = |frequency| plan_price(book.list(billing::CurrencyCode::USD).unwrap(), &plan, frequency).unwrap();
/// assert_eq!(price(BillingFrequency::Monthly).to_string(), "270.00");
/// assert_eq!(price(BillingFrequency::Annual).to_string(), "2268.00");
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier or an add-on, or an amount overflows.
pub fn plan_price(
    list: &PriceList,
    plan: &Subscription,
    frequency: BillingFrequency,
) -> Result<Money, Refusal> {
    let plan = PricedPlan::of(list, plan)?;
    let mut sum = in_advance(list, plan.tier.monthly, frequency)?;
    for add_on in &plan.add_ons {
        sum = sum.plus(in_advance(list, add_on.monthly, frequency)?)?;
    }
    Ok(sum)
}

/// The price of one add-on on a tier, for a month or for a year in advance, before tax.
///
/// **Source.** SPEC 2.4, R9.
///
/// # Worked example
///
/// ```
/// # use billing::{AddOnId, BillingFrequency, PriceBook};
/// # use billing::{pricing::plan_price::add_on_price, catalog::price_book::ESSENTIALS_2025};
/// let book = PriceBook::parse(ESSENTIALS_2025).unwrap();
/// let (list, export) = (book.list(billing::CurrencyCode::USD).unwrap(), AddOnId::new("cloud-export"));
/// let price = |frequency| add_on_price(list, 20_000, &export, frequency).unwrap();
/// assert_eq!(price(BillingFrequency::Monthly).to_string(), "25.00");
/// assert_eq!(price(BillingFrequency::Annual).to_string(), "210.00");
/// ```
///
/// # Errors
/// Fails when the price list lacks the tier or the add-on, or the amount overflows.
pub fn add_on_price(
    list: &PriceList,
    tier: u64,
    add_on: &AddOnId,
    frequency: BillingFrequency,
) -> Result<Money, Refusal> {
    let monthly = list
        .known_add_on(add_on)?
        .price
        .on(list.known_tier(tier)?)?;
    Ok(in_advance(list, monthly, frequency)?)
}

fn in_advance(
    list: &PriceList,
    monthly: Exact,
    frequency: BillingFrequency,
) -> Result<Money, OutOfRange> {
    let unrounded = match frequency {
        BillingFrequency::Monthly => monthly,
        BillingFrequency::Annual => price_of_months(monthly, list.annual.months, &list.annual)?,
    };
    unrounded.settle(list.currency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CurrencyCode;
    use crate::catalog::price_book::{ESSENTIALS, PriceBook};

    #[test]
    fn a_year_costs_what_the_price_list_says() {
        let book = PriceBook::parse(ESSENTIALS).unwrap();
        let mut list = book.list(CurrencyCode::USD).unwrap().clone();
        list.annual.discount_percent = Exact::whole(10);
        let export = AddOnId::new("cloud-export");
        let price = add_on_price(&list, 20_000, &export, BillingFrequency::Annual);
        assert_eq!(price.unwrap().to_string(), "216.00");
    }
}
