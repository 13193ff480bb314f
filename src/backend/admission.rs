//! What the state of an account forbids (SPEC 6, "What works when"): asked here and nowhere else, in
//! the transaction of what is asked for.

use api::Code;
use billing::access::{Asks, access};
use billing::cure::Refused;
use billing::policy::Policy;
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
    order: Asks,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let state = account_states::find(tx, organization_id).await?;
    let Some((condition, refused)) = access(&state, now, &Policy::default()).refuses(order) else {
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

const fn code(refused: Refused) -> Code {
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
