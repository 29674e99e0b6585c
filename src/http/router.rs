//! The routes.

use super::answer::{CACHE_HEADER, COST_HEADER, answer};
use super::cache::{Answers, DEFAULT_CACHE_BYTES};
use super::edition::Editions;
use super::layers::{Around, Ids, REQUEST_ID, around, panicked};
use super::limits::{Limits, PerClient, limited};
use super::reply::refused;
use super::request::{Parameters, Question, Sender};
use super::scrape::Scrape;
use super::turns::in_turns;
use super::{health, page};
use crate::graphql::{self, Code, Failure, State};
use crate::outcomes::Dataset;
use crate::telemetry::Metrics;
use axum::body::Body;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, Request};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use axum::routing::get;
use axum::{Extension, Router, middleware};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};

/// How the hub serves.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bytes of memory for cached answers.
    pub cache_bytes: u64,
    /// How long an answer may take.
    pub timeout: Duration,
    /// Connections open at once; more wait a moment, and may ask for health.
    pub max_connections: usize,
    /// What one client may take.
    pub clients: PerClient,
    /// How long a client may take nothing of its answer before the connection is closed.
    pub write_timeout: Duration,
    /// After a signal to stop, how long to go on answering while the hub says that it is not ready.
    pub shutdown_delay: Duration,
    /// After that, how long requests in flight may take.
    pub shutdown_timeout: Duration,
    /// The metrics to count in.
    pub metrics: Metrics,
    /// The connectors' datasets, whose freshness is reported even if they were never published.
    pub datasets: Vec<Dataset>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cache_bytes: DEFAULT_CACHE_BYTES,
            timeout: Duration::from_secs(30),
            max_connections: 800,
            clients: PerClient::default(),
            write_timeout: Duration::from_secs(30),
            shutdown_delay: Duration::ZERO,
            shutdown_timeout: Duration::from_secs(10),
            metrics: Metrics::new(),
            datasets: Vec::new(),
        }
    }
}

/// What the handlers share.
#[derive(Clone)]
pub(super) struct App {
    state: State,
    answers: Answers,
    editions: Arc<Editions>,
    timeout: Duration,
    sdl: Arc<str>,
    scrape: Arc<Scrape>,
    around: Around,
    limits: Arc<Limits>,
}

impl App {
    /// A hub that is ready until `stopping`.
    pub fn new(state: State, options: &Options, stopping: CancellationToken) -> Self {
        let around = Around { ids: Ids::new(state.now()), metrics: options.metrics.clone(), stopping };
        Self {
            answers: Answers::new(options.cache_bytes),
            editions: Arc::new(Editions::new(state.now())),
            timeout: options.timeout,
            sdl: graphql::sdl().into(),
            scrape: Arc::new(Scrape::new(options.datasets.clone())),
            limits: Limits::new(&options.clients, options.metrics.clone()),
            around,
            state,
        }
    }

    /// What clients have taken, of all the routers of this hub.
    pub fn limits(&self) -> Arc<Limits> {
        Arc::clone(&self.limits)
    }

    /// The hub's addresses but `/metrics`.
    pub fn router(self) -> Router {
        self.layered(open_addresses())
    }

    /// The hub's addresses, `/metrics` among them.
    pub fn router_with_metrics(self) -> Router {
        self.layered(open_addresses().route("/metrics", get(metrics)))
    }

    /// `/metrics` and the hub's health alone, for those who run it.
    pub fn metrics_router(self) -> Router {
        self.layered(health_addresses().route("/metrics", get(metrics)))
    }

