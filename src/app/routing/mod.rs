//! Addresses: those of the app's pages, the way from one to another, and the links out of the app.

pub mod links;
pub mod navigation;
pub mod route;
