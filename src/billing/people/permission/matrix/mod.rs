//! The matrix of SPEC 7.2: what an action requires, what support may view, and whether an actor meets
//! the requirement.

use super::{Action, Component, Denied, Grants, Level, PeoplePolicy, Reason, Switch};

/// Who performs an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor<'a> {
    /// An active member with these roles.
    Person(&'a Grants),
    /// Support, which is not a role of a customer (footnote 3).
    Operator,
    /// A program with an API credential of the organization.
    Credential,
}

impl Actor<'_> {
    /// Checks whether the actor may do the action.
    ///
    /// **Rule.** The matrix. No custom role grants an admins-only action. For the actions of a component
    /// the level of the person's roles decides: read may view, write may change. Support may view.
    /// **Source.** SPEC 7.2.
    /// **Silent on** User Settings: read, which may view the users, and on Role Settings, which may view the
    /// roles: see A79 and A95.
    ///
    /// # Worked example
    ///
    /// ```
    /// use billing::people::permission::{Action, Actor, Grants, PeoplePolicy, Reason, Role};
    /// let (member, policy) = (Grants::of(Role::Member), PeoplePolicy::DEFAULT);
    /// let denied = Actor::Person(&member).may(Action::PausePlan, &policy).unwrap_err();
    /// assert_eq!(denied.reason, Reason::AdminsOnly(Some(Role::Member)));
    /// assert_eq!(
    ///     denied.to_string(),
    ///     "you may not pause the plan: that is for admins, and your role is Member; \
    ///      an admin of your organization can change that"
    /// );
    /// assert!(Actor::Operator.may(Action::Reactivate, &policy).is_ok());
    /// ```
    ///
    /// # Errors
    /// The error names the rule that refuses and who can grant the right.
    pub fn may(&self, action: Action, policy: &PeoplePolicy) -> Result<(), Denied> {
        let reason = match self {
            Self::Person(grants) => person(grants, action, policy),
            Self::Operator => operator(action, policy),
            Self::Credential => credential(action),
        };
        reason.map_or(Ok(()), |reason| Err(Denied { action, reason }))
    }
}

impl Grants {
    /// Checks whether the person may do the action; see [`Actor::may`].
    ///
    /// # Errors
    /// The error names the rule that refuses and who can grant the right.
    pub fn may(&self, action: Action, policy: &PeoplePolicy) -> Result<(), Denied> {
        Actor::Person(self).may(action, policy)
    }
}

/// What an action requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// The actor is an admin.
    Admin,
    /// The actor has one of these levels; an admin has all of them.
    OneOf(&'static [(Component, Level)]),
    /// The actor is signed in.
    SignedIn,
    /// The actor is support.
    Operator,
    /// The actor is a program with a credential.
    Credential,
    /// The actor is an admin, and the sandbox is on.
    Sandbox,
}

/// What an action requires (SPEC 7.2).
pub(super) const fn needs(action: Action) -> Needs {
    match action {
        Action::OpenOrganization => Needs::OneOf(&[
            (Component::Billing, Level::Read),
            (Component::UserSettings, Level::Read),
            (Component::RoleSettings, Level::Read),
        ]),
        Action::ViewPlan | Action::ViewBilling => {
            Needs::OneOf(&[(Component::Billing, Level::Read)])
        }
        Action::ChangePlan
        | Action::EditBillingDetails
        | Action::ManagePaymentMethods
        | Action::RetryPayment => Needs::OneOf(&[(Component::Billing, Level::Write)]),
        Action::ViewUsers => Needs::OneOf(&[(Component::UserSettings, Level::Read)]),
        Action::DownloadUsers
        | Action::InviteUser
        | Action::ResendInvitation
        | Action::EditUserRoles
        | Action::RevokeUser => Needs::OneOf(&[(Component::UserSettings, Level::Write)]),
        Action::ViewRoles => Needs::OneOf(&[
            (Component::RoleSettings, Level::Read),
            (Component::UserSettings, Level::Write),
        ]),
        Action::DownloadUsage
        | Action::PausePlan
        | Action::CancelPlan
        | Action::RequestReactivation
        | Action::ViewInvoices
        | Action::DownloadInvoices
        | Action::PurchaseCredits
        | Action::InviteGuest
        | Action::DeleteUser
        | Action::ManagePasscodes
        | Action::ResetTwoFactor
        | Action::EditRoles
        | Action::ViewAudit
        | Action::DownloadAudit
        | Action::ViewData
        | Action::ExportData
        | Action::OpenTicket
        | Action::UploadUsage => Needs::Admin,
        Action::Reactivate => Needs::Operator,
        Action::SendByApi => Needs::Credential,
        Action::CalculatePrice => Needs::SignedIn,
        Action::UseSandbox => Needs::Sandbox,
    }
}

