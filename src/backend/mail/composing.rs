//! Composes mails: one transaction for each posted notice, one mail for each recipient.

use std::collections::BTreeSet;

use billing::OrganizationId;
use billing::people::permission::Role;

use super::bodies::{self, Recipients};
use super::body::{Layout, MailBody};
use super::facts::NotificationFacts;
use super::{Mailer, Report};
use crate::foundation::error::Error;
use crate::notification::{Notification, TicketClosed, TicketOpened};
use crate::services::Services;
use crate::store::people::users;
use crate::store::records::mails::{self, NewMail};
use crate::store::records::outbox::{self, Posted};
use crate::store::{Changes, Tx, Work};

/// Composes the mails of every posted notice, in the order of posting within an organization. A notice
/// that fails is parked with the reason and does not delay the others.
pub(super) async fn write_out(
    services: &Services,
    mailer: &Mailer,
    report: &mut Report,
) -> Result<(), Error> {
    let mut place = (OrganizationId::new(""), 0);
    loop {
        let mut tx = services.store.reading().await?;
        let next = outbox::next(&mut tx, (&place.0, place.1)).await?;
        drop(tx);
        let Some(posted) = next else { return Ok(()) };
        place = (posted.organization_id.clone(), posted.position);
        let work = ComposeMails {
            posted: posted.clone(),
            mailer: mailer.clone(),
        };
        match services.store.write(work).await {
            Ok(written) => report.written += written,
            Err(Error::Unexpected(cause)) => {
                report.parked += 1;
                let why = cause.to_string();
                tracing::error!(
                    notice = posted.id,
                    kind = posted.kind,
                    why,
                    "a notice is parked"
                );
                services.store.write(Park { posted, why }).await?;
            }
            Err(other) => return Err(other),
        }
    }
}

struct ComposeMails {
    posted: Posted,
    mailer: Mailer,
}

impl Work for ComposeMails {
    type Output = u64;

    fn changes(&self) -> Changes<'_> {
        Changes::Organization(&self.posted.organization_id)
    }

    async fn run(&self, tx: &mut Tx) -> Result<u64, Error> {
        let (posted, now) = (&self.posted, self.mailer.clock.now());
        if !outbox::write_out(tx, posted, now).await? {
            return Ok(0);
        }
        let notice = NotificationFacts::load(tx, posted).await?;
        let (readers, body) = (bodies::readers(&notice.notification), bodies::body(&notice));
        let addresses = self.addresses(tx, readers, &notice).await?;
        let mut written = 0;
        let opened = if let Notification::TicketOpened(opened) = &notice.notification {
            Some(opened.ticket)
        } else {
            None
        };
        for (place, (address, because)) in addresses.iter().enumerate() {
            // The first address is the support team's; only its mail gets the attachments of a ticket.
            let ticket = opened.filter(|_| place == 0);
            let add = self.add(tx, (place + 1, address, ticket), (&body, because));
            add.await?;
            written += 1;
        }
        Ok(written)
    }
}

/// An address, and the reason why it gets the mail.
type Address = (String, String);

impl ComposeMails {
    async fn add(
        &self,
        tx: &mut Tx,
        (place, recipient, ticket): (usize, &str, Option<u64>),
        (body, because): (&MailBody, &str),
    ) -> Result<(), Error> {
        let site = self.mailer.site.as_deref();
        let layout = Layout { site, because };
        let (text, html) = (body.text(layout), body.html(layout));
        let written = NewMail {
            recipient,
            subject: &body.subject,
            text: &text,
            html: &html,
            ticket,
        };
        let now = self.mailer.clock.now();
        mails::add(tx, (&self.posted, place), written, now).await
    }

    /// The recipients without duplicates; a ticket adds the readers that it names.
    async fn addresses(
        &self,
        tx: &mut Tx,
        readers: Recipients,
        notice: &NotificationFacts,
    ) -> Result<Vec<Address>, Error> {
        let name = notice.name();
        let mut addresses = Vec::new();
        if matches!(readers, Recipients::Support | Recipients::SupportAndAdmins) {
            let because = format!("The support team is asked for something by {name}.");
            addresses.push((self.mailer.support.clone(), because));
        }
        // Billing contacts are not stored yet; until then invoices go to the admins (A140).
        if readers != Recipients::Support {
            let because = format!("You get this mail because you are an admin of {name}.");
            for user in users::all(tx, &notice.organization.id).await? {
                if user.role == Role::Admin {
                    addresses.push((user.email, because.clone()));
                }
            }
        }
        let mut named = Vec::new();
        if let Notification::TicketOpened(TicketOpened { to, .. })
        | Notification::TicketClosed(TicketClosed { to, .. }) = &notice.notification
        {
            named.clone_from(to);
        }
        for address in named {
            let because = format!("You get this mail because {name} named you as its reader.");
            addresses.push((address, because));
        }
        let mut known = BTreeSet::new();
        addresses.retain(|(address, _)| known.insert(address.to_lowercase()));
        Ok(addresses)
    }
}

struct Park {
    posted: Posted,
    why: String,
}

impl Work for Park {
    type Output = ();

    fn changes(&self) -> Changes<'_> {
        Changes::Organization(&self.posted.organization_id)
    }

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        outbox::park(tx, &self.posted, &self.why).await
    }
}
