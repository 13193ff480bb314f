//! What each kind of notice says, and to whom.

use super::facts::Notice;
use super::letter::Letter;

mod account;
mod invoice;
mod payment;
mod plan;
mod support;
mod trial;
mod usage;

/// Who gets a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Every active admin (SPEC R10).
    Admins,
    /// Whom invoices go to (SPEC 4.8).
    BillingContacts,
    /// The support team, and whoever the facts name.
    Support,
    /// The support team, which has to act, and every active admin.
    SupportAndAdmins,
}

/// The letter about a notice, and who gets it; none for a kind that nobody has written one for.
#[must_use]
pub fn letter(notice: &Notice) -> Option<(Readers, Letter)> {
    let (area, what) = notice.kind.split_once('.')?;
    let letter = match area {
        "usage" => usage::letter(what, notice)?,
        "invoice" => return Some((Readers::BillingContacts, invoice::letter(what, notice)?)),
        "plan" | "plan_change" => plan::letter(what, notice)?,
        "payment" => payment::letter(what, notice)?,
        "account" if what == "reactivation_requested" => {
            return Some((Readers::SupportAndAdmins, account::letter(what, notice)?));
        }
        "account" => account::letter(what, notice)?,
        "trial" => trial::letter(what, notice)?,
        "ticket" => return Some((Readers::Support, support::letter(what, notice)?)),
        _ => return None,
    };
    Some((Readers::Admins, letter))
}
