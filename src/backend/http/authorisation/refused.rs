//! Records refused attempts in the activity log (SPEC R20): who tried to order, to cancel or to
//! export, and was not allowed to.

use std::num::NonZeroU32;
use std::sync::Arc;

use api::{Problem, Route};
use billing::{OrganizationId, UserId};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::member::Member;
use crate::http::AppState;
use crate::store::records::LoggedAccess;

/// How many attempts of one kind by one person are recorded at once (A223).
const AT_ONCE: u32 = 5;
/// How many more are recorded per hour.
const AN_HOUR: u32 = 6;
/// Above this number of counters, the inactive ones are deleted.
const MANY: usize = 10_000;

/// Whose attempt it is, and of which kind.
type Attempt = (OrganizationId, UserId, &'static str);

/// Limits how much one person can make the log grow. Clones share the counts.
#[derive(Clone)]
pub struct RefusedAttempts(Arc<DefaultKeyedRateLimiter<Attempt>>);

impl Default for RefusedAttempts {
    fn default() -> Self {
        let of = |count: u32| NonZeroU32::MIN.saturating_add(count - 1);
        let quota = Quota::per_hour(of(AN_HOUR)).allow_burst(of(AT_ONCE));
        Self(Arc::new(RateLimiter::keyed(quota)))
    }
}

impl RefusedAttempts {
    fn takes(&self, member: &Member, kind: &'static str) -> bool {
        if self.0.len() > MANY {
            self.0.retain_recent();
        }
        let user = &member.user;
        let attempt = (user.organization_id.clone(), user.id.clone(), kind);
        self.0.check_key(&attempt).is_ok()
    }
}

impl std::fmt::Debug for RefusedAttempts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefusedAttempts")
    }
}

/// Records a refused attempt if its route requires it. The response does not depend on the outcome.
pub(super) async fn note(app: &AppState, route: Route, member: &Member, problem: &Problem) {
    let Some(action) = route.refused() else {
        return;
    };
    let takes = |kind| app.refused_attempts.takes(member, kind);
    if !problem.code.refuses_access() || !takes(action.as_str()) {
        return;
    }
    let attempt = LoggedAccess {
        organization_id: member.user.organization_id.clone(),
        action,
        object: member.user.organization_id.to_string(),
        description: problem.detail.clone(),
        actor: member.actor.clone(),
        now: app.services.clock.now(),
    };
    // In a task of its own: an attempt is recorded even if its client disconnects.
    let store = app.services.store.clone();
    let written = app.tasks.spawn(async move { store.write(attempt).await });
    match written.await {
        Ok(Ok(())) => {}
        Ok(Err(cause)) => tracing::warn!(%cause, "a refused attempt is not in the log"),
        Err(cause) => tracing::error!(%cause, "a refused attempt is not in the log"),
    }
}
