//! What connections can do to others: take all places, send nothing, take nothing.

use super::operating_tests::{LIVE, Served, exchange, hub};
use super::{Options, PerClient};
use crate::telemetry::Metrics;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

const ASKED: &[u8] = b"GET /graphql?query=%7Bviewer%7Bname%7D%7D HTTP/1.1\r\nhost: hub\r\n\r\n";
/// A question that the fake store does not answer while it is stuck.
const STUCK: &[u8] =
    b"GET /graphql?query=%7Bobservations(where:%7B%7D)%7Bnodes%7Bvalue%7D%7D%7D HTTP/1.1\r\nhost: hub\r\n\r\n";

/// A connection from another address of this machine.
async fn from(last: u8, served: &Served) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, last], 0).into()).expect("a loopback address");
    socket.connect(served.address).await.expect("a connection")
}

async fn ends(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut rest)).await.is_ok()
}

/// Waits until so many connections are open.
async fn open(metrics: &Metrics, count: usize) {
    let line = format!("hub_http_connections {count}");
    let started = Instant::now();
    while !metrics.render().lines().any(|known| known == line) {
        assert!(started.elapsed() < Duration::from_secs(20), "not {line}:\n{}", metrics.render());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_connection_beyond_the_most_gets_the_place_of_one_that_pauses() {
    let served = Served::with(hub().1, Options { max_connections: 1, ..Options::default() }).await;
    let mut first = served.connect().await;
    exchange(&mut first, LIVE).await;
    let mut second = served.connect().await;
    second.write_all(ASKED).await.expect("sent");
    let mut byte = [0; 1];
    let early = tokio::time::timeout(Duration::from_millis(300), second.read(&mut byte)).await;
    assert!(early.is_err(), "the first may be about to ask again");
    let answer = exchange(&mut second, b"").await;
    assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("connection: close"), "{answer}");
    assert!(ends(&mut first).await);
    // It has a place from now on.
    assert!(exchange(&mut second, ASKED).await.starts_with("HTTP/1.1 200"));
    served.stop.cancel();
    drop(second);
    served.stopped().await;
}

#[tokio::test]
async fn a_full_house_answers_health_and_says_that_it_is_full() {
    let (fake, state) = hub();
    fake.stuck.store(true, Ordering::SeqCst);
    let options = Options { max_connections: 2, shutdown_timeout: Duration::ZERO, ..Options::default() };
    let metrics = options.metrics.clone();
    let served = Served::with(state, options).await;
    let mut stuck = Vec::new();
    for last in [1, 2] {
        let mut stream = from(last, &served).await;
        stream.write_all(STUCK).await.expect("sent");
        stuck.push(stream);
    }
    open(&metrics, 2).await;
    let started = Instant::now();
    for _ in 0..50 {
        let mut stream = from(3, &served).await;
        let answer = exchange(&mut stream, LIVE).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
        assert!(ends(&mut stream).await);
    }
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    let mut stream = from(3, &served).await;
    stream.write_all(ASKED).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after: 1"), "{answer}");
    assert!(answer.contains("connection: close") && answer.contains(r#""code":"OVERLOADED""#), "{answer}");
    assert!(metrics.render().contains("hub_http_limited_total{limit=\"connections\"} 1"));
    served.stop.cancel();
    served.stopped().await;
}

#[tokio::test]
async fn one_address_leaves_places_to_others() {
    let clients = PerClient { connections: 3, ..PerClient::default() };
    let served = Served::with(hub().1, Options { max_connections: 6, clients, ..Options::default() }).await;
    // Heads that never end, far more than there are places.
    let mut dripping = Vec::new();
    for _ in 0..200 {
        let mut stream = from(2, &served).await;
        // Those beyond every bound are closed unread.
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost:").await;
        dripping.push(stream);
    }
    let started = Instant::now();
    assert!(exchange(&mut from(3, &served).await, ASKED).await.starts_with("HTTP/1.1 200"));
    assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    assert!(ends(&mut dripping[199]).await, "closed unread");
    // From the same address: health once those without a place have had their two seconds, and then a place.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(exchange(&mut from(2, &served).await, LIVE).await.starts_with("HTTP/1.1 200"));
    assert!(exchange(&mut from(2, &served).await, ASKED).await.starts_with("HTTP/1.1 200"));
    served.stop.cancel();
    drop(dripping);
    served.stopped().await;
}

#[tokio::test]
async fn a_trusted_proxy_may_take_every_place() {
    let trusted = vec!["127.0.0.2/32".parse().expect("a network")];
    let clients = PerClient { connections: 1, trusted, ..PerClient::default() };
    let served = Served::with(hub().1, Options { clients, ..Options::default() }).await;
    let mut kept = Vec::new();
    for _ in 0..20 {
        let mut stream = from(2, &served).await;
        let answer = exchange(&mut stream, ASKED).await;
        assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("connection: close"), "{answer}");
        kept.push(stream);
    }
    served.stop.cancel();
    drop(kept);
    served.stopped().await;
}

#[tokio::test]
async fn whoever_takes_no_answer_is_closed() {
    let options = Options { write_timeout: Duration::from_millis(300), ..Options::default() };
    let metrics = options.metrics.clone();
    let served = Served::with(hub().1, options).await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        let mut stream = served.connect().await;
        let asking = b"GET /schema.graphql HTTP/1.1\r\nhost: hub\r\n\r\n".repeat(200);
        // Far more answers than the kernel keeps on both sides.
        stream.write_all(&asking).await.expect("sent");
        streams.push(stream);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    open(&metrics, 0).await;
    for mut stream in streams {
        let mut taken = Vec::new();
        // Where it was cut with answers on their way, it ends with a reset.
        let _ = stream.read_to_end(&mut taken).await;
        let answers = String::from_utf8_lossy(&taken).matches("HTTP/1.1 200").count();
        assert!(answers < 200, "the hub went on until somebody took all of its answers");
    }
    served.stop.cancel();
    served.stopped().await;
}

#[tokio::test]
async fn a_slow_reader_gets_its_whole_answer() {
    let options = Options { write_timeout: Duration::from_secs(1), ..Options::default() };
    let served = Served::with(hub().1, options).await;
    let mut stream = served.connect().await;
    let asking = b"GET /schema.graphql HTTP/1.1\r\nhost: hub\r\n\r\n".repeat(40);
    stream.write_all(&asking).await.expect("sent");
    stream.write_all(b"GET /schema.graphql HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n").await.expect("sent");
    let mut buffer = vec![0; 256 << 10];
    let mut answers = Vec::new();
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        match stream.read(&mut buffer).await.expect("not cut") {
            0 => break,
            count => answers.extend_from_slice(&buffer[..count]),
        }
    }
    assert_eq!(String::from_utf8_lossy(&answers).matches("HTTP/1.1 200").count(), 41);
    served.stop.cancel();
    served.stopped().await;
}
