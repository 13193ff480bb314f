//! The whole state machine of an attempt as a table.

use alloc::format;
use alloc::string::{String, ToString};

use super::*;
use crate::catalog::policy::Policy;

/// SPEC R17, R19. Change the code and this table together.
const TABLE: &str = "\
started: silence -> unknown, authentication -> authentication, captured -> paid, declined -> declined, never -> never
unknown: silence -> unknown, authentication -> authentication, captured -> paid, declined -> declined, never -> never
authentication: silence -> authentication, authentication -> authentication, captured -> paid, declined -> declined, never -> not_confirmed
paid: silence -> paid, authentication -> paid, captured -> paid, declined -> paid, never -> paid
declined: silence -> declined, authentication -> declined, captured -> declined, declined -> declined, never -> declined
not_confirmed: silence -> not_confirmed, authentication -> not_confirmed, captured -> not_confirmed, declined -> not_confirmed, never -> not_confirmed
never: silence -> never, authentication -> never, captured -> never, declined -> never, never -> never
";

#[test]
fn moves_as_the_table_says() {
    let started_at: DateTime<Utc> = "2025-07-01T00:00:00Z".parse().unwrap();
    let policy = Policy::default();
    let reference = || "ch_1".to_string();
    let reason = || "insufficient_funds".to_string();
    let expires = authentication_expires_at(started_at, &policy);
    let states = [
        AttemptState::Started,
        AttemptState::Unknown,
        AttemptState::Authentication { expires },
        AttemptState::Paid {
            reference: reference(),
        },
        AttemptState::Declined { reason: reason() },
        AttemptState::NotConfirmed(Unconfirmed::Expired),
        AttemptState::Never,
    ];
    let answers = [
        ("silence", None),
        ("authentication", Some(GatewayAnswer::Authentication)),
        (
            "captured",
            Some(GatewayAnswer::Captured {
                reference: reference(),
            }),
        ),
        (
            "declined",
            Some(GatewayAnswer::Declined { reason: reason() }),
        ),
        ("never", Some(GatewayAnswer::Never)),
    ];
    let mut table = String::new();
    for state in &states {
        let moves = answers.iter().map(|(name, answer)| {
            let after = state.clone().after(answer.clone(), started_at, &policy);
            assert!(state.is_open() || after == *state, "what is settled stays");
            format!("{name} -> {}", after.as_str())
        });
        let moves: Vec<_> = moves.collect();
        table += &format!("{}: {}\n", state.as_str(), moves.join(", "));
    }
    assert_eq!(table, TABLE);
}
