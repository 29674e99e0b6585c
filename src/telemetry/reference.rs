//! docs/METRICS.md, generated from the table.

use super::metric::{Kind, Metric};
use std::fmt::Write as _;

/// The reference of every metric, as Markdown.
#[must_use]
pub fn reference() -> String {
    let mut text = "# Metrics\n\n\
        `GET /metrics` answers in Prometheus's text format: beside the figures, or at `metrics_listen` alone where that is set.\n\
        Keep it from the public, either way: a proxy passes on `/metrics` to nobody. Every process counts for itself from its\n\
        start; what is asked of the store (releases, freshness) is the same in each. Label values come from fixed sets or from\n\
        the connectors' names, never from a client. Generated from the code; do not edit.\n\n\
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
What to be woken for:

```yaml
groups:
  - name: outcomes-hub
    rules:
      - alert: SourceIsLate            # a publisher's release has not come by the end of its grace
        expr: max by (dataset) (hub_dataset_freshness) == 2
        for: 1h
      - alert: SyncIsRefused           # what was published stands, and a person has to look
        expr: sum by (connector) (increase(hub_sync_runs_total{outcome=~\"refused|unreadable\"}[1d])) > 2
      - alert: StoreIsAway
        expr: min(hub_store_reachable) == 0
        for: 1m
      - alert: AnswersFail
        expr: sum(rate(hub_http_requests_total{status=~\"5..\"}[5m])) / sum(rate(hub_http_requests_total[5m])) > 0.01
        for: 5m
```
";
