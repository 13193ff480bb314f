//! The values before and after a change, as the activity log keeps them (SPEC R20): what a plan or an
//! add-on costs in advance, as `billing` calculates it.

use api::audit::AuditValue;
use api::invoicing::invoice::Party;
use billing::account::reason::Reason;
use billing::pricing::plan_price::{add_on_price, plan_price};
use billing::{AddOnId, BillingFrequency, Money, OrganizationId, PriceList, Subscription};
use chrono::{DateTime, Utc};

use crate::foundation::clock::billing_day;
use crate::foundation::error::Error;
use crate::store::organizations::payment_methods::PaymentMethod;
use crate::store::records::AuditChange;
use crate::store::subscriptions::{self, annual_terms};
use crate::store::{Tx, organizations, price_books};

/// A plan and its price.
///
/// # Errors
/// Fails for a plan that the price list does not contain.
pub fn plan(
    list: &PriceList,
    plan: &Subscription,
    frequency: BillingFrequency,
) -> Result<AuditValue, Error> {
    let price = plan_price(list, plan, frequency).map_err(Error::unexpected)?;
    Ok(AuditValue::Priced {
        tier: Some(plan.tier),
        price,
        frequency,
    })
}

/// An add-on and its price on a tier.
///
/// # Errors
/// Fails for a tier or an add-on that the price list does not contain.
pub fn add_on(
    list: &PriceList,
    tier: u64,
    id: &AddOnId,
    frequency: BillingFrequency,
) -> Result<AuditValue, Error> {
    let price = add_on_price(list, tier, id, frequency).map_err(Error::unexpected)?;
    Ok(AuditValue::Priced {
        tier: None,
        price,
        frequency,
    })
}

/// The price of the plan in force, and the price zero: the two audit values of a pause, of the end of a
/// trial and of the end of the account.
#[derive(Debug)]
pub struct Charging {
    plan: AuditValue,
    nothing: AuditValue,
}

impl Charging {
    /// Reads the plan in force at an instant.
    pub async fn of(tx: &mut Tx, id: &OrganizationId, now: DateTime<Utc>) -> Result<Self, Error> {
        let organization = organizations::find(tx, id).await?;
        let book = price_books::find(tx, &organization.book).await?;
        let list = organization.price_list(&book.book)?;
        let stored = subscriptions::find(tx, id).await?;
        let day = billing_day(now, organization.zone_offset_minutes);
        let frequency = match annual_terms::on(tx, id, day).await? {
            Some(_) => BillingFrequency::Annual,
            None => BillingFrequency::Monthly,
        };
        Ok(Self {
            plan: plan(list, &stored.subscription, frequency)?,
            nothing: AuditValue::Priced {
                tier: None,
                price: Money::zero(list.currency),
                frequency,
            },
        })
    }

    /// Charging begins: from zero to the plan's price.
    pub fn begins(self) -> AuditChange {
        AuditChange::of(self.nothing, self.plan)
    }

    /// Charging stops: from the plan's price to zero.
    pub fn stops(self) -> AuditChange {
        AuditChange::of(self.plan, self.nothing)
    }
}

/// An invoice's open amount is paid: from that amount to zero.
pub fn paid(amount: Money) -> AuditChange {
    let nothing = Money::zero(amount.currency());
    AuditChange::of(AuditValue::Open(amount), AuditValue::Open(nothing))
}

/// A card by its brand and last four digits.
pub fn card(method: &PaymentMethod) -> AuditValue {
    let (brand, last4) = (&method.brand, &method.last4);
    AuditValue::Named(format!("{brand} ending {last4}"))
}

/// The name, address and tax number on invoices, in one line.
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

/// A reason in words.
pub(crate) fn because(reason: &Reason) -> String {
    let word = match reason {
        Reason::TooExpensive => "it is too expensive",
        Reason::MissingFeature => "something is missing",
        Reason::SwitchingProduct => "another product takes over",
        Reason::LowUsage => "it is hardly used",
        Reason::TemporaryProject => "it was for a temporary project",
        Reason::Other(words) => words.trim(),
    };
    word.to_owned()
}
