//! Whether an account may be ordered to change (SPEC R5 to R9).

use super::PricedAccount;
use crate::pricing::billing_cycle::{BillingCycle, BillingFrequency};
use crate::pricing::change::{PlanChange, Refusal};
use crate::pricing::subscription::Subscription;

impl PricedAccount<'_> {
    /// The subscription after an order that is accepted and paid.
    ///
    /// **Rule.** The price list has what the order names, and the subscription allows it. A year can be
    /// chosen when it is offered, and not in trial.
    /// **Source.** SPEC R9, 2.3, 4.2; A94, A150.
    /// **Silent on** a year that is chosen in trial: the first invoice is for the rest of a month, so a year
    /// can be chosen only after it, see A151. On a year that is scheduled and not offered any more: it
    /// stays scheduled.
    ///
    /// # Errors
    /// Fails when the price list lacks a tier or an add-on, the subscription has or lacks an add-on, or
    /// annual billing cannot be chosen.
    pub fn after(&self, change: &PlanChange) -> Result<Subscription, Refusal> {
        self.check_frequency(change.frequency)?;
        self.subscription.check(change, self.list)?;
        Ok(self.subscription.after(change, &self.cycle))
    }

    fn check_frequency(&self, wanted: Option<BillingFrequency>) -> Result<(), Refusal> {
        let begins_a_year = wanted == Some(BillingFrequency::Annual)
            && self.subscription.next_frequency(&self.cycle) == BillingFrequency::Monthly;
        match self.cycle {
            BillingCycle::Trial { .. } if begins_a_year => Err(Refusal::AnnualInTrial),
            BillingCycle::Monthly { .. } if begins_a_year && !self.annual_offered => {
                Err(Refusal::AnnualNotOffered)
            }
            BillingCycle::Trial { .. }
            | BillingCycle::Monthly { .. }
            | BillingCycle::Annual { .. } => Ok(()),
        }
    }
}
