//! Data and integration, and the credentials of programs.

use api::data::Data;
use api::route::Route;
use api::usage::credential::{Credentials, IssueCredential, IssuedCredential};

use crate::client::{Asked, Call, Client};

impl Client {
    /// `GET /data`.
    pub fn data(self) -> Asked<Data> {
        self.ask(Call::to(Route::Data))
    }

    /// The address of an export, for a link; the format is `csv` or `json`.
    pub fn export(self, format: &str) -> String {
        self.address(Route::Export, format)
    }

    /// `GET /credentials`.
    pub fn credentials(self) -> Asked<Credentials> {
        self.ask(Call::to(Route::Credentials))
    }

    /// `POST /credentials`.
    pub fn issue_credential(self, wanted: &IssueCredential) -> Asked<IssuedCredential> {
        let mut call = Call::to(Route::IssueCredential);
        call.body = serde_json::to_string(wanted).ok();
        self.ask(call)
    }

    /// `DELETE /credentials/{id}`.
    pub fn revoke_credential(self, id: &str) -> Asked<Credentials> {
        self.ask(Call::of(Route::RevokeCredential, id))
    }
}
