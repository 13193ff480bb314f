//! The order that someone has agreed to: kept before it is sent, until its answer is final.
//!
//! A reload finds it here and asks how it went, with the same key, instead of ordering again.

use api::plan_change::Order;
use serde::{Deserialize, Serialize};

use crate::storage::{self, Keep};

const NAME: &str = "prorata-order";

/// An order with its key, and the person who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The idempotency key.
    pub key: String,
    /// The person's id: another person's order is none of ours.
    pub user_id: String,
    /// The order, exactly as it is sent.
    pub order: Order,
}

impl Intent {
    /// The intent of this order: the kept one where it is the same order, else a new one with a
    /// new key. Either way it is kept from here on.
    #[must_use]
    pub fn keep(user_id: &str, order: Order) -> Option<Self> {
        if let Some(kept) = Self::kept(user_id).filter(|kept| kept.order == order) {
            return Some(kept);
        }
        let intent = Self {
            key: new_key()?,
            user_id: user_id.to_owned(),
            order,
        };
        let text = serde_json::to_string(&intent).ok()?;
        storage::write(Keep::Session, NAME, &text);
        Some(intent)
    }

    /// The order of this person whose answer is still open.
    #[must_use]
    pub fn kept(user_id: &str) -> Option<Self> {
        let text = storage::read(Keep::Session, NAME)?;
        let intent: Self = serde_json::from_str(&text).ok()?;
        (intent.user_id == user_id).then_some(intent)
    }

    /// The answer is final: the key has done its work.
    pub fn forget() {
        storage::remove(Keep::Session, NAME);
    }
}

/// 128 random bits in hexadecimal.
fn new_key() -> Option<String> {
    let mut bits = [0_u8; 16];
    web_sys::window()?
        .crypto()
        .ok()?
        .get_random_values_with_u8_array(&mut bits)
        .ok()?;
    Some(bits.iter().fold(String::new(), |key, byte| {
        format!("{key}{:x}{:x}", byte >> 4, byte & 15)
    }))
}
