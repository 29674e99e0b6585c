//! Who is refused, who waits, and who is not.

use super::super::client::{Client, Peer};
use super::super::{Options, router};
use super::{Limits, PerClient};
use crate::graphql::State;
use crate::graphql::fake::{Fake, now};
use crate::telemetry::Metrics;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt as _;

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn client(number: u8) -> Client {
    Client::of([192, 0, 2, number].into())
}

fn app(clients: PerClient) -> Router {
    let state = State::new(Arc::new(Fake::sample()), Arc::new(now()));
    router(state, &Options { clients, ..Options::default() })
}

async fn get(app: &Router, path: &str, peer: &str, forwarded: Option<&str>) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::get(path).extension(Peer(ip(peer)));
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    let answer = app.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, parts.headers, String::from_utf8_lossy(&body).into_owned())
}

const ASKED: &str = "/graphql?query=%7Bviewer%7Bname%7D%7D";

#[tokio::test]
async fn a_client_that_asks_too_fast_is_told_when_to_ask_again_and_others_are_not() {
    let app = app(PerClient { rate: 1, burst: 3, ..PerClient::default() });
    for _ in 0..3 {
        assert_eq!(get(&app, ASKED, "192.0.2.1", None).await.0, StatusCode::OK);
    }
    let (status, headers, body) = get(&app, ASKED, "192.0.2.1", None).await;
    assert_eq!((status, &headers["retry-after"]), (StatusCode::TOO_MANY_REQUESTS, &"1".parse().expect("a value")));
    assert!(body.contains(r#""code":"RATE_LIMITED""#) && body.contains("1 requests a second"), "{body}");
    // A page may read it, and the log and the client know its id.
    assert!(headers.contains_key("access-control-allow-origin") && headers.contains_key("x-request-id"));
    assert_eq!(get(&app, "/", "192.0.2.1", None).await.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(get(&app, ASKED, "192.0.2.2", None).await.0, StatusCode::OK, "another client");
    for path in ["/health/live", "/health/ready", "/metrics"] {
        let (status, _, body) = get(&app, path, "192.0.2.1", None).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(path != "/metrics" || body.contains("hub_http_limited_total{limit=\"rate\"} 2"), "{body}");
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_is_its_own() {
    let trusted = vec!["10.0.0.1/32".parse().expect("a network")];
    let app = app(PerClient { rate: 1, burst: 1, trusted, ..PerClient::default() });
    for number in 0..20 {
        let forwarded = format!("198.51.100.{number}");
        assert_eq!(get(&app, ASKED, "10.0.0.1", Some(&forwarded)).await.0, StatusCode::OK);
        assert_eq!(get(&app, ASKED, "10.0.0.1", Some(&forwarded)).await.0, StatusCode::TOO_MANY_REQUESTS);
    }
    // From elsewhere the header says nothing.
    assert_eq!(get(&app, ASKED, "10.0.0.9", Some("203.0.113.1")).await.0, StatusCode::OK);
    assert_eq!(get(&app, ASKED, "10.0.0.9", Some("203.0.113.2")).await.0, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_defaults_hold_a_council_behind_one_address() {
    let limits = Limits::new(&PerClient::default(), Metrics::new());
    // 300 people, each with a dashboard of 30 questions, in one moment.
    for _ in 0..300 * 30 {
        assert!(limits.within_rate(client(1)).is_ok());
    }
    let refused = (0..1_000).filter(|_| limits.within_rate(client(1)).is_err()).count();
    assert!(refused > 500, "a limit that refuses nobody is none: {refused}");
}

#[tokio::test]
async fn without_a_rate_nobody_is_refused() {
    let limits = Limits::new(&PerClient { rate: 0, ..PerClient::default() }, Metrics::new());
    assert!((0..100_000).all(|_| limits.within_rate(client(1)).is_ok()));
}

#[tokio::test]
async fn requests_beyond_those_answered_at_once_wait_their_turn() {
    let clients = PerClient { at_once: 2, ..PerClient::default() };
    let limits = Limits::patient(&clients, Metrics::new(), Duration::from_secs(2));
    let turn = |number| {
        let limits = Arc::clone(&limits);
        async move { limits.turn(client(number)).await }
    };
    let first = turn(1).await.ok().expect("a turn");
    let second = turn(1).await.ok().expect("a turn");
    assert!(turn(2).await.is_ok(), "another client does not wait");
    let waits = tokio::spawn(turn(1));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waits.is_finished());
    drop(first);
    let third = waits.await.expect("joined").ok().expect("a turn");
    let refused = turn(1).await.err().expect("after two seconds");
    assert!(refused.limit == "concurrency" && refused.message.contains("2 requests"), "{}", refused.message);
    // One that gives up does not count on.
    assert!(tokio::time::timeout(Duration::from_millis(100), turn(1)).await.is_err());
    drop((second, third));
    assert!(limits.answered.lock().expect("no panic").is_empty(), "nothing is kept of those who are gone");
}

#[tokio::test]
async fn those_who_asked_once_are_forgotten() {
    let limits = Limits::new(&PerClient { rate: 1_000_000, ..PerClient::default() }, Metrics::new());
    for number in 0..=255 {
        assert!(limits.within_rate(client(number)).is_ok());
    }
    let rate = limits.rate.as_ref().expect("a rate");
    assert_eq!(rate.len(), 256);
    tokio::time::sleep(Duration::from_millis(5)).await;
    limits.upkeep();
    assert!(rate.is_empty(), "{}", rate.len());
}
