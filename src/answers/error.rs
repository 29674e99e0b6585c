//! Why a question has no answer.

use std::fmt::Display;

/// What kind of refusal it is. Each face has its own word, code or status for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The question makes no sense.
    BadInput,
    /// An id or code that is not known at the time of the question.
    NotFound,
    /// More than is answered at once.
    Limit,
    /// It took too long, or nobody waits for the answer any more.
    Timeout,
    /// The hub failed; the question is sound.
    Internal,
}

/// Why a question has no answer, in words for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What kind of refusal it is.
    pub kind: RefusalKind,
    /// One or two sentences for a person.
    pub message: String,
}

impl Refusal {
    /// The question makes no sense.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self { kind: RefusalKind::BadInput, message: message.into() }
    }

    /// An id or code that is not known.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self { kind: RefusalKind::NotFound, message: message.into() }
    }

    /// More than is answered at once.
    pub fn limit(message: impl Into<String>) -> Self {
        Self { kind: RefusalKind::Limit, message: message.into() }
    }

    /// It took too long.
    pub fn timeout(message: impl Into<String>) -> Self {
        Self { kind: RefusalKind::Timeout, message: message.into() }
    }

    /// The hub failed: the cause goes to the log, the request id into the answer.
    pub fn internal(request_id: &str, cause: impl Display) -> Self {
        tracing::error!(request.id = request_id, error = %cause, "a question could not be answered");
        Self::logged(request_id)
    }

    /// The answer's side of a failure whose cause is already logged.
    #[must_use]
    pub fn logged(request_id: &str) -> Self {
        let message = format!("the hub failed; the log says more under request id {request_id}");
        Self { kind: RefusalKind::Internal, message }
    }
}
