//! Invoicing: [`invoice`] (drafts, numbers, payments, credit notes), [`month_close`] (when they are issued)
//! and [`collection`] (when they are debited).

pub mod collection;
pub mod invoice;
pub mod month_close;
