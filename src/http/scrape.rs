//! `/metrics`: the counters, and the values read from the store at each scrape.

use super::cache::Answers;
use crate::access::Viewer;
use crate::graphql::State;
use crate::outcomes::{Dataset, Freshness, Published, ReleaseNumber};
use crate::store::{Page, StoreError};
use crate::telemetry::{Metric, Metrics};
use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long the store may take; if it takes longer, the other metrics are given.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the store said last. Only a release changes it, so that a scrape is one short statement.
struct Known {
    head: ReleaseNumber,
    datasets: Vec<(Dataset, Published)>,
}

/// Gives the metrics.
pub struct Scrape {
    /// The datasets of all connectors: those never published are reported too.
    declared: Vec<Dataset>,
    known: Mutex<Option<Known>>,
}

impl Scrape {
    /// Of a hub with these connectors.
    pub fn new(declared: Vec<Dataset>) -> Self {
        Self { declared, known: Mutex::new(None) }
    }

    /// Answers in Prometheus's text format.
    pub async fn answer(&self, state: &State, answers: &Answers, metrics: &Metrics) -> Response<Body> {
        let reached = match tokio::time::timeout(PATIENCE, self.ask(state, metrics)).await {
            Ok(Ok(())) => 1.0,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the store did not answer for the metrics");
                0.0
            }
            Err(_) => {
                tracing::warn!(waited_s = PATIENCE.as_secs(), "the store did not answer for the metrics");
                0.0
            }
        };
        metrics.set(Metric::StoreReachable, &[], reached);
        metrics.set(Metric::CacheBytes, &[], whole(answers.bytes()));
        let mut response = Response::new(Body::from(metrics.render()));
        let fields = response.headers_mut();
        fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
        fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// The store's own metrics and those of its datasets.
    async fn ask(&self, state: &State, metrics: &Metrics) -> Result<(), StoreError> {
        for pool in state.store().pools() {
            metrics.set(Metric::PoolConnections, &[&pool.pool, "idle"], whole(pool.idle as u64));
            metrics.set(Metric::PoolConnections, &[&pool.pool, "busy"], whole(pool.busy as u64));
        }
        // Unlike the newest release, which may be in memory, this is read from the store.
        state.store().ready().await?;
        let head = state.head().await?;
        let mut known = self.known.lock().await;
        if known.as_ref().is_none_or(|known| known.head != head) {
            *known = Some(Known { head, datasets: self.datasets(state, head).await? });
        }
        metrics.set(Metric::NewestRelease, &[], whole(u64::try_from(head).unwrap_or_default()));
        let now = state.now();
        for (dataset, published) in known.iter().flat_map(|known| &known.datasets) {
            if let Some(freshness) = dataset.freshness(published, now) {
                let value = match freshness {
                    Freshness::Fresh => 0.0,
                    Freshness::Due => 1.0,
                    Freshness::Late => 2.0,
                    Freshness::Never => 3.0,
                };
                metrics.set(Metric::Freshness, &[&dataset.id], value);
            }
            if let Some(last) = published.released {
                let age = now.signed_duration_since(last).num_seconds().max(0);
                metrics.set(Metric::ReleaseAge, &[&dataset.id], whole(age.unsigned_abs()));
            }
        }
        Ok(())
    }

    /// Every dataset, as it is published or else as its connector declares it, with its newest release and period.
    async fn datasets(&self, state: &State, head: ReleaseNumber) -> Result<Vec<(Dataset, Published)>, StoreError> {
        let viewer = Viewer::operator();
        let catalogue = state.store().catalogue(head).await?;
        let declared = self.declared.iter().map(|dataset| (dataset.id.clone(), dataset.clone()));
        let mut datasets: BTreeMap<String, Dataset> = declared.collect();
        datasets.extend(catalogue.datasets(&viewer).map(|dataset| (dataset.id.clone(), dataset.clone())));
        let mut out = Vec::with_capacity(datasets.len());
        for dataset in datasets.into_values() {
            let page = Page { offset: 0, limit: 1 };
            let (releases, _) = state.store().releases(&viewer, &dataset.id, head, page).await?;
            let released = releases.first().map(|release| release.published_at);
            let newest = catalogue.newest_period(&dataset.id);
            out.push((dataset, Published { released, newest }));
        }
        Ok(out)
    }
}

/// A count as a gauge holds it.
#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53, which none of these reaches")]
fn whole(count: u64) -> f64 {
    count as f64
}
