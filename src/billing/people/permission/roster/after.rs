//! Commands on the roster: the checks and the effect of each.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    BadRow, Command, GuestTick, Invitation, Invite, Membership, Person, Refusal, Roles, Roster,
    UserStatus,
};
use crate::people::identity::Email;
use crate::people::permission::{Action, Grant, GrantRefused, Grants, PeoplePolicy, Role, RoleId};

/// The person who commands, and what they may grant.
struct Giver<'a> {
    email: &'a Email,
    grants: Grants,
    policy: &'a PeoplePolicy,
}

/// A change of somebody's roles, before it is checked.
struct RolesChange<'a> {
    membership: Membership,
    /// What they may do so far.
    before: &'a Grants,
    after: &'a Roles,
}

impl Roster {
    /// The roster after a command.
    ///
    /// **Rule.** The person who commands may do the action (7.2) and may grant its roles ([`Grant`]); an
    /// active admin remains; users cannot delete themselves. A person has one membership and one open
    /// invitation.
    /// **Source.** SPEC 4.9, 7.1, 7.2, A32; RELIABILITY, threats 4 to 6, invariants 46 to 49.
    /// **Silent on** an invitation whose sender has since lost the right: it is not accepted. On removing
    /// a person's last role: see A98 and A99.
    ///
    /// # Worked example
    ///
    /// ```
    /// use billing::people::identity::Email;
    /// use billing::people::permission::{Command, PeoplePolicy, Refusal, Role, Roles, Roster};
    /// let ada = Email::parse("ada@acme.example").unwrap();
    /// let roster = Roster::founded(ada.clone(), vec![ada.domain().clone()]);
    /// let step_down = Command::SetRoles { email: ada.clone(), roles: Roles::of(Role::Member) };
    /// let refused = roster.after(&step_down, &ada, &PeoplePolicy::DEFAULT);
    /// assert_eq!(refused, Err(Refusal::LastAdmin));
    /// ```
    ///
    /// # Errors
    /// Fails with the first refusal, for an invitation with one per row; the roster is then unchanged.
    pub fn after(
        &self,
        command: &Command,
        by: &Email,
        policy: &PeoplePolicy,
    ) -> Result<Self, Refusal> {
        let mut next = self.clone();
        next.obey(command, by, policy)?;
        if next.active_admins().next().is_none() {
            return Err(Refusal::LastAdmin);
        }
        Ok(next)
    }

