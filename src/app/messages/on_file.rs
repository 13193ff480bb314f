//! Texts of the sandbox's payment method and billing details.

#[derive(Debug)]
#[allow(missing_docs)]
pub struct OnFileText {
    pub card: &'static str,
    pub card_text: &'static str,
    pub cards: [&'static str; 4],
    pub card_saved: &'static str,
    pub card_action: &'static str,
    pub details_text: &'static str,
    pub name: &'static str,
    pub address: &'static str,
    pub address_hint: &'static str,
    pub tax_number: &'static str,
    pub tax_hint: &'static str,
    pub details_saved: &'static str,
    pub details_action: &'static str,
    pub not_saved: &'static str,
    pub kept: &'static str,
    pub still_method: &'static str,
    pub still_details: &'static str,
}
