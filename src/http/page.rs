//! The page to try queries on: one file, with everything that it needs inside.

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};

/// The page.
pub const PAGE: &str = include_str!("page.html");

/// What the page may do: run its own script and style, and ask its own host.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; \
                      img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Gives the page.
pub fn page() -> Response<Body> {
    let mut response = Response::new(Body::from(PAGE));
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    fields.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