    fn layered(self, addresses: Router) -> Router {
        let (outermost, limits) = (self.around.clone(), self.limits());
        // Open data without credentials: any page may ask for it.
        let cors = CorsLayer::new()
            .allow_origin(Any)
            .allow_methods([Method::GET, Method::POST])
            .allow_headers([header::CONTENT_TYPE, header::ACCEPT, header::IF_NONE_MATCH, REQUEST_ID])
            .expose_headers([header::ETAG, header::RETRY_AFTER, REQUEST_ID, CACHE_HEADER, COST_HEADER])
            .max_age(Duration::from_hours(1));
        addresses
            .fallback(not_found)
            .method_not_allowed_fallback(method_not_allowed)
            .layer(Extension(self))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
            .layer(middleware::map_response(in_turns))
            .layer(middleware::from_fn(move |request: Request, next: middleware::Next| {
                limited(Arc::clone(&limits), request, next)
            }))
            .layer(cors)
            .layer(middleware::from_fn(move |request: Request, next: middleware::Next| {
                around(outermost.clone(), request, next)
            }))
    }

    async fn answer(
        &self,
        sender: &Sender,
        headers: &HeaderMap,
        question: Result<Question, Failure>,
    ) -> Response<Body> {
        let metrics = &self.around.metrics;
        answer(&self.state, &self.answers, &self.editions, metrics, self.timeout, sender, headers, question).await
    }
}

/// The hub's addresses, `/metrics` among them.
pub fn router(state: State, options: &Options) -> Router {
    App::new(state, options, CancellationToken::new()).router_with_metrics()
}

fn health_addresses() -> Router {
    Router::new().route("/health/live", get(async || health::live())).route("/health/ready", get(ready))
}

fn open_addresses() -> Router {
    health_addresses()
        .route("/", get(async |headers: HeaderMap| page::page(&headers)))
        .route("/assets/{version}/{name}", get(asset))
        .route("/graphql", get(by_address).post(by_body))
        .route("/schema.graphql", get(schema))
}

async fn ready(Extension(app): Extension<App>) -> Response<Body> {
    health::ready(&app.state, app.around.stopping.is_cancelled()).await
}

async fn metrics(Extension(app): Extension<App>) -> Response<Body> {
    app.scrape.answer(&app.state, &app.answers, &app.around.metrics).await
}

async fn by_body(Extension(app): Extension<App>, sender: Sender, headers: HeaderMap, body: Body) -> Response<Body> {
    // A body that never ends is bounded by the same patience as its answer.
    let Ok(question) = tokio::time::timeout(app.timeout, Question::from_body(&headers, body)).await else {
        return refused(&headers, &Failure::new(Code::Timeout, "the request's body did not arrive completely"));
    };
    let too_long = question.as_ref().is_err_and(|failure| failure.code == Code::Limit);
    let mut response = app.answer(&sender, &headers, question).await;
    if too_long {
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    }
    response
}

async fn by_address(
    Extension(app): Extension<App>,
    sender: Sender,
    headers: HeaderMap,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Response<Body> {
    let question = match parameters {
        Ok(Query(parameters)) => Question::from_parameters(parameters),
        Err(error) => Err(Failure::new(Code::BadRequest, format!("the address cannot be read: {}", error.body_text()))),
    };
    app.answer(&sender, &headers, question).await
}

async fn schema(Extension(app): Extension<App>) -> Response<Body> {
    let mut response = Response::new(Body::from(app.sdl.to_string()));
    let media_type = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response
}

async fn asset(
    address: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
    request: Request,
) -> Response<Body> {
    match address.ok().and_then(|Path((version, name))| page::asset(&headers, &version, &name)) {
        Some(response) => response,
        None => not_found(headers, request).await,
    }
}

async fn method_not_allowed(headers: HeaderMap, request: Request) -> Response<Body> {
    let mut response = not_found(headers, request).await;
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

async fn not_found(headers: HeaderMap, request: Request) -> Response<Body> {
    let (method, path) = (request.method(), request.uri().path());
    let path: String = path.chars().take(100).collect();
    let text =
        format!("there is nothing at {method} {path}: send queries by GET or POST to /graphql, or open / in a browser");
    refused(&headers, &Failure::new(Code::NoSuchPage, text))
}
