//! The billing frequency that is scheduled for the next 1st after a reactivation (SPEC R13, R9).

use chrono::NaiveDate;

use super::BillingFrequency;
use crate::period::AnnualTerm;

/// The billing frequency that is scheduled after a reactivation.
///
/// `paused_in` is the term in which the pause began, `chosen` the frequency scheduled at that time.
///
/// **Rule.** A scheduled change stays scheduled. If the term has ended during the pause, the account is
/// charged monthly until the next 1st, on which the next term begins, as it would have without the
/// pause. If monthly billing had been chosen, it is now in force, and nothing is scheduled.
/// **Source.** SPEC R13, R9; A83, A88, A93.
/// **Silent on** a year that nobody has chosen again: it can be withdrawn until then, see A166.
///
/// # Worked example
///
/// Paused in December of a term to 1 January, back on 20 December: nothing has changed. Back on
/// 17 January: the next year begins on 1 February, unless monthly billing had been chosen.
///
/// ```
/// # use billing::BillingFrequency::{Annual, Monthly};
/// # use billing::{period::AnnualTerm, pricing::billing_cycle::scheduled_after_pause};
/// let term = AnnualTerm::new("2026-01-01".parse().unwrap(), 12).ok();
/// let scheduled = |term, chosen, day: &str| scheduled_after_pause(term, chosen, day.parse().unwrap());
/// assert_eq!(scheduled(term, None, "2026-12-20"), None);
/// assert_eq!(scheduled(term, Some(Monthly), "2026-12-20"), Some(Monthly));
/// assert_eq!(scheduled(term, None, "2027-01-17"), Some(Annual));
/// assert_eq!(scheduled(term, Some(Monthly), "2027-01-17"), None);
/// assert_eq!(scheduled(None, Some(Annual), "2027-01-17"), Some(Annual));
/// ```
pub fn scheduled_after_pause(
    paused_in: Option<AnnualTerm>,
    chosen: Option<BillingFrequency>,
    day: NaiveDate,
) -> Option<BillingFrequency> {
    let is_over = paused_in.is_some_and(|term| term.end() <= day);
    match chosen {
        _ if !is_over => chosen,
        Some(BillingFrequency::Monthly) => None,
        Some(BillingFrequency::Annual) | None => Some(BillingFrequency::Annual),
    }
}
