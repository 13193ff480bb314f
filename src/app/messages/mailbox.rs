//! Texts of the sandbox's mailbox.

#[derive(Debug)]
#[allow(missing_docs)]
pub struct MailboxText {
    pub title: &'static str,
    pub about: &'static str,
    pub subject: &'static str,
    pub to: &'static str,
    pub at: &'static str,
    pub about_what: &'static str,
    pub state: &'static str,
    pub waiting: &'static str,
    pub sent: &'static str,
    pub parked: &'static str,
    pub empty: &'static str,
    pub empty_text: &'static str,
    pub as_seen: &'static str,
    pub mail: &'static str,
    pub loading: &'static str,
    pub loading_mail: &'static str,
    pub given_up: &'static str,
}
