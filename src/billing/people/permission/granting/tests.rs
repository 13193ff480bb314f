use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;
use crate::people::permission::{Levels, RoleId};

const LEVELS: [Level; 3] = [Level::None, Level::Read, Level::Write];

/// Every switch on, so that only the rights themselves can refuse.
const ALL_ON: PeoplePolicy = PeoplePolicy {
    approval_workflow: Switch::On,
    custom_roles: Switch::On,
    custom_billing_access: Switch::On,
    ..PeoplePolicy::DEFAULT
};

fn every_levels() -> Vec<Levels> {
    let mut found = Vec::new();
    for billing in LEVELS {
        for user_settings in LEVELS {
            for role_settings in LEVELS {
                found.push(Levels {
                    billing,
                    user_settings,
                    role_settings,
                });
            }
        }
    }
    found
}

/// Every system role, or none, with every custom role, or none.
fn every_grants() -> Vec<Grants> {
    let systems = Role::ALL.into_iter().map(Some).chain([None]);
    let mut found = Vec::new();
    for system in systems {
        found.push(Grants {
            system,
            custom: BTreeMap::new(),
        });
        for (place, levels) in every_levels().into_iter().enumerate() {
            let custom = BTreeMap::from([(RoleId(place as u64), levels)]);
            found.push(Grants { system, custom });
        }
    }
    found
}

/// The rights of somebody, counted without the function under test: admin, then level by level.
fn rights(grants: &Grants) -> [u8; 4] {
    let rank = |level: Level| LEVELS.iter().position(|one| *one == level).unwrap() as u8;
    if grants.system == Some(Role::Admin) {
        return [1, 2, 2, 2];
    }
    let least = |of: fn(&Levels) -> Level| grants.custom.values().map(of).map(rank).min();
    [
        0,
        least(|levels| levels.billing).unwrap_or(0),
        least(|levels| levels.user_settings).unwrap_or(0),
        least(|levels| levels.role_settings).unwrap_or(0),
    ]
}

fn within(inner: [u8; 4], outer: [u8; 4]) -> bool {
    inner
        .iter()
        .zip(outer)
        .all(|(inner, outer)| *inner <= outer)
}

fn check(grant: Grant<'_>, policy: &PeoplePolicy, expected: Result<(), GrantRefused>) {
    assert_eq!(grant.check(policy), expected, "{grant:?}");
}

/// RELIABILITY, invariant 48: for all pairs of roles, a grant to a person without rights is allowed
/// exactly when it is part of the granter's own rights.
#[test]
fn nobody_grants_more_than_they_have() {
    let all = every_grants();
    let nothing = Grants::default();
    let (mut granted, mut refused) = (0, 0);
    for by in &all {
        for after in all.iter().filter(|after| **after != nothing) {
            for membership in [Membership::Insider, Membership::Guest] {
                let grant = Grant {
                    by,
                    membership,
                    before: &nothing,
                    after,
                };
                let guest_admin = membership == Membership::Guest && after.is_admin();
                let expected = !guest_admin && within(rights(after), rights(by));
                assert_eq!(grant.check(&ALL_ON).is_ok(), expected, "{grant:?}");
                if expected { granted += 1 } else { refused += 1 }
            }
        }
    }
    assert!(granted > 10_000 && refused > 10_000, "{granted} {refused}");
}

/// The same for a change of roles: the gain over the earlier rights.
#[test]
fn nobody_lets_others_gain_more_than_they_have() {
    let all: Vec<Grants> = every_grants().into_iter().step_by(3).collect();
    for by in &all {
        for before in &all {
            for after in all.iter().filter(|after| **after != Grants::default()) {
                let grant = Grant {
                    by,
                    membership: Membership::Insider,
                    before,
                    after,
                };
                let (by_rights, was, is) = (rights(by), rights(before), rights(after));
                let gained =
                    [0, 1, 2, 3].map(|place| if is[place] > was[place] { is[place] } else { 0 });
                let expected = (by_rights[0] >= was[0]) && within(gained, by_rights);
                assert_eq!(grant.check(&ALL_ON).is_ok(), expected, "{grant:?}");
            }
        }
    }
}

