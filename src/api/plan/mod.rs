//! The plan: [`subscription`] with its [`trial`] or its [`annual`] term, [`statement`] (lines with their
//! derivations), [`quote`] (the price that a person sees) and [`plan_change`] (the order that is charged).

pub mod annual;
pub mod plan_change;
pub mod quote;
pub mod subscription;
pub mod trial;
