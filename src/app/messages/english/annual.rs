//! Paying by the year, in English.

use crate::messages::AnnualText;

/// The year.
pub(super) const ANNUAL: AnnualText = AnnualText {
    begins: "Billed by the year from {0}",
    begins_detail: "Until then every month is billed. Asked for by {0} on {1}.",
    ends: "Billed by the month from {0}",
    ends_detail: "The year that is paid for goes on until then. Asked for by {0} on {1}.",
    why_year: "A year is billed in advance.",
    why_months: "The year ends, and months are billed again.",
    why_always: "The year is paid for; what {0} uses beyond its allowance is settled on the next 1st.",
};
