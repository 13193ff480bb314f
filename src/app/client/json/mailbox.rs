//! The sandbox's mailbox.

use api::sandbox::mailbox::{Mail, MailState, MailSummary, Mailbox};

use super::contract::{name, record, words};
use super::{Fields, Json, Notes, Read};

record!(Mailbox {
    items,
    offset_minutes
});
record!(MailSummary {
    id,
    kind,
    to,
    subject,
    at,
    state
});
words!(MailState { Waiting = "waiting", Sent = "sent", Parked = "parked" });
record!(Mail {
    summary,
    text,
    parked,
    offset_minutes
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::read;

    #[test]
    fn reads_mails() {
        for (state, parked) in [
            (MailState::Waiting, None),
            (MailState::Sent, None),
            (MailState::Parked, Some("no such reader".to_owned())),
        ] {
            let summary = MailSummary {
                id: "ob_1-1".to_owned(),
                kind: "usage.alert".to_owned(),
                to: "ada@acme.example".to_owned(),
                subject: "80 %".to_owned(),
                at: "2026-06-20T09:30:00.25Z".parse().unwrap(),
                state,
            };
            let mail = Mail {
                summary: summary.clone(),
                text: "one\ntwo".to_owned(),
                parked,
                offset_minutes: -330,
            };
            let text = serde_json::to_string(&mail).unwrap();
            assert_eq!(read(&text), Ok(mail), "{text}");
            let mailbox = Mailbox {
                items: vec![summary],
                offset_minutes: 330,
            };
            let text = serde_json::to_string(&mailbox).unwrap();
            assert_eq!(read(&text), Ok(mailbox), "{text}");
        }
    }
}
