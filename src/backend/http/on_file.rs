//! Handlers that save a card and billing details, with `--sandbox` only until they have screens.

use api::Problem;
use api::invoicing::invoice::Party;
use api::sandbox::CardSaved;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use billing::OrganizationId;
use billing::text::OneLine;

use super::AppState;
use super::extract::Body;
use super::member::Member;
use super::respond::{Failure, json};
use crate::account::{OrganizationAccount, sentence};
use crate::foundation::error::Error;
use crate::jobs;
use crate::payments::on_file::{SaveCard, SaveDetails};

/// `POST /sandbox/payment-method`. Tries failed payments again with the card first (A19), then returns
/// the subscription, which lists what is still missing.
pub(super) async fn save_card(
    State(app): State<AppState>,
    member: Member,
    Body(CardSaved { card }): Body<CardSaved>,
) -> Result<Response, Failure> {
    let organization_id = member.user.organization_id;
    // The card may start charging. Months that ended earlier must be closed before.
    let save = SaveCard {
        organization_id: organization_id.clone(),
        card,
        actor: member.actor,
        now: app.services.clock.now(),
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
