//! Why an answer did not come, or said no.

use std::rc::Rc;

use api::{Code, Problem};

/// What stood between the person and the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The server answered, and refused.
    Refused(Rc<Problem>),
    /// The server could not be reached, or the connection broke.
    Offline,
    /// No answer came in time.
    Timeout,
    /// An answer came that is not from our server, or not whole.
    Garbled,
}

impl Failure {
    /// The problem's stable name, where the server gave one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(problem) => Some(problem.code),
            Self::Offline | Self::Timeout | Self::Garbled => None,
        }
    }

    /// Whether an order that failed this way may have been carried out all the same.
    ///
    /// A refusal is final, save one: an unexpected failure inside the server says nothing.
    pub fn leaves_outcome_open(&self) -> bool {
        match self {
            Self::Offline | Self::Timeout | Self::Garbled => true,
            Self::Refused(problem) => {
                matches!(problem.code, Code::Internal | Code::InProgress)
            }
        }
    }

    /// Whether asking again may help without anyone doing anything else.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Offline | Self::Timeout | Self::Garbled => true,
            Self::Refused(problem) => {
                matches!(problem.code, Code::Internal | Code::Unavailable)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: Code) -> Failure {
        Failure::Refused(Rc::new(Problem::new(code, "")))
    }

    #[test]
    fn only_silence_and_accidents_leave_an_order_open() {
        for open in [
            Failure::Offline,
            Failure::Timeout,
            Failure::Garbled,
            refused(Code::Internal),
            refused(Code::InProgress),
        ] {
            assert!(open.leaves_outcome_open(), "{open:?}");
        }
        for closed in [
            Code::PaymentDeclined,
            Code::QuoteChanged,
            Code::PaymentPending,
            Code::Forbidden,
            Code::Unavailable,
            Code::KeyReused,
        ] {
            assert!(!refused(closed).leaves_outcome_open(), "{closed:?}");
        }
    }
}
