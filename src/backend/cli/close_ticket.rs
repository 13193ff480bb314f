//! `prorata close-ticket`.

use super::{CloseTicket, Failed, open};
use crate::people::tickets::Close;

pub(super) async fn close_ticket(options: CloseTicket) -> Result<(), Failed> {
    let store = open(&options.database).await?;
    let services = options.environment.services(store).await?;
    let close = Close {
        organization_id: options.organization,
        number: options.number,
        now: services.clock.now(),
    };
    let ticket = services.store.write(close).await?;
    services.store.close().await;
    println!("Ticket {} is closed: {}", ticket.number, ticket.subject);
    Ok(())
}
