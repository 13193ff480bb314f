//! Errors, with a sentence that a person can act on and a code for programs (RFC 9457).

use billing::Money;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::plan::quote::Quote;

/// The media type of a [`Problem`].
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The stable code of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The body is not JSON, or does not deserialize.
    InvalidBody,
    /// The body has another content type than the route takes.
    UnsupportedMediaType,
    /// A field has a value that it cannot have; `fields` says which.
    InvalidField,
    /// The e-mail address or the password is wrong.
    WrongCredentials,
    /// Nobody is signed in, or the session has ended.
    NotSignedIn,
    /// The role does not allow the request.
    Forbidden,
    /// The request came from another site.
    ForeignOrigin,
    /// Nothing exists at this address.
    NotFound,
    /// The address does not support the method.
    MethodNotAllowed,
    /// Too many requests; `Retry-After` says how long to wait.
    TooManyRequests,
    /// The body is too large.
    BodyTooLarge,
    /// The idempotency key is missing or malformed.
    InvalidKey,
    /// The key was used for another order.
    KeyReused,
    /// The order with this key is still being carried out.
    InProgress,
    /// Another payment of the organization is not finished.
    PaymentPending,
    /// What the person saw no longer holds; `quote` has the current price. Nothing was charged.
    QuoteChanged,
    /// The page runs another version of the billing rules than the server; reload it.
    EngineChanged,
    /// The tier, or an add-on, cannot be ordered this way.
    ChangeRefused,
    /// The account is locked for its usage: only a higher tier can be ordered (SPEC R11).
    UpgradeOnly,
    /// The account is locked until its invoices are paid (SPEC R12).
    PaymentLocked,
    /// The trial is locked until billing is set up (SPEC R8).
    TrialLocked,
    /// The account is paused (SPEC R13).
    AccountPaused,
    /// The account is cancelled (SPEC R14).
    AccountCancelled,
    /// There is no payment method to charge.
    NoPaymentMethod,
    /// The payment was declined. The plan has not changed.
    PaymentDeclined,
    /// The payment was not finished in time. The plan has not changed.
    PaymentExpired,
    /// No invoice is due.
    NothingOpen,
    /// The outstanding sum is not the one that the person saw. Nothing was charged.
    OutstandingChanged,
    /// The day of the change belongs to a month that is closed. Nothing was charged.
    MonthClosed,
    /// No change is scheduled under this id any more.
    NotScheduled,
    /// The sandbox clock cannot be moved back.
    ClockBackwards,
    /// The server cannot process the request now; nothing was changed.
    Unavailable,
    /// An unexpected failure; `request_id` finds it in the server's log.
    Internal,
}

impl Code {
    /// The HTTP status of the code.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidBody | Self::InvalidKey => 400,
            Self::NotSignedIn | Self::WrongCredentials => 401,
            Self::PaymentDeclined | Self::PaymentExpired | Self::NoPaymentMethod => 402,
            Self::Forbidden | Self::ForeignOrigin => 403,
            Self::NotFound | Self::NotScheduled => 404,
            Self::MethodNotAllowed => 405,
            Self::InProgress
            | Self::PaymentPending
            | Self::QuoteChanged
            | Self::EngineChanged
            | Self::NothingOpen
            | Self::OutstandingChanged
            | Self::MonthClosed
            | Self::UpgradeOnly
            | Self::PaymentLocked
            | Self::TrialLocked
            | Self::AccountPaused
            | Self::AccountCancelled
            | Self::ClockBackwards => 409,
            Self::BodyTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::InvalidField | Self::KeyReused | Self::ChangeRefused => 422,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    /// Whether the request was refused because of the caller's role, the origin of the request, or the
    /// state of the account.
    pub const fn refuses_access(self) -> bool {
        match self {
            Self::Forbidden
            | Self::ForeignOrigin
            | Self::UpgradeOnly
            | Self::PaymentLocked
            | Self::TrialLocked
            | Self::AccountPaused
            | Self::AccountCancelled => true,
            Self::InvalidBody
            | Self::UnsupportedMediaType
            | Self::InvalidField
            | Self::WrongCredentials
            | Self::NotSignedIn
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::TooManyRequests
            | Self::BodyTooLarge
            | Self::InvalidKey
            | Self::KeyReused
            | Self::InProgress
            | Self::PaymentPending
            | Self::QuoteChanged
            | Self::EngineChanged
            | Self::ChangeRefused
            | Self::NoPaymentMethod
            | Self::PaymentDeclined
            | Self::PaymentExpired
            | Self::NothingOpen
            | Self::OutstandingChanged
            | Self::NotScheduled
            | Self::ClockBackwards
            | Self::MonthClosed
            | Self::Unavailable
            | Self::Internal => false,
        }
    }

