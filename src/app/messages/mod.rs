//! Every sentence of the app, in one typed catalogue: a language is one value of [`Messages`].

mod account_status;
mod add_ons;
mod annual;
mod audit;
mod data;
mod english;
mod frame;
mod leaving;
mod mailbox;
mod on_file;
mod palette;
mod receipt;
mod screens;
mod support;
mod trial;
mod usage_file;

pub use account_status::{AccountStatusText, ComingText, SandboxText};
pub use add_ons::AddOnsText;
pub use annual::AnnualText;
pub use audit::AuditText;
pub use data::DataText;
pub use english::ENGLISH;
pub use frame::{FailureText, Missing, Shell, SignIn};
pub use leaving::LeavingText;
pub use mailbox::MailboxText;
pub use on_file::OnFileText;
pub use palette::PaletteText;
pub use receipt::Receipt;
pub use screens::{ChangeText, InvoicesText, PlanText};
pub use support::SupportText;
pub use trial::TrialText;
pub use usage_file::UsageFileText;

/// The catalogue in force.
pub const fn messages() -> &'static Messages {
    &ENGLISH
}

/// Puts values into a sentence, each in place of its number in braces. `{0|day|days}` is the first
/// word where that value is 1, and the second for every other number.
pub fn fill(sentence: &str, values: &[&str]) -> String {
    let mut parts = sentence.split('{');
    let mut filled = String::from(parts.next().unwrap_or_default());
    for part in parts {
        let (field, rest) = part.split_once('}').unwrap_or(("", part));
        let mut field = field.split('|');
        let place: Option<usize> = field.next().and_then(|number| number.parse().ok());
        let value = place.and_then(|place| values.get(place)).copied();
        let value = value.unwrap_or_default();
        filled.push_str(match (field.next(), field.next()) {
            (Some(one), Some(_)) if value == "1" => one,
            (_, Some(other)) => other,
            _ => value,
        });
        filled.push_str(rest);
    }
    filled
}

/// The sentences of one language.
#[derive(Debug)]
pub struct Messages {
    /// The frame around every page.
    pub shell: Shell,
    /// Sign-in.
    pub sign_in: SignIn,
    /// What went wrong, and what can be done.
    pub failure: FailureText,
    /// Pages that are closed, not there, or not there yet.
    pub missing: Missing,
    /// Lines, and how each came about.
    pub receipt: Receipt,
    /// The field's words, each with a sentence that explains it.
    pub glossary: &'static [(&'static str, &'static str)],
    /// The palette and the shortcuts.
    pub palette: PaletteText,
    /// My Plan.
    pub plan: PlanText,
    /// Paying by the year.
    pub annual: AnnualText,
    /// Files of usage, and examples of what usage costs.
    pub usage_file: UsageFileText,
    /// What is put on file in a sandbox.
    pub on_file: OnFileText,
    /// The trial on My Plan.
    pub trial: TrialText,
    /// Change Plan.
    pub change: ChangeText,
    /// Manage Add-ons.
    pub add_ons: AddOnsText,
    /// Invoices.
    pub invoices: InvoicesText,
    /// The activity log.
    pub audit: AuditText,
    /// Data and integration.
    pub data: DataText,
    /// How the account stands.
    pub account_status: AccountStatusText,
    /// Pausing and cancelling.
    pub leaving: LeavingText,
    /// What comes next.
    pub coming: ComingText,
    /// The bar of the sandbox.
    pub sandbox: SandboxText,
    /// Support.
    pub support: SupportText,
    /// The sandbox's mailbox.
    pub mailbox: MailboxText,
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn values_go_where_their_numbers_stand() {
        assert_eq!(fill("{1} of {0}, {1}", &["a", "b"]), "b of a, b");
        assert_eq!(fill("none", &["a"]), "none");
        assert_eq!(fill("{2}!", &["a"]), "!");
    }

    #[test]
    fn a_word_follows_its_number() {
        let left = "{0} {0|day|days} left, {1} {1|is|are} {2}";
        assert_eq!(fill(left, &["1", "2", "over"]), "1 day left, 2 are over");
        assert_eq!(fill(left, &["11", "1", "over"]), "11 days left, 1 is over");
        assert_eq!(fill(left, &["0", "1,001", ""]), "0 days left, 1,001 are ");
    }
}
