//! Attempts that were refused are in the activity log (SPEC R20): who tried to order, to leave or to
//! take something away, and was not allowed to.

use std::num::NonZeroU32;
use std::sync::Arc;

use api::{Problem, Route};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::AppState;
use super::authorise::Member;
use crate::store::records::LoggedAccess;

/// How many attempts of one kind by one person are written down at once (A223).
const AT_ONCE: u32 = 5;
/// How many more an hour.
const AN_HOUR: u32 = 6;
/// From how many people on the ones that have been quiet are forgotten.
const MANY: usize = 10_000;

/// Bounds what one person can make the log grow by. Clones share the count.
#[derive(Clone)]
pub struct RefusedAttempts(Arc<DefaultKeyedRateLimiter<(String, &'static str)>>);

impl Default for RefusedAttempts {
    fn default() -> Self {
        let of = |count: u32| NonZeroU32::MIN.saturating_add(count - 1);
        let quota = Quota::per_hour(of(AN_HOUR)).allow_burst(of(AT_ONCE));
        Self(Arc::new(RateLimiter::keyed(quota)))
    }
}

impl RefusedAttempts {
    fn takes(&self, person: &str, kind: &'static str) -> bool {
        if self.0.len() > MANY {
            self.0.retain_recent();
        }
        self.0.check_key(&(person.to_owned(), kind)).is_ok()
    }
}

impl std::fmt::Debug for RefusedAttempts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefusedAttempts")
    }
}

/// Writes a refusal to the log if it is one that belongs there. The answer does not depend on it.
pub(super) async fn note(app: &AppState, route: Route, member: &Member, problem: &Problem) {
    let Some(action) = route.refused() else {
        return;
    };
    let person = format!("{} {}", member.user.organization_id, member.user.id);
    let takes = |kind| app.refused_attempts.takes(&person, kind);
    if !problem.code.refuses_access() || !takes(action.as_str()) {
        return;
    }
    let attempt = LoggedAccess {
        organization_id: member.user.organization_id.clone(),
        action,
        object: member.user.organization_id.clone(),
        description: problem.detail.clone(),
        actor: member.actor.clone(),
        now: app.services.clock.now(),
    };
    // Whoever hangs up has tried all the same.
    let store = app.services.store.clone();
    let written = app.tasks.spawn(async move { store.write(attempt).await });
    match written.await {
        Ok(Ok(())) => {}
        Ok(Err(cause)) => tracing::warn!(%cause, "a refused attempt is not in the log"),
        Err(cause) => tracing::error!(%cause, "a refused attempt is not in the log"),
    }
}
