//! Texts of the audit log.

use api::audit::{Action, Section};

/// The audit log, as a page and as a card of other pages.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct AuditText {
    pub title: &'static str,
    pub card: &'static str,
    pub all: &'static str,
    pub loading: &'static str,
    pub none: &'static str,
    pub empty: &'static str,
    pub empty_text: &'static str,
    pub everything: &'static str,
    pub section_label: &'static str,
    pub shown: &'static str,
    pub older: &'static str,
    pub download: &'static str,
    pub when: &'static str,
    pub what: &'static str,
    pub change: &'static str,
    pub who: &'static str,
    pub by_itself: &'static str,
    pub operator: &'static str,
    pub to: &'static str,
    pub nothing: &'static str,
    pub plan: &'static str,
    pub monthly: &'static str,
    pub yearly: &'static str,
    pub open: &'static str,
    pub section: fn(Section) -> &'static str,
    pub action: fn(Action) -> &'static str,
}
