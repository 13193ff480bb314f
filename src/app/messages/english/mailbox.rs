//! The mailbox in English.

use crate::messages::MailboxText;

pub(crate) static MAILBOX: MailboxText = MailboxText {
    title: "Mailbox",
    about: "What was written to the people of your organization. This page exists in the sandbox only.",
    subject: "Subject",
    to: "To",
    at: "Date",
    about_what: "Kind",
    state: "Status",
    waiting: "Waiting",
    sent: "Sent",
    parked: "Given up",
    empty: "No mail yet",
    empty_text: "Change the plan, open a ticket or move the clock forward: the mails about it appear here.",
    as_seen: "Show as its reader sees it",
    mail: "Mail",
    loading: "The mailbox could not be loaded",
    loading_mail: "The mail could not be loaded",
    given_up: "Given up: {0}",
};
