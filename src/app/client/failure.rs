//! Why a request failed.

use std::rc::Rc;

use api::{Code, Problem};

/// The kinds of failed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The server responded with a problem.
    Refused(Rc<Problem>),
    /// The server could not be reached, or the connection broke.
    Offline,
    /// No response arrived in time.
    Timeout,
    /// The response is incomplete, or not from our server.
    Garbled,
    /// A piece of the app could not be loaded.
    NoPiece,
}

impl Failure {
    /// The problem's code; `None` when the server sent no problem.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(problem) => Some(problem.code),
            Self::Offline | Self::Timeout | Self::Garbled | Self::NoPiece => None,
        }
    }

    /// Whether an order that failed this way may have been carried out all the same.
    ///
    /// A problem is final, except for an unexpected failure inside the server: its outcome is unknown.
    pub fn leaves_outcome_open(&self) -> bool {
        match self {
            Self::Offline | Self::Timeout | Self::Garbled => true,
            // It fails before anything is sent.
            Self::NoPiece => false,
            Self::Refused(problem) => {
                matches!(problem.code, Code::Internal | Code::InProgress)
            }
        }
    }

    /// Whether the same request may succeed later without any action.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Offline | Self::Timeout | Self::Garbled | Self::NoPiece => true,
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
    fn only_timeouts_and_server_faults_leave_an_order_open() {
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
