//! What the browser has: its storage, the theme it shows, and whether it is online.

pub mod online;
pub mod storage;
pub mod theme;
