//! The reason for a removal: required, stored and logged (SPEC R7, R20).

use api::plan::plan_change::{Order, PlanChange as Sent, State};
use api::plan::subscription::{ScheduledKind, Subscription};
use api::{Code, Problem};
use backend::store::Engine;
use billing::account::reason::Reason;
use billing::{AddOnId, PlanChange};

use super::world::{Customer, Tenant, World, new_key, reasoned, usd};
use super::{invariants, on_both_databases};

on_both_databases! {
    /// Without a reason a removal is refused at the field, and nothing of it is stored.
    async fn a_removal_needs_a_reason(world: World) {
        let (tenant, order) = removal(&world).await;
        let refused = refused(&world, &tenant, &order).await;
        assert_eq!(refused.detail, "Choose why this add-on is removed");
        let other = |words: &str| Order {
            reasons: [(export(), Reason::Other(words.to_owned()))].into(),
            ..order.clone()
        };
        for (words, notified) in [
            ("  ", "This is required"),
            ("4111 1111 1111 1111", "card number"),
            ("two\nlines", "one line"),
        ] {
            let refused = self::refused(&world, &tenant, &other(words)).await;
            assert!(refused.detail.contains(notified), "{refused:?}");
            assert!(!refused.detail.contains("4111"));
        }
        let unasked = Order {
            reasons: [(AddOnId::new("promotions"), Reason::LowUsage)].into(),
            ..world.quote(&tenant.admin, &PlanChange::to_tier(40_000)).await.order()
        };
        let reply = world.order(&tenant.admin, &new_key(), &unasked).await;
        assert_eq!(reply.problem().fields[0].field, "reasons.promotions");
        for table in ["plan_changes", "removal_reasons", "audit", "idempotency_keys"] {
            assert_eq!(world.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
        invariants::hold(&world).await;
    }

    /// With a reason it waits for the 1st; the reason is stored with it and is in the log.
    async fn a_reason_is_kept_and_audited(world: World) {
        let (tenant, order) = removal(&world).await;
        let words = Reason::Other("  moved to our own warehouse ".to_owned());
        let order = Order { reasons: [(export(), words)].into(), ..order };
        let sent: Sent = world.order(&tenant.admin, "key-removal", &order).await.json();
        assert_eq!((sent.state, sent.total), (State::Scheduled, usd("0.00")));
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        assert_eq!(shown.scheduled[0].kind, ScheduledKind::Removal(export()));
        let kept = "SELECT COUNT(*) FROM removal_reasons WHERE organization_id = 'acme' \
                    AND add_on = 'cloud-export' AND reason = 'other' \
                    AND words = 'moved to our own warehouse' AND plan_change_id IN \
                    (SELECT id FROM plan_changes WHERE effective_on = '2026-07-01')";
        assert_eq!(world.number(kept).await, 1);
        let audited = "SELECT COUNT(*) FROM audit WHERE action = 'plan_change.ordered' \
                       AND description LIKE '%Cloud Export%because%moved to our own warehouse%'";
        assert_eq!(world.number(audited).await, 1);
        invariants::hold(&world).await;
    }

    /// The reason is part of the order: the same key with another reason is another order.
    async fn the_reason_is_part_of_the_key(world: World) {
        let (tenant, order) = removal(&world).await;
        let order = reasoned(order);
        let first = world.order(&tenant.admin, "key-removal", &order).await;
        let again = world.order(&tenant.admin, "key-removal", &order).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text));
        let other = Order { reasons: [(export(), Reason::TooExpensive)].into(), ..order };
        assert_eq!(world.order(&tenant.admin, "key-removal", &other).await.code(), Code::KeyReused);
        assert_eq!(world.number("SELECT COUNT(*) FROM removal_reasons").await, 1);
    }

    /// An addition and a removal are one order with one charge.
    async fn adding_and_removing_go_together(world: World) {
        let tenant = world.found(&Customer::new("acme")).await;
        let change = PlanChange {
            add: [AddOnId::new("premium-channels")].into(),
            remove: [export()].into(),
            ..PlanChange::default()
        };
        let sent: Sent = world.buy(&tenant.admin, &change).await.json();
        assert_eq!((sent.state, sent.total), (State::Done, usd("7.33")));
        let shown: Subscription = world.get(&tenant.admin, "/subscription").await.json();
        assert_eq!(shown.add_ons, [export(), AddOnId::new("premium-channels")].into());
        assert_eq!(shown.scheduled[0].kind, ScheduledKind::Removal(export()));
        let stored = "SELECT COUNT(*) FROM removal_reasons WHERE reason = 'low_usage' AND words IS NULL";
        assert_eq!((world.number(stored).await, world.captures().await), (1, 1));
        invariants::hold(&world).await;
    }
}

fn export() -> AddOnId {
    AddOnId::new("cloud-export")
}

/// A customer, and the order that removes its add-on, without a reason yet.
async fn removal(world: &World) -> (Tenant, Order) {
    let tenant = world.found(&Customer::new("acme")).await;
    let change = PlanChange {
        remove: [export()].into(),
        ..PlanChange::default()
    };
    let order = world.quote(&tenant.admin, &change).await.order();
    (tenant, order)
}

async fn refused(world: &World, tenant: &Tenant, order: &Order) -> Problem {
    let reply = world.order(&tenant.admin, &new_key(), order).await;
    let problem = reply.problem();
    assert_eq!(problem.code, Code::InvalidField);
    assert_eq!(problem.fields[0].field, "reasons.cloud-export");
    problem
}
