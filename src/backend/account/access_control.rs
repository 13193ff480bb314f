//! What the state of an account forbids (SPEC 6, "What works when"). Every check runs here, in the same
//! transaction as the work that it allows.

use api::Code;
use billing::OrganizationId;
use billing::access::cure::Refused;
use billing::access::{Condition, OrderKind, RequestUse};
use billing::account::account_state::AccountState;
use billing::account::notice::access;
use billing::catalog::policy::Policy;
use chrono::{DateTime, Utc};

use crate::foundation::error::Error;
use crate::store::{Tx, account_states};

/// Refuses an order that the account's state forbids; the problem says why and what lifts it.
pub async fn admit(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    order: OrderKind,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let state = account_states::find(tx, organization_id).await?;
    match access(&state, now, &tx.policy()).refuses(order) {
        Some((_, refused)) => Err(refusal(refused)),
        None => Ok(()),
    }
}

/// A refusal by the account's state as a problem.
pub(crate) fn refusal(refused: Refused) -> Error {
    Error::refused(code(refused), format!("Nothing was changed: {refused}"))
}

/// Refuses a request whose part of the product the account's state shuts; the problem names the
/// condition and what lifts it.
pub async fn admit_request(
    tx: &mut Tx,
    organization_id: &OrganizationId,
    uses: RequestUse,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let state = account_states::find(tx, organization_id).await?;
    check_request(&state, uses, now, &tx.policy())
}

/// The same for a state that has been read.
pub fn check_request(
    state: &AccountState,
    uses: RequestUse,
    now: DateTime<Utc>,
    policy: &Policy,
) -> Result<(), Error> {
    let Some(condition) = access(state, now, policy).shuts(uses) else {
        return Ok(());
    };
    let cures = condition.cures().iter().map(ToString::to_string);
    let cures: Vec<_> = cures.collect();
    let detail = format!("Nothing was done: {condition}: {}", cures.join(", or "));
    Err(Error::refused(code_of(condition), detail))
}

const fn code_of(condition: Condition) -> Code {
    match condition {
        Condition::TrialBillingMissing | Condition::TrialExpired => Code::TrialLocked,
        Condition::Grace | Condition::PaymentLock => Code::PaymentLocked,
        Condition::OverageLock | Condition::AnnualSoft => Code::UpgradeOnly,
        Condition::Paused => Code::AccountPaused,
        Condition::Cancelled => Code::AccountCancelled,
        Condition::Trial | Condition::Active => Code::ChangeRefused,
    }
}

pub(crate) const fn code(refused: Refused) -> Code {
    match refused {
        Refused::UpgradeOnly => Code::UpgradeOnly,
        Refused::PaymentLocked | Refused::OpenDebt => Code::PaymentLocked,
        Refused::Paused => Code::AccountPaused,
        Refused::Cancelled => Code::AccountCancelled,
        Refused::InTrial | Refused::NotPaused | Refused::NotLocked | Refused::NothingCharged => {
            Code::ChangeRefused
        }
    }
}
