//! The contract's types: the fields of each, by the names they have in JSON.

use api::invoicing::invoice::{Invoice, InvoiceSummary, Invoices, Party};
use api::plan::plan_change::{PlanChange, State};
use api::plan::quote::Quote;
use api::plan::subscription::{PaymentMethod, ScheduledChange, ScheduledKind, Subscription};
use api::problem::{Change, Code, Difference, FieldError, Problem};
use api::session::Session;
use api::usage::{DayUsage, ProjectPage, ProjectUsage, Usage};
use billing::invoicing::invoice::{InvoiceKind, InvoiceStatus};
use billing::metering::add_on_use::Used;
use billing::metering::usage::{MauParts, Metered};
use billing::people::permission::Role;
use billing::pricing::overage::OverageEstimate;
use billing::pricing::quote::{MonthFigures, NextInvoice};
use billing::pricing::tax::TaxPlaces;
use billing::{AddOnId, AddOnUse};

use super::{Fields, Json, Notes, Read};

/// The fields of a type; after `default` those that may be absent.
macro_rules! record {
    ($type:ty { $($field:ident $(= $name:literal)?),* } $(default { $($left_out:ident),* })?) => {
        impl Read for $type {
            fn read(json: Json, notes: &mut Notes) -> Self {
                let mut fields = Fields::of(json, notes);
                let read = Self {
                    $($field: fields.take(name!($field $($name)?)),)*
                    $($($left_out: fields.take_or_default(stringify!($left_out)),)*)?
                };
                fields.finish();
                read
            }
        }
    };
}

macro_rules! name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

/// The values of an enum; an unknown value is noted and read as the first.
macro_rules! words {
    ($type:ty { $first:ident = $first_word:literal $(, $variant:ident = $word:literal)* }) => {
        impl Read for $type {
            fn read(json: Json, notes: &mut Notes) -> Self {
                match String::read(json, notes).as_str() {
                    $first_word => Self::$first,
                    $($word => Self::$variant,)*
                    _ => {
                        notes.note();
                        Self::$first
                    }
                }
            }
        }
    };
}

pub(super) use {name, record, words};

record!(Session {
    user_id,
    name,
    email,
    role,
    organization,
    sandbox
});
words!(Role { Admin = "admin", Approver = "approver", Creator = "creator", Member = "member" });

record!(Subscription {
    version,
    tier,
    add_ons,
    scheduled,
    price_book,
    price_book_version,
    currency,
    places,
    billing_day,
    offset_minutes,
    quote_expires,
    metered,
    add_on_use,
    counted_from,
    payment_method,
    pending,
    trial,
    annual,
    annual_offered
});
record!(Used { used, settled });

impl Read for AddOnUse {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let Json::Map(members) = json else {
            notes.note();
            return Self::default();
        };
        let mut read = Self::default();
        for (id, used) in members {
            read.0.insert(AddOnId::new(id), Used::read(used, notes));
        }
        read
    }
}

record!(ScheduledChange {
    id,
    kind,
    effective,
    requested_by,
    requested_at
});
record!(PaymentMethod {
    brand,
    last4,
    expires
});
record!(TaxPlaces { supplier = "supplier_state", customer = "customer_state" });

impl Read for ScheduledKind {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let mut fields = Fields::of(json, notes);
        let (tier, frequency) = (fields.take("downgrade"), fields.take("frequency"));
        let kind = match (tier, frequency) {
            (Some(tier), _) => Self::Downgrade(tier),
            (None, Some(frequency)) => Self::Frequency(frequency),
            (None, None) => Self::Removal(fields.take("removal")),
        };
        fields.finish();
        kind
    }
}

record!(Metered { mau, data_points });
record!(MauParts {
    app,
    web_identified,
    api,
    anonymous_web
});
record!(Usage {
    period_start,
    period_end,
    counted_from,
    billing_day,
    now,
    counted_at,
    parts,
    metered,
    mbu,
    projects,
    days,
    days_before
});
record!(ProjectPage { items, total, next });
record!(ProjectUsage {
    id,
    name,
    parts,
    data_points,
    previous_mau
});
record!(DayUsage { day, metered });

