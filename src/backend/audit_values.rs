//! The two sides of a change, as the activity log keeps them (SPEC R20): what `billing` says that a
//! plan or an add-on costs in advance.

use api::audit::AuditValue;
use api::invoice::Party;
use billing::plan_price::{add_on_price, plan_price};
use billing::{AddOnId, BillingFrequency, Money, PriceList, Subscription};
use chrono::{DateTime, Utc};

use crate::clock::billing_day;
use crate::error::Error;
use crate::invoicing::list;
use crate::store::payment_methods::PaymentMethod;
use crate::store::records::Change;
use crate::store::{Tx, annual_terms, organizations, price_books, subscriptions};

/// A plan and what it costs.
///
/// # Errors
/// A plan that the price list does not know.
pub fn plan(
    list: &PriceList,
    plan: &Subscription,
    frequency: BillingFrequency,
) -> Result<AuditValue, Error> {
    let price = plan_price(list, plan, frequency).map_err(Error::unexpected)?;
    Ok(AuditValue::Priced {
        tier: Some(plan.tier),
        price: price.to_string(),
        frequency,
    })
}

/// An add-on and what it costs on a tier.
///
/// # Errors
/// A tier or an add-on that the price list does not know.
pub fn add_on(
    list: &PriceList,
    priced: (u64, &AddOnId),
    frequency: BillingFrequency,
) -> Result<AuditValue, Error> {
    let price = add_on_price(list, priced, frequency).map_err(Error::unexpected)?;
    Ok(AuditValue::Priced {
        tier: None,
        price: price.to_string(),
        frequency,
    })
}

/// An add-on by its name.
pub fn add_on_name(list: &PriceList, id: &AddOnId) -> String {
    let name = list.add_on(id.as_str()).map(|add_on| add_on.name.as_str());
    name.unwrap_or(id.as_str()).to_owned()
}

/// What the plan in force costs, and that nothing is charged: the sides of a pause, of a trial's
/// end and of the account's.
#[derive(Debug)]
pub struct Charging {
    plan: AuditValue,
    nothing: AuditValue,
}

impl Charging {
    /// Reads both.
    ///
    /// # Errors
    /// An organization that is not stored in full.
    pub async fn of(tx: &mut Tx, id: &str, now: DateTime<Utc>) -> Result<Self, Error> {
        let organization = organizations::find(tx, id).await?;
        let book = price_books::find(tx, &organization.book).await?;
        let list = list(&book.book, &organization)?;
        let stored = subscriptions::find(tx, id).await?;
        let day = billing_day(now, organization.zone_offset_minutes);
        let frequency = BillingFrequency::within(annual_terms::on(tx, id, day).await?);
        Ok(Self {
            plan: plan(list, &stored.subscription, frequency)?,
            nothing: AuditValue::Priced {
                tier: None,
                price: Money::zero(list.currency).to_string(),
                frequency,
            },
        })
    }

    /// It is charged from now on.
    pub fn begins(self) -> Change {
        Change::of(self.nothing, self.plan)
    }

    /// It is charged no longer.
    pub fn stops(self) -> Change {
        Change::of(self.plan, self.nothing)
    }
}

/// What is to be paid of an invoice has been paid.
pub fn paid(amount: Money) -> Change {
    let nothing = Money::zero(amount.currency());
    Change::of(
        AuditValue::Open(amount.to_string()),
        AuditValue::Open(nothing.to_string()),
    )
}

/// A card by its name.
pub fn card(method: &PaymentMethod) -> AuditValue {
    let (brand, last4) = (&method.brand, &method.last4);
    AuditValue::Named(format!("{brand} ending {last4}"))
}

/// Who invoices are made out to, in a line.
pub fn party(party: &Party) -> AuditValue {
    let Party {
        name,
        address,
        tax_number,
    } = party;
    let parts = std::iter::once(name).chain(address).chain(tax_number);
    let parts: Vec<_> = parts.map(String::as_str).collect();
    AuditValue::Named(parts.join(", "))
}
