//! Handlers that save a test card and billing details.

use api::Problem;
use api::invoicing::invoice::Party;
use api::sandbox::{CardSaved, TestCard};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use billing::OrganizationId;
use billing::text::OneLine;
use chrono::{DateTime, Datelike, Utc};

use crate::account::{OrganizationAccount, sentence};
use crate::foundation::error::Error;
use crate::http::AppState;
use crate::http::authorisation::member::Member;
use crate::http::request::extract::Body;
use crate::http::response::{Failure, json};
use crate::jobs;
use crate::payments::on_file::{SaveDetails, SavePaymentMethod};
use crate::store::organizations::payment_methods::PaymentMethod;

/// `POST /sandbox/payment-method`. Tries failed payments again with the card first (A19), then returns
/// the subscription, which lists what is still missing.
pub(super) async fn save_card(
    State(app): State<AppState>,
    member: Member,
    Body(CardSaved { card }): Body<CardSaved>,
) -> Result<Response, Failure> {
    let organization_id = member.user.organization_id;
    let now = app.services.clock.now();
    // The card may start charging. Months that ended earlier must be closed before.
    let save = SavePaymentMethod {
        organization_id: organization_id.clone(),
        method: method(card, &organization_id, now),
        actor: member.actor,
        now,
    };
    app.services.store.write(save).await?;
    jobs::run_one(&app.services, &organization_id).await?;
    subscription(&app, &organization_id).await
}

/// `POST /sandbox/billing-details`. Returns the subscription, which lists what is still missing.
pub(super) async fn save_details(
    State(app): State<AppState>,
    member: Member,
    Body(wanted): Body<Party>,
) -> Result<Response, Failure> {
    let organization_id = member.user.organization_id;
    let save = SaveDetails {
        organization_id: organization_id.clone(),
        billed_to: checked(wanted)?,
        actor: member.actor,
        now: app.services.clock.now(),
    };
    app.services.store.write(save).await?;
    subscription(&app, &organization_id).await
}

async fn subscription(
    app: &AppState,
    organization_id: &OrganizationId,
) -> Result<Response, Failure> {
    let mut tx = app.services.store.reading().await?;
    let account =
        OrganizationAccount::load(&mut tx, organization_id, app.services.clock.now()).await?;
    Ok(json(StatusCode::OK, &account.shown))
}

/// Checks that the name, the address lines and the tax number are printable lines.
fn checked(wanted: Party) -> Result<Party, Error> {
    let line = |field: &str, text: &str| {
        OneLine::parse(text)
            .map(String::from)
            .map_err(|fault| Error::from(Problem::field(field, sentence(&fault))))
    };
    if wanted.address.is_empty() {
        let missing = Problem::field("address", "An address has at least one line");
        return Err(Error::from(missing));
    }
    let address = wanted.address.iter().map(|text| line("address", text));
    Ok(Party {
        name: line("name", &wanted.name)?,
        address: address.collect::<Result<_, _>>()?,
        tax_number: wanted
            .tax_number
            .map(|number| line("tax_number", &number))
            .transpose()?,
    })
}

fn method(card: TestCard, organization_id: &OrganizationId, now: DateTime<Utc>) -> PaymentMethod {
    let (name, last4) = match card {
        TestCard::Success => ("success", "4242"),
        TestCard::Decline => ("decline", "0002"),
        TestCard::Timeout => ("timeout", "0044"),
        TestCard::Authentication => ("authentication", "3155"),
    };
    PaymentMethod {
        id: format!("pm_{name}"),
        brand: "Visa".to_owned(),
        last4: last4.to_owned(),
        expiry_year: now.year_ce().1 + 2,
        expiry_month: 9,
        gateway_token: format!("sandbox-{name}:{organization_id}"),
    }
}
