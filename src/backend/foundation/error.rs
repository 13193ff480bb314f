//! The errors of the backend, and the problems that callers receive.

use api::{Code, Problem};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A refusal with a sentence for the person.
    #[error("{}", .0.detail)]
    Refused(Box<Problem>),
    /// Two transactions conflicted. Run again as a whole, this one sees what the other wrote.
    #[error("the data is being changed by others; try again")]
    Conflict,
    /// The store, or something that it needs, does not answer now.
    #[error("{0}")]
    Unavailable(Cause),
    /// A fault of this program or of its data.
    #[error("{0}")]
    Unexpected(Cause),
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    /// A refusal with a code and a sentence.
    pub fn refused(code: Code, detail: impl Into<String>) -> Self {
        Self::Refused(Box::new(Problem::new(code, detail)))
    }

    pub(crate) fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::Unavailable(cause.into())
    }

    pub(crate) fn unexpected(cause: impl Into<Cause>) -> Self {
        Self::Unexpected(cause.into())
    }

    /// The problem that the caller receives. Every error but a refusal is logged here, and its cause is
    /// not sent.
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Refused(problem) => *problem,
            Self::Conflict => {
                tracing::warn!("a transaction gave up after meeting others");
                unavailable()
            }
            Self::Unavailable(cause) => {
                tracing::warn!(%cause, "unavailable");
                unavailable()
            }
            Self::Unexpected(cause) => {
                tracing::error!(%cause, "unexpected");
                Problem::new(
                    Code::Internal,
                    "Something went wrong on our side; please try again, and tell us the request id if it stays",
                )
            }
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl From<billing::OutOfRange> for Error {
    fn from(cause: billing::OutOfRange) -> Self {
        Self::unexpected(cause)
    }
}

/// How many faults a refusal has, for its sentence.
pub(crate) fn count_faults(count: usize) -> String {
    match count {
        1 => "1 thing needs another value".to_owned(),
        _ => format!("{count} things need another value"),
    }
}

fn unavailable() -> Problem {
    Problem::new(
        Code::Unavailable,
        "The server cannot answer right now; please try again in a moment",
    )
}
