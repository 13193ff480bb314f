use alloc::collections::BTreeSet;
use alloc::vec;

use super::*;
use crate::people::permission::{GrantRefused, Level, Switch};

mod commands;
mod invitations;
mod sequences;

const POLICY: PeoplePolicy = PeoplePolicy::DEFAULT;

fn email(name: &str) -> Email {
    let text = if name.contains('@') {
        String::from(name)
    } else {
        alloc::format!("{name}@acme.example")
    };
    Email::parse(&text).unwrap()
}

fn day(day: u32) -> DateTime<Utc> {
    alloc::format!("2025-06-{day:02}T10:00:00Z")
        .parse()
        .unwrap()
}

fn domains() -> Vec<Domain> {
    vec![Domain::parse("acme.example").unwrap()]
}

/// The custom roles of every test: 1 manages users, 2 pays, 3 opens nothing.
fn custom_roles() -> BTreeMap<RoleId, CustomRole> {
    let role = |name: &str, billing, user_settings| CustomRole {
        name: String::from(name),
        levels: Levels {
            billing,
            user_settings,
            role_settings: Level::None,
        },
    };
    BTreeMap::from([
        (RoleId(1), role("Team lead", Level::None, Level::Write)),
        (RoleId(2), role("Accountant", Level::Write, Level::None)),
        (RoleId(3), role("Intern", Level::None, Level::None)),
    ])
}

fn custom(ids: &[u64]) -> Roles {
    Roles {
        system: None,
        custom: ids.iter().map(|id| RoleId(*id)).collect(),
    }
}

fn both(system: Role, ids: &[u64]) -> Roles {
    Roles {
        system: Some(system),
        ..custom(ids)
    }
}

fn active(roles: Roles) -> Person {
    Person {
        roles,
        membership: Membership::Insider,
        status: UserStatus::Active,
    }
}

/// Ada is the admin, Lea leads the team, Pam pays, Max is a member.
fn roster() -> Roster {
    let people = BTreeMap::from([
        (email("ada"), active(Roles::of(Role::Admin))),
        (email("lea"), active(both(Role::Creator, &[1]))),
        (email("pam"), active(custom(&[2]))),
        (email("max"), active(Roles::of(Role::Member))),
    ]);
    Roster::new(domains(), custom_roles(), people).unwrap()
}

fn people(names: &[&str]) -> BTreeSet<Email> {
    names.iter().map(|name| email(name)).collect()
}

fn invite(name: &str, roles: Roles) -> Command {
    invite_ticked(name, roles, GuestTick::NotTicked)
}

fn invite_ticked(name: &str, roles: Roles, guest: GuestTick) -> Command {
    let email = email(name);
    Command::Invite {
        people: vec![Invite {
            email,
            roles,
            guest,
        }],
        at: day(1),
    }
}

fn accept(name: &str, at: DateTime<Utc>) -> Command {
    let email = email(name);
    Command::Accept { email, at }
}

fn set(name: &str, roles: Roles) -> Command {
    let email = email(name);
    Command::SetRoles { email, roles }
}

/// The result of a command; a refusal of one row counts as that of the command.
fn after(roster: &Roster, by: &str, command: &Command) -> Result<Roster, Refusal> {
    roster
        .after(command, &email(by), &POLICY)
        .map_err(|refusal| match refusal {
            Refusal::Rows(mut rows) if rows.len() == 1 => rows.remove(0).refusal,
            other => other,
        })
}

fn person<'a>(roster: &'a Roster, name: &str) -> &'a Person {
    &roster.people[&email(name)]
}

/// Checks that a command on the roster of these tests is refused.
fn refused(by: &str, command: &Command, expected: Refusal) {
    assert_eq!(
        after(&roster(), by, command),
        Err(expected),
        "{by}: {command:?}"
    );
}

fn grant(name: &str, reason: GrantRefused) -> Refusal {
    let email = email(name);
    Refusal::Grant { email, reason }
}

