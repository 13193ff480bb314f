//! Every mail in both forms, from every template.

use super::bodies;
use super::body::{MailBody, Reader};
use super::facts::NotificationFacts;
use super::templates::{RenderedMail, Template, Templates};
use crate::notification::{KINDS, Notification};

mod samples;

const SITE: &str = "https://app.example";
const READERS: [Reader; 3] = [Reader::SupportTeam, Reader::Admin, Reader::Named];

#[test]
fn every_notification_is_rendered_in_both_forms() {
    let templates = Templates::parse().unwrap();
    let samples = samples::all();
    let mut kinds = Vec::new();
    let mut used = Vec::new();
    for (place, facts) in samples.iter().enumerate() {
        let site = (place % 2 == 0).then_some(SITE);
        let body = bodies::body(facts, site).unwrap();
        let mail = rendered(&templates, facts, &body, READERS[place % READERS.len()]);
        assert!(!mail.subject.is_empty() && !mail.subject.contains('\n'));
        assert!(!mail.text.starts_with('\n'), "{}", mail.text);
        assert!(mail.html.starts_with("<!doctype html>\n"), "{}", mail.html);
        let unknown = templates.unknown_facts(body.template, &body.facts);
        assert!(unknown.is_empty(), "{:?}: {unknown:?}", body.template);
        kinds.push(facts.notification.stored().unwrap().0);
        if !used.contains(&body.template) {
            used.push(body.template);
        }
    }
    for kind in KINDS {
        assert!(kinds.iter().any(|one| one == kind), "no sample of {kind}");
    }
    for template in Template::ALL {
        assert!(used.contains(template), "no mail uses {template:?}");
    }
}

/// What people have written becomes neither markup nor a link, nor a sentence of the mail.
#[test]
fn a_persons_text_stays_text() {
    let templates = Templates::parse().unwrap();
    for facts in samples::all() {
        let body = bodies::body(&facts, Some(SITE)).unwrap();
        let mail = rendered(&templates, &facts, &body, Reader::Admin);
        for markup in ["<b>", "<i>", "<script", "<a>", "href=\"https://evil"] {
            assert!(!mail.html.contains(markup), "{markup}: {}", mail.html);
        }
        let to_the_app = format!("<a class=\"act\" href=\"{SITE}/");
        let links = ["<a ", &to_the_app].map(|link| mail.html.matches(link).count());
        assert_eq!(links[0], links[1], "{}", mail.html);
        for line in mail.text.lines().filter(|line| line.contains("evil")) {
            assert!(
                line.starts_with("> ") || line.starts_with("  Reason: "),
                "{line}"
            );
        }
        if let Notification::TicketOpened(_) = facts.notification {
            assert_eq!(mail.subject, "Ticket: Help Bcc: x@y.example");
            assert!(
                mail.text
                    .contains("\n> <script>\n> \n> {{ organization }} https://evil")
            );
        }
    }
}

fn rendered(
    templates: &Templates,
    facts: &NotificationFacts,
    body: &MailBody,
    reader: Reader,
) -> RenderedMail {
    let mail = body.render(templates, reader);
    mail.unwrap_or_else(|error| panic!("{:?}: {error:#}", facts.notification))
}
