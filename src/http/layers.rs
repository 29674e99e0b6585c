//! What happens to every request and response: an id, security headers, a log line.

use super::reply::refused;
use crate::graphql::Failure;
use crate::telemetry::{Metric, Metrics, continue_trace};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use axum::middleware::Next;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio_util::sync::CancellationToken;
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

/// What is done around every request.
#[derive(Clone)]
pub struct Around {
    /// Gives out ids.
    pub ids: Ids,
    /// Where requests are counted.
    pub metrics: Metrics,
    /// Cancelled when the hub is to stop.
    pub stopping: CancellationToken,
}

/// The addresses that are counted by name.
const ROUTES: [&str; 7] = ["/", "/assets", "/graphql", "/schema.graphql", "/health/live", "/health/ready", "/metrics"];

/// The address as it is counted: one of the hub's own, or `other`.
fn route(path: &str) -> &'static str {
    let path = if path.starts_with("/assets/") { "/assets" } else { path };
    ROUTES.into_iter().find(|route| *route == path).unwrap_or("other")
}

/// Gives the request an id, logs and counts it, and sets the headers of every response.
pub async fn around(around: Around, mut request: Request, next: Next) -> Response<Body> {
    let Around { ids, metrics, stopping } = around;
    let id = ids.of(request.headers());
    let route = route(request.uri().path());
    let _in_flight = metrics.in_flight(Metric::HttpInFlight);
    // At the highest level, so that whatever is logged within it carries the id.
    let span = tracing::error_span!(
        "request",
        request.id = %id.0,
        method = %request.method(),
        path = request.uri().path(),
        graphql.operation = tracing::field::Empty,
        graphql.statements = tracing::field::Empty,
    );
    continue_trace(&span, request.headers());
    request.extensions_mut().insert(id.clone());
    let mut response = async {
        let started = tokio::time::Instant::now();
        let response = next.run(request).await;
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = response.status();
        tracing::info!(status = status.as_u16(), elapsed_ms, "answered");
        metrics.add(Metric::HttpRequests, &[route, status.as_str()], 1);
        metrics.observe(Metric::HttpDuration, &[route], started.elapsed().as_secs_f64());
        response
    }
    .instrument(span)
    .await;
    let fields = response.headers_mut();
    if stopping.is_cancelled() {
        // Whoever keeps the connection open would lose the next request.
        fields.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
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

/// The response to a request that made the hub panic. The panic's message goes to the log.
#[expect(clippy::needless_pass_by_value, reason = "the layer passes the panic by value")]
pub fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    // The log line stands in the request's span, which holds the id.
    tracing::error!(panic = words.unwrap_or("no message"), "a request made the hub panic");
    refused(&HeaderMap::new(), &Failure::internal_without_cause("given in the response's header x-request-id"))
}