#[test]
fn removing_a_role_that_lowers_another_is_a_gain() {
    let write = Levels {
        billing: Level::Write,
        user_settings: Level::Write,
        ..Levels::default()
    };
    let held = Levels {
        user_settings: Level::Write,
        ..Levels::default()
    };
    let both = Grants {
        system: None,
        custom: BTreeMap::from([(RoleId(1), write), (RoleId(2), held)]),
    };
    let freed = Grants {
        system: None,
        custom: BTreeMap::from([(RoleId(1), write)]),
    };
    let grant = Grant {
        by: &both,
        membership: Membership::Insider,
        before: &both,
        after: &freed,
    };
    let beyond = GrantRefused::Beyond {
        component: Component::Billing,
        has: Level::None,
        granted: Level::Write,
    };
    check(grant, &ALL_ON, Err(beyond));
    check(
        Grant {
            by: &freed,
            ..grant
        },
        &ALL_ON,
        Ok(()),
    );
    // Billing is restricted to admins: a right that only the switch holds back cannot be granted either.
    check(
        Grant {
            by: &freed,
            ..grant
        },
        &PeoplePolicy::DEFAULT,
        Err(beyond),
    );
}

#[test]
fn says_why_not() {
    let (admin, nothing) = (Grants::of(Role::Admin), Grants::default());
    let users = Grants {
        system: None,
        custom: BTreeMap::from([(
            RoleId(1),
            Levels {
                user_settings: Level::Write,
                ..Levels::default()
            },
        )]),
    };
    let to = |after| Grant {
        by: &admin,
        membership: Membership::Insider,
        before: &nothing,
        after,
    };
    check(to(&nothing), &ALL_ON, Err(GrantRefused::NoRole));
    check(to(&admin), &ALL_ON, Ok(()));
    let guest = Grant {
        membership: Membership::Guest,
        ..to(&admin)
    };
    check(guest, &ALL_ON, Err(GrantRefused::GuestAdmin));
    let member = Grants::of(Role::Member);
    check(
        Grant {
            after: &member,
            ..guest
        },
        &ALL_ON,
        Ok(()),
    );
    check(
        Grant {
            by: &users,
            ..to(&admin)
        },
        &ALL_ON,
        Err(GrantRefused::AdminByAdmins),
    );
    check(
        Grant {
            by: &users,
            ..to(&member)
        },
        &ALL_ON,
        Ok(()),
    );
    check(
        Grant {
            by: &users,
            ..to(&users)
        },
        &ALL_ON,
        Ok(()),
    );
    let demoted = Grant {
        by: &users,
        before: &admin,
        ..to(&member)
    };
    check(demoted, &ALL_ON, Err(GrantRefused::AdminUntouched));
    check(
        Grant {
            by: &admin,
            ..demoted
        },
        &ALL_ON,
        Ok(()),
    );
}

#[test]
fn switches_prevent_grants_but_keep_existing_roles() {
    let (admin, nothing) = (Grants::of(Role::Admin), Grants::default());
    let approver = Grants::of(Role::Approver);
    let custom = Grants {
        system: None,
        custom: BTreeMap::from([(RoleId(1), Levels::default())]),
    };
    let off = PeoplePolicy {
        custom_roles: Switch::Off,
        ..PeoplePolicy::DEFAULT
    };
    for (after, policy, reason) in [
        (&approver, PeoplePolicy::DEFAULT, GrantRefused::NoApprover),
        (&custom, off, GrantRefused::CustomRolesOff),
    ] {
        let grant = Grant {
            by: &admin,
            membership: Membership::Insider,
            before: &nothing,
            after,
        };
        check(grant, &policy, Err(reason));
        check(grant, &ALL_ON, Ok(()));
        check(
            Grant {
                before: after,
                ..grant
            },
            &policy,
            Ok(()),
        );
    } // One of two is new.
    let two = Grants {
        system: None,
        custom: BTreeMap::from([1, 2].map(|id| (RoleId(id), Levels::default()))),
    };
    let grant = Grant {
        by: &admin,
        membership: Membership::Insider,
        before: &custom,
        after: &two,
    };
    check(grant, &off, Err(GrantRefused::CustomRolesOff));
}

#[test]
fn every_refusal_says_something_of_its_own() {
    let beyond = |component| GrantRefused::Beyond {
        component,
        has: Level::None,
        granted: Level::Read,
    };
    let sentences: BTreeSet<String> = [
        GrantRefused::NoRole,
        GrantRefused::AdminByAdmins,
        GrantRefused::AdminUntouched,
        GrantRefused::GuestAdmin,
        beyond(Component::Billing),
        beyond(Component::UserSettings),
        beyond(Component::RoleSettings),
        GrantRefused::CustomRolesOff,
        GrantRefused::NoApprover,
    ]
    .map(|refused| refused.to_string())
    .into();
    assert_eq!(sentences.len(), 9);
    assert!(
        sentences
            .iter()
            .all(|one| one.len() > 20 && !one.ends_with('.'))
    );
}
