//! What a form is made of: fields, buttons, dialogs.

pub mod button;
pub mod field;
pub mod modal;
