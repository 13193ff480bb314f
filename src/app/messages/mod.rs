//! Every text of the app, in one typed catalogue. Figures and dates are
//! [`format`](mod@format)'s.

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

/// A function for each section of the catalogue in force. Each section is a static of its own, so that
/// a piece of the app holds only the words that it shows.
macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident: $section:ty = $english:path;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name() -> &'static $section {
            &$english
        }
    )*};
}

sections! {
    shell: Shell = english::frame::SHELL;
    sign_in: SignIn = english::frame::SIGN_IN;
    /// Failed requests, and what can be done.
    failure: FailureText = english::frame::FAILURE;
    /// Pages that the role may not see, unknown addresses, and pages that are not built yet.
    missing: Missing = english::frame::MISSING;
    /// Lines and their derivations.
    receipt: Receipt = english::receipt::RECEIPT;
    /// The terms of the field, each with a sentence that explains it.
    glossary: [(&'static str, &'static str)] = english::glossary::GLOSSARY;
    /// The command palette and the keyboard shortcuts.
    palette: PaletteText = english::palette::PALETTE;
    plan: PlanText = english::plan::PLAN;
    /// Annual billing.
    annual: AnnualText = english::annual::ANNUAL;
    /// Usage files, and the examples of what usage costs.
    usage_file: UsageFileText = english::usage_file::USAGE_FILE;
    /// The sandbox's payment method and billing details.
    on_file: OnFileText = english::on_file::ON_FILE;
    /// The trial card on My Plan.
    trial: TrialText = english::trial::TRIAL;
    change: ChangeText = english::change::CHANGE;
    add_ons: AddOnsText = english::add_ons::ADD_ONS;
    invoices: InvoicesText = english::invoices::INVOICES;
    /// The audit log.
    audit: AuditText = english::audit::AUDIT;
    data: DataText = english::data::DATA;
    account_status: AccountStatusText = english::account_status::ACCOUNT_STATUS;
    /// Pause Plan and Cancel Plan.
    leaving: LeavingText = english::leaving::LEAVING;
    /// The card of coming events.
    coming: ComingText = english::account_status::COMING;
    /// The sandbox bar.
    sandbox: SandboxText = english::account_status::SANDBOX;
    support: SupportText = english::support::SUPPORT;
    mailbox: MailboxText = english::mailbox::MAILBOX;
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
