//! The choice on Change Plan, as the address has it.

use std::fmt::Write as _;

use billing::BillingFrequency;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// A tier, by its MAU limit.
    Tier(u64),
    /// A tier, and another billing frequency.
    Billed(u64, BillingFrequency),
    /// Enterprise, for usage above the largest tier.
    Enterprise,
}

const FREQUENCIES: [(BillingFrequency, &str); 2] = [
    (BillingFrequency::Monthly, "monthly"),
    (BillingFrequency::Annual, "annual"),
];

impl Choice {
    /// The tier; `None` for Enterprise.
    pub const fn tier(self) -> Option<u64> {
        match self {
            Self::Tier(limit) | Self::Billed(limit, _) => Some(limit),
            Self::Enterprise => None,
        }
    }

    /// The other billing frequency, if one is chosen.
    pub const fn frequency(self) -> Option<BillingFrequency> {
        match self {
            Self::Billed(_, frequency) => Some(frequency),
            Self::Tier(_) | Self::Enterprise => None,
        }
    }

    pub(super) fn parse(query: &str) -> Option<Self> {
        let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name));
        let frequency = value("frequency=").and_then(|word| {
            let mut all = FREQUENCIES.iter();
            all.find(|(_, name)| *name == word)
                .map(|(frequency, _)| *frequency)
        });
        match (value("tier=")?, frequency) {
            ("enterprise", _) => Some(Self::Enterprise),
            (digits, None) => digits.parse().ok().map(Self::Tier),
            (digits, Some(frequency)) => {
                let limit = digits.parse().ok()?;
                Some(Self::Billed(limit, frequency))
            }
        }
    }

    pub(super) fn write(self, path: &mut String) {
        let _ = match self.tier() {
            Some(limit) => write!(path, "?tier={limit}"),
            None => write!(path, "?tier=enterprise"),
        };
        let mut all = FREQUENCIES.iter();
        let chosen = all.find(|(frequency, _)| self.frequency() == Some(*frequency));
        if let Some((_, name)) = chosen {
            path.push_str("&frequency=");
            path.push_str(name);
        }
    }
}
