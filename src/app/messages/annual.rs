//! What is said of paying by the year.

/// Paying by the year, on every screen.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct AnnualText {
    pub begins: &'static str,
    pub begins_detail: &'static str,
    pub ends: &'static str,
    pub ends_detail: &'static str,
    pub why_year: &'static str,
    pub why_months: &'static str,
    pub why_always: &'static str,
}