    /// A short summary of the code, the same for every problem of the code.
    pub const fn title(self) -> &'static str {
        match self {
            Self::InvalidBody => "The request cannot be read",
            Self::UnsupportedMediaType => "This kind of body is not taken here",
            Self::InvalidField => "Some fields need another value",
            Self::WrongCredentials => "E-mail or password is wrong",
            Self::NotSignedIn => "You are not signed in",
            Self::Forbidden => "Your role does not allow this",
            Self::ForeignOrigin => "The request came from another site",
            Self::NotFound => "There is nothing here",
            Self::MethodNotAllowed => "This cannot be done here",
            Self::TooManyRequests => "Too many attempts",
            Self::BodyTooLarge => "The request is too large",
            Self::InvalidKey => "The idempotency key is missing or malformed",
            Self::KeyReused => "The idempotency key belongs to another order",
            Self::InProgress => "This order is still being carried out",
            Self::PaymentPending => "Another payment has not ended yet",
            Self::QuoteChanged => "The price has changed",
            Self::EngineChanged => "This page is out of date",
            Self::ChangeRefused => "This change cannot be ordered",
            Self::UpgradeOnly => "Your plan is locked for its usage",
            Self::PaymentLocked => "An invoice is unpaid",
            Self::TrialLocked => "Your trial is locked until billing is set up",
            Self::AccountPaused => "Your plan is paused",
            Self::AccountCancelled => "The account is cancelled",
            Self::NoPaymentMethod => "There is no payment method",
            Self::PaymentDeclined => "The payment was declined",
            Self::PaymentExpired => "The payment was not finished in time",
            Self::NothingOpen => "There is nothing to pay",
            Self::OutstandingChanged => "The amount has changed",
            Self::MonthClosed => "The month is closed already",
            Self::NotScheduled => "This change is not scheduled any more",
            Self::ClockBackwards => "The clock moves forward only",
            Self::Unavailable => "The server cannot answer now",
            Self::Internal => "Something went wrong",
        }
    }
}

/// A field of the request and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldError {
    /// The field's name in the request.
    pub field: String,
    /// What the field needs, as a sentence without full stop.
    pub message: String,
}

/// A fact that is not as the person saw it (SPEC R19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Difference {
    /// The day for which the order was priced.
    BillingDay(Change<NaiveDate>),
    /// The version of the price book.
    PriceBookVersion(Change<u32>),
    /// The version of the subscription.
    SubscriptionVersion(Change<u64>),
    /// The fingerprint of everything that determines what is due.
    InputHash(Change<String>),
    /// The amount that is due.
    Total(Change<Money>),
}

/// The value in the order, and the value now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change<T> {
    /// The value in the order.
    pub seen: T,
    /// The value now.
    pub now: T,
}

impl<T: PartialEq> Change<T> {
    /// The change; `None` when both values are equal.
    pub fn of(seen: T, now: T) -> Option<Self> {
        (seen != now).then_some(Self { seen, now })
    }
}

/// The body of an error response (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `urn:prorata:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short summary, the same for every problem of the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: Code,
    /// What happened and what to do, as a sentence without full stop.
    pub detail: String,
    /// The fields that need another value; empty for most codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// The id under which the server's log has the request.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request_id: String,
    /// With `quote_changed`: the facts that are not as the person saw them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// With `quote_changed`: the current quote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Box<Quote>>,
}

impl Problem {
    /// A problem with its own detail.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let name = serde_json::to_value(code).ok();
        let name = name
            .as_ref()
            .and_then(|name| name.as_str())
            .unwrap_or_default();
        Self {
            kind: format!("urn:prorata:problem:{name}"),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            detail: detail.into(),
            fields: Vec::new(),
            request_id: String::new(),
            differences: Vec::new(),
            quote: None,
        }
    }

    /// An `invalid_field` problem of one field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let fields = vec![FieldError {
            field: field.to_owned(),
            message: message.clone(),
        }];
        Self {
            fields,
            ..Self::new(Code::InvalidField, message)
        }
    }
}
