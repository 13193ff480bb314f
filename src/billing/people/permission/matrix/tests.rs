use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::ToString;
use alloc::vec::Vec;

use super::*;
use crate::people::permission::{Levels, LiftedBy, Role, RoleId};

/// Every switch on.
const ALL_ON: PeoplePolicy = PeoplePolicy {
    approval_workflow: Switch::On,
    custom_roles: Switch::On,
    custom_billing_access: Switch::On,
    sandbox: Switch::On,
    ..PeoplePolicy::DEFAULT
};

fn custom(levels: Levels) -> Grants {
    Grants {
        system: None,
        custom: BTreeMap::from([(RoleId(1), levels)]),
    }
}

fn billing(level: Level) -> Grants {
    custom(Levels {
        billing: level,
        ..Levels::default()
    })
}

fn users(level: Level) -> Grants {
    custom(Levels {
        user_settings: level,
        ..Levels::default()
    })
}

fn roles(level: Level) -> Grants {
    custom(Levels {
        role_settings: level,
        ..Levels::default()
    })
}

/// The columns of SPEC 7.2 that are people, in its order.
fn columns() -> Vec<Grants> {
    let mut columns: Vec<Grants> = Role::ALL.map(Grants::of).into();
    columns.extend([
        billing(Level::Read),
        billing(Level::Write),
        users(Level::Write),
    ]);
    columns
}

