//! Invoicing: [`invoice`], and [`payment`] of what is unpaid.

pub mod invoice;
pub mod payment;
