//! docs/METRICS.md, generated from the table.

use super::metric::{Kind, Metric};
use std::fmt::Write as _;

/// The reference of every metric, as Markdown.
#[must_use]
pub fn reference() -> String {
    let mut text = "# Metrics\n\n\
        `GET /metrics` answers in Prometheus's text format, at the same address as the figures or, if `metrics_listen` is set, only\n\
        there. Keep it from the public either way: a proxy must not pass on `/metrics`. Every process counts from its own\n\
        start. Values read from the store (releases, freshness) are the same in every process. Label values come from fixed\n\
        sets or from the connectors' names, never from a client. Generated from the code; do not edit.\n\n\
        | metric | kind | labels | meaning |\n|---|---|---|---|\n"
        .to_owned();
    for metric in Metric::ALL {
        let (kind, buckets) = match metric.kind() {
            Kind::Counter => ("counter", String::new()),
            Kind::Gauge => ("gauge", String::new()),
            Kind::Histogram(bounds) => {
                let bounds: Vec<String> = bounds.iter().map(ToString::to_string).collect();
                ("histogram", format!(" Upper bounds: {}.", bounds.join(", ")))
            }
        };
        let labels: Vec<String> = metric.labels().iter().map(|label| format!("`{label}`")).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| `{}` | {kind} | {} | {}{buckets} |",
            metric.name(),
            labels.join(", "),
            metric.help().replace('|', "\\|")
        );
    }
    text.push_str(ALERTS);
    text
}

const ALERTS: &str = "
Alerts worth waking somebody for:

```yaml
groups:
  - name: outcomes-hub
    rules:
      - alert: SourceIsLate            # a publisher's release is overdue, even with its days of grace
        expr: max by (dataset) (hub_dataset_freshness) == 2
        for: 1h
      - alert: SyncIsRefused           # the published release stays, and a person has to look
        expr: sum by (connector) (increase(hub_sync_runs_total{outcome=~\"refused|unreadable\"}[1d])) > 2
      - alert: StoreIsUnreachable
        expr: min(hub_store_reachable) == 0
        for: 1m
      - alert: AnswersFail
        expr: sum(rate(hub_http_requests_total{status=~\"5..\"}[5m])) / sum(rate(hub_http_requests_total[5m])) > 0.01
        for: 5m
```
";
