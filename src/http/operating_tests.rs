//! What those who run the hub see: its metrics, its readiness, and how it stops.

use super::{Options, listen, router, serve_with};

use crate::graphql::State;
use crate::graphql::fake::{Fake, dataset, now};
use crate::outcomes::{Access, Dataset, ReferenceRow};
use crate::store::{SqliteStore, Upkeep};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

pub(super) fn hub() -> (Arc<Fake>, State) {
    let fake = Arc::new(Fake::sample());
    let store: Arc<Fake> = Arc::clone(&fake);
    (fake, State::new(store, Arc::new(now())))
}

async fn get(app: &Router, address: &str) -> (StatusCode, String) {
    let request = Request::get(address).body(Body::empty()).expect("a request");
    answered(app, request).await
}

async fn answered(app: &Router, request: Request<Body>) -> (StatusCode, String) {
    let (parts, body) = app.clone().oneshot(request).await.expect("a response").into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, String::from_utf8(body.to_vec()).expect("text"))
}

async fn ask(app: &Router, body: Value) {
    let request = Request::post("/graphql").header("content-type", "application/json");
    answered(app, request.body(Body::from(body.to_string())).expect("a request")).await;
}

fn declared(id: &str) -> Dataset {
    match dataset(id, Access::Open) {
        ReferenceRow::Dataset(dataset) => dataset,
        _ => unreachable!("it is a dataset's row"),
    }
}

#[tokio::test]
async fn the_metrics_tell_requests_answers_and_freshness() {
    let (fake, state) = hub();
    let options = Options { datasets: vec![declared("never-synced")], ..Options::default() };
    let app = router(state, &options);
    for _ in 0..2 {
        ask(&app, json!({"query": "{ viewer { name } again: viewer { name } }"})).await;
    }
    ask(&app, json!({"query": "query Mine { observations(where: {}) { nodes { value } } }"})).await;
    ask(&app, json!({"query": "{ dataset(id: \"cin\") { freshness } }"})).await;
    ask(&app, json!({"query": "{ nonsense }"})).await;
    ask(&app, json!({"query": "{"})).await;
    get(&app, "/wp-login.php").await;
    get(&app, "/health/live").await;
    let (status, text) = get(&app, "/metrics").await;
    assert_eq!(status, StatusCode::OK);
    for line in [
        "hub_http_requests_total{route=\"/graphql\",status=\"200\"} 6",
        "hub_http_requests_total{route=\"/health/live\",status=\"200\"} 1",
        "hub_http_requests_total{route=\"other\",status=\"404\"} 1",
        "hub_http_request_duration_seconds_count{route=\"/graphql\"} 6",
        // This one.
        "hub_http_requests_in_flight 1",
        "hub_graphql_root_fields_total{field=\"viewer\"} 2",
        "hub_graphql_root_fields_total{field=\"observations\"} 1",
        "hub_graphql_answers_total{code=\"OK\"} 4",
        "hub_graphql_answers_total{code=\"GRAPHQL_VALIDATION_FAILED\"} 1",
        "hub_graphql_answers_total{code=\"GRAPHQL_PARSE_FAILED\"} 1",
        "hub_answer_cache_total{result=\"hit\"} 1",
        "hub_answer_cache_total{result=\"miss\"} 2",
        "hub_answer_cache_total{result=\"passed\"} 3",
        "hub_store_reachable 1",
        "hub_store_pool_connections{pool=\"reads\",state=\"busy\"} 1",
        "hub_newest_release 4",
        "hub_dataset_freshness{dataset=\"never-synced\"} 3",
    ] {
        assert!(text.lines().any(|known| known == line), "{line} is not in\n{text}");
    }
    assert!(text.contains("hub_dataset_release_age_seconds{dataset=\"cin\"}"), "{text}");
    assert!(!text.contains("nonsense") && !text.contains("Mine") && !text.contains("wp-login"), "{text}");
    // Without the store the rest is told all the same, and nothing of it is kept by anybody.
    fake.broken.store(true, Ordering::SeqCst);
    let (status, text) = get(&app, "/metrics").await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("\nhub_store_reachable 0\n") && text.contains("route=\"/metrics\""), "{text}");
}

#[tokio::test]
async fn an_older_store_is_not_ready_and_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.sqlite");
    let store = Arc::new(SqliteStore::open(&path).await.expect("a store"));
    let shared: Arc<SqliteStore> = Arc::clone(&store);
    let app = router(State::new(shared, Arc::new(now())), &Options::default());
    let (status, body) = get(&app, "/health/ready").await;
    assert_eq!(status, StatusCode::OK, "an empty store is a store: {body}");
    let older = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.expect("a connection");
    sqlx::query("DELETE FROM _sqlx_migrations").execute(&older).await.expect("written");
    older.close().await;
    let (status, body) = get(&app, "/health/ready").await;
    let json: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((status, &json["checks"]["store"]["ok"]), (StatusCode::SERVICE_UNAVAILABLE, &true.into()));
    let reason = json["checks"]["migrations"]["reason"].as_str().expect("a reason");
    assert!(reason.contains("version 0") && reason.contains("hub migrate"), "{reason}");
    store.close().await;
}

