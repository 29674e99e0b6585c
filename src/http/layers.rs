//! What happens to every request and response: an id, headers that keep browsers careful, a log line.

use super::answer::refused;
use crate::graphql::Failure;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use axum::middleware::Next;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tracing::Instrument as _;

/// The header in which a request's id comes and goes.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's id, as the log, the response's header and internal errors have it.
#[derive(Clone, Debug)]
pub struct RequestId(pub Arc<str>);

/// Gives out ids: the moment at which the server began, and a number.
#[derive(Clone)]
pub struct Ids {
    began: Arc<str>,
    next: Arc<AtomicU64>,
}

impl Ids {
    /// Ids of a server that began at this moment.
    #[must_use]
    pub fn new(began: chrono::DateTime<chrono::Utc>) -> Self {
        Self { began: format!("{:x}", began.timestamp_millis()).into(), next: Arc::default() }
    }

    /// The id that a proxy gave, where it is one, or a new one.
    fn of(&self, headers: &HeaderMap) -> RequestId {
        let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        let sound = |id: &&str| {
            (1..=64).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        match given.filter(sound) {
            Some(id) => RequestId(id.into()),
            None => RequestId(format!("{}-{:x}", self.began, self.next.fetch_add(1, Ordering::Relaxed)).into()),
        }
    }
}

/// Gives the request an id, logs it, and sets the headers of every response.
pub async fn around(ids: Ids, mut request: Request, next: Next) -> Response<Body> {
    let id = ids.of(request.headers());
    let span = tracing::info_span!(
        "request",
        request.id = %id.0,
        method = %request.method(),
        path = request.uri().path(),
        graphql.operation = tracing::field::Empty,
        graphql.statements = tracing::field::Empty,
    );
    request.extensions_mut().insert(id.clone());
    let mut response = async {
        let started = tokio::time::Instant::now();
        let response = next.run(request).await;
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), elapsed_ms, "answered");
        response
    }
    .instrument(span)
    .await;
    let fields = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id.0) {
        fields.insert(REQUEST_ID, id);
    }
    fields.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    fields.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    fields.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    fields.entry(header::CONTENT_SECURITY_POLICY).or_insert(nothing);
    response
}

/// The response to a request at which the hub panicked. The panic's own words go to the log.
#[expect(clippy::needless_pass_by_value, reason = "the layer gives the panic away")]
pub fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    // The log line stands in the request's span, which holds the id.
    tracing::error!(panic = words.unwrap_or("no message"), "a request made the hub panic");
    refused(&HeaderMap::new(), &Failure::internal_without_cause("given in the response's header x-request-id"))
}
