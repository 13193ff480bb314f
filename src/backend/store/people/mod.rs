//! Users, their sessions, and the credentials of programs.

pub mod credentials;
pub mod sessions;
pub mod users;
