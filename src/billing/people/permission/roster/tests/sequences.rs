//! Any commands in any order: the invariants after each of them.

use alloc::collections::BTreeSet;

use proptest::prelude::*;

use crate::tests::seeded::seeded;
use proptest::sample::select;

use super::*;
use crate::people::permission::Component;

const NAMES: [&str; 6] = ["ada", "lea", "pam", "max", "new", "eve@elsewhere.example"];

fn someone() -> impl Strategy<Value = Email> {
    select(&NAMES).prop_map(email)
}

fn some() -> impl Strategy<Value = BTreeSet<Email>> {
    prop::collection::btree_set(someone(), 1..4)
}

fn roles() -> impl Strategy<Value = Roles> {
    let system = prop::option::of(select(&Role::ALL));
    let ids = prop::collection::btree_set((1_u64..=4).prop_map(RoleId), 0..3);
    (system, ids).prop_map(|(system, custom)| Roles { system, custom })
}

fn command() -> impl Strategy<Value = Command> {
    let at = || (1_u32..=20).prop_map(day);
    let tick = select(&[GuestTick::Ticked, GuestTick::NotTicked]);
    let invite = (someone(), roles(), tick).prop_map(|(email, roles, guest)| Invite {
        email,
        roles,
        guest,
    });
    prop_oneof![
        4 => (prop::collection::vec(invite, 1..3), at())
            .prop_map(|(people, at)| Command::Invite { people, at }),
        1 => (someone(), at()).prop_map(|(email, at)| Command::Resend { email, at }),
        4 => (someone(), at()).prop_map(|(email, at)| Command::Accept { email, at }),
        4 => (someone(), roles()).prop_map(|(email, roles)| Command::SetRoles { email, roles }),
        2 => (some(), roles()).prop_map(|(people, roles)| Command::Assign { people, roles }),
        2 => (some(), roles()).prop_map(|(people, roles)| Command::Unassign { people, roles }),
        2 => some().prop_map(|people| Command::Revoke { people }),
        2 => someone().prop_map(|email| Command::Delete { email }),
        1 => (1_u64..=4).prop_map(|role| Command::DeleteRole { role: RoleId(role) }),
    ]
}

/// Random commands: mostly by the admin, and acceptances by the invited, so that many succeed.
fn commands() -> impl Strategy<Value = Vec<(Email, Command)>> {
    let by = prop_oneof![2 => Just(email("ada")), 2 => someone()];
    let one = (by, command()).prop_map(|(by, command)| match &command {
        Command::Accept { email, .. } => (email.clone(), command),
        _ => (by, command),
    });
    prop::collection::vec(one, 1..40)
}

fn levels(grants: Option<&Grants>) -> [Level; 3] {
    Component::ALL.map(|component| grants.map_or(Level::None, |grants| grants.granted(component)))
}

/// Invariant 48 on one accepted command: a person who is no admin made nobody an admin, changed no admin,
/// and let nobody gain rights they lack themselves. An acceptance counts as the sender's action, the
/// deletion of a role as an admin's.
fn check_gains(before: &Roster, after: &Roster, by: &Email, policy: &PeoplePolicy) {
    let giver = before.grants(by).unwrap();
    if giver.is_admin() {
        return;
    }
    let has = Component::ALL.map(|component| giver.level(component, policy));
    for (email, person) in &after.people {
        let was = before.people.get(email);
        let admin = |person: &Person| person.roles.system == Some(Role::Admin);
        assert_eq!(was.is_some_and(admin), admin(person), "{email}");
        // The rights that an invited person would get count as granted now.
        let then = after.resolve(&person.roles);
        let now = match was {
            Some(was) if was.roles == person.roles && was.status == person.status => continue,
            Some(was) if was.status == UserStatus::Active => {
                levels(Some(&before.resolve(&was.roles)))
            }
            Some(_) | None => levels(None),
        };
        if person.status == UserStatus::Revoked {
            continue;
        }
        for (place, level) in levels(Some(&then)).into_iter().enumerate() {
            assert!(
                level <= now[place].max(has[place]),
                "{email} gains through {by}"
            );
        }
    }
}

fn check_sequence(commands: Vec<(Email, Command)>, policy: &PeoplePolicy) {
    let mut roster = roster();
    for (by, command) in commands {
        let Ok(next) = roster.after(&command, &by, policy) else {
            continue;
        };
        // Invariant 46, through the constructor that refuses a roster without it.
        let again = Roster::new(
            next.domains.clone(),
            next.custom_roles.clone(),
            next.people.clone(),
        );
        assert_eq!(again.as_ref(), Ok(&next), "{command:?}");
        if let Command::Delete { email } = &command {
            assert_ne!(email, &by);
        }
        match &command {
            Command::Accept { email, .. } => {
                let person = &roster.people[email];
                let UserStatus::Invited(invitation) = &person.status else {
                    panic!("{email} was not invited");
                };
                let sender = roster.grants(&invitation.by).unwrap();
                let gained = levels(Some(&roster.resolve(&person.roles)));
                let has = Component::ALL.map(|component| sender.level(component, policy));
                assert!(sender.is_admin() || gained.iter().zip(has).all(|(got, has)| *got <= has));
                assert!(sender.is_admin() || person.roles.system != Some(Role::Admin));
            }
            Command::Invite { .. }
            | Command::Resend { .. }
            | Command::SetRoles { .. }
            | Command::Assign { .. }
            | Command::Unassign { .. }
            | Command::Revoke { .. }
            | Command::Delete { .. }
            | Command::DeleteRole { .. } => check_gains(&roster, &next, &by, policy),
        }
        roster = next;
    }
}

proptest! {
    #![proptest_config(seeded(46))]

    /// RELIABILITY, invariants 46 and 48, over random sequences of commands.
    #[test]
    fn an_admin_remains_and_nobody_grants_more_than_they_have(
        commands in commands(),
        billing in select(&[Switch::On, Switch::Off]),
        workflow in select(&[Switch::On, Switch::Off]),
    ) {
        let policy = PeoplePolicy {
            custom_billing_access: billing,
            approval_workflow: workflow,
            ..POLICY
        };
        check_sequence(commands, &policy);
    }
}
