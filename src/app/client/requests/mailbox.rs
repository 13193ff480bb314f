//! The sandbox's mailbox.

use api::route::Route;
use api::sandbox::mailbox::{Mail, Mailbox};

use crate::client::{Asked, Call, Client};

impl Client {
    /// `GET /sandbox/mailbox`.
    pub fn mailbox(self) -> Asked<Mailbox> {
        self.ask(Call::to(Route::Mailbox))
    }

    /// `GET /sandbox/mailbox/{id}`.
    pub fn mail(self, id: &str) -> Asked<Mail> {
        self.ask(Call::of(Route::Mail, id))
    }

    /// The address of a mail as an HTML page, for a link.
    pub fn mail_page(self, id: &str) -> String {
        self.address(Route::MailPage, id)
    }
}
