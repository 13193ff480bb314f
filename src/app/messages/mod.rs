//! Every text of the app, in one typed catalogue: a language is one value of [`Messages`]. Figures and
//! dates are [`format`](mod@format)'s.

mod account_status;
mod add_ons;
mod annual;
mod audit;
mod data;
mod english;
pub mod format;
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

/// Replaces each number in braces by the value of this index. `{0|day|days}` is the first word when the
/// value is 1, and the second for every other number.
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

/// The texts of one language.
#[derive(Debug)]
pub struct Messages {
    pub shell: Shell,
    pub sign_in: SignIn,
    /// Failed requests, and what can be done.
    pub failure: FailureText,
    /// Pages that the role may not see, unknown addresses, and pages that are not built yet.
    pub missing: Missing,
    /// Lines and their derivations.
    pub receipt: Receipt,
    /// The terms of the field, each with a sentence that explains it.
    pub glossary: &'static [(&'static str, &'static str)],
    /// The command palette and the keyboard shortcuts.
    pub palette: PaletteText,
    pub plan: PlanText,
    /// Annual billing.
    pub annual: AnnualText,
    /// Usage files, and the examples of what usage costs.
    pub usage_file: UsageFileText,
    /// The sandbox's payment method and billing details.
    pub on_file: OnFileText,
    /// The trial card on My Plan.
    pub trial: TrialText,
    pub change: ChangeText,
    pub add_ons: AddOnsText,
    pub invoices: InvoicesText,
    /// The audit log.
    pub audit: AuditText,
    pub data: DataText,
    pub account_status: AccountStatusText,
    /// Pause Plan and Cancel Plan.
    pub leaving: LeavingText,
    /// The card of coming events.
    pub coming: ComingText,
    /// The sandbox bar.
    pub sandbox: SandboxText,
    pub support: SupportText,
    pub mailbox: MailboxText,
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn values_replace_their_numbers() {
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
