//! The pieces of a response: JSON of the type that the client accepts, a refusal, and the tag that names the bytes.

use crate::graphql::{Code, Failure, failed};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The media type of GraphQL over HTTP: a client that accepts it reads the status too.
const GRAPHQL_JSON: &str = "application/graphql-response+json";

/// The tag that names these bytes. Weak, because the same bytes may be sent compressed or not.
pub fn etag(bytes: &[u8]) -> HeaderValue {
    tag(&Sha256::digest(bytes))
}

/// A digest as a tag.
pub fn tag(digest: &[u8]) -> HeaderValue {
    let mut text = String::from("W/\"");
    for byte in digest.iter().take(16) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('"');
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Whether the client has these bytes already, or any.
pub fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    given(headers).any(|tag| tag == "*") || is_named(headers, etag)
}

/// Whether the client names this tag.
pub fn is_named(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim_start_matches("W/").to_owned();
    let own = etag.to_str().map(opaque).unwrap_or_default();
    given(headers).any(|tag| opaque(tag) == own)
}

/// The tags that the client says it has.
fn given(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lists = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim)
}

/// The response to a client that has the answer already.
pub fn not_modified() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}

/// The response to what was refused as a whole.
pub fn refused(headers: &HeaderMap, failure: &Failure) -> Response<Body> {
    json(headers, status(failure.code), failed(failure))
}

/// The status of a refusal with this code.
pub fn status(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Whether the client reads the status beside the JSON.
pub fn accepts_graphql_json(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.any(|value| value.contains(GRAPHQL_JSON))
}

/// A response with JSON, of the media type that the client accepts.
pub fn json(headers: &HeaderMap, status: StatusCode, body: Bytes) -> Response<Body> {
    let media_type = if accepts_graphql_json(headers) {
        HeaderValue::from_static("application/graphql-response+json; charset=utf-8")
    } else {
        HeaderValue::from_static("application/json; charset=utf-8")
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    response
}
