//! The stored state of each account: its lifecycle, its dunning and its usage lock (SPEC 6).

use billing::OrganizationId;
use billing::access::cure::Refused;
use billing::account::account_state::{AccountEvent, AccountState};
use billing::account::lifecycle;
use billing::account::usage_lock::UsageLock;
use billing::catalog::policy::Policy;
use billing::period::day_end;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Tx;
use super::database::column::{Json, Text};
use super::organizations::{self, billing_details, payment_methods};
use crate::foundation::error::Error;

pub mod departures;
pub mod removal_reasons;

/// The state in which an account starts. A subscription stores it until its trial has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FirstState {
    Trial,
    Active,
}

/// Reads the state of an organization's account, which must have one. The notice of the account's end
/// counts as not sent unless the stored state says that it was.
pub async fn find(tx: &mut Tx, organization_id: &OrganizationId) -> Result<AccountState, Error> {
    let state: Option<Json<AccountState>> =
        sqlx::query_scalar("SELECT state FROM account_states WHERE organization_id = $1")
            .bind(organization_id.as_str())
            .fetch_optional(tx.connection())
            .await?;
    let Json(state) = state.ok_or_else(|| organizations::unknown(organization_id))?;
    Ok(state.by_the_record(&tx.policy()))
}

/// Writes the new state and updates the organization's due dates.
pub async fn replace(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    state: &AccountState,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE account_states SET state = $2, usage_lock = $3, changed_at = $4 \
         WHERE organization_id = $1",
    )
    .bind(organization_id.as_str())
    .bind(Json(state))
    .bind(lock_word(state.usage_lock()))
    .bind(Text(at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Inserts the first state of a new subscription, dated at the start of its first day.
pub(super) async fn start(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    first: FirstState,
    day: NaiveDate,
) -> Result<(), Error> {
    let organization = organizations::find(tx, organization_id).await?;
    let at = day
        .pred_opt()
        .and_then(|before| day_end(before, organization.zone_offset_minutes))
        .ok_or(billing::OutOfRange)?;
    let state = match first {
        FirstState::Active => AccountState::running(at),
        FirstState::Trial => {
            let method = payment_methods::default_of(tx, organization_id).await?;
            let method = method.map(|_| lifecycle::LifecycleEvent::PaymentMethodSaved);
            let details = billing_details::are_on_file(tx, organization_id).await?;
            let details = details.then_some(lifecycle::LifecycleEvent::BillingDetailsSaved);
            trial(at, &tx.policy(), [method, details]).map_err(Error::unexpected)?
        }
    };
    sqlx::query(
        "INSERT INTO account_states (organization_id, state, usage_lock, changed_at) \
         VALUES ($1, $2, $3, $4)",
    )
    .bind(organization_id.as_str())
    .bind(Json(&state))
    .bind(lock_word(state.usage_lock()))
    .bind(Text(at))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A trial that starts with the payment method and the billing details already on file.
fn trial(
    at: DateTime<Utc>,
    policy: &Policy,
    saved: [Option<lifecycle::LifecycleEvent>; 2],
) -> Result<AccountState, Refused> {
    saved
        .into_iter()
        .flatten()
        .try_fold(AccountState::started(at), |state, event| {
            state.after(AccountEvent::Life(event), at, policy)
        })
}

const fn lock_word(lock: UsageLock) -> &'static str {
    match lock {
        UsageLock::Clear { .. } => "clear",
        UsageLock::Overage { .. } => "overage",
        UsageLock::AnnualSoft { .. } => "annual_soft",
    }
}
