//! Hands the read transaction of the authorisation to the handler: session, account and page come from
//! one snapshot, and a page begins one transaction instead of three.

use std::sync::{Arc, Mutex, PoisonError};

use api::Route;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::http::AppState;
use crate::http::response::Failure;
use crate::store::Tx;

/// The transaction of the authorisation, until the handler takes it.
#[derive(Debug, Clone)]
pub(super) struct Snapshot(Arc<Mutex<Option<Tx>>>);

impl Snapshot {
    pub(super) fn of(tx: Tx) -> Self {
        Self(Arc::new(Mutex::new(Some(tx))))
    }
}

/// Whether the handler of a route takes [`Reading`], and no body.
pub(super) const fn is_read_on(route: Route) -> bool {
    matches!(
        route,
        Route::Organization | Route::PriceBook | Route::Subscription | Route::Usage
    )
}

/// The transaction of the authorisation, or a new one.
pub(in crate::http) struct Reading(pub(in crate::http) Tx);

impl FromRequestParts<AppState> for Reading {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        let kept = parts.extensions.get::<Snapshot>().and_then(|snapshot| {
            let mut kept = snapshot.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.take()
        });
        match kept {
            Some(tx) => Ok(Self(tx)),
            None => Ok(Self(app.services.store.reading().await?)),
        }
    }
}
