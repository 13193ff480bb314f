//! What screens are put together from: each component takes data and callbacks.

pub mod activity;
pub mod error_card;
pub mod feedback;
pub mod form;
pub mod glossary;
pub mod icon;
pub(crate) mod lazy;
pub mod monogram;
pub mod more;
pub mod page_head;
pub mod receipt;
pub mod sign_out;
pub mod skeleton;
pub mod undo;
