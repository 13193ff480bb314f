//! The kind of an invoice, and its status (SPEC 4.8).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::period::BillingPeriod;

/// The reason for which an invoice was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceKind {
    /// The month change (SPEC R15).
    Scheduled,
    /// A higher tier, together with everything else in the order (SPEC R5).
    Upgrade,
    /// An order of add-ons without a higher tier (SPEC R7).
    AddOn,
    /// The rest of the month in which the trial ended (SPEC R8).
    TrialFirst,
    /// The rest of the month after a pause (SPEC R13).
    Reactivation,
    /// Overage accrued up to a pause or a cancellation (SPEC R13, R14).
    Final,
    /// An annual term in advance (SPEC R9).
    Annual,
    /// The correction of an earlier invoice.
    CreditNote,
}

impl InvoiceKind {
    /// All kinds, in the order of the variants.
    pub const ALL: [Self; 8] = [
        Self::Scheduled,
        Self::Upgrade,
        Self::AddOn,
        Self::TrialFirst,
        Self::Reactivation,
        Self::Final,
        Self::Annual,
        Self::CreditNote,
    ];

    /// The words on the invoice.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Upgrade => "Upgrade",
            Self::AddOn => "Add-on",
            Self::TrialFirst => "First month",
            Self::Reactivation => "Reactivation",
            Self::Final => "Final",
            Self::Annual => "Annual",
            Self::CreditNote => "Credit note",
        }
    }

    /// The month whose usage an invoice of this kind charges, by the day of its issue; `None` when usage
    /// is that of the invoice's own period, or not charged.
    ///
    /// **Rule.** The month change charges the coming month, or year, in advance, and the usage of the
    /// month that it closes in arrears.
    /// **Source.** SPEC R3, R9, R15.
    ///
    /// ```
    /// # use billing::{BillingPeriod, invoicing::invoice::InvoiceKind};
    /// let july = "2025-07-01".parse().unwrap();
    /// let june = BillingPeriod::of("2025-06-01".parse().unwrap());
    /// assert_eq!(InvoiceKind::Scheduled.usage_month(july), june);
    /// assert_eq!(InvoiceKind::Final.usage_month(july), None);
    /// ```
    pub fn usage_month(self, issued_on: NaiveDate) -> Option<BillingPeriod> {
        match self {
            Self::Scheduled | Self::Annual => BillingPeriod::of(issued_on.pred_opt()?),
            Self::Upgrade
            | Self::AddOn
            | Self::TrialFirst
            | Self::Reactivation
            | Self::Final
            | Self::CreditNote => None,
        }
    }

    /// Whether a failed payment of the invoice begins the grace period.
    ///
    /// **Rule.** An order takes effect when it is paid, so an unpaid order leaves no debt. What is
    /// charged without an order does.
    /// **Source.** SPEC R5, R12, A42.
    pub const fn begins_dunning(self) -> bool {
        match self {
            Self::Scheduled
            | Self::TrialFirst
            | Self::Reactivation
            | Self::Final
            | Self::Annual => true,
            Self::Upgrade | Self::AddOn | Self::CreditNote => false,
        }
    }
}

/// The status of an issued invoice. A draft is never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceStatus {
    /// The invoice is to be paid.
    Open,
    /// A payment is pending.
    Processing,
    /// The invoice is paid.
    Paid,
    /// A payment has failed, and none has succeeded since.
    Overdue,
    /// The invoice is no longer to be paid: credited in whole, or written off.
    Void,
}

impl InvoiceStatus {
    /// The word on the screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Processing => "Processing",
            Self::Paid => "Paid",
            Self::Overdue => "Overdue",
            Self::Void => "Void",
        }
    }
}

/// The result of the last attempt to collect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collecting {
    /// No attempt was made.
    NotTried,
    /// The attempt is pending, which is no failure (SPEC R12).
    Processing,
    /// The attempt has failed.
    Failed,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A42: what is due without an order begins dunning, and nothing else does.
    #[test]
    fn every_kind_has_its_word_and_its_consequence() {
        let check = |kind: InvoiceKind, word: &str, json: &str, dunning| {
            assert_eq!(kind.as_str(), word);
            assert_eq!(serde_json::to_string(&kind).unwrap(), json);
            assert_eq!(kind.begins_dunning(), dunning, "{word}");
        };
        let [
            scheduled,
            upgrade,
            add_on,
            first,
            back,
            last,
            annual,
            credit,
        ] = InvoiceKind::ALL;
        check(scheduled, "Scheduled", r#""scheduled""#, true);
        check(upgrade, "Upgrade", r#""upgrade""#, false);
        check(add_on, "Add-on", r#""add_on""#, false);
        check(first, "First month", r#""trial_first""#, true);
        check(back, "Reactivation", r#""reactivation""#, true);
        check(last, "Final", r#""final""#, true);
        check(annual, "Annual", r#""annual""#, true);
        check(credit, "Credit note", r#""credit_note""#, false);
    }

    #[test]
    fn every_status_has_its_word() {
        let check = |status: InvoiceStatus, word: &str| assert_eq!(status.as_str(), word);
        check(InvoiceStatus::Open, "Open");
        check(InvoiceStatus::Processing, "Processing");
        check(InvoiceStatus::Paid, "Paid");
        check(InvoiceStatus::Overdue, "Overdue");
        check(InvoiceStatus::Void, "Void");
    }
}
