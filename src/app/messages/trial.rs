//! Texts about a trial.

#[derive(Debug)]
#[allow(missing_docs)]
pub struct TrialText {
    pub title: &'static str,
    pub title_last: &'static str,
    pub title_ended: &'static str,
    pub until: &'static str,
    pub free: &'static str,
    pub complete: &'static str,
    pub locks: &'static str,
    pub locked: &'static str,
    pub expired: &'static str,
    pub on_file: &'static str,
    pub missing: &'static str,
    pub there: &'static str,
    pub payment_method: &'static str,
    pub add_payment_method: &'static str,
    pub billing_details: &'static str,
    pub add_billing_details: &'static str,
    pub clone: &'static str,
    pub demo_project: &'static str,
    pub free_until: &'static str,
    pub first: &'static str,
    pub first_on: &'static str,
    pub first_note: &'static str,
}
