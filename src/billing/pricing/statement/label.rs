//! The numbers in the name of a line.

use super::{Line, LineKind};

/// The numbers in the name of a line. Screens and mails put them into the same words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelNumbers {
    /// The name has no numbers, or the line has no derivation that tells them.
    None,
    /// The tier, by its limit in users.
    Tier(u64),
    /// The tiers before and after an upgrade, by their limits in users.
    Tiers {
        /// The tier before it.
        from: u64,
        /// The tier after it.
        to: u64,
    },
    /// The months of an annual term that the line charges.
    Months(u64),
    /// The users above the limit.
    Users(u64),
}

impl Line {
    /// The numbers in the name of the line.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::{BillingCycle, BillingPeriod, Derivations, PlanChange, PriceBook, PricedAccount};
    /// # use billing::{Subscription, catalog::price_book::ESSENTIALS, metering::usage::Metered, quote};
    /// # use billing::pricing::{statement::LabelNumbers, subscription::Scheduled};
    /// # let book = PriceBook::parse(ESSENTIALS).unwrap();
    /// # let day = "2025-06-20".parse().unwrap();
    /// # let subscription = Subscription {
    /// #     tier: 20_000,
    /// #     add_ons: Default::default(),
    /// #     scheduled: Scheduled::default(),
    /// # };
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
    /// let upgrade = quote(&account, &PlanChange::to_tier(40_000), Derivations::Included).unwrap();
    /// let tiers = LabelNumbers::Tiers { from: 20_000, to: 40_000 };
    /// assert_eq!(upgrade.due_now.lines[0].label_numbers(), tiers);
    /// assert_eq!(upgrade.overage.lines[0].label_numbers(), LabelNumbers::Users(2_000));
    /// ```
    pub fn label_numbers(&self) -> LabelNumbers {
        let number = |name: &str| {
            let value = self.derivation.as_ref()?.input(name)?;
            u64::try_from(value.decimal()?).ok()
        };
        let numbers = match (self.kind, number("months")) {
            (LineKind::TierProration, _) => number("old_tier")
                .zip(number("new_tier"))
                .map(|(from, to)| LabelNumbers::Tiers { from, to }),
            (_, Some(months)) => Some(LabelNumbers::Months(months)),
            (LineKind::Base, None) => number("tier").map(LabelNumbers::Tier),
            (LineKind::MauOverage, None) => number("overage_mau").map(LabelNumbers::Users),
            (
                LineKind::AddOn
                | LineKind::AddOnRepricing
                | LineKind::AddOnProration
                | LineKind::AddOnOverage
                | LineKind::AddOnUse,
                None,
            ) => None,
        };
        numbers.unwrap_or(LabelNumbers::None)
    }
}
