//! Support tickets (SPEC 4.13): checked field by field, opened once, mailed to those who were named.

use api::Code;
use api::route::IDEMPOTENCY_KEY;
use api::support::ticket::{Category, Priority, Topic};
use api::support::{NewAttachment, NewTicket, Support, Ticket, TicketStatus};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use backend::mail;
use backend::people::tickets::Close;
use backend::store::Engine;
use billing::UserId;
use billing::people::permission::Role;

use super::mails::Letters;
use super::world::{ACME, Customer, Reply, World, new_key, request};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// A ticket is stored, listed, logged and mailed: with its files to the support team, without them to its
    /// author and the people who were named.
    async fn a_ticket_is_opened_and_mailed(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let page: Support = world.get(&tenant.admin, "/support").await.json();
        assert_eq!((page.email.as_str(), page.account_id.as_str()), ("admin@acme.example", "acme"));
        assert!(page.people.iter().all(|person| person.email != page.email) && page.people.len() == 3);
        let ticket: Ticket = open(&world, &tenant.admin, &new_key(), &written()).await.json();
        assert_eq!((ticket.number, ticket.status, ticket.subject.as_str()), (1, TicketStatus::Open, "Invoice of June"));
        assert_eq!((ticket.attachments.len(), ticket.team.as_slice()), (1, ["member@acme.example".to_owned()].as_slice()));
        let page: Support = world.get(&tenant.admin, "/support").await.json();
        assert_eq!(page.tickets, [ticket]);
        let logged = "SELECT COUNT(*) FROM audit WHERE action = 'ticket.opened' AND object = '1' \
                      AND actor = 'admin@acme.example'";
        assert_eq!(world.number(logged).await, 1);
        let letters = Letters::new();
        let report = mail::send_due(&world.services, &letters.mailer()).await.unwrap();
        assert_eq!((report.sent, report.parked), (3, 0));
        let read = letters.read();
        let to: Vec<_> = read.iter().map(|letter| letter.header("To")).collect();
        assert_eq!(to, ["support@prorata.example", "admin@acme.example", "member@acme.example"]);
        assert!(read[0].text.contains("Content-Disposition: attachment; filename=\"log.txt\""), "{}", read[0].text);
        assert!(read[0].text.contains("&lt;b&gt;twice&lt;/b&gt;") && read[0].text.contains("> It says <b>twice</b>"));
        assert!(read[1..].iter().all(|letter| !letter.text.contains("Content-Disposition: attachment")));
        invariants::hold(&world).await;
    }

    /// The same key opens one ticket, however often it is sent, and another body is refused.
    async fn the_same_key_opens_one_ticket(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let key = new_key();
        let first: Ticket = open(&world, &tenant.admin, &key, &written()).await.json();
        let again: Ticket = open(&world, &tenant.admin, &key, &written()).await.json();
        assert_eq!(first, again);
        let other = NewTicket { subject: "Another".to_owned(), ..written() };
        assert_eq!(open(&world, &tenant.admin, &key, &other).await.code(), Code::KeyReused);
        let without = request(Method::POST, &tenant.admin, "/support/tickets")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(serde_json::to_string(&written()).unwrap()))
            .unwrap();
        assert_eq!(world.send(without).await.code(), Code::InvalidKey);
        for table in ["support_tickets", "support_attachments", "outbox"] {
            assert_eq!(world.number(&format!("SELECT COUNT(*) FROM {table}")).await, 1, "{table}");
        }
    }

    /// Every field with a fault is named at once, and nothing is stored.
    async fn faults_are_named_at_their_fields(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let wrong = NewTicket {
            subject: " ".to_owned(),
            description: "my card 4111 1111 1111 1111".to_owned(),
            attachments: vec![file("run.exe", "AAAA")],
            team: vec![UserId::new("Member"); 11],
            ..written()
        };
        let problem = open(&world, &tenant.admin, &new_key(), &wrong).await.problem();
        let fields: Vec<_> = problem.fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!((problem.code, fields), (Code::InvalidField, vec!["subject", "description", "attachments", "team"]));
        assert!(!serde_json::to_string(&problem).unwrap().contains("4111"));
        for (wrong, field) in [
            (NewTicket { team: vec![UserId::new("nobody")], ..written() }, "team"),
            (NewTicket { attachments: vec![file("a.txt", "no base64!")], ..written() }, "attachments"),
        ] {
            let problem = open(&world, &tenant.admin, &new_key(), &wrong).await.problem();
            assert_eq!(problem.fields[0].field, field);
        }
        let large = NewTicket { attachments: vec![file("a.txt", &"A".repeat(6 * 1024 * 1024))], ..written() };
        assert_eq!(open(&world, &tenant.admin, &new_key(), &large).await.code(), Code::BodyTooLarge);
        assert_eq!(world.number("SELECT COUNT(*) FROM support_tickets").await, 0);
    }

    /// Twenty within an hour, for each organization; the next one is refused with the time to wait.
    async fn tickets_of_an_hour_are_limited(world: World) {
        let (acme, other) = (world.found(&Customer::new("acme")).await, world.found(&Customer::new("other")).await);
        for _ in 0..20 {
            assert_eq!(open(&world, &acme.admin, &new_key(), &bare()).await.status, StatusCode::OK);
        }
        assert_eq!(open(&world, &acme.admin, &new_key(), &bare()).await.code(), Code::TooManyRequests);
        let theirs: Ticket = open(&world, &other.admin, &new_key(), &bare()).await.json();
        assert_eq!(theirs.number, 1);
        world.move_to("2026-06-20T11:00:01Z");
        let next: Ticket = open(&world, &acme.admin, &new_key(), &bare()).await.json();
        assert_eq!(next.number, 21);
    }

    /// Closed once, by the support team; its author and the people who were named receive a mail.
    async fn a_ticket_is_closed_once(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let opened: Ticket = open(&world, &tenant.admin, &new_key(), &written()).await.json();
        let close = |number| Close { organization_id: ACME.clone(), number, now: world.services.clock.now() };
        let closed = world.services.store.write(close(opened.number)).await.unwrap();
        assert_eq!(closed, Ticket { status: TicketStatus::Closed, ..opened });
        for number in [1, 2] {
            assert!(world.services.store.write(close(number)).await.is_err(), "{number}");
        }
        let page: Support = world.get(&tenant.admin, "/support").await.json();
        assert_eq!(page.tickets, [closed]);
        let letters = Letters::new();
        mail::send_due(&world.services, &letters.mailer()).await.unwrap();
        let notified = letters.read().into_iter().filter(|letter| letter.header("Subject") == "Ticket 1 is closed: Invoice of June");
        let notified: Vec<_> = notified.map(|letter| letter.header("To")).collect();
        assert_eq!(notified, ["support@prorata.example", "admin@acme.example", "member@acme.example"]);
    }

    /// Only an admin may open tickets (SPEC 7.2), and sees those of one organization.
    async fn only_admins_open_tickets(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        for (role, token) in &tenant.people {
            let reply = open(&world, token, &new_key(), &bare()).await;
            let expected = if *role == Role::Admin { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(reply.status, expected, "{role:?}");
        }
        let other = world.found(&Customer::new("other")).await;
        let page: Support = world.get(&other.admin, "/support").await.json();
        assert_eq!(page.tickets, []);
    }
}

fn written() -> NewTicket {
    NewTicket {
        attachments: vec![file("log.txt", "b25lIGxpbmUK")],
        team: vec![UserId::new("Member")],
        ..bare()
    }
}

fn bare() -> NewTicket {
    NewTicket {
        topic: Topic::Payments,
        category: Category::Billing,
        priority: Priority::High,
        subject: "Invoice of June".to_owned(),
        description: "It says <b>twice</b>\nthe amount".to_owned(),
        attachments: Vec::new(),
        team: Vec::new(),
    }
}

fn file(name: &str, content: &str) -> NewAttachment {
    NewAttachment {
        name: name.to_owned(),
        content: content.to_owned(),
    }
}

async fn open(world: &World, token: &str, key: &str, ticket: &NewTicket) -> Reply {
    let request = request(Method::POST, token, "/support/tickets")
        .header(header::CONTENT_TYPE, "application/json")
        .header(IDEMPOTENCY_KEY, key);
    let body = Body::from(serde_json::to_string(ticket).unwrap());
    world.send(request.body(body).unwrap()).await
}
