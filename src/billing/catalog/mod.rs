//! The catalog: [`price_book`] (what is sold, at which price) and [`policy`] (the periods and limits).

pub mod policy;
pub mod price_book;
