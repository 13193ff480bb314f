//! Pause, cancellation and reactivation: what they would lead to, and the orders themselves (SPEC R13,
//! R14; section 6, rows 23, 24 and 26).

use api::account::leaving::{Leaving, Refusal};
use billing::access::cure::Refused;
use billing::account::account_state::{AccountEvent, AccountState};
use billing::account::lifecycle::{self, Lifecycle, pause_ends_at};
use billing::account::reason::Reason;
use billing::account::retention::backups_purged_at;
use billing::{Currency, Money, OrganizationId, Statement};
use chrono::{DateTime, Utc};

use crate::account::access_control::code;
use crate::account::sentence;
use crate::foundation::error::Error;
use crate::invoicing::settlement;
use crate::store::account_states::{self, departures};
use crate::store::payments::{attempts, open_invoices};
use crate::store::{Tx, organizations};

mod depart;
pub mod ending;
mod reactivate;

pub use depart::{Depart, Departure};
pub use reactivate::{Reactivate, RequestReactivation};

/// What a pause or a cancellation would lead to now.
pub async fn leaving(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<Leaving, Error> {
    let policy = tx.policy();
    let organization = organizations::find(tx, organization_id).await?;
    let state = account_states::find(tx, organization_id).await?;
    let pause = after_pause(tx, organization_id, &state, now).await?;
    let cancelled = state.after(cancel_event(Reason::LowUsage), now, &policy);
    let open = attempts::has_open_order(tx, organization_id).await?;
    // Nothing was ordered yet, so the page has the reason alone.
    let refused = |outcome: Option<Refused>| {
        let refusal = outcome.map(said).or_else(|| open.then(waits))?;
        let detail = sentence(&refusal.detail);
        Some(Refusal { detail, ..refusal })
    };
    Ok(Leaving {
        offset_minutes: organization.zone_offset_minutes,
        settles: settles(tx, organization_id, now).await?,
        pause_ends_at: pause_ends_at(now, &policy),
        backups_until: backups_purged_at(now, &policy),
        counts: departures::counts(tx, organization_id).await?,
        pause_refused: refused(pause.err()),
        cancel_refused: refused(cancelled.err()),
    })
}

/// The instant at which a deadline has ended the account, while that end is not carried out yet; `None`
/// when no end is due.
pub async fn end_that_is_due(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Error> {
    let state = account_states::find(tx, organization_id).await?;
    let lives = !matches!(state.lifecycle(), Lifecycle::Cancelled { .. });
    match state.at(now, &tx.policy()).lifecycle() {
        Lifecycle::Cancelled { at, cause: _ } if lives => Ok(Some(at)),
        Lifecycle::Cancelled { .. }
        | Lifecycle::Trial { .. }
        | Lifecycle::Active { .. }
        | Lifecycle::Paused { .. } => Ok(None),
    }
}

/// The invoice that settles a pause or a cancellation, as it would be issued now.
async fn settles(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    now: DateTime<Utc>,
) -> Result<Statement, Error> {
    let currency = organizations::currency(tx, organization_id).await?;
    let organization = organizations::find(tx, organization_id).await?;
    let charged = settlement(tx, &organization, now).await?;
    Ok(charged.map_or_else(|| nothing(currency), |charged| charged.statement))
}

fn nothing(currency: Currency) -> Statement {
    let zero = Money::zero(currency);
    Statement {
        lines: Vec::new(),
        subtotal: zero,
        taxes: Vec::new(),
        total: zero,
    }
}

/// The state after a pause, or why a pause is refused.
async fn after_pause(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    state: &AccountState,
    now: DateTime<Utc>,
) -> Result<Result<AccountState, Refused>, Error> {
    let outstanding = open_invoices::outstanding(tx, organization_id).await?;
    let event = AccountEvent::Life(lifecycle::LifecycleEvent::Pause { outstanding });
    Ok(state.after(event, now, &tx.policy()))
}

const fn cancel_event(reason: Reason) -> AccountEvent {
    AccountEvent::Life(lifecycle::LifecycleEvent::Cancel { reason })
}

fn said(refused: Refused) -> Refusal {
    Refusal {
        code: code(refused),
        detail: refused.to_string(),
    }
}

/// The refusal of an order, which has changed nothing.
fn refuse(refusal: &Refusal) -> Error {
    let detail = format!("Nothing was changed: {}", refusal.detail);
    Error::refused(refusal.code, detail)
}

/// While a payment's outcome is open, the amount that would stay unpaid is unknown.
fn waits() -> Refusal {
    Refusal {
        code: api::Code::PaymentPending,
        detail: "a payment of your organization has not ended yet; try again when it has"
            .to_owned(),
    }
}