fn denied(action: Action, reason: Reason) -> Refusal {
    Refusal::Denied(Denied { action, reason })
}

#[test]
fn invariant_46_a_roster_has_an_admin_and_no_guest_is_one() {
    let check = |people: &[(&str, Person)], expected: Result<(), InvalidRoster>| {
        let people = people
            .iter()
            .map(|(name, person)| (email(name), person.clone()))
            .collect();
        let found = Roster::new(domains(), custom_roles(), people);
        assert_eq!(found.map(|_| ()), expected);
    };
    let admin = active(Roles::of(Role::Admin));
    let revoked = Person {
        status: UserStatus::Revoked,
        ..admin.clone()
    };
    let guest = Person {
        membership: Membership::Guest,
        ..admin.clone()
    };
    let guest_member = Person {
        roles: Roles::of(Role::Member),
        ..guest.clone()
    };
    check(&[], Err(InvalidRoster::NoAdmin));
    check(&[("a", revoked)], Err(InvalidRoster::NoAdmin));
    check(
        &[("a", active(Roles::of(Role::Approver)))],
        Err(InvalidRoster::NoAdmin),
    );
    check(
        &[("a", admin.clone()), ("b", guest)],
        Err(InvalidRoster::GuestAdmin(email("b"))),
    );
    check(&[("a", admin.clone()), ("b", guest_member)], Ok(()));
    check(
        &[("a", admin.clone()), ("b", active(custom(&[4])))],
        Err(InvalidRoster::UnknownRole(RoleId(4))),
    );
    check(&[("a", admin)], Ok(()));
}

#[test]
fn only_the_active_may_do_anything() {
    let mut roster = roster();
    assert!(
        roster
            .may(&email("ada"), Action::CancelPlan, &POLICY)
            .is_ok()
    );
    assert!(
        roster
            .may(&email("lea"), Action::InviteUser, &POLICY)
            .is_ok()
    );
    let invited = UserStatus::Invited(Invitation {
        by: email("ada"),
        until: day(8),
    });
    for status in [invited, UserStatus::Revoked] {
        roster.people.get_mut(&email("ada")).unwrap().status = status;
        let denied = roster
            .may(&email("ada"), Action::CalculatePrice, &POLICY)
            .unwrap_err();
        assert_eq!(denied.reason, Reason::NotActive);
        assert_eq!(roster.active_admins().count(), 0);
    }
    let denied = roster
        .may(&email("eve"), Action::ViewPlan, &POLICY)
        .unwrap_err();
    assert_eq!(denied.reason, Reason::NotActive);
    assert_eq!(denied.action, Action::ViewPlan);
}

#[test]
fn resolves_custom_roles_to_their_levels() {
    let found = roster().grants(&email("lea")).unwrap();
    assert_eq!(found.system, Some(Role::Creator));
    assert_eq!(found.custom.len(), 1);
    assert_eq!(found.custom[&RoleId(1)].user_settings, Level::Write);
    let found = roster().grants(&email("pam")).unwrap();
    assert_eq!(found.system, None);
    let on = PeoplePolicy {
        custom_billing_access: Switch::On,
        ..POLICY
    };
    assert!(roster().may(&email("pam"), Action::ChangePlan, &on).is_ok());
    assert!(
        roster()
            .may(&email("pam"), Action::ChangePlan, &POLICY)
            .is_err()
    );
}

#[test]
fn a_new_organization_has_its_founder() {
    let roster = Roster::founded(email("ada"), domains());
    assert_eq!(roster.active_admins().collect::<Vec<_>>(), [&email("ada")]);
    assert_eq!(roster.people().len(), 1);
    assert!(roster.custom_roles().is_empty());
    assert_eq!(
        Roster::new(domains(), BTreeMap::new(), roster.people.clone()),
        Ok(roster)
    );
}
