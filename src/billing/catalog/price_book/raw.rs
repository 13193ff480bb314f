//! The JSON of a price book, field by field, before it is checked.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer};

use super::Partial;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBook {
    pub(super) id: String,
    pub(super) version: u32,
    pub(super) effective_from: String,
    pub(super) plan: String,
    pub(super) data_points_per_mau: u64,
    pub(super) alert_percents: Vec<u64>,
    pub(super) lock_percent: u64,
    /// Versions from before this field existed have the terms of the documents.
    pub(super) annual: Option<RawAnnual>,
    pub(super) lists: Vec<RawList>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAnnual {
    pub(super) months: u32,
    pub(super) discount_percent: String,
    pub(super) soft_lock_percent: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawList {
    pub(super) currency: String,
    pub(super) exponent: u8,
    pub(super) tiers: Vec<RawTier>,
    pub(super) overage: RawOverage,
    pub(super) add_ons: Vec<RawAddOn>,
    pub(super) tax: Option<RawTax>,
    /// Versions from before [`RawTax`] use this field: a rate of `gst_india`, or `null` for `none`.
    #[serde(default, deserialize_with = "given")]
    pub(super) gst_percent: Option<Option<String>>,
}

#[derive(Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum RawTax {
    None {},
    GstIndia { rate_percent: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTier {
    pub(super) limit: u64,
    pub(super) monthly: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOverage {
    pub(super) unit_size: u64,
    pub(super) unit_price: String,
    pub(super) multiplier: String,
    pub(super) partial: Partial,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAddOn {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) category: String,
    pub(super) price: RawPrice,
    pub(super) surcharge_percent: String,
    pub(super) included: Option<RawIncluded>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIncluded {
    pub(super) a_month: u64,
    pub(super) extra_price: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawPrice {
    Flat(String),
    Percent(String),
    FixedAndPercent(RawMixed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMixed {
    pub(super) fixed: String,
    pub(super) percent: String,
}

/// Returns `Some` for a field that is present, even as `null`; `None` means that it is absent.
fn given<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(field).map(Some)
}
