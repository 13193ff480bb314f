//! The account status, payments of outstanding invoices, and the sandbox.

use api::Code;
use api::account::account_status::AccountStatus;
use api::invoicing::payment::{PayOutstanding, Payments};
use api::route::{Method, Route};
use api::sandbox::{GatewayScript, ScriptedOutcome};
use billing::Money;
use chrono::{DateTime, Utc};

use crate::client::failure::Failure;
use crate::client::json::Json;
use crate::client::{Asked, Call, Client};
use crate::messages::format::machine_instant;
use crate::view::{Live, watch};

impl Client {
    /// `GET /account-status`.
    pub fn account_status(self) -> Asked<AccountStatus> {
        self.ask(Call::to(Route::AccountStatus))
    }

    /// `POST /outstanding/payments`, with the sum that was shown. The same key pays once.
    pub fn pay_outstanding(self, key: &str, total: Money) -> Asked<Payments> {
        let mut call = Call::to(Route::OutstandingPayments);
        call.body = serde_json::to_string(&PayOutstanding { total }).ok();
        call.key = Some(key.to_owned());
        self.ask(call)
    }

    /// `GET /outstanding/payments`: the state of the payment in progress.
    pub fn payment_under_way(self) -> Asked<Payments> {
        self.ask(Call::to(Route::PaymentUnderWay))
    }

    /// The address of `GET /coming-up.ics`, for a link; `None` when the host uses tokens.
    pub fn calendar(self) -> Option<String> {
        self.download(Route::ComingUp, "")
    }

    /// Calls `act` whenever the account status may have changed: something was ordered, or refused because
    /// of the status.
    pub fn on_change(self, act: impl Fn() + 'static) {
        let known = Live::new(self.changes.get_now());
        watch(move || {
            let changes = self.changes.get();
            if known.get_now() != changes {
                known.set(changes);
                act();
            }
        });
    }

    /// `POST /sandbox/clock`.
    pub async fn move_clock(self, to: DateTime<Utc>) -> Result<(), Failure> {
        let mut call = Call::to(Route::SandboxClock);
        call.body = Some(format!("{{\"now\":\"{}\"}}", machine_instant(to)));
        self.send(call).await.map(drop)
    }

    /// `POST /sandbox/gateway`, for the next charge.
    pub async fn script_gateway(self, outcome: ScriptedOutcome) -> Result<(), Failure> {
        let mut call = Call::to(Route::SandboxGateway);
        let outcomes = vec![outcome];
        call.body = serde_json::to_string(&GatewayScript { outcomes }).ok();
        self.send(call).await.map(drop)
    }

    pub(in crate::client) fn notice_change(self, call: &Call, answer: &Result<Json, Failure>) {
        let changed = match answer {
            Ok(_) => call.route.method() != Method::Get,
            Err(failure) => failure.code().is_some_and(is_of_the_account),
        };
        // After a sign-out the status must not be read any more.
        let reads = !matches!(
            call.route,
            Route::AccountStatus | Route::SignOut | Route::SignOutEverywhere
        );
        if changed && reads {
            self.changes.update(|changes| *changes += 1);
        }
    }
}

/// Whether a code refuses a request because of the account status.
const fn is_of_the_account(code: Code) -> bool {
    matches!(
        code,
        Code::UpgradeOnly
            | Code::PaymentLocked
            | Code::TrialLocked
            | Code::AccountPaused
            | Code::AccountCancelled
    )
}
