//! Sales abroad: no tax is computed, and some invoices state the reason (SPEC R16).

use alloc::collections::BTreeMap;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

/// The wording that the law requires when the customer accounts for the tax.
pub const REVERSE_CHARGE: &str = "Reverse charge: VAT to be accounted for by the recipient";

/// The member states of the European Union, whose businesses account for the tax themselves.
const MEMBER_STATES: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// A country, by its two-letter ISO 3166 code. Whether the country exists is not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode([u8; 2]);

/// The text is not two capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoCountry;

impl fmt::Display for NoCountry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a country code has two capital letters")
    }
}

impl core::error::Error for NoCountry {}

impl CountryCode {
    /// Parses two capital letters.
    ///
    /// ```
    /// # use billing::pricing::tax::CountryCode;
    /// assert!(CountryCode::parse("DE").is_ok());
    /// assert!(["", "D", "de", "DEU", "D1"].iter().all(|bad| CountryCode::parse(bad).is_err()));
    /// ```
    pub fn parse(text: &str) -> Result<Self, NoCountry> {
        let letters: [u8; 2] = text.as_bytes().try_into().map_err(|_| NoCountry)?;
        let capital = letters.iter().all(u8::is_ascii_uppercase);
        capital.then_some(Self(letters)).ok_or(NoCountry)
    }

    /// The two-letter code.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl TryFrom<String> for CountryCode {
    type Error = NoCountry;
    fn try_from(text: String) -> Result<Self, NoCountry> {
        Self::parse(&text)
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        Self::from(code.as_str())
    }
}

/// The text on an invoice to a country, in addition to the tax number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CountryRule {
    /// Prints `wording` if the customer has a tax number.
    ReverseCharge {
        /// The text to print.
        wording: String,
    },
}

/// The countries that have a rule. There is none by default (SPEC R16).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CountryRules(BTreeMap<CountryCode, CountryRule>);

impl CountryRules {
    /// Reverse charge for each member state of the European Union except the supplier's own.
    pub fn european_union(supplier: CountryCode) -> Self {
        let wording = String::from(REVERSE_CHARGE);
        MEMBER_STATES
            .into_iter()
            .filter_map(|state| CountryCode::parse(state).ok())
            .filter(|state| *state != supplier)
            .fold(Self::default(), |rules, state| {
                let wording = wording.clone();
                rules.with(state, CountryRule::ReverseCharge { wording })
            })
    }

    /// Adds a rule, or replaces the country's earlier one.
    pub fn with(mut self, country: CountryCode, rule: CountryRule) -> Self {
        self.0.insert(country, rule);
        self
    }

    /// The wording for an invoice to a customer, given the tax number if there is one.
    ///
    /// **Rule.** When the country's rule is reverse charge and the customer is a business, as the tax
    /// number shows, no tax is computed and the invoice says so.
    /// **Source.** SPEC R16.
    /// **Silent on** private customers abroad: no tax is computed for them either, see A80.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::pricing::tax::{CountryCode, CountryRules, REVERSE_CHARGE};
    /// let country = |code| CountryCode::parse(code).unwrap();
    /// let rules = CountryRules::european_union(country("IE"));
    /// assert_eq!(rules.wording(country("DE"), Some("DE136695976")), Some(REVERSE_CHARGE));
    /// assert_eq!(rules.wording(country("DE"), None), None);
    /// assert_eq!(rules.wording(country("US"), Some("12-3456789")), None);
    /// assert_eq!(CountryRules::default().wording(country("DE"), Some("DE136695976")), None);
    /// ```
    pub fn wording(&self, country: CountryCode, tax_number: Option<&str>) -> Option<&str> {
        tax_number.filter(|number| !number.trim().is_empty())?;
        match self.0.get(&country)? {
            CountryRule::ReverseCharge { wording } => Some(wording),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> CountryCode {
        CountryCode::parse(code).unwrap()
    }

    #[test]
    fn a_country_is_sent_as_its_letters_or_refused_in_words() {
        let sent = serde_json::to_string(&country("DE")).unwrap();
        assert_eq!(sent, "\"DE\"");
        assert_eq!(
            serde_json::from_str::<CountryCode>(&sent).unwrap(),
            country("DE")
        );
        let refused = serde_json::from_str::<CountryCode>("\"de\"").unwrap_err();
        let words = alloc::string::ToString::to_string(&refused);
        assert!(
            words.starts_with("a country code has two capital letters"),
            "{words}"
        );
    }

    #[test]
    fn covers_every_member_state_but_the_suppliers_own() {
        let rules = CountryRules::european_union(country("IE"));
        let check = |code, charged| {
            let wording = rules.wording(country(code), Some("1"));
            assert_eq!(wording.is_some(), charged, "{code}");
        };
        for state in MEMBER_STATES {
            check(state, state != "IE");
        }
        for other in ["GB", "CH", "NO", "IN", "US", "EU"] {
            check(other, false);
        }
        assert_eq!(rules.wording(country("DE"), Some(" ")), None);
    }

    #[test]
    fn a_rule_replaces_the_one_before_and_is_stored_as_data() {
        let wording = String::from("Steuerschuldnerschaft des Leistungsempfängers");
        let rules = CountryRules::european_union(country("IE")).with(
            country("DE"),
            CountryRule::ReverseCharge {
                wording: wording.clone(),
            },
        );
        assert_eq!(
            rules.wording(country("DE"), Some("1")),
            Some(wording.as_str())
        );
        let text = serde_json::to_string(&rules).unwrap();
        assert_eq!(serde_json::from_str::<CountryRules>(&text).unwrap(), rules);
        assert!(serde_json::from_str::<CountryRules>(r#"{"de":{}}"#).is_err());
    }
}
