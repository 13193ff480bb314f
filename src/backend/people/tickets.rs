//! Support tickets (SPEC 4.13): checked, stored under their key, and sent to the support team.

use std::collections::BTreeSet;

use api::audit::Action;
use api::problem::FieldError;
use api::support::ticket::{Draft, TICKETS_AN_HOUR, media_type};
use api::support::{NewTicket, Ticket, TicketStatus};
use api::{Code, Problem};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use billing::OrganizationId;
use chrono::{DateTime, TimeDelta, Utc};

use crate::account::sentence;
use crate::foundation::error::Error;
use crate::notification::{Notification, TicketClosed, TicketOpened};
use crate::store::idempotency::Key;
use crate::store::people::users::{self, User};
use crate::store::records::outbox;
use crate::store::records::tickets::{self, Attachment};
use crate::store::records::{self, Actor, AuditChange, AuditEntry};
use crate::store::{Changes, Tx, Work};

/// Opens a ticket, once for each key.
#[derive(Debug)]
pub struct Open {
    /// The idempotency key, with the person who used it.
    pub key: Key,
    /// The hash of the request, which tells a repeated ticket from another one.
    pub request_hash: String,
    /// The ticket as it was written.
    pub ticket: NewTicket,
    pub actor: Actor,
    pub now: DateTime<Utc>,
}

impl Work for Open {
    type Output = Ticket;

