//! Which address leads where.

use super::answer::{CACHE_HEADER, answer, refused};
use super::cache::{Answers, DEFAULT_CACHE_BYTES};
use super::layers::{Ids, REQUEST_ID, RequestId, around, panicked};
use super::request::{Parameters, Question};
use super::{health, page};
use crate::graphql::{self, Code, Failure, State};
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use axum::routing::get;
use axum::{Extension, Router, middleware};
use std::sync::Arc;
use std::time::Duration;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};

/// How the hub serves.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Bytes that kept answers may take.
    pub cache_bytes: u64,
    /// How long an answer may take.
    pub timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { cache_bytes: DEFAULT_CACHE_BYTES, timeout: Duration::from_secs(30) }
    }
}

/// What the handlers share.
#[derive(Clone)]
struct App {
    state: State,
    answers: Answers,
    timeout: Duration,
    sdl: Arc<str>,
}

/// The hub's addresses.
pub fn router(state: State, options: &Options) -> Router {
    let ids = Ids::new(state.now());
    let app =
        App { answers: Answers::new(options.cache_bytes), timeout: options.timeout, sdl: graphql::sdl().into(), state };
    // Open data without credentials: any page may ask for it.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::ACCEPT, header::IF_NONE_MATCH, REQUEST_ID])
        .expose_headers([header::ETAG, REQUEST_ID, CACHE_HEADER])
        .max_age(Duration::from_hours(1));
    Router::new()
        .route("/", get(async || page::page()))
        .route("/graphql", get(by_address).post(by_body))
        .route("/schema.graphql", get(schema))
        .route("/health/live", get(async || health::live()))
        .route("/health/ready", get(async |app: Extension<App>| health::ready(&app.state).await))
        .fallback(nowhere)
        .method_not_allowed_fallback(not_so)
        .layer(Extension(app))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(cors)
        .layer(middleware::from_fn(move |request: Request, next: middleware::Next| around(ids.clone(), request, next)))
}

async fn by_body(
    Extension(app): Extension<App>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    body: Body,
) -> Response<Body> {
    // A body that never ends is bounded by the same patience as its answer.
    let Ok(question) = tokio::time::timeout(app.timeout, Question::from_body(&headers, body)).await else {
        return refused(&headers, &Failure::new(Code::Timeout, "the request's body did not come to its end"));
    };
    let too_long = question.as_ref().is_err_and(|failure| failure.code == Code::Limit);
    let mut response = answer(&app.state, &app.answers, app.timeout, &id, &headers, question).await;
    if too_long {
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    }
    response
}

async fn by_address(
    Extension(app): Extension<App>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Response<Body> {
    let question = match parameters {
        Ok(Query(parameters)) => Question::from_parameters(parameters),
        Err(error) => Err(Failure::new(Code::BadRequest, format!("the address cannot be read: {}", error.body_text()))),
    };
    answer(&app.state, &app.answers, app.timeout, &id, &headers, question).await
}

async fn schema(Extension(app): Extension<App>) -> Response<Body> {
    let mut response = Response::new(Body::from(app.sdl.to_string()));
    let media_type = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response
}

async fn not_so(headers: HeaderMap, request: Request) -> Response<Body> {
    let mut response = nowhere(headers, request).await;
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

async fn nowhere(headers: HeaderMap, request: Request) -> Response<Body> {
    let (method, path) = (request.method(), request.uri().path());
    let path: String = path.chars().take(100).collect();
    let text = format!("nothing answers to {method} {path}: ask by GET or POST at /graphql, or open / in a browser");
    refused(&headers, &Failure::new(Code::NoSuchPage, text))
}
