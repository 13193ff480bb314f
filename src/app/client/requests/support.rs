//! Support tickets.

use std::time::Duration;

use api::route::Route;
use api::support::{Support, Ticket};

use crate::client::{Asked, Call, Client};

/// How long an upload of attachments may take.
const PATIENCE: Duration = Duration::from_secs(60);

impl Client {
    /// `GET /support`.
    pub fn support(self) -> Asked<Support> {
        self.ask(Call::to(Route::Support))
    }

    /// `POST /support/tickets`, with a [`NewTicket`](api::support::NewTicket): the same key opens one ticket.
    pub fn open_ticket(self, key: &str, ticket: &str) -> Asked<Ticket> {
        let mut call = Call::to(Route::Tickets);
        call.body = Some(ticket.to_owned());
        call.key = Some(key.to_owned());
        call.patience = PATIENCE;
        self.ask(call)
    }
}
