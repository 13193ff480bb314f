//! Who sends a request: the user of the session.

use api::Code;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use billing::OrganizationId;
use serde::Serialize;

use crate::foundation::error::Error;
use crate::foundation::secret::{Token, fingerprint_of};
use crate::http::request::extract::OrderKey;
use crate::http::response::{Failure, RequestId};
use crate::payments::Submission;
use crate::store::idempotency::Key;
use crate::store::people::users::User;
use crate::store::records::Actor;

/// A signed-in user who is authorised to call the route.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) user: User,
    pub(in crate::http) token: Token,
    pub(crate) actor: Actor,
}

impl Member {
    pub(crate) fn organization_id(&self) -> &OrganizationId {
        &self.user.organization_id
    }

    /// This user's idempotency key with the given text.
    pub(in crate::http) fn key(&self, text: String) -> Key {
        Key {
            organization_id: self.user.organization_id.clone(),
            user_id: self.user.id.clone(),
            text,
        }
    }

    /// This user's request that may charge money, under an idempotency key.
    pub(in crate::http) fn submission<O: Serialize>(
        self,
        OrderKey(text): OrderKey,
        RequestId(request_id): RequestId,
        order: O,
    ) -> Result<Submission<O>, Error> {
        Ok(Submission {
            request_hash: fingerprint_of(&order)?,
            key: self.key(text),
            actor: self.actor,
            order,
            request_id,
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Member {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Failure::from(not_signed_in()))
    }
}

pub(super) fn not_signed_in() -> Error {
    Error::refused(
        Code::NotSignedIn,
        "You are not signed in, or your session has ended; sign in again",
    )
}
