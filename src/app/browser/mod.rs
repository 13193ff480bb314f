//! What the browser has: its storage, the theme it shows, whether it is online, and what it shows soon.

pub mod near;
pub mod online;
pub mod storage;
pub mod theme;