/// A row of SPEC 7.2: its cells, then the actions that a V allows, then those that only a ✔ allows.
type Row = (&'static str, &'static [Action], &'static [Action]);

/// SPEC 7.2, cell by cell: Admin, Approver, Creator, Member, Billing:read, Billing:write,
/// UserSettings:write, Operator.
const MATRIX: [Row; 22] = [
    ("✔ – – – ✔ ✔ ✔ ✔", &[], &[Action::OpenOrganization]),
    (
        "✔ – – – V V – V",
        &[Action::ViewPlan],
        &[Action::DownloadUsage],
    ),
    ("✔ – – – – ✔ – –", &[], &[Action::ChangePlan]),
    (
        "✔ – – – – – – –",
        &[],
        &[Action::PausePlan, Action::CancelPlan],
    ),
    ("✔ – – – – – – –", &[], &[Action::RequestReactivation]), // "ticket"
    ("– – – – – – – ✔", &[], &[Action::Reactivate]),
    ("✔ – – – V V – V", &[Action::ViewBilling], &[]),
    (
        "✔ – – – – ✔ – –",
        &[],
        &[
            Action::EditBillingDetails,
            Action::ManagePaymentMethods,
            Action::RetryPayment,
        ],
    ),
    (
        "✔ – – – – – – V",
        &[Action::ViewInvoices],
        &[Action::DownloadInvoices],
    ),
    ("✔ – – – – – – –", &[], &[Action::PurchaseCredits]),
    (
        "✔ – – – – – ✔ V",
        &[Action::ViewUsers],
        &[Action::DownloadUsers],
    ),
    (
        "✔ – – – – – ✔ –",
        &[],
        &[
            Action::InviteUser,
            Action::ResendInvitation,
            Action::EditUserRoles,
            Action::RevokeUser,
        ],
    ),
    ("✔ – – – – – – –", &[], &[Action::InviteGuest]),
    ("✔ – – – – – – –", &[], &[Action::DeleteUser]),
    (
        "✔ – – – – – – –",
        &[],
        &[Action::ManagePasscodes, Action::ResetTwoFactor],
    ),
    ("✔ – – – – – ✔ V", &[Action::ViewRoles], &[]), // A95
    ("✔ – – – – – – –", &[], &[Action::EditRoles]),
    (
        "✔ – – – – – – V",
        &[Action::ViewAudit],
        &[Action::DownloadAudit],
    ),
    (
        "✔ – – – – – – V",
        &[Action::ViewData],
        &[Action::ExportData, Action::OpenTicket, Action::UploadUsage],
    ),
    ("– – – – – – – –", &[], &[Action::SendByApi]),
    ("✔ ✔ ✔ ✔ ✔ ✔ ✔ ✔", &[], &[Action::CalculatePrice]),
    ("✔ – – – – – – –", &[], &[Action::UseSandbox]),
];

#[test]
fn the_matrix_holds_cell_by_cell() {
    let people = columns();
    let actors: Vec<Actor<'_>> = people
        .iter()
        .map(Actor::Person)
        .chain([Actor::Operator])
        .collect();
    let mut checked = 0;
    for (cells, seen, done) in MATRIX {
        let cells: Vec<&str> = cells.split(' ').collect();
        assert_eq!(cells.len(), actors.len());
        for (actor, cell) in actors.iter().zip(cells) {
            let mut check = |actions: &[Action], expected| {
                for action in actions {
                    let found = actor.may(*action, &ALL_ON);
                    assert_eq!(found.is_ok(), expected, "SPEC 7.2: {action:?} of {actor:?}");
                    assert!(found.is_ok() || found.unwrap_err().action == *action);
                    checked += 1;
                }
            };
            check(seen, cell == "✔" || cell == "V");
            check(done, cell == "✔");
        }
    }
    assert_eq!(checked, Action::ALL.len() * 8);
}

#[test]
fn the_matrix_names_every_action_once() {
    let named: Vec<Action> = MATRIX
        .iter()
        .flat_map(|(_, seen, done)| seen.iter().chain(*done).copied())
        .collect();
    assert_eq!(named, Action::ALL);
    let words: BTreeSet<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
    assert_eq!(words.len(), Action::ALL.len());
}

#[test]
fn a_role_alone_follows_the_default_switches() {
    for role in Role::ALL {
        for action in Action::ALL {
            let found = Grants::of(role).may(action, &PeoplePolicy::DEFAULT);
            assert_eq!(role.may(action), found.is_ok(), "{role:?} {action:?}");
        }
    }
}

/// A switch restricts whatever a custom role would open, and the denial names it.
fn check_kept_back(grants: &Grants, policy: &PeoplePolicy, expected: Reason) {
    let mut kept_back = 0;
    for action in Action::ALL {
        if let (Needs::OneOf(_), Ok(())) = (needs(action), grants.may(action, &ALL_ON)) {
            let denied = grants.may(action, policy).unwrap_err();
            assert_eq!(denied.reason, expected, "{action:?}");
            kept_back += 1;
        }
    }
    assert!(kept_back > 1);
}

#[test]
fn switches_restrict_custom_roles() {
    for level in [Level::Read, Level::Write] {
        check_kept_back(
            &billing(level),
            &PeoplePolicy::DEFAULT,
            Reason::BillingForAdmins,
        );
        let off = PeoplePolicy {
            custom_roles: Switch::Off,
            ..ALL_ON
        };
        check_kept_back(&billing(level), &off, Reason::CustomRolesOff);
        check_kept_back(&users(level), &off, Reason::CustomRolesOff);
        check_kept_back(&roles(level), &off, Reason::CustomRolesOff);
        assert!(
            users(level)
                .may(Action::ViewUsers, &PeoplePolicy::DEFAULT)
                .is_ok()
        );
        assert!(
            roles(level)
                .may(Action::ViewRoles, &PeoplePolicy::DEFAULT)
                .is_ok()
        );
    }
    let mut admin = billing(Level::None);
    admin.system = Some(Role::Admin);
    let off = PeoplePolicy {
        custom_roles: Switch::Off,
        ..PeoplePolicy::DEFAULT
    };
    for policy in [ALL_ON, PeoplePolicy::DEFAULT, off] {
        assert!(admin.may(Action::ChangePlan, &policy).is_ok());
    }
}

#[test]
fn a79_and_a80_read_sees_users_and_roles() {
    let check = |grants: Grants, expected: &[Action]| {
        let found: Vec<Action> = Action::ALL
            .into_iter()
            .filter(|action| grants.may(*action, &PeoplePolicy::DEFAULT).is_ok())
            .collect();
        assert_eq!(found, expected);
    };
    check(
        users(Level::Read),
        &[
            Action::OpenOrganization,
            Action::ViewUsers,
            Action::CalculatePrice,
        ],
    );
    for level in [Level::Read, Level::Write] {
        check(
            roles(level),
            &[
                Action::OpenOrganization,
                Action::ViewRoles,
                Action::CalculatePrice,
            ],
        );
    }
    check(Grants::default(), &[Action::CalculatePrice]);
    check(users(Level::None), &[Action::CalculatePrice]);
}

#[test]
fn sandbox_actions_need_the_sandbox() {
    let admin = Grants::of(Role::Admin);
    for actor in [Actor::Person(&admin), Actor::Operator] {
        let denied = actor
            .may(Action::UseSandbox, &PeoplePolicy::DEFAULT)
            .unwrap_err();
        assert_eq!(denied.reason, Reason::SandboxOff);
    }
    let creator = Grants::of(Role::Creator);
    let denied = creator.may(Action::UseSandbox, &ALL_ON).unwrap_err();
    assert_eq!(denied.reason, Reason::AdminsOnly(Some(Role::Creator)));
    assert_eq!(admin.may(Action::UseSandbox, &ALL_ON), Ok(()));
}

#[test]
fn a_credential_sends_and_does_nothing_else() {
    for action in Action::ALL {
        let found = Actor::Credential.may(action, &ALL_ON);
        let expected = match action {
            Action::SendByApi => None,
            _ => Some(Reason::CredentialSends),
        };
        assert_eq!(
            found.err().map(|denied| denied.reason),
            expected,
            "{action:?}"
        );
    }
}

#[test]
fn a_denial_says_why_and_who_can_lift_it() {
    let check = |actor: Actor<'_>, action, sentence: &str, by: LiftedBy| {
        let denied = actor.may(action, &PeoplePolicy::DEFAULT).unwrap_err();
        assert_eq!(denied.to_string(), sentence);
        assert_eq!(denied.reason.lifted_by(), by);
    };
    let admin = Grants::of(Role::Admin);
    check(
        Actor::Person(&Grants::of(Role::Creator)),
        Action::ViewInvoices,
        "you may not see invoices: that is for admins, and your role is Creator; an admin of \
         your organization can change that",
        LiftedBy::Admin,
    );
    check(
        Actor::Person(&users(Level::Write)),
        Action::DeleteUser,
        "you may not delete users: that is for admins; an admin of your organization can \
         change that",
        LiftedBy::Admin,
    );
    check(
        Actor::Person(&users(Level::Read)),
        Action::InviteUser,
        "you may not invite users: that needs User Settings: write, and your roles give read; \
         an admin of your organization can change that",
        LiftedBy::Admin,
    );
    check(
        Actor::Person(&billing(Level::Write)),
        Action::ChangePlan,
        "you may not change the plan: billing is switched to admins alone; ask support",
        LiftedBy::Support,
    );
    check(
        Actor::Person(&admin),
        Action::Reactivate,
        "you may not reactivate a paused plan: support does that, after a ticket; ask support",
        LiftedBy::Support,
    );
    check(
        Actor::Operator,
        Action::ChangePlan,
        "you may not change the plan: support looks and does not act",
        LiftedBy::Nobody,
    );
    check(
        Actor::Person(&admin),
        Action::SendByApi,
        "you may not send usage and events by the API: an API credential of the organization \
         does that",
        LiftedBy::Nobody,
    );
    check(
        Actor::Operator,
        Action::SendByApi,
        "you may not send usage and events by the API: an API credential of the organization \
         does that",
        LiftedBy::Nobody,
    );
}

