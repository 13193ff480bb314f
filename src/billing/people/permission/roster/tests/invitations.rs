//! Invitations: sent, accepted, expired, and who may send them.

use chrono::TimeDelta;

use super::*;

#[test]
fn an_invitation_is_sent_and_accepted_once() {
    let invited = after(&roster(), "lea", &invite("new", Roles::of(Role::Creator))).unwrap();
    let expected = UserStatus::Invited(Invitation {
        by: email("lea"),
        until: day(8),
    });
    assert_eq!(person(&invited, "new").status, expected);
    assert_eq!(person(&invited, "new").membership, Membership::Insider);
    assert_eq!(invited.grants(&email("new")), None);

    let joined = after(&invited, "new", &accept("new", day(2))).unwrap();
    assert_eq!(person(&joined, "new"), &active(Roles::of(Role::Creator)));
    let again = after(&joined, "new", &accept("new", day(2)));
    assert_eq!(again, Err(Refusal::NotInvited(email("new"))));
}

#[test]
fn an_invitation_holds_seven_days_and_for_its_address() {
    let invited = after(&roster(), "ada", &invite("new", Roles::of(Role::Admin))).unwrap();
    let second = TimeDelta::seconds(1);
    let check = |by: &str, at, expected: Result<(), Refusal>| {
        let found = after(&invited, by, &accept("new", at)).map(|_| ());
        assert_eq!(found, expected, "{by} at {at}");
    };
    check("new", day(8) - second, Ok(()));
    check("NEW", day(1), Ok(()));
    check("new", day(8), Err(Refusal::Expired(email("new"))));
    check("new", day(8) + second, Err(Refusal::Expired(email("new"))));
    check("max", day(2), Err(Refusal::OtherAddress(email("new"))));
    let unknown = after(&invited, "eve", &accept("eve", day(2)));
    assert_eq!(unknown, Err(Refusal::UnknownPerson(email("eve"))));

    let resend = Command::Resend {
        email: email("new"),
        at: day(9),
    };
    let resent = after(&invited, "ada", &resend).unwrap();
    assert!(after(&resent, "new", &accept("new", day(16) - second)).is_ok());
    assert!(after(&resent, "new", &accept("new", day(16))).is_err());
    let by_lea = after(&invited, "lea", &resend);
    assert_eq!(by_lea, Err(grant("new", GrantRefused::AdminByAdmins)));
    let late = Command::Resend {
        email: email("new"),
        at: DateTime::<Utc>::MAX_UTC,
    };
    assert_eq!(after(&invited, "ada", &late), Err(Refusal::InvalidDate));
    for name in ["max", "ada"] {
        let resend = Command::Resend {
            email: email(name),
            at: day(9),
        };
        refused("ada", &resend, Refusal::NotInvited(email(name)));
    }
}

#[test]
fn one_membership_and_one_open_invitation_per_address() {
    let roles = || Roles::of(Role::Member);
    refused(
        "ada",
        &invite("Max@ACME.example", roles()),
        Refusal::AlreadyMember(email("max")),
    );
    let invited = after(&roster(), "ada", &invite("new", roles())).unwrap();
    let again = after(&invited, "ada", &invite("NEW", roles()));
    assert_eq!(again, Err(Refusal::AlreadyInvited(email("new"))));
    let row = || Invite {
        email: email("two"),
        roles: roles(),
        guest: GuestTick::NotTicked,
    };
    let twice = Command::Invite {
        people: vec![row(), row()],
        at: day(1),
    };
    refused("ada", &twice, Refusal::AlreadyInvited(email("two")));

    let revoke = Command::Revoke {
        people: people(&["new"]),
    };
    let revoked = after(&invited, "lea", &revoke).unwrap();
    let late = after(&revoked, "new", &accept("new", day(2)));
    assert_eq!(late, Err(Refusal::NotInvited(email("new"))));
    let back = after(&revoked, "lea", &invite("new", Roles::of(Role::Creator))).unwrap();
    assert_eq!(person(&back, "new").roles, Roles::of(Role::Creator));
    assert!(after(&back, "new", &accept("new", day(2))).is_ok());
}