    fn obey(
        &mut self,
        command: &Command,
        by: &Email,
        policy: &PeoplePolicy,
    ) -> Result<(), Refusal> {
        let giver = |action| -> Result<Giver<'_>, Refusal> {
            Ok(Giver {
                email: by,
                grants: self.may(by, action, policy)?,
                policy,
            })
        };
        match command {
            Command::Invite { people, at } => {
                let giver = giver(Action::InviteUser)?;
                self.invite_all(people, &giver, *at)
            }
            Command::Resend { email, at } => {
                let giver = giver(Action::ResendInvitation)?;
                self.resend(email, &giver, *at)
            }
            Command::Accept { email, at } => self.accept(email, by, policy, *at),
            Command::SetRoles { email, roles } => {
                let giver = giver(Action::EditUserRoles)?;
                self.give(email, &giver, |_| roles.clone())
            }
            Command::Assign { people, roles } => {
                let giver = giver(Action::EditUserRoles)?;
                self.give_all(people, &giver, |before| with(before, roles))
            }
            Command::Unassign { people, roles } => {
                let giver = giver(Action::EditUserRoles)?;
                self.give_all(people, &giver, |before| without(before, roles))
            }
            Command::Revoke { people } => {
                let giver = giver(Action::RevokeUser)?;
                self.revoke(people, &giver)
            }
            Command::Delete { email } => {
                giver(Action::DeleteUser)?;
                self.delete(email, by)
            }
            Command::DeleteRole { role } => {
                giver(Action::EditRoles)?;
                self.delete_role(*role)
            }
        }
    }

    /// Invites everybody or nobody.
    ///
    /// **Rule.** Every faulty row is reported, so that all of them can be corrected at once.
    /// **Source.** SPEC 4.9.
    fn invite_all(
        &mut self,
        people: &[Invite],
        by: &Giver<'_>,
        at: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let (asked, most) = (people.len(), by.policy.invite_max);
        if asked > most {
            return Err(Refusal::TooMany { asked, most });
        }
        let invitation = invitation(by, at)?;
        let mut bad = Vec::new();
        for (row, invite) in people.iter().enumerate() {
            if let Err(refusal) = self.invite(invite, by, invitation.clone()) {
                bad.push(BadRow { row, refusal });
            }
        }
        if bad.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Rows(bad))
        }
    }

    fn invite(
        &mut self,
        invite: &Invite,
        by: &Giver<'_>,
        invitation: Invitation,
    ) -> Result<(), Refusal> {
        let email = &invite.email;
        match self.people.get(email).map(|person| &person.status) {
            None | Some(UserStatus::Revoked) => {}
            Some(UserStatus::Active) => return Err(Refusal::AlreadyMember(email.clone())),
            Some(UserStatus::Invited(_)) => return Err(Refusal::AlreadyInvited(email.clone())),
        }
        let membership = if email.is_guest(&self.domains) {
            Membership::Guest
        } else {
            Membership::Insider
        };
        if membership == Membership::Guest && invite.guest == GuestTick::NotTicked {
            return Err(Refusal::GuestNotTicked(email.clone()));
        }
        let person = Person {
            roles: invite.roles.clone(),
            membership,
            status: UserStatus::Invited(invitation),
        };
        self.vouch(email, &person, by)?;
        self.people.insert(email.clone(), person);
        Ok(())
    }

    fn resend(&mut self, email: &Email, by: &Giver<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
        let person = self.person(email)?;
        match person.status {
            UserStatus::Invited(_) => {}
            UserStatus::Active | UserStatus::Revoked => {
                return Err(Refusal::NotInvited(email.clone()));
            }
        }
        self.vouch(email, person, by)?;
        let invitation = invitation(by, at)?;
        self.person_mut(email)?.status = UserStatus::Invited(invitation);
        Ok(())
    }

    fn accept(
        &mut self,
        email: &Email,
        by: &Email,
        policy: &PeoplePolicy,
        at: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let person = self.person(email)?;
        let invitation = match &person.status {
            UserStatus::Invited(invitation) => invitation,
            UserStatus::Active | UserStatus::Revoked => {
                return Err(Refusal::NotInvited(email.clone()));
            }
        };
        if by != email {
            return Err(Refusal::OtherAddress(email.clone()));
        }
        if at >= invitation.until {
            return Err(Refusal::Expired(email.clone()));
        }
        let vouched = self
            .may(&invitation.by, Action::InviteUser, policy)
            .is_ok_and(|grants| {
                let giver = Giver {
                    email: &invitation.by,
                    grants,
                    policy,
                };
                self.vouch(email, person, &giver).is_ok()
            });
        if !vouched {
            return Err(Refusal::NoLongerVouched(email.clone()));
        }
        self.person_mut(email)?.status = UserStatus::Active;
        Ok(())
    }

    /// Whether somebody may send this invitation: its roles, and guests at all.
    fn vouch(&self, email: &Email, person: &Person, by: &Giver<'_>) -> Result<(), Refusal> {
        match person.membership {
            Membership::Guest => by.grants.may(Action::InviteGuest, by.policy)?,
            Membership::Insider => {}
        }
        let change = RolesChange {
            membership: person.membership,
            before: &Grants::default(),
            after: &person.roles,
        };
        self.check_grant(email, &change, by)
    }

    fn give_all(
        &mut self,
        people: &BTreeSet<Email>,
        by: &Giver<'_>,
        change: impl Fn(&Roles) -> Roles,
    ) -> Result<(), Refusal> {
        people
            .iter()
            .try_for_each(|email| self.give(email, by, &change))
    }

    /// Changes a person's roles. For an invited person, the granter's rights are checked from now on.
    fn give(
        &mut self,
        email: &Email,
        by: &Giver<'_>,
        change: impl Fn(&Roles) -> Roles,
    ) -> Result<(), Refusal> {
        let person = self.person(email)?;
        check_untouched(email, person, by)?;
        let roles = change(&person.roles);
        let before = self.grants(email).unwrap_or_default();
        let change = RolesChange {
            membership: person.membership,
            before: &before,
            after: &roles,
        };
        self.check_grant(email, &change, by)?;
        let person = self.person_mut(email)?;
        person.roles = roles;
        match &mut person.status {
            UserStatus::Invited(invitation) => invitation.by = by.email.to_owned(),
            UserStatus::Active | UserStatus::Revoked => {}
        }
        Ok(())
    }

    fn check_grant(
        &self,
        email: &Email,
        change: &RolesChange<'_>,
        by: &Giver<'_>,
    ) -> Result<(), Refusal> {
        let unknown = |role: &&RoleId| !self.custom_roles.contains_key(*role);
        if let Some(role) = change.after.custom.iter().find(unknown) {
            return Err(Refusal::UnknownRole(*role));
        }
        let grant = Grant {
            by: &by.grants,
            membership: change.membership,
            before: change.before,
            after: &self.resolve(change.after),
        };
        grant.check(by.policy).map_err(|reason| Refusal::Grant {
            email: email.clone(),
            reason,
        })
    }

    fn revoke(&mut self, people: &BTreeSet<Email>, by: &Giver<'_>) -> Result<(), Refusal> {
        people.iter().try_for_each(|email| {
            check_untouched(email, self.person(email)?, by)?;
            self.person_mut(email)?.status = UserStatus::Revoked;
            Ok(())
        })
    }

    fn delete(&mut self, email: &Email, by: &Email) -> Result<(), Refusal> {
        if email == by {
            return Err(Refusal::SelfDelete);
        }
        match self.people.remove(email) {
            Some(_) => Ok(()),
            None => Err(Refusal::UnknownPerson(email.clone())),
        }
    }

    /// **Rule.** Its holders keep their other roles; those left without any become Member. Nobody is
    /// demoted. **Source.** A32.
    fn delete_role(&mut self, role: RoleId) -> Result<(), Refusal> {
        self.custom_roles
            .remove(&role)
            .ok_or(Refusal::UnknownRole(role))?;
        for person in self.people.values_mut() {
            if person.roles.custom.remove(&role) && person.roles.is_empty() {
                person.roles = Roles::of(Role::Member);
            }
        }
        Ok(())
    }

    fn person(&self, email: &Email) -> Result<&Person, Refusal> {
        self.people
            .get(email)
            .ok_or_else(|| Refusal::UnknownPerson(email.clone()))
    }

    fn person_mut(&mut self, email: &Email) -> Result<&mut Person, Refusal> {
        self.people
            .get_mut(email)
            .ok_or_else(|| Refusal::UnknownPerson(email.clone()))
    }
}

