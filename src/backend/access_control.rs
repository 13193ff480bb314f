//! What the state of an account forbids (SPEC 6, "What works when"): asked here and nowhere else, in
//! the transaction of what is asked for.

use api::Code;
use billing::access::{Condition, OrderKind, RequestUse, access};
use billing::cure::Refused;
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::store::{Tx, account_states};

/// Lets an order pass, or says which rule refuses it and what lifts that.
///
/// # Errors
/// The refusal; then nothing was changed.
pub async fn admit(
    tx: &mut Tx,
    organization_id: &str,
    order: OrderKind,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let state = account_states::find(tx, organization_id).await?;
    let Some((condition, refused)) = access(&state, now, &tx.policy()).refuses(order) else {
        return Ok(());
    };
    let rule = condition.rule();
    let detail = format!("Nothing was changed: {refused} (rule {rule})");
    Err(Error::refused(code(refused), detail))
}

/// What a state refuses outright, as an answer.
pub(crate) fn refusal(refused: Refused) -> Error {
    Error::refused(code(refused), format!("Nothing was changed: {refused}"))
}

/// Lets a request pass, or says which condition shuts what it uses and what lifts that.
///
/// # Errors
/// The refusal.
pub async fn let_in(
    tx: &mut Tx,
    organization_id: &str,
    uses: RequestUse,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if uses == RequestUse::Nothing {
        return Ok(());
    }
    let state = account_states::find(tx, organization_id).await?;
    let Some(condition) = access(&state, now, &tx.policy()).shuts(uses) else {
        return Ok(());
    };
    let cures = condition.cures().iter().map(ToString::to_string);
    let cures: Vec<_> = cures.collect();
    let (cure, rule) = (cures.join(", or "), condition.rule());
    let detail = format!("Nothing was done: {condition}: {cure} (rule {rule})");
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
