//! The countries whose VAT numbers are parsed, and the formats of their numbers.

use serde::{Deserialize, Serialize};

/// A country with VAT numbers: the members of the Union, Northern Ireland, and three neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each is the country of its name
pub enum VatCountry {
    Austria,
    Belgium,
    Bulgaria,
    Croatia,
    Cyprus,
    Czechia,
    Denmark,
    Estonia,
    Finland,
    France,
    Germany,
    Greece,
    Hungary,
    Ireland,
    Italy,
    Latvia,
    Lithuania,
    Luxembourg,
    Malta,
    Netherlands,
    Poland,
    Portugal,
    Romania,
    Slovakia,
    Slovenia,
    Spain,
    Sweden,
    NorthernIreland,
    GreatBritain,
    Norway,
    Switzerland,
}

impl VatCountry {
    /// Every country, the members of the Union first.
    pub const ALL: [Self; 31] = [
        Self::Austria,
        Self::Belgium,
        Self::Bulgaria,
        Self::Croatia,
        Self::Cyprus,
        Self::Czechia,
        Self::Denmark,
        Self::Estonia,
        Self::Finland,
        Self::France,
        Self::Germany,
        Self::Greece,
        Self::Hungary,
        Self::Ireland,
        Self::Italy,
        Self::Latvia,
        Self::Lithuania,
        Self::Luxembourg,
        Self::Malta,
        Self::Netherlands,
        Self::Poland,
        Self::Portugal,
        Self::Romania,
        Self::Slovakia,
        Self::Slovenia,
        Self::Spain,
        Self::Sweden,
        Self::NorthernIreland,
        Self::GreatBritain,
        Self::Norway,
        Self::Switzerland,
    ];

    /// The country of a postal address, by its two letters (ISO 3166, and XI). `None` for any other.
    ///
    /// ```
    /// use billing::people::identity::VatCountry;
    /// assert_eq!(VatCountry::from_code("gr"), Some(VatCountry::Greece));
    /// assert_eq!(VatCountry::from_code("US"), None);
    /// ```
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|country| {
            country
                .prefixes()
                .any(|prefix| prefix.eq_ignore_ascii_case(code))
        })
    }

    /// The two letters before a number of the country; EL for Greece.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Austria => "AT",
            Self::Belgium => "BE",
            Self::Bulgaria => "BG",
            Self::Croatia => "HR",
            Self::Cyprus => "CY",
            Self::Czechia => "CZ",
            Self::Denmark => "DK",
            Self::Estonia => "EE",
            Self::Finland => "FI",
            Self::France => "FR",
            Self::Germany => "DE",
            Self::Greece => "EL",
            Self::Hungary => "HU",
            Self::Ireland => "IE",
            Self::Italy => "IT",
            Self::Latvia => "LV",
            Self::Lithuania => "LT",
            Self::Luxembourg => "LU",
            Self::Malta => "MT",
            Self::Netherlands => "NL",
            Self::Poland => "PL",
            Self::Portugal => "PT",
            Self::Romania => "RO",
            Self::Slovakia => "SK",
            Self::Slovenia => "SI",
            Self::Spain => "ES",
            Self::Sweden => "SE",
            Self::NorthernIreland => "XI",
            Self::GreatBritain => "GB",
            Self::Norway => "NO",
            Self::Switzerland => "CH",
        }
    }

    /// The formats of its numbers: `9` is a digit, `a` a letter, `*` either, capitals are literal.
    pub const fn forms(self) -> &'static [&'static str] {
        match self {
            Self::Austria => &["U99999999"],
            Self::Belgium => &["0999999999", "1999999999"],
            Self::Bulgaria => &["999999999", "9999999999"],
            Self::Cyprus => &["99999999a"],
            Self::Czechia => &["99999999", "999999999", "9999999999"],
            Self::Croatia | Self::Italy | Self::Latvia => &["99999999999"],
            Self::Denmark
            | Self::Finland
            | Self::Hungary
            | Self::Luxembourg
            | Self::Malta
            | Self::Slovenia => &["99999999"],
            Self::Estonia | Self::Germany | Self::Greece | Self::Norway | Self::Portugal => {
                &["999999999"]
            }
            Self::France => &["**999999999"],
            Self::Ireland => &["9999999a", "9999999aa", "9a99999a"],
            Self::Lithuania => &["999999999", "999999999999"],
            Self::Netherlands => &["999999999B99"],
            Self::Poland | Self::Slovakia => &["9999999999"],
            Self::Romania => &[
                "99",
                "999",
                "9999",
                "99999",
                "999999",
                "9999999",
                "99999999",
                "999999999",
                "9999999999",
            ],
            Self::Spain => &["a9999999a", "99999999a", "a99999999"],
            Self::Sweden => &["999999999999"],
            Self::NorthernIreland | Self::GreatBritain => {
                &["999999999", "999999999999", "GD999", "HA999"]
            }
            Self::Switzerland => &["E999999999"],
        }
    }

    /// The letters in postal addresses, if they differ from those of the numbers.
    pub(super) const fn other_prefix(self) -> Option<&'static str> {
        if matches!(self, Self::Greece) {
            Some("GR")
        } else {
            None
        }
    }

    /// The prefixes that are accepted before a number.
    pub(super) fn prefixes(self) -> impl Iterator<Item = &'static str> {
        core::iter::once(self.prefix()).chain(self.other_prefix())
    }

    /// The number without the suffix that some countries add for the tax itself.
    pub(super) fn without_suffix(self, number: &str) -> &str {
        let suffixes: &[&str] = match self {
            Self::Switzerland => &["MWST", "TVA", "IVA"],
            Self::Norway => &["MVA"],
            _ => &[],
        };
        let mut without = suffixes
            .iter()
            .filter_map(|suffix| number.strip_suffix(suffix));
        without.next().unwrap_or(number)
    }
}