/// Only an admin may change an admin, or an invited person who is to become one (A100).
fn check_untouched(email: &Email, person: &Person, by: &Giver<'_>) -> Result<(), Refusal> {
    if person.roles.system == Some(Role::Admin) && !by.grants.is_admin() {
        return Err(Refusal::Grant {
            email: email.clone(),
            reason: GrantRefused::AdminUntouched,
        });
    }
    Ok(())
}

/// An invitation that is valid from `at` for the configured number of days of 24 hours.
fn invitation(by: &Giver<'_>, at: DateTime<Utc>) -> Result<Invitation, Refusal> {
    let until = TimeDelta::try_days(i64::from(by.policy.invitation_days))
        .and_then(|days| at.checked_add_signed(days))
        .ok_or(Refusal::InvalidDate)?;
    Ok(Invitation {
        by: by.email.clone(),
        until,
    })
}

fn with(before: &Roles, added: &Roles) -> Roles {
    Roles {
        system: Role::highest(before.system.into_iter().chain(added.system)),
        custom: &before.custom | &added.custom,
    }
}

fn without(before: &Roles, taken: &Roles) -> Roles {
    let left = Roles {
        system: before.system.filter(|role| taken.system != Some(*role)),
        custom: &before.custom - &taken.custom,
    };
    if left.is_empty() {
        Roles::of(Role::Member)
    } else {
        left
    }
}
