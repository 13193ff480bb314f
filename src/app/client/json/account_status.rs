//! The account status: the contract's types, and those of `billing` in them.

use api::account::account_status::{
    AccountStatus, Authentication, Coming, CuringTier, FittingTier, Outstanding, OverLimit, Unpaid,
    What,
};
use billing::access::{Condition, Gate, OrganizationAccess, PlanChanging, Works};
use billing::account::deadline::{Deadline, DeadlineKind};
use billing::account::lifecycle::{Cause, Lifecycle, OnFile};
use billing::account::notice::{Access, AccessNotice};

use super::contract::{name, record, words};
use super::{Fields, Json, Notes, Read};

record!(AccountStatus {
    now,
    offset_minutes,
    sandbox,
    lifecycle,
    access,
    coming,
    outstanding,
    over_limit,
    lock_percent,
    curing_tiers,
    authentication,
    reactivation
});
record!(CuringTier { tier, total });
record!(Authentication {
    invoice,
    amount,
    expires
});
record!(Access { works, notices });
record!(Works {
    dashboard,
    organization,
    ingestion,
    campaigns,
    exports,
    plan_change
});
words!(Gate { Shut = "shut", Open = "open" });
words!(OrganizationAccess {
    Closed = "closed",
    Admins = "admins",
    ReactivationPage = "reactivation_page"
});
words!(PlanChanging {
    No = "no",
    Any = "any",
    UpgradeOnly = "upgrade_only",
    PayFirst = "pay_first"
});
record!(AccessNotice {
    condition,
    since,
    next
});
words!(Condition {
    Active = "active",
    Trial = "trial",
    Grace = "grace",
    TrialBillingMissing = "trial_billing_missing",
    TrialExpired = "trial_expired",
    PaymentLock = "payment_lock",
    OverageLock = "overage_lock",
    AnnualSoft = "annual_soft",
    Paused = "paused",
    Cancelled = "cancelled"
});
words!(DeadlineKind {
    NextBillingDate = "next_billing_date",
    Schedule = "schedule",
    PaymentCheck = "payment_check",
    MonthChange = "month_change",
    EndNotice = "end_notice",
    Alerts = "alerts",
    Collect = "collect",
    QuoteExpiry = "quote_expiry",
    AuthenticationExpiry = "authentication_expiry",
    TrialLock = "trial_lock",
    TrialEnd = "trial_end",
    TrialCancellation = "trial_cancellation",
    GraceEnd = "grace_end",
    LockEnd = "lock_end",
    PauseEnd = "pause_end",
    AnnualTermEnd = "annual_term_end",
    ScheduledChange = "scheduled_change",
    PredebitNotice = "predebit_notice",
    EarliestDebit = "earliest_debit",
    RetentionBoundary = "retention_boundary",
    BackupPurge = "backup_purge"
});
words!(OnFile {
    Nothing = "nothing",
    PaymentMethod = "payment_method",
    BillingDetails = "billing_details",
    Both = "both"
});
words!(Cause {
    Ordered = "ordered",
    TrialExpired = "trial_expired",
    Unpaid = "unpaid",
    PauseExpired = "pause_expired"
});

/// The rule follows from the kind.
impl Read for Deadline {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let mut fields = Fields::of(json, notes);
        let _: String = fields.take("rule");
        let deadline = Self::new(fields.take("at"), fields.take("kind"));
        fields.finish();
        deadline
    }
}

/// The state in an object with one of several member names.
impl Read for Lifecycle {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let (name, inner) = only(json, notes);
        let mut fields = Fields::of(inner, notes);
        let life = match name.as_str() {
            "trial" => Self::Trial {
                started_at: fields.take("started_at"),
                on_file: fields.take("on_file"),
            },
            "paused" => Self::Paused {
                at: fields.take("at"),
            },
            "cancelled" => Self::Cancelled {
                at: fields.take("at"),
                cause: fields.take("cause"),
            },
            _ => Self::Active {
                since: fields.take(if name == "active" { "since" } else { "" }),
            },
        };
        fields.finish();
        life
    }
}

record!(Coming {
    day,
    at,
    rule,
    what
});

impl Read for What {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let (name, inner) = only(json, notes);
        match name.as_str() {
            "deadline" => Self::Deadline(DeadlineKind::read(inner, notes)),
            "change" => Self::Change(Read::read(inner, notes)),
            _ => {
                if name != "alert" {
                    notes.note();
                }
                Self::Alert(u64::read(inner, notes))
            }
        }
    }
}

