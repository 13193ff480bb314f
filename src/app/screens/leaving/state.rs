//! What is missing in the form of a cancellation, decided without a browser.

use api::account::leaving::Cancellation;
use billing::Money;
use billing::account::reason::{ReasonFault, confirm_cancellation};

use crate::screens::add_ons::state::Said;

/// The values of the form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    pub said: Said,
    /// The word that confirms the cancellation.
    pub word: String,
}

/// The first field with a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Reason(ReasonFault),
    /// The word is not the one that confirms.
    Word,
}

impl Typed {
    /// The first fault; `None` when the order can be sent.
    pub fn fault(&self) -> Option<Fault> {
        let reason = self.said.fault().map(Fault::Reason);
        reason.or_else(|| confirm_cancellation(&self.word).err().map(|_| Fault::Word))
    }

    /// The order; `None` while a reason is missing.
    pub fn order(&self, agreed: Money) -> Option<Cancellation> {
        Some(Cancellation {
            reason: self.said.reason()?,
            confirmation: self.word.clone(),
            agreed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::json::tests::usd;
    use billing::account::reason::Reason;
    use billing::text::OneLineFault;

    fn typed(word: &str, own: &str, confirmation: &str) -> Typed {
        Typed {
            said: Said {
                word: word.to_owned(),
                own: own.to_owned(),
            },
            word: confirmation.to_owned(),
        }
    }

    #[test]
    fn the_first_field_with_a_fault_is_reported() {
        let check = |typed: Typed, fault| assert_eq!(typed.fault(), fault, "{typed:?}");
        check(typed("", "", ""), Some(Fault::Reason(ReasonFault::Missing)));
        let empty = ReasonFault::Words(OneLineFault::Empty);
        check(typed("other", " ", "DELETE"), Some(Fault::Reason(empty)));
        check(typed("low_usage", "", "delete"), Some(Fault::Word));
        check(typed("low_usage", "", "DELETE "), Some(Fault::Word));
        check(typed("low_usage", "", "DELETE"), None);
    }

    #[test]
    fn an_order_carries_what_was_seen() {
        let order = typed("other", "moved away", "DELETE")
            .order(usd("26.40"))
            .unwrap();
        assert_eq!(order.reason, Reason::Other("moved away".to_owned()));
        assert_eq!(
            (order.confirmation.as_str(), order.agreed),
            ("DELETE", usd("26.40"))
        );
        assert_eq!(typed("", "", "DELETE").order(usd("0.00")), None);
    }
}