/// A hub that serves, and what stops it.
pub(super) struct Served {
    pub address: SocketAddr,
    pub stop: CancellationToken,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Served {
    #[expect(clippy::unused_async, reason = "it listens within the runtime that its caller waits in")]
    pub async fn with(state: State, options: Options) -> Self {
        let listener = listen(([127, 0, 0, 1], 0).into()).expect("a port");
        let address = listener.local_addr().expect("an address");
        let stop = CancellationToken::new();
        let token = stop.clone();
        let serving = tokio::spawn(async move { serve_with(listener, None, state, &options, token).await });
        Self { address, stop, serving }
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    pub async fn stopped(self) {
        let ended = tokio::time::timeout(Duration::from_secs(30), self.serving).await;
        ended.expect("it stops").expect("joined").expect("served");
    }
}

pub(super) const LIVE: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: hub\r\n\r\n";
const READY: &[u8] = b"GET /health/ready HTTP/1.1\r\nhost: hub\r\n\r\n";

/// Sends a request, and reads its answer, which has no more than a packet.
pub(super) async fn exchange(stream: &mut TcpStream, request: &[u8]) -> String {
    stream.write_all(request).await.expect("sent");
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&answer).ends_with('}') {
        let count = stream.read(&mut buffer).await.expect("an answer");
        assert!(count > 0, "cut off after {:?}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8(answer).expect("text")
}

#[tokio::test]
async fn what_is_in_flight_is_finished_when_told_to_stop() {
    let served = Served::with(hub().1, Options::default()).await;
    let mut stream = served.connect().await;
    let body = r#"{"query": "{ viewer { name } }"}"#;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    tokio::time::sleep(Duration::from_millis(100)).await;
    served.stop.cancel();
    // By now the door is shut, and idle connections are closed.
    tokio::time::sleep(Duration::from_millis(600)).await;
    stream.write_all(body.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains(r#"{"data":{"viewer":{"name":"public"}}"#),
        "{answer}"
    );
    served.stopped().await;
}

#[tokio::test]
async fn a_kept_connection_loses_no_request_while_the_hub_stops() {
    let served = Served::with(hub().1, Options::default()).await;
    let mut kept = Vec::new();
    for _ in 0..20 {
        let mut stream = served.connect().await;
        let answer = exchange(&mut stream, LIVE).await;
        assert!(answer.starts_with("HTTP/1.1 200") && !answer.to_lowercase().contains("connection: close"), "{answer}");
        kept.push(stream);
    }
    served.stop.cancel();
    // Each sends at another moment of the stop: before it is noticed, while the door is shut, after that.
    let asks = kept.into_iter().enumerate().map(async |(number, mut stream)| {
        tokio::time::sleep(Duration::from_millis(10 * number as u64)).await;
        let answer = exchange(&mut stream, LIVE).await;
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.expect("an end");
        (answer, rest)
    });
    for (number, (answer, rest)) in futures::future::join_all(asks).await.into_iter().enumerate() {
        assert!(answer.starts_with("HTTP/1.1 200"), "{number}: {answer}");
        assert!(answer.to_lowercase().contains("connection: close"), "{number}: {answer}");
        assert!(rest.is_empty());
    }
    served.stopped().await;
}

#[tokio::test]
async fn a_hub_that_is_told_to_stop_first_says_so_and_goes_on_answering() {
    let options = Options { shutdown_delay: Duration::from_millis(400), ..Options::default() };
    let served = Served::with(hub().1, options).await;
    served.stop.cancel();
    tokio::time::sleep(Duration::from_millis(50)).await;
    // New connections are taken, and answered: the proxy has not looked yet.
    let answer = exchange(&mut served.connect().await, READY).await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains(r#""status":"stopping""#), "{answer}");
    let answer = exchange(&mut served.connect().await, LIVE).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let address = served.address;
    served.stopped().await;
    assert!(TcpStream::connect(address).await.is_err(), "the door is shut");
}

#[tokio::test]
async fn what_does_not_end_is_cut_off_in_the_end() {
    let (fake, state) = hub();
    fake.stuck.store(true, Ordering::SeqCst);
    let options = Options { shutdown_timeout: Duration::from_millis(200), ..Options::default() };
    let served = Served::with(state, options).await;
    let mut stream = served.connect().await;
    let body = r#"{"query": "{ observations(where: {}) { nodes { value } } }"}"#;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    tokio::time::sleep(Duration::from_millis(50)).await;
    served.stop.cancel();
    served.stopped().await;
    let mut rest = Vec::new();
    // Closed, or reset: either way it is over.
    let _ = stream.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
}

#[tokio::test]
async fn the_metrics_may_have_an_address_of_their_own() {
    let bind = async || TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let (listener, metrics) = (bind().await, bind().await);
    let at = [listener.local_addr().expect("an address"), metrics.local_addr().expect("an address")];
    let (stop, state) = (CancellationToken::new(), hub().1);
    let token = stop.clone();
    let serving =
        tokio::spawn(async move { serve_with(listener, Some(metrics), state, &Options::default(), token).await });
    for (address, path, status) in [
        (at[0], "/metrics", "404"),
        (at[0], "/health/ready", "200"),
        (at[1], "/metrics", "200"),
        (at[1], "/health/ready", "200"),
        (at[1], "/graphql", "404"),
    ] {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let request = format!("GET {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path} at {address}: {answer}");
    }
    stop.cancel();
    serving.await.expect("joined").expect("served");
}
