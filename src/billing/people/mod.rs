//! People: [`permission`] (who may do what), [`identity`] and [`billing_details`] (the customer's data).

pub mod billing_details;
pub mod identity;
pub mod permission;
