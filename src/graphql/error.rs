//! What can go wrong with a question, and the code that each error carries in `extensions.code`.

use crate::answers::{Refusal, RefusalKind};
use async_graphql::ErrorExtensionValues;
use std::fmt::Write as _;

/// The code of an error: what a program may rely on. Messages are for people and may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The query is not GraphQL.
    GraphqlParseFailed,
    /// The query does not fit the schema.
    GraphqlValidationFailed,
    /// An argument or variable makes no sense.
    BadInput,
    /// An id or code that the hub does not know.
    NotFound,
    /// More than the hub gives at once.
    Limit,
    /// The answer took too long.
    Timeout,
    /// The client asks more often than one client may.
    RateLimited,
    /// The hub has no place for a further client just now.
    Overloaded,
    /// The request is not one that the hub reads.
    BadRequest,
    /// The body is of another media type.
    UnsupportedMediaType,
    /// Nothing lives at this address, or not under this method.
    NoSuchPage,
    /// The hub failed.
    Internal,
}

impl Code {
    /// Every code, in the order of the documented table.
    pub const ALL: [Self; 12] = [
        Self::GraphqlParseFailed,
        Self::GraphqlValidationFailed,
        Self::BadInput,
        Self::NotFound,
        Self::Limit,
        Self::Timeout,
        Self::RateLimited,
        Self::Overloaded,
        Self::BadRequest,
        Self::UnsupportedMediaType,
        Self::NoSuchPage,
        Self::Internal,
    ];

    /// The word in `extensions.code`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::BadInput => "BAD_INPUT",
            Self::NotFound => "NOT_FOUND",
            Self::Limit => "LIMIT",
            Self::Timeout => "TIMEOUT",
            Self::RateLimited => "RATE_LIMITED",
            Self::Overloaded => "OVERLOADED",
            Self::BadRequest => "BAD_REQUEST",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::NoSuchPage => "NO_SUCH_PAGE",
            Self::Internal => "INTERNAL",
        }
    }

    /// What happened, and what to do next.
    #[must_use]
    pub const fn meaning(self) -> (&'static str, &'static str) {
        match self {
            Self::GraphqlParseFailed => {
                ("The query text is not GraphQL.", "Correct it at the line and column that the error gives.")
            }
            Self::GraphqlValidationFailed => {
                ("The query names a field, argument or type that the schema does not have, or misuses one.", {
                    "Compare with `/schema.graphql`; the message names the nearest field where there is one."
                })
            }
            Self::BadInput => {
                ("An argument or variable makes no sense.", "The message says what is expected in its place.")
            }
            Self::NotFound => (
                "An id or code is not known at the time asked for.",
                "The message names the nearest known ones; `areas(search:)` and `indicators(search:)` list them.",
            ),
            Self::Limit => (
                "The question asks for more than is given at once.",
                "Ask for less, or for one page after another: the message names the limit and what to narrow.",
            ),
            Self::Timeout => ("The answer took too long.", "Narrow the question, or try again later."),
            Self::RateLimited => (
                "More requests came from the client's address than one client may send.",
                "Wait for the seconds that the header `Retry-After` names, then ask more slowly, or fewer at once.",
            ),
            Self::Overloaded => (
                "The hub has no place for a further client just now.",
                "Ask again after the seconds that the header `Retry-After` names.",
            ),
            Self::BadRequest => (
                "The HTTP request cannot be read as a GraphQL request.",
                "Send JSON with `query` and, where needed, `variables` and `operationName`.",
            ),
            Self::UnsupportedMediaType => {
                ("The body is not declared as JSON.", "Send `Content-Type: application/json`.")
            }
            Self::NoSuchPage => (
                "Nothing lives at this address, or not under this method.",
                "The hub answers at `/graphql`, `/schema.graphql`, `/health/live`, `/health/ready` and `/`.",
            ),
            Self::Internal => (
                "The hub failed; nothing is wrong with the question.",
                "Give the request id in the message to whoever runs the hub: its log says more.",
            ),
        }
    }

    /// The HTTP status of an answer that consists of this error alone.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::GraphqlParseFailed
            | Self::GraphqlValidationFailed
            | Self::BadInput
            | Self::NotFound
            | Self::Limit
            | Self::BadRequest => 400,
            Self::NoSuchPage => 404,
            Self::UnsupportedMediaType => 415,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Overloaded => 503,
            Self::Timeout => 504,
        }
    }
}

/// An error on its way into an answer.
///
/// It is not [`std::error::Error`] on purpose: the only way into an answer is the conversion below, which sets the code.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What a program may rely on.
    pub code: Code,
    /// One or two sentences for a person.
    pub message: String,
}

impl Failure {
    /// An error of this code.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// An argument that makes no sense.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::new(Code::BadInput, message)
    }

    /// An id that is not known.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Code::NotFound, message)
    }

    /// More than is given at once.
    pub fn limit(message: impl Into<String>) -> Self {
        Self::new(Code::Limit, message)
    }

    /// The answer's side of a failure whose cause is already logged.
    #[must_use]
    pub fn internal_without_cause(request_id: &str) -> Self {
        Refusal::logged(request_id).into()
    }

    /// The `extensions` of the error.
    #[must_use]
    pub fn extensions(&self) -> ErrorExtensionValues {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code.as_str());
        extensions
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal.kind {
            RefusalKind::BadInput => Code::BadInput,
            RefusalKind::NotFound => Code::NotFound,
            RefusalKind::Limit => Code::Limit,
            RefusalKind::Timeout => Code::Timeout,
            RefusalKind::Internal => Code::Internal,
        };
        Self { code, message: refusal.message }
    }
}

impl From<Failure> for async_graphql::Error {
    fn from(failure: Failure) -> Self {
        Self { extensions: Some(failure.extensions()), message: failure.message, source: None }
    }
}

impl From<Failure> for async_graphql::ServerError {
    fn from(failure: Failure) -> Self {
        let extensions = Some(failure.extensions());
        let mut error = Self::new(failure.message, None);
        error.extensions = extensions;
        error
    }
}

/// The table of codes, as `schema/ERRORS.md` holds it.
#[must_use]
pub fn table() -> String {
    let mut text = String::from(
        "# Error codes\n\nEvery error carries one of these in `extensions.code`. Programs may rely on the code; \
         messages are for people and may change.\nA question that is refused as a whole has no `data`, and the status of \
         its code; for clients that accept only `application/json`, 200.\nAn error in one field at the root leaves that \
         field null and the others answered, with 200; where the hub failed or had no time left, and nothing is answered, there is no `data`.\n\n| code | status | what happened | what to do |\n|---|---|---|---|\n",
    );
    for code in Code::ALL {
        let (happened, next) = code.meaning();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| `{}` | {} | {happened} | {next} |", code.as_str(), code.status());
    }
    text
}
