//! The browser's half of Prorata: screens over the contract.
pub mod failure;
pub mod route;
pub mod screens;
