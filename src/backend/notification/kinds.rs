//! The names of the kinds of notifications, as they are stored.

/// Every kind of [`Notification`](super::Notification), in the order of its variants.
pub const KINDS: [&str; 26] = [
    "usage.alert",
    "usage.locked",
    "usage.lock_lifted",
    "usage.unlocked",
    "invoice.issued",
    "plan.changed",
    "plan.scheduled",
    "plan.withdrawn",
    "plan_change.declined",
    "plan_change.expired",
    "payment.failed",
    "payment.locked",
    "payment.succeeded",
    "payment.cleared",
    "payment.notice",
    "payment.authentication",
    "account.paused",
    "account.reactivation_requested",
    "account.reactivated",
    "account.ending",
    "account.cancelled",
    "trial.locking",
    "trial.ended",
    "trial.expired",
    "ticket.opened",
    "ticket.closed",
];

#[cfg(test)]
mod tests {
    use super::KINDS;
    use crate::notification::Notification;
    use serde_json::json;

    /// For an unknown variant, serde's error lists all known ones.
    #[test]
    fn each_variant_is_named() {
        let other = json!({ "kind": "moon.landed", "facts": {} });
        let refused = serde_json::from_value::<Notification>(other).unwrap_err();
        let known = KINDS.map(|kind| format!("`{kind}`")).join(", ");
        let expected = format!("unknown variant `moon.landed`, expected one of {known}");
        assert_eq!(refused.to_string(), expected);
    }

    #[test]
    fn facts_that_an_earlier_version_stored_are_read() {
        let check = |kind: &str, facts| {
            let read = Notification::read(kind, &facts).unwrap();
            assert_eq!(read.stored().unwrap().0, kind);
        };
        check(
            "usage.unlocked",
            json!({ "usage_lock": { "clear": { "lifted_until": null } } }),
        );
        check(
            "payment.failed",
            json!({ "invoice": "ACME-2627-00001", "sum": { "currency": "USD", "value": "296.40" }, "reason": null,
                "at": "2026-07-01T00:00:00Z", "locks_at": null, "cancels_at": null }),
        );
        check(
            "plan.withdrawn",
            json!({ "tier": 20_000, "by": "ada@acme.example" }),
        );
        check(
            "account.cancelled",
            json!({ "cause": "ordered", "rule": "R14", "invoice": null,
                "ended_at": "2026-07-01T00:00:00Z", "backups_until": "2026-09-01T00:00:00Z" }),
        );
        check(
            "trial.expired",
            json!({ "cancelled_at": "2026-07-01T00:00:00Z" }),
        );
    }
}
