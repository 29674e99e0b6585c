//! Health: whether the process runs, and whether it can answer.

use crate::graphql::State;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;
use std::time::Duration;

/// How long the store may take to give a sign of life.
const PATIENCE: Duration = Duration::from_secs(5);

/// The process runs.
pub fn live() -> Response<Body> {
    report(StatusCode::OK, &json!({ "status": "live" }))
}

/// The store can be reached; `release` is the newest, 0 while nothing is published.
pub async fn ready(state: &State) -> Response<Body> {
    let why = match tokio::time::timeout(PATIENCE, state.head()).await {
        Ok(Ok(release)) => return report(StatusCode::OK, &json!({ "status": "ready", "release": release })),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} seconds", PATIENCE.as_secs()),
    };
    tracing::error!(error = why, "the store could not be reached");
    let body = json!({ "status": "not ready", "reason": "the store cannot be reached; the log says more" });
    report(StatusCode::SERVICE_UNAVAILABLE, &body)
}

fn report(status: StatusCode, body: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
