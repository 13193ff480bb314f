//! How a price list taxes what it sells (SPEC R16).

use core::fmt;

use super::TaxPlaces;
use crate::money::Exact;

/// How a price list taxes what it sells. Each list names its scheme; a scheme that needs to know
/// more of an organization than is known refuses it, and never charges without tax in silence.
///
/// A further scheme, such as `vat`, is a variant here and an [`AppliedTax`] of its own: the compiler
/// then asks for its amounts wherever a statement is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxScheme {
    /// No tax is computed: `none`.
    None,
    /// Goods and services tax by place of supply: `gst_india`.
    GstIndia {
        /// The rate in percent, such as 18.
        rate_percent: Exact,
    },
}

/// A tax scheme with all that it needs of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppliedTax {
    /// No tax is computed.
    None,
    /// Goods and services tax between two states, or within one.
    GstIndia {
        /// The rate in percent.
        rate_percent: Exact,
        /// Where the supply comes from and where it goes to.
        places: TaxPlaces,
    },
}

/// The scheme taxes by place of supply, and the organization's states are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPlaces;

impl fmt::Display for NoPlaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "these prices are taxed by place of supply, and the state of the supplier or of the \
             customer is not known",
        )
    }
}

impl core::error::Error for NoPlaces {}

impl TaxScheme {
    /// The scheme as it applies to an organization.
    ///
    /// **Rule.** `none` needs nothing of an organization, `gst_india` both states. Without them
    /// nothing is priced.
    /// **Source.** SPEC R16.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::{Exact, tax::{AppliedTax, NoPlaces, StateCode, TaxPlaces, TaxScheme}};
    /// let gst = TaxScheme::GstIndia { rate_percent: Exact::whole(18) };
    /// let (supplier, customer) = (StateCode::MAHARASHTRA, StateCode::parse("29").unwrap());
    /// assert!(gst.of(Some(TaxPlaces { supplier, customer })).is_ok());
    /// assert_eq!(gst.of(None), Err(NoPlaces));
    /// assert_eq!(TaxScheme::None.of(None), Ok(AppliedTax::None));
    /// ```
    pub fn of(self, places: Option<TaxPlaces>) -> Result<AppliedTax, NoPlaces> {
        match (self, places) {
            (Self::None, _) => Ok(AppliedTax::None),
            (Self::GstIndia { rate_percent }, Some(places)) => Ok(AppliedTax::GstIndia {
                rate_percent,
                places,
            }),
            (Self::GstIndia { .. }, None) => Err(NoPlaces),
        }
    }
}
