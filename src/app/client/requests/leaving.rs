//! Pausing, cancelling, and the request for reactivation.

use api::account::leaving::{Leaving, Left, Requested};
use api::route::Route;

use crate::client::{Asked, Call, Client};

impl Client {
    /// `GET /leaving`.
    pub fn leaving(self) -> Asked<Leaving> {
        self.ask(Call::to(Route::Leaving))
    }

    /// `POST /pause` or `POST /cancellation`, with an idempotency key and a body.
    pub fn leave(self, route: Route, key: &str, body: String) -> Asked<Left> {
        let mut call = Call::to(route);
        call.body = Some(body);
        call.key = Some(key.to_owned());
        self.ask(call)
    }

    /// `POST /reactivation`.
    pub fn request_reactivation(self) -> Asked<Requested> {
        self.ask(Call::to(Route::Reactivation))
    }
}
