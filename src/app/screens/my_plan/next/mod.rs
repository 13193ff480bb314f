//! What is ahead: the next invoice, the scheduled changes, the coming events.

pub(super) mod coming_up;
pub(super) mod next_invoice;
pub(super) mod scheduled;