#[test]
fn every_reason_says_something_of_its_own_and_names_who_can_lift_it() {
    let level = Reason::Level {
        component: Component::Billing,
        has: Level::Read,
        needs: Level::Write,
    };
    let reasons = [
        (Reason::AdminsOnly(None), LiftedBy::Admin),
        (Reason::AdminsOnly(Some(Role::Approver)), LiftedBy::Admin),
        (Reason::AdminsOnly(Some(Role::Member)), LiftedBy::Admin),
        (level, LiftedBy::Admin),
        (Reason::CustomRolesOff, LiftedBy::Support),
        (Reason::BillingForAdmins, LiftedBy::Support),
        (Reason::NotActive, LiftedBy::Admin),
        (Reason::SupportOnly, LiftedBy::Support),
        (Reason::SupportLooks, LiftedBy::Nobody),
        (Reason::CredentialOnly, LiftedBy::Nobody),
        (Reason::CredentialSends, LiftedBy::Nobody),
        (Reason::SandboxOff, LiftedBy::Nobody),
    ];
    for (reason, by) in reasons {
        assert_eq!(reason.lifted_by(), by, "{reason:?}");
    }
    let sentences: BTreeSet<_> = reasons.map(|(reason, _)| reason.to_string()).into();
    assert_eq!(sentences.len(), reasons.len());
}
