//! Roles, revoking and deleting: the effect of each command, and each reason to refuse it.

use alloc::string::ToString;

use super::*;

#[test]
fn only_admins_make_change_or_revoke_admins() {
    let admin = || Roles::of(Role::Admin);
    refused(
        "lea",
        &invite("new", admin()),
        grant("new", GrantRefused::AdminByAdmins),
    );
    refused(
        "lea",
        &set("max", admin()),
        grant("max", GrantRefused::AdminByAdmins),
    );
    refused(
        "lea",
        &set("lea", admin()),
        grant("lea", GrantRefused::AdminByAdmins),
    );
    let untouched = || grant("ada", GrantRefused::AdminUntouched);
    refused("lea", &set("ada", Roles::of(Role::Member)), untouched());
    let revoke = Command::Revoke {
        people: people(&["max", "ada"]),
    };
    refused("lea", &revoke, untouched());
    let invited = after(&roster(), "ada", &invite("new", admin())).unwrap();
    for command in [
        set("new", Roles::of(Role::Member)),
        Command::Revoke {
            people: people(&["new"]),
        },
    ] {
        let found = after(&invited, "lea", &command);
        assert_eq!(found, Err(grant("new", GrantRefused::AdminUntouched)));
    }
    let beyond = GrantRefused::Beyond {
        component: crate::people::permission::Component::Billing,
        has: Level::None,
        granted: Level::Write,
    };
    refused("lea", &set("lea", custom(&[2])), grant("lea", beyond));
    assert!(after(&roster(), "ada", &set("max", admin())).is_ok());
}

#[test]
fn denials_name_the_missing_right() {
    let nothing = || Reason::Level {
        component: crate::people::permission::Component::UserSettings,
        has: Level::None,
        needs: Level::Write,
    };
    let member = Some(Role::Member);
    let one = || people(&["pam"]);
    let roles = || Roles::of(Role::Member);
    for (command, action) in [
        (invite("new", roles()), Action::InviteUser),
        (set("pam", roles()), Action::EditUserRoles),
        (
            Command::Assign {
                people: one(),
                roles: roles(),
            },
            Action::EditUserRoles,
        ),
        (
            Command::Unassign {
                people: one(),
                roles: roles(),
            },
            Action::EditUserRoles,
        ),
        (Command::Revoke { people: one() }, Action::RevokeUser),
        (
            Command::Resend {
                email: email("pam"),
                at: day(1),
            },
            Action::ResendInvitation,
        ),
    ] {
        refused("max", &command, denied(action, nothing()));
        refused("eve", &command, denied(action, Reason::NotActive));
    }
    let delete = Command::Delete {
        email: email("pam"),
    };
    refused(
        "max",
        &delete,
        denied(Action::DeleteUser, Reason::AdminsOnly(member)),
    );
    let role = Command::DeleteRole { role: RoleId(1) };
    refused(
        "max",
        &role,
        denied(Action::EditRoles, Reason::AdminsOnly(member)),
    );
}

#[test]
fn the_last_admin_stays() {
    let admin = || Roles::of(Role::Admin);
    let commands = [
        set("ada", Roles::of(Role::Member)),
        set("ada", custom(&[1])),
        Command::Unassign {
            people: people(&["ada", "max"]),
            roles: admin(),
        },
        Command::Revoke {
            people: people(&["ada", "max"]),
        },
    ];
    for command in &commands {
        refused("ada", command, Refusal::LastAdmin);
    }
    // An admin who is only invited does not count.
    let invited = after(&roster(), "ada", &invite("new", admin())).unwrap();
    for command in &commands {
        assert_eq!(after(&invited, "ada", command), Err(Refusal::LastAdmin));
    }
    let joined = after(&invited, "new", &accept("new", day(2))).unwrap();
    for command in &commands {
        let found = after(&joined, "ada", command).unwrap();
        assert_eq!(found.active_admins().collect::<Vec<_>>(), [&email("new")]);
    }
    let all = Command::Revoke {
        people: people(&["ada", "new"]),
    };
    assert_eq!(after(&joined, "ada", &all), Err(Refusal::LastAdmin));
    for by in ["ada", "new"] {
        assert!(after(&joined, by, &set("ada", Roles::of(Role::Approver))).is_err());
        assert!(after(&joined, by, &set("ada", Roles::of(Role::Creator))).is_ok());
    }
}

#[test]
fn nobody_deletes_themself() {
    let delete = |name| Command::Delete { email: email(name) };
    refused("ada", &delete("ada"), Refusal::SelfDelete);
    let two = after(&roster(), "ada", &set("max", Roles::of(Role::Admin))).unwrap();
    assert_eq!(after(&two, "ada", &delete("ada")), Err(Refusal::SelfDelete));
    let found = after(&two, "max", &delete("ada")).unwrap();
    assert_eq!(found.people.get(&email("ada")), None);
    refused("ada", &delete("eve"), Refusal::UnknownPerson(email("eve")));
}

