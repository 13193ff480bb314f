//! Refusals of commands on the roster.

use core::fmt;

use alloc::vec::Vec;

use crate::people::identity::Email;
use crate::people::permission::{Denied, GrantRefused, RoleId};

/// Why a command is refused. A command applies to all people it names or to none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The person who commands may not do this.
    Denied(Denied),
    /// These roles may not be granted.
    Grant {
        /// The receiver's address.
        email: Email,
        /// The reason for the refusal.
        reason: GrantRefused,
    },
    /// The person does not exist.
    UnknownPerson(Email),
    /// The custom role does not exist.
    UnknownRole(RoleId),
    /// The person to invite is already a member.
    AlreadyMember(Email),
    /// The person is already invited; the invitation can be resent.
    AlreadyInvited(Email),
    /// The person has no open invitation.
    NotInvited(Email),
    /// The invitation has expired.
    Expired(Email),
    /// The invitation is for another address.
    OtherAddress(Email),
    /// The sender of the invitation no longer has the rights to send it.
    NoLongerVouched(Email),
    /// The address is outside the organization's domains, and the guest box was not ticked.
    GuestNotTicked(Email),
    /// Rows of an invitation are faulty: all of them, in order.
    Rows(Vec<BadRow>),
    /// The command names more people than allowed.
    TooMany {
        /// The number of people in the command.
        asked: usize,
        /// The number that is allowed.
        most: usize,
    },
    /// No active admin would remain.
    LastAdmin,
    /// Users cannot delete themselves.
    SelfDelete,
    /// The calendar ends before the invitation does.
    InvalidDate,
}

/// A faulty row of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The index of the row, from 0.
    pub row: usize,
    /// The reason for the refusal.
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
