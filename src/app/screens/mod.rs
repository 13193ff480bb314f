//! The screens. Each loads its data, decides in its `state` what to show, and shows it.

pub mod add_ons;
pub mod audit;
pub mod change_plan;
pub mod data;
pub mod invoice;
pub mod invoices;
pub mod leaving;
pub mod mailbox;
pub mod missing;
pub mod my_plan;
pub mod on_file;
pub mod sign_in;
pub mod support;
