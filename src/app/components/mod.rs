//! What screens are put together from: each component takes data and callbacks.

pub mod activity;
pub mod banner;
pub mod button;
pub mod error_card;
pub mod field;
pub mod glossary;
pub mod icon;
pub mod live_region;
pub mod modal;
pub mod monogram;
pub mod more;
pub mod page_head;
pub mod receipt;
pub mod sign_out;
pub mod skeleton;
pub mod toast;
pub mod undo;
