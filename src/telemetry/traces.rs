//! Traces: spans of requests and runs, sent to an OpenTelemetry collector from a thread of their own.

use super::logs::TelemetryError;
use axum::http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use std::time::Duration;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// How long one export may take, and the last one when the hub stops.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where spans go. What cannot be sent is dropped: serving never waits for a collector.
#[derive(Debug)]
pub struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Sends spans to a collector that takes OTLP over HTTP, `endpoint` being its address without `/v1/traces`.
    ///
    /// Must not be called on a thread of the asynchronous runtime: the client that sends is a blocking one.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn to(endpoint: &str) -> Result<Self, TelemetryError> {
        // Where another part of the hub has installed it before, it is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let wrong = |error: String| TelemetryError::Endpoint { endpoint: endpoint.to_owned(), error };
        let client =
            reqwest::blocking::Client::builder().timeout(PATIENCE).build().map_err(|error| wrong(error.to_string()))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(format!("{endpoint}/v1/traces"))
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| wrong(error.to_string()))?;
        let resource = Resource::builder()
            .with_service_name("outcomes-hub")
            .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
        Ok(Self { provider })
    }

    /// What makes spans.
    pub(super) fn tracer(&self) -> SdkTracer {
        self.provider.tracer("outcomes-hub")
    }

    /// Sends the remaining traces, and stops.
    pub fn stop(self) {
        if let Err(error) = self.provider.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(axum::http::HeaderName::as_str).collect()
    }
}

/// Makes a span a part of the trace that a request's `traceparent` names, where it names one and traces are sent.
pub fn continue_trace(span: &tracing::Span, headers: &HeaderMap) {
    if headers.contains_key("traceparent") {
        // Where no traces are sent there is nothing to continue.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&Headers(headers)));
    }
}
