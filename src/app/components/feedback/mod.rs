//! Messages to a person: banners, toasts, texts that are read out.

pub mod banner;
pub mod live_region;
pub mod toast;
