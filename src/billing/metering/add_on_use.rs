//! The counted use of add-ons in a month, such as e-mails (SPEC 2.4).

use alloc::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::price_book::{AddOnId, Included};

/// The month's use of each add-on since it is charged. Use during a trial is excluded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddOnUse(pub BTreeMap<AddOnId, Used>);

/// The month's use of one add-on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Used {
    /// The uses of the month that are charged or included.
    pub used: u64,
    /// How many of those the invoice of a pause has already settled.
    pub settled: u64,
}

impl AddOnUse {
    /// No use of any add-on.
    pub const NONE: &'static Self = &Self(BTreeMap::new());

    /// The use of one add-on; 0 when none is recorded.
    pub fn of(&self, id: &AddOnId) -> Used {
        self.0.get(id).copied().unwrap_or_default()
    }
}

impl Used {
    /// The uses that are charged: those above the number that the month includes.
    ///
    /// **Rule.** A month includes its number once. Uses that a pause has settled are not charged again; the
    /// included uses that were left at the pause are available for the rest of the month.
    /// **Source.** SPEC 2.4 (CleverTap Email), R13.
    /// **Silent on** months that begin late, and on pauses: see A202.
    ///
    /// # Worked examples
    ///
    /// 110,000 e-mails with 100,000 included: 10,000. A pause after 60,000 of them: 10,000 all the same.
    /// A pause after 105,000, which settled 5,000: 5,000.
    ///
    /// ```
    /// # use billing::{Exact, metering::add_on_use::Used, catalog::price_book::Included};
    /// # use rust_decimal::dec;
    /// let emails = Included { a_month: 100_000, extra_price: Exact::new(dec!(0.0005)) };
    /// let extra = |used, settled| Used { used, settled }.extra(&emails);
    /// assert_eq!((extra(110_000, 0), extra(100_000, 0)), (10_000, 0));
    /// assert_eq!((extra(110_000, 60_000), extra(110_000, 105_000)), (10_000, 5_000));
    /// ```
    pub fn extra(self, included: &Included) -> u64 {
        self.used.saturating_sub(included.a_month.max(self.settled))
    }
}