/// The reason to deny a member's action; `None` when it is allowed.
fn person(grants: &Grants, action: Action, policy: &PeoplePolicy) -> Option<Reason> {
    match needs(action) {
        Needs::Admin if grants.is_admin() => None,
        Needs::Admin => Some(Reason::AdminsOnly(grants.system)),
        Needs::OneOf(levels) => short_of(grants, levels, policy),
        Needs::SignedIn => None,
        Needs::Operator => Some(Reason::SupportOnly),
        Needs::Credential => Some(Reason::CredentialOnly),
        Needs::Sandbox if grants.is_admin() => sandbox(policy),
        Needs::Sandbox => Some(sandbox(policy).unwrap_or(Reason::AdminsOnly(grants.system))),
    }
}

/// The reason why none of the levels is reached: the roles are too low, or a switch restricts them.
fn short_of(
    grants: &Grants,
    levels: &[(Component, Level)],
    policy: &PeoplePolicy,
) -> Option<Reason> {
    let mut every = levels.iter();
    if every.any(|(component, needs)| grants.level(*component, policy) >= *needs) {
        return None;
    }
    let mut every = levels.iter();
    if every.any(|(component, needs)| grants.granted(*component) >= *needs) {
        return Some(match policy.custom_roles {
            Switch::Off => Reason::CustomRolesOff,
            Switch::On => Reason::BillingForAdmins,
        });
    }
    levels.first().map(|(component, needs)| Reason::Level {
        component: *component,
        has: grants.level(*component, policy),
        needs: *needs,
    })
}

/// The reason to deny support: it may view what the matrix marks with a V, and reactivate.
fn operator(action: Action, policy: &PeoplePolicy) -> Option<Reason> {
    match action {
        Action::OpenOrganization
        | Action::ViewPlan
        | Action::Reactivate
        | Action::ViewBilling
        | Action::ViewInvoices
        | Action::ViewUsers
        | Action::ViewRoles
        | Action::ViewAudit
        | Action::ViewData
        | Action::CalculatePrice => None,
        Action::DownloadUsage
        | Action::ChangePlan
        | Action::PausePlan
        | Action::CancelPlan
        | Action::RequestReactivation
        | Action::EditBillingDetails
        | Action::ManagePaymentMethods
        | Action::RetryPayment
        | Action::DownloadInvoices
        | Action::PurchaseCredits
        | Action::DownloadUsers
        | Action::InviteUser
        | Action::ResendInvitation
        | Action::EditUserRoles
        | Action::RevokeUser
        | Action::InviteGuest
        | Action::DeleteUser
        | Action::ManagePasscodes
        | Action::ResetTwoFactor
        | Action::EditRoles
        | Action::DownloadAudit
        | Action::ExportData
        | Action::OpenTicket
        | Action::UploadUsage => Some(Reason::SupportLooks),
        Action::SendByApi => Some(Reason::CredentialOnly),
        Action::UseSandbox => Some(sandbox(policy).unwrap_or(Reason::SupportLooks)),
    }
}

/// The reason to deny a program: it may only send usage and events.
fn credential(action: Action) -> Option<Reason> {
    match needs(action) {
        Needs::Credential => None,
        Needs::Admin | Needs::OneOf(_) | Needs::SignedIn | Needs::Operator | Needs::Sandbox => {
            Some(Reason::CredentialSends)
        }
    }
}

fn sandbox(policy: &PeoplePolicy) -> Option<Reason> {
    match policy.sandbox {
        Switch::On => None,
        Switch::Off => Some(Reason::SandboxOff),
    }
}

#[cfg(test)]
mod tests;
