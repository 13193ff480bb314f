//! The audit log.

use api::audit::{Action, Activity, AuditValue, Entry};
use billing::Money;

use super::contract::{name, record};
use super::{Fields, Json, Notes, Read};

record!(Activity {
    items,
    next,
    offset_minutes
});
record!(Entry {
    position,
    at,
    actor,
    action,
    object,
    description,
    address,
    before,
    after
});

impl Read for Action {
    fn read(json: Json, notes: &mut Notes) -> Self {
        Self::parse(&String::read(json, notes)).unwrap_or_else(|| {
            notes.note();
            Self::PlanOrdered
        })
    }
}

impl Read for AuditValue {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let mut fields = Fields::of(json, notes);
        let (priced, open) = (fields.take("priced"), fields.take("open"));
        let side = match (priced, open) {
            (
                Some(Priced {
                    tier,
                    price,
                    frequency,
                }),
                _,
            ) => Self::Priced {
                tier,
                price,
                frequency,
            },
            (None, Some(amount)) => Self::Open(amount),
            (None, None) => Self::Named(fields.take("named")),
        };
        fields.finish();
        side
    }
}

/// The fields of an [`AuditValue::Priced`].
struct Priced {
    tier: Option<u64>,
    price: Money,
    frequency: billing::BillingFrequency,
}

record!(Priced {
    tier,
    price,
    frequency
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::read;
    use crate::client::json::tests::{at, same, usd};
    use billing::BillingFrequency;

    #[test]
    fn reads_every_action_and_each_kind_of_audit_value() {
        let priced = |tier, frequency| AuditValue::Priced {
            tier,
            price: usd("270.00"),
            frequency,
        };
        let values = [
            None,
            Some(priced(Some(20_000), BillingFrequency::Monthly)),
            Some(priced(None, BillingFrequency::Annual)),
            Some(AuditValue::Open(usd("0.00"))),
            Some(AuditValue::Named("Visa ending 4242".to_owned())),
        ];
        for (place, action) in (0..).zip(Action::ALL) {
            let side = |more: usize| values[(place + more) % values.len()].clone();
            same(&Activity {
                items: vec![Entry {
                    position: 7,
                    at: at(),
                    actor: "ada@acme.example".to_owned(),
                    action: *action,
                    object: "pc_1".to_owned(),
                    description: "charged $91.67".to_owned(),
                    address: (place % 2 == 0).then(|| "::1".to_owned()),
                    before: side(0),
                    after: side(1),
                }],
                next: (place % 2 == 1).then_some(6),
                offset_minutes: -330,
            });
        }
        assert!(read::<Action>("\"plan_change\"").is_err());
        assert!(read::<AuditValue>("{\"owed\":\"1.00\"}").is_err());
        assert!(read::<AuditValue>("{\"open\":\"1.00\",\"named\":\"x\"}").is_err());
    }
}
