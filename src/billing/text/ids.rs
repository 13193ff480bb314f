//! The ids of organizations, of their users, their plan changes and their payments: texts that nobody
//! computes with.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

/// An id that is made elsewhere, in one type for each thing that has one.
macro_rules! id {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            /// Makes an id without a check; the store tells whether it exists.
            pub fn new(id: impl Into<String>) -> Self {
                Self(Cow::Owned(id.into()))
            }

            /// Makes an id of a text in the program.
            pub const fn from_static(id: &'static str) -> Self {
                Self(Cow::Borrowed(id))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self::new(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// The id of an organization, the first column of every key, such as `org_00001`.
    ///
    /// ```
    /// let id = billing::OrganizationId::new("org_00001");
    /// assert_eq!(id.as_str(), "org_00001");
    /// assert_eq!(serde_json::to_string(&id).unwrap(), r#""org_00001""#);
    /// ```
    OrganizationId
}

id! {
    /// The id of a user within their organization.
    UserId
}

id! {
    /// The id of an order that was placed, or of a change that is scheduled.
    PlanChangeId
}

id! {
    /// The id of an attempt to collect money, which is also its idempotency key at the gateway.
    PaymentAttemptId
}
