//! Delivery: every mail is sent at least once, by one process at a time, and retried after growing waits.

use chrono::{DateTime, TimeDelta, Utc};

use super::transport::SendError;
use super::{Mailer, Report};
use crate::foundation::error::Error;
use crate::services::Services;
use crate::store::records::mails::{self, Attempt, Mail};
use crate::store::{Changes, Tx};

/// How many mails one process reserves at a time.
const AT_ONCE: i64 = 10;
/// How long they are reserved: longer than the transport may take for all of them.
const HOLD: TimeDelta = TimeDelta::minutes(10);
/// The wait after the first failure; it doubles with each later one.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(1);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(6);
/// How many attempts a mail gets, over about three days.
const ATTEMPTS: u64 = 20;

/// Sends the mails that are due, until there are none or the server is unreachable.
pub(super) async fn deliver(
    services: &Services,
    mailer: &Mailer,
    report: &mut Report,
) -> Result<(), Error> {
    loop {
        let now = mailer.clock.now();
        let hold = async move |tx: &mut Tx| mails::hold(tx, now, now + HOLD, AT_ONCE).await;
        let held = services.store.transaction(Changes::Other, hold).await?;
        if held.is_empty() {
            return Ok(());
        }
        let mut is_reachable = true;
        for mail in held {
            let attempt = if is_reachable {
                let sent = mailer.transport.send(&mail, &mailer.sender).await;
                is_reachable = !matches!(sent, Err(SendError::Unreachable(_)));
                judge(&mail, sent, mailer.clock.now())
            } else {
                Attempt::Released
            };
            count(&attempt, &mail, report);
            let id = mail.organization_id.clone();
            services
                .store
                .transaction(id, async move |tx: &mut Tx| {
                    mails::note(tx, &mail, &attempt).await
                })
                .await?;
        }
        if !is_reachable {
            return Ok(());
        }
    }
}

/// The outcome of an attempt, from the result of the transport.
fn judge(mail: &Mail, sent: Result<(), SendError>, now: DateTime<Utc>) -> Attempt {
    match sent {
        Ok(()) => Attempt::Sent { at: now },
        Err(SendError::Never(why)) => Attempt::Parked { why },
        Err(SendError::Later(why) | SendError::Unreachable(why))
            if mail.attempts + 1 >= ATTEMPTS =>
        {
            Attempt::Parked {
                why: format!("given up after {ATTEMPTS} attempts: {why}"),
            }
        }
        Err(SendError::Later(why) | SendError::Unreachable(why)) => Attempt::Delayed {
            until: now + pause_after(mail.attempts),
            why,
        },
    }
}

/// The wait after a failure, given the number of earlier ones: a minute, two, four … six hours.
fn pause_after(failures: u64) -> TimeDelta {
    let doubled = u32::try_from(failures)
        .ok()
        .and_then(|failures| 1_i32.checked_shl(failures.min(30)))
        .and_then(|times| FIRST_PAUSE.checked_mul(times));
    doubled.map_or(LONGEST_PAUSE, |pause| pause.min(LONGEST_PAUSE))
}

fn count(attempt: &Attempt, mail: &Mail, report: &mut Report) {
    match attempt {
        Attempt::Sent { .. } => report.sent += 1,
        Attempt::Delayed { why, .. } => {
            report.delayed += 1;
            tracing::warn!(
                mail = mail.id,
                why,
                "a mail was not taken and is tried again"
            );
        }
        Attempt::Parked { why } => {
            report.parked += 1;
            tracing::error!(mail = mail.id, why, "a mail is given up");
        }
        Attempt::Released => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pause_is_twice_the_last_up_to_six_hours() {
        let minutes = |failures| pause_after(failures).num_minutes();
        assert_eq!([0, 1, 2, 8, 9, 10].map(minutes), [1, 2, 4, 256, 360, 360]);
        assert_eq!(minutes(40), 360);
        let all: i64 = (0..ATTEMPTS - 1).map(minutes).sum();
        assert_eq!(all / 60, 68, "hours until a mail is given up");
    }
}
