//! Requests: from whom, and what is in them.
//!
//! - [`client_address`]: the address of the client, also when a proxy forwards the request.
//! - [`text`]: every text of a request is checked before it is used.
//! - [`query`] and [`extract`]: extractors of query parameters, of bodies and of the idempotency key.

pub(in crate::http) mod client_address;
pub(crate) mod extract;
pub(in crate::http) mod query;
pub(in crate::http) mod text;
