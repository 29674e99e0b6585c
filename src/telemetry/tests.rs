//! Metrics as they are rendered, log lines as they are written, traces as a collector gets them.

use super::logs::subscriber;
use super::{Kind, Logging, Metric, Metrics, Traces};
use std::collections::BTreeSet;
use std::io::{Read as _, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;

#[test]
fn what_is_counted_is_rendered_with_its_meaning() {
    let metrics = Metrics::new();
    metrics.add(Metric::HttpRequests, &["/graphql", "200"], 2);
    metrics.clone().add(Metric::HttpRequests, &["/graphql", "200"], 1);
    metrics.observe(Metric::HttpDuration, &["/graphql"], 0.003);
    let in_flight = metrics.in_flight(Metric::HttpInFlight);
    let text = metrics.render();
    for line in [
        "# TYPE hub_http_requests_total counter",
        "# HELP hub_http_requests_total Requests answered. Addresses that the hub does not have count as `other`.",
        "hub_http_requests_total{route=\"/graphql\",status=\"200\"} 3",
        "# TYPE hub_http_request_duration_seconds histogram",
        "hub_http_request_duration_seconds_bucket{route=\"/graphql\",le=\"0.0025\"} 0",
        "hub_http_request_duration_seconds_bucket{route=\"/graphql\",le=\"0.005\"} 1",
        "hub_http_request_duration_seconds_count{route=\"/graphql\"} 1",
        "hub_http_requests_in_flight 1",
        concat!("hub_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
    ] {
        assert!(text.lines().any(|known| known == line), "{line} is not in\n{text}");
    }
    drop(in_flight);
    assert!(metrics.render().contains("hub_http_requests_in_flight 0"));
    // Each hub counts for itself.
    assert!(!Metrics::new().render().contains("hub_http_requests_total{"));
}

#[test]
fn names_are_prometheus_own() {
    let names: BTreeSet<&str> = Metric::ALL.iter().map(|metric| metric.name()).collect();
    assert_eq!(names.len(), Metric::ALL.len());
    for metric in Metric::ALL {
        let name = metric.name();
        assert!(name.starts_with("hub_") && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        assert_eq!(name.ends_with("_total"), metric.kind() == Kind::Counter, "{name}");
        if let Kind::Histogram(bounds) = metric.kind() {
            assert!(bounds.is_sorted() && name.ends_with("_seconds"));
        }
    }
}

/// Keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("text")
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Kept {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

fn logging(filter: &str, json: bool) -> Logging {
    Logging { filter: filter.into(), json, otel_endpoint: None }
}

#[test]
fn a_json_line_carries_its_spans() {
    let kept = Kept::default();
    let subscriber = subscriber(&logging("warn", true), None, kept.clone(), false).expect("a subscriber");
    tracing::subscriber::with_default(subscriber, || {
        let _run = tracing::error_span!("run", run = 7, dataset = "ascof").entered();
        tracing::warn!(stage = "fetching", "slow");
        tracing::info!("not logged");
    });
    let text = kept.text();
    let line: serde_json::Value = serde_json::from_str(text.trim()).expect("one line of JSON");
    assert_eq!((&line["message"], &line["stage"]), (&"slow".into(), &"fetching".into()));
    assert_eq!((&line["span"]["run"], &line["span"]["dataset"]), (&7.into(), &"ascof".into()));
}

#[test]
fn traces_reach_the_collector_and_its_absence_disturbs_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let collector = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
        let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
        // The exporter's one batch names its spans.
        while !contains(&seen, b"the-run") {
            let count = stream.read(&mut buffer).expect("bytes");
            assert!(count > 0, "it ended early: {}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&buffer[..count]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").expect("answered");
        seen
    });
    let traces = Traces::to(&endpoint).expect("traces");
    let layers = subscriber(&logging("off", false), Some(&traces), Kept::default(), false).expect("a subscriber");
    tracing::subscriber::with_default(layers, || {
        let span = tracing::error_span!(target: "outcomes_hub::test", "the-run", dataset = "ascof");
        let mut headers = axum::http::HeaderMap::new();
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        headers.insert("traceparent", axum::http::HeaderValue::from_static(parent));
        super::continue_trace(&span, &headers);
        let _entered = span.entered();
    });
    traces.stop();
    let seen = collector.join().expect("a collector");
    assert!(seen.starts_with(b"POST /v1/traces HTTP/1.1\r\n"), "{}", String::from_utf8_lossy(&seen));
    assert!(contains(&seen, b"application/x-protobuf") && contains(&seen, b"outcomes-hub"));
    let trace = [0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c];
    assert!(contains(&seen, &trace), "the trace is the caller's");

    // Nobody listens there any more.
    let traces = Traces::to(&endpoint).expect("traces");
    let layers = subscriber(&logging("off", false), Some(&traces), Kept::default(), false).expect("a subscriber");
    tracing::subscriber::with_default(layers, || {
        tracing::error_span!(target: "outcomes_hub::test", "lost").in_scope(|| ());
    });
    traces.stop();
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
