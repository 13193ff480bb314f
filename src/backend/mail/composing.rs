//! Composes mails: one transaction for each posted notice, one mail for each recipient.

use std::collections::BTreeSet;

use billing::OrganizationId;
use billing::people::permission::Role;

use super::bodies::{self, Recipients};
use super::body::Reader;
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
        let next = outbox::next(&mut tx, &place.0, place.1).await?;
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
                let organization_id = posted.organization_id.clone();
                let park = async move |tx: &mut Tx| outbox::park(tx, &posted, &why).await;
                services.store.transaction(organization_id, park).await?;
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

    fn changes(&self) -> Changes {
        Changes::Organization(self.posted.organization_id.clone())
    }

    async fn run(&self, tx: &mut Tx) -> Result<u64, Error> {
        let (posted, now) = (&self.posted, self.mailer.clock.now());
        if !outbox::write_out(tx, posted, now).await? {
            return Ok(0);
        }
        let notice = NotificationFacts::load(tx, posted).await?;
        let body = bodies::body(&notice, self.mailer.site.as_deref())?;
        let opened = if let Notification::TicketOpened(opened) = &notice.notification {
            Some(opened.ticket)
        } else {
            None
        };
        let mut written = 0;
        for (place, recipient) in self.recipients(tx, &notice).await?.iter().enumerate() {
            let mail = body.render(&self.mailer.templates, recipient.reader);
            let mail = mail.map_err(Error::unexpected)?;
            let mail = NewMail {
                recipient: &recipient.address,
                subject: &mail.subject,
                text: &mail.text,
                html: &mail.html,
                // The first address is the support team's; only its mail gets the attachments of a ticket.
                ticket: opened.filter(|_| place == 0),
            };
            mails::add(tx, posted, place + 1, mail, now).await?;
            written += 1;
        }
        Ok(written)
    }
}

struct Recipient {
    address: String,
    reader: Reader,
}

impl ComposeMails {
    /// The recipients without duplicates; a ticket adds the readers that it names.
    async fn recipients(
        &self,
        tx: &mut Tx,
        notice: &NotificationFacts,
    ) -> Result<Vec<Recipient>, Error> {
        let readers = bodies::readers(&notice.notification);
        let mut recipients = Vec::new();
        if matches!(readers, Recipients::Support | Recipients::SupportAndAdmins) {
            recipients.push(Recipient {
                address: self.mailer.support.clone(),
                reader: Reader::SupportTeam,
            });
        }
        // Billing contacts are not stored yet; until then invoices go to the admins (A140).
        if readers != Recipients::Support {
            let users = users::all(tx, &notice.organization.id).await?;
            let admins = users.into_iter().filter(|user| user.role == Role::Admin);
            recipients.extend(admins.map(|user| Recipient {
                address: user.email,
                reader: Reader::Admin,
            }));
        }
        if let Notification::TicketOpened(TicketOpened { to, .. })
        | Notification::TicketClosed(TicketClosed { to, .. }) = &notice.notification
        {
            recipients.extend(to.iter().map(|address| Recipient {
                address: address.clone(),
                reader: Reader::Named,
            }));
        }
        let mut known = BTreeSet::new();
        recipients.retain(|recipient| known.insert(recipient.address.to_lowercase()));
        Ok(recipients)
    }
}