#[test]
fn many_are_assigned_and_unassigned_at_once() {
    let assign = |names: &[&str], roles| Command::Assign {
        people: people(names),
        roles,
    };
    let unassign = |names: &[&str], roles| Command::Unassign {
        people: people(names),
        roles,
    };
    let roles = |command: &Command, name: &str| {
        person(&after(&roster(), "ada", command).unwrap(), name)
            .roles
            .clone()
    };
    let command = assign(&["ada", "lea", "pam", "max"], both(Role::Creator, &[3]));
    assert_eq!(roles(&command, "ada"), both(Role::Admin, &[3]));
    assert_eq!(roles(&command, "lea"), both(Role::Creator, &[1, 3]));
    assert_eq!(roles(&command, "pam"), both(Role::Creator, &[2, 3]));
    assert_eq!(roles(&command, "max"), both(Role::Creator, &[3]));
    let command = unassign(&["lea", "pam", "max"], both(Role::Creator, &[2]));
    assert_eq!(roles(&command, "lea"), custom(&[1]));
    assert_eq!(roles(&command, "pam"), Roles::of(Role::Member), "A98");
    assert_eq!(roles(&command, "max"), Roles::of(Role::Member));
    assert_eq!(
        roles(&unassign(&["lea"], custom(&[1])), "lea"),
        Roles::of(Role::Creator)
    );
    refused(
        "ada",
        &assign(&["max", "eve"], custom(&[3])),
        Refusal::UnknownPerson(email("eve")),
    );
    refused(
        "ada",
        &assign(&["max"], custom(&[4])),
        Refusal::UnknownRole(RoleId(4)),
    );
    refused(
        "ada",
        &set("max", Roles::default()),
        grant("max", GrantRefused::NoRole),
    );
    refused(
        "ada",
        &invite("new", Roles::default()),
        grant("new", GrantRefused::NoRole),
    );
}

#[test]
fn a32_a_deleted_role_leaves_members_and_demotes_nobody() {
    let mut before = roster();
    for (name, roles) in [
        ("admin", both(Role::Admin, &[2])),
        ("two", custom(&[2, 3])),
        ("one", custom(&[2])),
        ("bare", Roles::default()),
    ] {
        before.people.insert(email(name), active(roles));
    }
    let delete = Command::DeleteRole { role: RoleId(2) };
    let found = after(&before, "ada", &delete).unwrap();
    let check =
        |name: &str, expected| assert_eq!(person(&found, name).roles, expected, "A32: {name}");
    check("admin", Roles::of(Role::Admin));
    check("two", custom(&[3]));
    check("one", Roles::of(Role::Member));
    check("pam", Roles::of(Role::Member));
    check("lea", both(Role::Creator, &[1]));
    check("bare", Roles::default());
    assert!(!found.custom_roles.contains_key(&RoleId(2)));
    assert_eq!(
        after(&found, "ada", &delete),
        Err(Refusal::UnknownRole(RoleId(2)))
    );
}

#[test]
fn a_refusal_is_a_sentence_that_helps() {
    let check = |refusal: Refusal, expected: &str| assert_eq!(refusal.to_string(), expected);
    check(
        Refusal::LastAdmin,
        "nobody would be an admin any more; make somebody else an admin first",
    );
    check(
        Refusal::TooMany {
            asked: 51,
            most: 50,
        },
        "invite at most 50 people at a time, here are 51",
    );
    check(
        grant("new", GrantRefused::AdminByAdmins),
        "new@acme.example: only an admin can make someone an admin",
    );
    check(
        Refusal::GuestNotTicked(email("eve@elsewhere.example")),
        "eve@elsewhere.example lies outside your organization's domains; tick \"invite as guest\"",
    );
}

#[test]
fn every_refusal_says_something_of_its_own() {
    let new = || email("new");
    let sentences: BTreeSet<String> = [
        denied(Action::ViewPlan, Reason::NotActive),
        grant("new", GrantRefused::NoRole),
        Refusal::UnknownPerson(new()),
        Refusal::UnknownRole(RoleId(7)),
        Refusal::AlreadyMember(new()),
        Refusal::AlreadyInvited(new()),
        Refusal::NotInvited(new()),
        Refusal::Expired(new()),
        Refusal::OtherAddress(new()),
        Refusal::NoLongerVouched(new()),
        Refusal::GuestNotTicked(new()),
        Refusal::TooMany { asked: 2, most: 1 },
        Refusal::LastAdmin,
        Refusal::SelfDelete,
        Refusal::InvalidDate,
    ]
    .map(|refusal| refusal.to_string())
    .into();
    assert_eq!(sentences.len(), 15);
    let unsound: BTreeSet<String> = [
        InvalidRoster::NoAdmin,
        InvalidRoster::GuestAdmin(new()),
        InvalidRoster::UnknownRole(RoleId(7)),
    ]
    .map(|unsound| unsound.to_string())
    .into();
    assert_eq!(unsound.len(), 3);
    for one in sentences.iter().chain(&unsound) {
        assert!(one.len() > 20 && !one.ends_with('.'), "{one}");
    }
}
