//! Where metrics are kept: one recorder for each hub, passed to the code that measures. There is no global one.

use super::metric::{Kind, Metric};
use metrics::{Key, KeyName, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::fmt;
use std::sync::Arc;

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);

/// The metrics of one hub. Cheap to clone; all clones count together.
#[derive(Clone)]
pub struct Metrics {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    /// Metrics that have counted nothing yet.
    #[must_use]
    pub fn new() -> Self {
        let mut builder = PrometheusBuilder::new();
        for metric in Metric::ALL {
            if let Kind::Histogram(buckets) = metric.kind() {
                let name = Matcher::Full(metric.name().to_owned());
                // Refused are only empty bounds, and those of the table are not.
                builder = match builder.set_buckets_for_metric(name, buckets) {
                    Ok(builder) => builder,
                    Err(_) => PrometheusBuilder::new(),
                };
            }
        }
        let recorder = builder.build_recorder();
        for metric in Metric::ALL {
            let (name, help) = (KeyName::from_const_str(metric.name()), metric.help().into());
            match metric.kind() {
                Kind::Counter => recorder.describe_counter(name, None, help),
                Kind::Gauge => recorder.describe_gauge(name, None, help),
                Kind::Histogram(_) => recorder.describe_histogram(name, None, help),
            }
        }
        let handle = recorder.handle();
        let metrics = Self { recorder: Arc::new(recorder), handle };
        metrics.set(Metric::BuildInfo, &[env!("CARGO_PKG_VERSION")], 1.0);
        metrics
    }

    /// Adds to a counter. Label values must come from a bounded set.
    pub fn add(&self, metric: Metric, labels: &[&str], count: u64) {
        debug_assert_eq!(metric.kind(), Kind::Counter, "{metric:?}");
        self.recorder.register_counter(&key(metric, labels), &METADATA).increment(count);
    }

    /// Sets a gauge.
    pub fn set(&self, metric: Metric, labels: &[&str], value: f64) {
        debug_assert_eq!(metric.kind(), Kind::Gauge, "{metric:?}");
        self.recorder.register_gauge(&key(metric, labels), &METADATA).set(value);
    }

    /// Observes so many seconds.
    pub fn observe(&self, metric: Metric, labels: &[&str], seconds: f64) {
        debug_assert!(matches!(metric.kind(), Kind::Histogram(_)), "{metric:?}");
        self.recorder.register_histogram(&key(metric, labels), &METADATA).record(seconds);
    }

    /// Counts one more in a gauge until what it gives is dropped.
    #[must_use]
    pub fn in_flight(&self, metric: Metric) -> InFlight {
        let gauge = self.recorder.register_gauge(&key(metric, &[]), &METADATA);
        gauge.increment(1.0);
        InFlight(gauge)
    }

    /// Every metric that was ever touched, in Prometheus's text format.
    #[must_use]
    pub fn render(&self) -> String {
        self.handle.run_upkeep();
        self.handle.render()
    }

    /// Folds what histograms observed; needed now and then if nobody requests the metrics.
    pub fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

/// One more, until it is dropped.
pub struct InFlight(metrics::Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

fn key(metric: Metric, values: &[&str]) -> Key {
    let names = metric.labels();
    debug_assert_eq!(names.len(), values.len(), "{metric:?} has the labels {names:?}");
    let labels: Vec<Label> =
        names.iter().zip(values).map(|(name, value)| Label::new(*name, (*value).to_owned())).collect();
    Key::from_parts(KeyName::from_const_str(metric.name()), labels)
}
