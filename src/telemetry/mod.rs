//! Telemetry for whoever runs the hub: metrics, log lines and traces.
//!
//! Takes what happened, by name and label ([`Metrics`]), and gives it in Prometheus's text format; says once how log
//! lines are written and where traces go ([`start`]). Every metric is declared in one table ([`Metric`]), from which
//! docs/METRICS.md is generated.
//!
//! Must never take a label's value from a client, disturb what it measures when nobody collects it, or let a secret out.

mod logs;
mod metric;
mod metrics;
mod reference;
mod traces;

#[cfg(test)]
mod tests;

pub use logs::{Logging, Telemetry, TelemetryError, start};
pub use metric::{Kind, Metric};
pub use metrics::{InFlight, Metrics};
pub use reference::reference;
pub use traces::{Traces, continue_trace};
