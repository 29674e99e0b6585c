//! Log lines on stderr, and the traces sent beside them.

use super::traces::Traces;
use std::io::IsTerminal;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

/// How the hub logs.
#[derive(Clone, Debug)]
pub struct Logging {
    /// What is logged, as [`EnvFilter`] reads it.
    pub filter: String,
    /// Whether a line is JSON.
    pub json: bool,
    /// The collector of traces.
    pub otel_endpoint: Option<String>,
}

/// Why telemetry cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The collector's address cannot be used.
    #[error("traces cannot be sent to {endpoint}: {error}")]
    Endpoint {
        /// The address.
        endpoint: String,
        /// Why not.
        error: String,
    },
    /// The filter is not valid.
    #[error("the log filter is wrong: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
}

/// Running telemetry; stopping it sends the remaining traces.
#[derive(Debug, Default)]
pub struct Telemetry {
    traces: Option<Traces>,
}

impl Telemetry {
    /// Sends the last traces. Not on a thread of the asynchronous runtime.
    pub fn stop(self) {
        if let Some(traces) = self.traces {
            traces.stop();
        }
    }
}

/// Begins to log on stderr and to send traces, for the life of the process.
///
/// Must be called before the asynchronous runtime is entered, once.
///
/// # Errors
/// When the filter or the collector's address is wrong.
pub fn start(logging: &Logging) -> Result<Telemetry, TelemetryError> {
    let traces = logging.otel_endpoint.as_deref().map(Traces::to).transpose()?;
    let ansi = std::io::stderr().is_terminal();
    let subscriber = subscriber(logging, traces.as_ref(), std::io::stderr, ansi)?;
    // Only a second call in one process could fail: the first one's log is then as good.
    let _ = subscriber.try_init();
    Ok(Telemetry { traces })
}

/// The layers: lines to `writer` by the filter, spans of the hub's own to the collector.
pub(super) fn subscriber<W>(
    logging: &Logging,
    traces: Option<&Traces>,
    writer: W,
    ansi: bool,
) -> Result<impl Subscriber + Send + Sync + use<W>, TelemetryError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse(&logging.filter)?;
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(ansi);
    let lines = if logging.json { lines.json().flatten_event(true).boxed() } else { lines.boxed() };
    let spans = traces.map(|traces| {
        let own = Targets::new().with_target("outcomes_hub", LevelFilter::INFO);
        tracing_opentelemetry::layer().with_tracer(traces.tracer()).with_filter(own)
    });
    Ok(tracing_subscriber::registry().with(lines.with_filter(filter)).with(spans))
}
