//! A run that is counted: its stages' time, its rows, how it ended.

use super::halt::RoadError;
use super::progress::{Progress, Stage};
use super::report::Report;
use crate::store::StoreError;
use crate::telemetry::{Metric, Metrics};
use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

fn count_rows(metrics: &Metrics, report: &Report) {
    let all = report.figures.plus(report.reference);
    let read = report.rows_read.values().sum();
    for (what, rows) in [("read", read), ("mapped", all.mapped), ("rejected", all.rejected)] {
        metrics.add(Metric::SyncRows, &[&report.dataset, what], rows);
    }
    if report.release.is_some() {
        for (what, rows) in [("added", all.added), ("changed", all.changed), ("withdrawn", all.withdrawn)] {
            metrics.add(Metric::SyncRows, &[&report.dataset, what], rows);
        }
    }
}

/// Passes on how far a run is, and counts the time of each stage.
pub(super) struct Counted<'a> {
    inner: &'a dyn Progress,
    metrics: &'a Metrics,
    within: Mutex<Option<(Stage, Instant)>>,
}

impl<'a> Counted<'a> {
    /// Of a run that begins now.
    pub fn new(inner: &'a dyn Progress, metrics: &'a Metrics) -> Self {
        Self { inner, metrics, within: Mutex::new(None) }
    }

    /// Counts how the run ended, and its rows.
    pub fn ended(&self, dataset: &str, result: &Result<Report, RoadError>) {
        // A run that the store cut short has not said that it is done.
        drop(self.leave(dataset));
        let outcome = match result {
            Ok(report) => report.outcome.as_str(),
            Err(RoadError::Store(StoreError::Held { .. }) | RoadError::RunSince { .. }) => "held",
            Err(_) => "failed",
        };
        self.metrics.add(Metric::SyncRuns, &[dataset, outcome], 1);
        if let Ok(report) = result {
            count_rows(self.metrics, report);
        }
    }

    /// Counts the time of the stage that is left, and gives the place of the next.
    fn leave(&self, dataset: &str) -> std::sync::MutexGuard<'_, Option<(Stage, Instant)>> {
        let mut within = self.within.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((stage, since)) = within.take() {
            let seconds = since.elapsed().as_secs_f64();
            self.metrics.observe(Metric::SyncStage, &[dataset, &stage.to_string()], seconds);
        }
        within
    }
}

impl Progress for Counted<'_> {
    fn stage(&self, dataset: &str, stage: Stage) {
        let mut within = self.leave(dataset);
        if stage != Stage::Done {
            *within = Some((stage, Instant::now()));
        }
        drop(within);
        self.inner.stage(dataset, stage);
    }

    fn advance(&self, done: u64, total: Option<u64>) {
        self.inner.advance(done, total);
    }
}