record!(Quote {
    change,
    engine_version,
    price_book,
    price_book_version,
    subscription_version,
    billing_day,
    expires,
    input_hash,
    due_now,
    overage,
    month,
    next_invoice_before,
    next_invoice,
    tier_after,
    tier_next_month,
    add_ons_after,
    annual_after,
    frequency_after
});
record!(OverageEstimate { lines, total });
record!(MonthFigures {
    base,
    add_ons,
    overage,
    billable
});
record!(NextInvoice {
    date,
    recurring,
    overage,
    statement
});

record!(billing::PlanChange {} default { tier, add, remove, frequency });
record!(PlanChange {
    id,
    state,
    change,
    total,
    ordered_at,
    billing_day,
    effective,
    invoice
});

impl Read for State {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let mut fields = Fields::of(json, notes);
        let name: String = fields.take("name");
        let state = match name.as_str() {
            "started" => Self::Started,
            "unknown" => Self::Unknown,
            "done" => Self::Done,
            "scheduled" => Self::Scheduled,
            "expired" => Self::Expired,
            "authentication" => Self::Authentication {
                expires: fields.take("expires"),
            },
            // No other state has a `reason`, so reading it notes the unknown state.
            _ => Self::Declined {
                reason: fields.take(if name == "declined" { "reason" } else { "" }),
            },
        };
        fields.finish();
        state
    }
}

record!(Invoices {
    items,
    next,
    next_invoice_on
});
record!(InvoiceSummary {
    number,
    kind,
    status,
    issued_on,
    period_start,
    period_end,
    subtotal,
    tax,
    total,
    paid_with
});
words!(InvoiceKind {
    Scheduled = "scheduled",
    Upgrade = "upgrade",
    AddOn = "add_on",
    Annual = "annual",
    TrialFirst = "trial_first",
    Reactivation = "reactivation",
    Final = "final",
    CreditNote = "credit_note"
});
words!(InvoiceStatus {
    Open = "open",
    Processing = "processing",
    Paid = "paid",
    Overdue = "overdue",
    Void = "void"
});
record!(Invoice {
    summary,
    supplier,
    customer,
    places,
    price_book,
    price_book_version,
    statement
});
record!(Party {
    name,
    address,
    tax_number
});

record!(FieldError { field, message });
impl Read for Difference {
    fn read(json: Json, notes: &mut Notes) -> Self {
        let mut fields = Fields::of(json, notes);
        let what: String = fields.take("what");
        let difference = match what.as_str() {
            "billing_day" => Self::BillingDay(change(&mut fields)),
            "price_book_version" => Self::PriceBookVersion(change(&mut fields)),
            "subscription_version" => Self::SubscriptionVersion(change(&mut fields)),
            "input_hash" => Self::InputHash(change(&mut fields)),
            // A value of another fact is no amount, so reading it notes the unknown fact.
            _ => Self::Total(change(&mut fields)),
        };
        fields.finish();
        difference
    }
}

fn change<T: Read>(fields: &mut Fields<'_>) -> Change<T> {
    Change {
        seen: fields.take("seen"),
        now: fields.take("now"),
    }
}
record!(Problem {
    kind = "type", title, status, code, detail
} default { fields, request_id, differences, quote });
words!(Code {
    Internal = "internal",
    InvalidBody = "invalid_body",
    UnsupportedMediaType = "unsupported_media_type",
    InvalidField = "invalid_field",
    WrongCredentials = "wrong_credentials",
    NotSignedIn = "not_signed_in",
    Forbidden = "forbidden",
    ForeignOrigin = "foreign_origin",
    NotFound = "not_found",
    MethodNotAllowed = "method_not_allowed",
    TooManyRequests = "too_many_requests",
    BodyTooLarge = "body_too_large",
    InvalidKey = "invalid_key",
    KeyReused = "key_reused",
    InProgress = "in_progress",
    PaymentPending = "payment_pending",
    QuoteChanged = "quote_changed",
    EngineChanged = "engine_changed",
    ChangeRefused = "change_refused",
    UpgradeOnly = "upgrade_only",
    PaymentLocked = "payment_locked",
    TrialLocked = "trial_locked",
    AccountPaused = "account_paused",
    AccountCancelled = "account_cancelled",
    NoPaymentMethod = "no_payment_method",
    PaymentDeclined = "payment_declined",
    PaymentExpired = "payment_expired",
    NothingOpen = "nothing_open",
    OutstandingChanged = "outstanding_changed",
    MonthClosed = "month_closed",
    NotScheduled = "not_scheduled",
    ClockBackwards = "clock_backwards",
    Unavailable = "unavailable"
});
