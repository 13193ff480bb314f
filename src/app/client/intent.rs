//! The order that a person has confirmed: stored before it is sent, until its response is final.
//!
//! A reload finds it here and asks for its outcome with the same key, instead of ordering again.

use api::plan::plan_change::Order;
use billing::UserId;

use crate::browser::storage::{self, Keep};

const NAME: &str = "prorata-order";

/// An order with its idempotency key and the person who confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub key: String,
    /// The id of the person; an order of another person is ignored.
    pub user_id: UserId,
    /// The order as JSON, exactly as it is sent.
    pub order: String,
}

impl Intent {
    /// The stored intent if it has the same order, otherwise a new one with a new key. Either way it is
    /// stored from here on.
    pub fn keep(user_id: UserId, order: &Order) -> Option<Self> {
        let order = serde_json::to_string(order).ok()?;
        if let Some(kept) = Self::kept(&user_id).filter(|kept| kept.order == order) {
            return Some(kept);
        }
        let intent = Self {
            key: new_key()?,
            user_id,
            order,
        };
        storage::write(Keep::Session, NAME, &intent.to_text());
        Some(intent)
    }

    /// The order of this person whose response is not final.
    pub fn kept(user_id: &UserId) -> Option<Self> {
        let text = storage::read(Keep::Session, NAME)?;
        let intent = Self::from_text(&text)?;
        (intent.user_id == *user_id).then_some(intent)
    }

    fn to_text(&self) -> String {
        format!("{}\n{}\n{}", self.key, self.user_id, self.order)
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.splitn(3, '\n').map(str::to_owned);
        Some(Self {
            key: lines.next()?,
            user_id: UserId::new(lines.next()?),
            order: lines.next()?,
        })
    }

    /// Deletes the intent, because the response is final.
    pub fn forget() {
        storage::remove(Keep::Session, NAME);
    }
}

/// 128 random bits in hexadecimal.
pub(crate) fn new_key() -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_intent_is_read_unchanged() {
        let intent = Intent {
            key: "0123".to_owned(),
            user_id: UserId::new("7"),
            order: "{\"total\":\"91.67\",\n\"note\":1}".to_owned(),
        };
        assert_eq!(Intent::from_text(&intent.to_text()), Some(intent));
        assert_eq!(Intent::from_text("damaged"), None);
    }
}
