//! The entries of the palette, and which of them match the typed words.

use billing::invoicing::invoice::InvoiceNumber;

use crate::browser::theme::Theme;
use crate::routing::route::Page;

/// What an entry does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Page(Page),
    /// Sets a theme.
    Theme(Theme),
    /// Prints the open page.
    Print,
    /// Opens the list of shortcuts.
    Shortcuts,
}

/// An entry with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The text that is searched and shown.
    pub label: String,
    pub entry: Entry,
}

impl Offer {
    pub fn new(label: impl Into<String>, entry: Entry) -> Self {
        Self {
            label: label.into(),
            entry,
        }
    }
}

/// The offers that contain each of the words, in any order and case. Labels are ASCII; other letters need
/// tables of nine kilobytes. A whole invoice number offers its invoice, whether it is listed or not.
pub fn matching(offers: &[Offer], typed: &str) -> Vec<Offer> {
    let typed = typed.to_ascii_lowercase();
    let holds_all = |offer: &&Offer| {
        let label = offer.label.to_ascii_lowercase();
        typed.split_whitespace().all(|word| label.contains(word))
    };
    let mut found: Vec<Offer> = offers.iter().filter(holds_all).cloned().collect();
    let number = typed.trim().to_ascii_uppercase();
    if found.is_empty() && number.contains('-') {
        let entry = InvoiceNumber::parse(&number).map(|number| Entry::Page(Page::Invoice(number)));
        found.extend(entry.map(|entry| Offer::new(number, entry)));
    }
    found
}

/// The index that an arrow or page key moves to in a list of this length; arrows wrap at both ends.
pub fn step(key: &str, at: usize, length: usize) -> Option<usize> {
    let last = length.checked_sub(1)?;
    match key {
        "ArrowDown" => Some(if at >= last { 0 } else { at + 1 }),
        "ArrowUp" => Some(if at == 0 { last } else { at - 1 }),
        "PageUp" => Some(0),
        "PageDown" => Some(last),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offers() -> Vec<Offer> {
        vec![
            Offer::new("My Plan", Entry::Page(Page::MyPlan)),
            Offer::new("Invoices", Entry::Page(Page::Invoices)),
            Offer::new("Theme: dark", Entry::Theme(Theme::Dark)),
        ]
    }

    fn check(typed: &str, labels: &[&str]) {
        let found = matching(&offers(), typed);
        let found: Vec<&str> = found.iter().map(|offer| offer.label.as_str()).collect();
        assert_eq!(found, labels, "{typed}");
    }

    #[test]
    fn every_word_counts_in_any_order_and_case() {
        check("", &["My Plan", "Invoices", "Theme: dark"]);
        check("PLAN my", &["My Plan"]);
        check("dark", &["Theme: dark"]);
        check("plan dark", &[]);
    }

    #[test]
    fn a_whole_number_leads_to_its_invoice() {
        check("acme-2627-00042", &["ACME-2627-00042"]);
        check("acme_2627", &[]);
    }

    #[test]
    fn keys_wrap_around() {
        assert_eq!(step("ArrowDown", 2, 3), Some(0));
        assert_eq!(step("ArrowUp", 0, 3), Some(2));
        assert_eq!(step("PageDown", 0, 3), Some(2));
        assert_eq!(step("PageUp", 2, 3), Some(0));
        assert_eq!(step("ArrowDown", 0, 0), None);
        assert_eq!(step("a", 0, 3), None);
    }
}
