//! The sandbox's payment method and billing details.

use api::invoicing::invoice::Party;
use api::plan::subscription::Subscription;
use api::route::Route;
use api::sandbox::{CardSaved, TestCard};

use crate::client::{Asked, Call, Client};

impl Client {
    /// `POST /sandbox/payment-method`.
    pub fn save_card(self, card: TestCard) -> Asked<Subscription> {
        let mut call = Call::to(Route::SandboxPaymentMethod);
        call.body = serde_json::to_string(&CardSaved { card }).ok();
        self.ask(call)
    }

    /// `POST /sandbox/billing-details`.
    pub fn save_details(self, party: &Party) -> Asked<Subscription> {
        let mut call = Call::to(Route::SandboxBillingDetails);
        call.body = serde_json::to_string(party).ok();
        self.ask(call)
    }
}