record!(Outstanding {
    total,
    due,
    invoices
});
record!(Unpaid {
    number,
    issued_on,
    total,
    is_due
});
record!(OverLimit {
    period_start,
    tier,
    usage,
    percent,
    fits,
    largest
});
record!(FittingTier {
    tier,
    dearer_by,
    overage
});

/// The only member of an object.
fn only(json: Json, notes: &mut Notes) -> (String, Json) {
    match json {
        Json::Map(mut members) if members.len() == 1 => members.pop().unwrap_or_else(nothing),
        _ => {
            notes.note();
            nothing()
        }
    }
}

fn nothing() -> (String, Json) {
    (String::new(), Json::Missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::tests::{at, day, number, same, usd};
    use crate::client::json::{Unreadable, read};
    use api::account::leaving::Requested;
    use api::plan::subscription::ScheduledKind;
    use billing::account::account_state::AccountState;
    use billing::catalog::policy::Policy;

    fn account_status(lifecycle: Lifecycle) -> AccountStatus {
        let state = AccountState::started("2026-06-01T00:00:00Z".parse().unwrap());
        let come = |what| Coming {
            day: day(),
            at: None,
            rule: "R10".to_owned(),
            what,
        };
        AccountStatus {
            now: at(),
            offset_minutes: -330,
            sandbox: true,
            lifecycle,
            access: billing::account::notice::access(&state, at(), &Policy::default()),
            coming: vec![
                come(What::Alert(125)),
                come(What::Change(ScheduledKind::Downgrade(5_000))),
                come(What::Deadline(DeadlineKind::PauseEnd)),
            ],
            outstanding: Some(Outstanding {
                total: usd("1.00"),
                due: usd("0.00"),
                invoices: vec![Unpaid {
                    number: number(),
                    issued_on: day(),
                    total: usd("1.00"),
                    is_due: false,
                }],
            }),
            over_limit: Some(OverLimit {
                period_start: day(),
                tier: 1,
                usage: 2,
                percent: 200,
                fits: Some(FittingTier {
                    tier: 40_000,
                    dearer_by: usd("250.00"),
                    overage: usd("24.00"),
                }),
                largest: 100_000,
            }),
            lock_percent: Some(300),
            curing_tiers: vec![CuringTier {
                tier: 40_000,
                total: usd("91.67"),
            }],
            authentication: Some(Authentication {
                invoice: Some(number()),
                amount: usd("1.00"),
                expires: at(),
            }),
            reactivation: Some(Requested {
                by: "ada@acme.example".to_owned(),
                at: at(),
            }),
        }
    }

    #[test]
    fn reads_every_lifecycle() {
        let files = [
            OnFile::Nothing,
            OnFile::PaymentMethod,
            OnFile::BillingDetails,
            OnFile::Both,
        ];
        for on_file in files {
            let started_at = at();
            same(&account_status(Lifecycle::Trial {
                started_at,
                on_file,
            }));
        }
        same(&account_status(Lifecycle::Active { since: at() }));
        same(&account_status(Lifecycle::Paused { at: at() }));
        for cause in [
            Cause::Ordered,
            Cause::TrialExpired,
            Cause::Unpaid,
            Cause::PauseExpired,
        ] {
            same(&account_status(Lifecycle::Cancelled { at: at(), cause }));
        }
        assert_eq!(read::<Lifecycle>("{\"ended\":{}}"), Err(Unreadable));
        assert_eq!(read::<What>("{\"alarm\":5}"), Err(Unreadable));
    }

    #[test]
    fn reads_every_notice() {
        for condition in Condition::ALL {
            same(&Access {
                works: condition.works(),
                notices: vec![AccessNotice {
                    condition,
                    since: at(),
                    next: None,
                }],
            });
        }
        // Every kind has an arm of `rule` that names it.
        let kinds = include_str!("../../../billing/account/deadline/mod.rs");
        let (_, kinds) = kinds.split_once("pub enum DeadlineKind {").unwrap();
        let (kinds, _) = kinds.split_once("}\n").unwrap();
        let mut count = 0;
        for line in kinds.lines().map(str::trim) {
            let Some(variant) = line.strip_suffix(',') else {
                continue;
            };
            let snake = variant.chars().fold(String::new(), |word, letter| {
                let gap = if letter.is_uppercase() && !word.is_empty() {
                    "_"
                } else {
                    ""
                };
                format!("{word}{gap}{}", letter.to_ascii_lowercase())
            });
            let kind: DeadlineKind = serde_json::from_value(snake.into()).unwrap();
            same(&Deadline::new(at(), kind));
            count += 1;
        }
        assert_eq!(count, 21, "the kinds could not be listed");
    }
}
