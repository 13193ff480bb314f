//! Tax schemes: how a price list is taxed (SPEC R16).

use core::fmt;

use super::TaxPlaces;
use crate::catalog::price_book::TaxScheme;
use crate::money::Exact;

/// A tax scheme together with the facts about the organization that it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppliedTax {
    /// No tax is computed.
    None,
    /// Goods and services tax between two states, or within one.
    GstIndia {
        /// The rate in percent.
        rate_percent: Exact,
        /// The states that the supply comes from and goes to.
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
    /// The scheme as applied to an organization.
    ///
    /// **Rule.** `none` needs no facts about an organization, `gst_india` needs both states. Without them
    /// nothing is priced.
    /// **Source.** SPEC R16.
    ///
    /// # Worked example
    ///
    /// ```
    /// # use billing::{Exact, pricing::tax::{AppliedTax, NoPlaces, StateCode, TaxPlaces}};
    /// # use billing::catalog::price_book::TaxScheme;
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
