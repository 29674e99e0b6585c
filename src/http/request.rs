//! Reading a GraphQL request: from a JSON body, or from the address for simple queries.

use super::client::Client;
use super::layers::RequestId;
use crate::graphql::{Code, Failure};
use axum::body::{Body, to_bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use std::convert::Infallible;

/// Bytes of a request's body.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// From whom a request is.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The request's id.
    pub id: RequestId,
    /// The client, where the request came over a connection.
    pub client: Option<Client>,
}

impl<S: Sync> FromRequestParts<S> for Sender {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let id = parts.extensions.get::<RequestId>().cloned();
        let client = parts.extensions.get::<Client>().copied();
        Ok(Self { id: id.unwrap_or_else(|| RequestId("none".into())), client })
    }
}

/// A GraphQL request as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// The query's text.
    #[serde(default)]
    pub query: String,
    /// Its variables.
    #[serde(default)]
    pub variables: serde_json::Value,
    /// Which of several operations of the text.
    pub operation_name: Option<String>,
}

/// The parameters of an address.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    /// The query's text.
    #[serde(default)]
    query: String,
    /// Its variables as JSON.
    variables: Option<String>,
    /// Which of several operations of the text.
    operation_name: Option<String>,
}

impl Question {
    /// Reads a body.
    pub async fn from_body(headers: &HeaderMap, body: Body) -> Result<Self, Failure> {
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(Failure::new(
                Code::UnsupportedMediaType,
                "the body is read as JSON: send `Content-Type: application/json`",
            ));
        }
        let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(|error| {
            let mut cause: Option<&dyn std::error::Error> = Some(&error);
            while let Some(error) = cause {
                if error.to_string().contains("length limit") {
                    return Failure::limit(format!("the request's body is longer than {MAX_BODY_BYTES} bytes"));
                }
                cause = error.source();
            }
            Failure::new(Code::BadRequest, "the request's body ended before it was whole")
        })?;
        let question: Self = serde_json::from_slice(&body)
            .map_err(|error| Failure::new(Code::BadRequest, format!("the body is not a GraphQL request: {error}")))?;
        question.checked()
    }

    /// Reads the parameters of an address.
    pub fn from_parameters(parameters: Parameters) -> Result<Self, Failure> {
        let variables = match parameters.variables.as_deref().map(str::trim) {
            None | Some("") => serde_json::Value::Null,
            Some(text) => serde_json::from_str(text)
                .map_err(|error| Failure::new(Code::BadRequest, format!("`variables` is not JSON: {error}")))?,
        };
        Self { query: parameters.query, variables, operation_name: parameters.operation_name }.checked()
    }

    fn checked(self) -> Result<Self, Failure> {
        if self.query.trim().is_empty() {
            return Err(Failure::new(
                Code::BadRequest,
                "there is no `query`: send one, such as `{ datasets { nodes { id } } }`",
            ));
        }
        Ok(self)
    }
}