#[test]
fn every_row_that_is_wrong_is_marked() {
    let row = |name: &str, guest| Invite {
        email: email(name),
        roles: Roles::of(Role::Member),
        guest,
    };
    let (ticked, not_ticked) = (GuestTick::Ticked, GuestTick::NotTicked);
    let command = Command::Invite {
        people: vec![
            row("max", not_ticked),
            row("new", not_ticked),
            row("eve@elsewhere.example", not_ticked),
            row("new", ticked),
            Invite {
                roles: custom(&[9]),
                ..row("two", ticked)
            },
        ],
        at: day(1),
    };
    let roster = roster();
    let refusal = roster.after(&command, &email("ada"), &POLICY).unwrap_err();
    let bad = |row, refusal| BadRow { row, refusal };
    let expected = vec![
        bad(0, Refusal::AlreadyMember(email("max"))),
        bad(2, Refusal::GuestNotTicked(email("eve@elsewhere.example"))),
        bad(3, Refusal::AlreadyInvited(email("new"))),
        bad(4, Refusal::UnknownRole(RoleId(9))),
    ];
    assert_eq!(refusal, Refusal::Rows(expected));
    let said = alloc::format!("{refusal}");
    assert!(
        said.starts_with("row 1: max@acme.example is a user already; row 3: "),
        "{said}"
    );
}

#[test]
fn at_most_fifty_are_invited_at_a_time() {
    let many = |count: usize| Command::Invite {
        people: (0..count)
            .map(|number| Invite {
                email: email(&alloc::format!("p{number}")),
                roles: Roles::of(Role::Member),
                guest: GuestTick::NotTicked,
            })
            .collect(),
        at: day(1),
    };
    assert_eq!(after(&roster(), "ada", &many(50)).unwrap().people.len(), 54);
    refused(
        "ada",
        &many(51),
        Refusal::TooMany {
            asked: 51,
            most: 50,
        },
    );
    assert_eq!(after(&roster(), "ada", &many(0)), Ok(roster()));
}

#[test]
fn guests_need_the_tick_and_an_admin_and_are_never_admins() {
    let guest = "eve@elsewhere.example";
    let ticked = |roles| invite_ticked(guest, roles, GuestTick::Ticked);
    let member = || Roles::of(Role::Member);
    refused(
        "ada",
        &invite(guest, member()),
        Refusal::GuestNotTicked(email(guest)),
    );
    refused(
        "lea",
        &ticked(member()),
        denied(Action::InviteGuest, Reason::AdminsOnly(Some(Role::Creator))),
    );
    refused(
        "ada",
        &ticked(Roles::of(Role::Admin)),
        grant(guest, GrantRefused::GuestAdmin),
    );

    let invited = after(&roster(), "ada", &ticked(member())).unwrap();
    assert_eq!(person(&invited, guest).membership, Membership::Guest);
    let joined = after(&invited, guest, &accept(guest, day(2))).unwrap();
    let assign = Command::Assign {
        people: people(&[guest]),
        roles: Roles::of(Role::Admin),
    };
    for command in [assign, set(guest, Roles::of(Role::Admin))] {
        let found = after(&joined, "ada", &command);
        assert_eq!(found, Err(grant(guest, GrantRefused::GuestAdmin)));
    }
    assert!(after(&joined, "lea", &set(guest, Roles::of(Role::Creator))).is_ok());
    let insider = invite_ticked("new", member(), GuestTick::Ticked);
    let joined = after(&roster(), "lea", &insider).unwrap();
    assert_eq!(person(&joined, "new").membership, Membership::Insider);
}

#[test]
fn an_invitation_is_refused_when_its_sender_lost_the_right() {
    let invited = after(&roster(), "lea", &invite("new", custom(&[1]))).unwrap();
    let gone = Err(Refusal::NoLongerVouched(email("new")));
    let join = |roster: &Roster| after(roster, "new", &accept("new", day(2))).map(|_| ());
    assert_eq!(join(&invited), Ok(()));
    let revoke = Command::Revoke {
        people: people(&["lea"]),
    };
    let delete = Command::Delete {
        email: email("lea"),
    };
    for command in [revoke, delete, set("lea", Roles::of(Role::Creator))] {
        let without = after(&invited, "ada", &command).unwrap();
        assert_eq!(join(&without), gone, "{command:?}");
        let resend = Command::Resend {
            email: email("new"),
            at: day(1),
        };
        let resent = after(&without, "ada", &resend).unwrap();
        assert_eq!(join(&resent), Ok(()));
        // After a change of an invited person's roles, the rights of whoever changed them are checked.
        let changed = after(&without, "ada", &set("new", Roles::of(Role::Admin))).unwrap();
        assert_eq!(join(&changed), Ok(()));
    }
}
