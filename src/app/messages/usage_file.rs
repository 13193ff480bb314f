//! What is said of files of usage, and of the examples of what usage costs.

/// Files of usage, and examples.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct UsageFileText {
    pub download: &'static str,
    pub title: &'static str,
    pub text: &'static str,
    pub columns: &'static str,
    pub choose: &'static str,
    pub sending: &'static str,
    pub checking: &'static str,
    pub ready: &'static str,
    pub added: &'static str,
    pub added_detail: &'static str,
    pub corrected: &'static str,
    pub corrected_detail: &'static str,
    pub unchanged: &'static str,
    pub unchanged_detail: &'static str,
    pub users: &'static str,
    pub users_detail: &'static str,
    pub apply: &'static str,
    pub discard: &'static str,
    pub refused: &'static str,
    pub more: &'static str,
    pub done: &'static str,
    pub done_detail: &'static str,
    pub calculator: &'static str,
    pub calculator_text: &'static str,
    pub example_users: &'static str,
    pub example_add_on: &'static str,
    pub example_none: &'static str,
    pub example_base: &'static str,
    pub example_overage: &'static str,
    pub example_total: &'static str,
}
