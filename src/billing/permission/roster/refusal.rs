//! Why a change to the members is refused.

use core::fmt;

use alloc::vec::Vec;

use crate::identity::Email;
use crate::permission::{Denied, GrantRefused, RoleId};

/// Why a command changes nothing. A command acts on all it names or on none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The one who commands may not.
    Denied(Denied),
    /// These roles may not be given so.
    Grant {
        /// To whom.
        email: Email,
        /// Why not.
        reason: GrantRefused,
    },
    /// There is no such person.
    UnknownPerson(Email),
    /// There is no such custom role.
    UnknownRole(RoleId),
    /// The person to invite is a member.
    AlreadyMember(Email),
    /// The person to invite is invited; the invitation can be sent again.
    AlreadyInvited(Email),
    /// The person has no open invitation.
    NotInvited(Email),
    /// The invitation holds no longer.
    Expired(Email),
    /// The invitation is somebody else's.
    OtherAddress(Email),
    /// Whoever vouched for the invitation could not send it today.
    NoLongerVouched(Email),
    /// The address lies outside the organization's domains, and that was not ticked.
    GuestNotTicked(Email),
    /// Some rows of an invitation; every one that is wrong, in order.
    Rows(Vec<BadRow>),
    /// More people than one command invites.
    TooMany {
        /// How many were named.
        asked: usize,
        /// How many may be.
        most: usize,
    },
    /// Nobody would be an admin.
    LastAdmin,
    /// Nobody deletes themself.
    SelfDelete,
    /// The calendar ends before the invitation does.
    InvalidDate,
}

/// A row of an invitation that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Which, counted from 0.
    pub row: usize,
    /// What is wrong with it.
    pub refusal: Refusal,
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(denied) => denied.fmt(f),
            Self::Grant { email, reason } => write!(f, "{email}: {reason}"),
            Self::UnknownPerson(email) => write!(f, "{email} is no user of this organization"),
            Self::UnknownRole(role) => write!(f, "there is no custom role {}", role.0),
            Self::AlreadyMember(email) => write!(f, "{email} is a user already"),
            Self::AlreadyInvited(email) => {
                write!(
                    f,
                    "{email} is invited already; resend the invitation instead"
                )
            }
            Self::NotInvited(email) => write!(f, "{email} has no open invitation"),
            Self::Expired(_) => {
                f.write_str("this invitation has expired; ask an admin to send it again")
            }
            Self::OtherAddress(email) => {
                write!(
                    f,
                    "this invitation is for {email}; sign in with that address"
                )
            }
            Self::NoLongerVouched(_) => f.write_str(
                "whoever sent this invitation may no longer give its roles; ask an admin to send \
                 it again",
            ),
            Self::GuestNotTicked(email) => write!(
                f,
                "{email} lies outside your organization's domains; tick \"invite as guest\""
            ),
            Self::Rows(rows) => {
                for (index, bad) in rows.iter().enumerate() {
                    let gap = if index == 0 { "" } else { "; " };
                    write!(f, "{gap}row {}: {}", bad.row.saturating_add(1), bad.refusal)?;
                }
                Ok(())
            }
            Self::TooMany { asked, most } => {
                write!(
                    f,
                    "invite at most {most} people at a time, here are {asked}"
                )
            }
            Self::LastAdmin => {
                f.write_str("nobody would be an admin any more; make somebody else an admin first")
            }
            Self::SelfDelete => f.write_str("you cannot delete yourself; ask another admin"),
            Self::InvalidDate => f.write_str("the calendar ends before this invitation does"),
        }
    }
}

impl core::error::Error for Refusal {}
