//! People and programs: who signs in, with which credentials, and what they ask the support team.

pub mod credentials;
pub mod sign_in;
pub mod tickets;