    fn changes(&self) -> Changes {
        Changes::Organization(self.key.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<Ticket, Error> {
        let organization_id = &self.key.organization_id;
        if let Some(opened) = tickets::opened(tx, &self.key).await? {
            return self.again(tx, opened).await;
        }
        let attachments = self.attachments()?;
        self.check(&attachments)?;
        let an_hour_ago = self.now - TimeDelta::hours(1);
        let (recent, last) = tickets::counts(tx, organization_id, an_hour_ago).await?;
        if recent >= TICKETS_AN_HOUR {
            let detail = format!(
                "Your organization has opened {TICKETS_AN_HOUR} tickets within an hour; this one was \
                 not sent, send it again later"
            );
            return Err(Error::refused(Code::TooManyRequests, detail));
        }
        let team = self.team(tx).await?;
        let ticket = self.written(last + 1, team, &attachments);
        tickets::add(tx, &self.key, &self.request_hash, &ticket, &attachments).await?;
        self.notify(tx, &ticket).await?;
        Ok(ticket)
    }
}

impl Open {
    /// The ticket that was opened with this key before. Nothing new is opened.
    async fn again(&self, tx: &mut Tx, opened: tickets::Opened) -> Result<Ticket, Error> {
        if opened.request_hash != self.request_hash {
            let detail = "This key was used for another ticket; this one was not sent";
            return Err(Error::refused(Code::KeyReused, detail));
        }
        let ticket = tickets::find(tx, &self.key.organization_id, opened.number).await?;
        ticket.ok_or_else(|| Error::unexpected(format!("no ticket {}", opened.number)))
    }

    fn attachments(&self) -> Result<Vec<Attachment>, Error> {
        let read = |file: &api::support::NewAttachment| {
            let content = BASE64_STANDARD.decode(&file.content).map_err(|_| {
                Problem::field("attachments", format!("{} is not in base64", file.name))
            })?;
            Ok(Attachment {
                name: file.name.clone(),
                media_type: media_type(&file.name).unwrap_or_default().to_owned(),
                content,
            })
        };
        self.ticket.attachments.iter().map(read).collect()
    }

    /// Checks the ticket. The error lists every field that needs another value.
    fn check(&self, attachments: &[Attachment]) -> Result<(), Error> {
        let sizes = attachments
            .iter()
            .map(|file| (file.name.as_str(), file.content.len() as u64));
        let draft = Draft {
            subject: &self.ticket.subject,
            description: &self.ticket.description,
            attachments: sizes.collect(),
            team: self.ticket.team.len(),
        };
        let faults = draft.faults();
        let fields: Vec<_> = faults
            .iter()
            .map(|(field, fault)| FieldError {
                field: field.as_str().to_owned(),
                message: sentence(fault),
            })
            .collect();
        if fields.is_empty() {
            return Ok(());
        }
        let detail = "The ticket was not sent: some fields need another value";
        Err(Error::from(Problem {
            fields,
            ..Problem::new(Code::InvalidField, detail)
        }))
    }

    /// The addresses of the people named in the ticket. All of them must belong to the organization.
    async fn team(&self, tx: &mut Tx) -> Result<Vec<String>, Error> {
        let everybody = users::all(tx, &self.key.organization_id).await?;
        let named: BTreeSet<_> = self.ticket.team.iter().collect();
        let mut team = Vec::new();
        for id in named {
            let user = everybody.iter().find(|user: &&User| user.id == *id);
            let user = user.ok_or_else(|| {
                Problem::field(
                    "team",
                    "Somebody named here is not in your organization any more",
                )
            })?;
            team.push(user.email.clone());
        }
        team.sort();
        Ok(team)
    }

    fn written(&self, number: u64, team: Vec<String>, attachments: &[Attachment]) -> Ticket {
        Ticket {
            number,
            opened_at: self.now,
            opened_by: self.actor.name.clone(),
            topic: self.ticket.topic,
            category: self.ticket.category,
            priority: self.ticket.priority,
            subject: self.ticket.subject.trim().to_owned(),
            description: self.ticket.description.trim().to_owned(),
            status: TicketStatus::Open,
            attachments: attachments.iter().map(|file| file.name.clone()).collect(),
            team,
        }
    }

    async fn notify(&self, tx: &mut Tx, ticket: &Ticket) -> Result<(), Error> {
        let organization_id = &self.key.organization_id;
        let entry = AuditEntry {
            actor: &self.actor,
            at: self.now,
            action: Action::TicketOpened,
            object: &ticket.number.to_string(),
            description: ticket.subject.clone(),
            change: AuditChange::NONE,
        };
        records::audit(tx, organization_id, entry).await?;
        let mut to = ticket.team.clone();
        to.insert(0, ticket.opened_by.clone());
        let opened = Notification::TicketOpened(TicketOpened {
            ticket: ticket.number,
            by: ticket.opened_by.clone(),
            subject: ticket.subject.clone(),
            text: ticket.description.clone(),
            topic: ticket.topic,
            category: ticket.category,
            priority: ticket.priority,
            attachments: ticket.attachments.clone(),
            to,
        });
        outbox::publish(tx, organization_id, &opened, self.now).await
    }
}

/// Closes an answered ticket, by order of the support team.
#[derive(Debug)]
pub struct Close {
    pub organization_id: OrganizationId,
    /// The ticket's number.
    pub number: u64,
    pub now: DateTime<Utc>,
}

impl Work for Close {
    type Output = Ticket;

    fn changes(&self) -> Changes {
        Changes::Organization(self.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<Ticket, Error> {
        let (id, number) = (&self.organization_id, self.number);
        if !tickets::close(tx, id, number, self.now).await? {
            let detail = format!("{id} has no open ticket {number}");
            return Err(Error::refused(Code::NotFound, detail));
        }
        let ticket = tickets::find(tx, id, number).await?;
        let ticket = ticket.ok_or_else(|| Error::unexpected(format!("no ticket {number}")))?;
        let entry = AuditEntry {
            actor: &Actor::system(),
            at: self.now,
            action: Action::TicketClosed,
            object: &number.to_string(),
            description: ticket.subject.clone(),
            change: AuditChange::NONE,
        };
        records::audit(tx, id, entry).await?;
        let mut to = ticket.team.clone();
        to.insert(0, ticket.opened_by.clone());
        let closed = Notification::TicketClosed(TicketClosed {
            ticket: number,
            subject: ticket.subject.clone(),
            to,
        });
        outbox::publish(tx, id, &closed, self.now).await?;
        Ok(ticket)
    }
}
