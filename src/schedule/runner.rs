//! How one run is made, and what is told of its end.

use super::Look;
use crate::outcomes::{Counts, Outcome, ReleaseNumber, RunId};
use crate::telemetry::{Metric, Metrics};
use async_trait::async_trait;
use serde::Deserialize;
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

/// Makes runs: each in a process of its own beside the server, or otherwise in a test.
#[async_trait]
pub trait Runner: Send + Sync {
    /// Runs a connector that is due, after those that it needs, and says how it ended. Once `stop` is cancelled, the run
    /// is ended soon, and nothing of it is left behind.
    ///
    /// # Errors
    /// When there was nothing to do here, or the run came to no end that could be recorded.
    async fn run(&self, look: &Look, stop: &CancellationToken) -> Result<Ended, Failed>;
}

/// How a run ended: the part of its report that the schedule tells and counts.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Ended {
    /// The dataset.
    pub dataset: String,
    /// The run's number.
    pub run: Option<RunId>,
    /// How it ended.
    pub outcome: Outcome,
    /// The release that it made.
    pub release: Option<ReleaseNumber>,
    /// Rows read of each resource.
    #[serde(default)]
    pub rows_read: BTreeMap<String, u64>,
    /// What it did with figures.
    pub figures: Counts,
    /// What it did with rows of the reference relations.
    pub reference: Counts,
    /// Why nothing was published.
    pub error: Option<Trouble>,
    /// What deserves a look, and refused nothing.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// The seconds of each stage.
    #[serde(default)]
    pub seconds: BTreeMap<String, f64>,
}

/// Why a run published nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Trouble {
    /// The refusal's id.
    pub code: String,
    /// What happened, where, and what to do.
    pub message: String,
}

/// How an attempt at one connector ended without a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// Another hub runs it, or ran it in the meantime.
    Elsewhere(String),
    /// Anything else.
    Error(String),
}

/// Counts how a run ended, its rows and the time of its stages.
pub(super) fn count(metrics: &Metrics, dataset: &str, result: &Result<Ended, Failed>) {
    let outcome = match result {
        Ok(ended) => ended.outcome.as_str(),
        Err(Failed::Elsewhere(_)) => "held",
        Err(Failed::Error(_)) => "failed",
    };
    metrics.add(Metric::SyncRuns, &[dataset, outcome], 1);
    let Ok(ended) = result else { return };
    for (stage, seconds) in &ended.seconds {
        metrics.observe(Metric::SyncStage, &[dataset, stage], *seconds);
    }
    let all = ended.figures.plus(ended.reference);
    let mut rows = vec![("read", ended.rows_read.values().sum()), ("mapped", all.mapped), ("rejected", all.rejected)];
    if ended.release.is_some() {
        rows.extend([("added", all.added), ("changed", all.changed), ("withdrawn", all.withdrawn)]);
    }
    for (what, rows) in rows {
        metrics.add(Metric::SyncRows, &[dataset, what], rows);
    }
}

/// Tells how a run ended.
pub(super) fn tell(ended: &Ended) {
    let (dataset, outcome, run) = (&ended.dataset, ended.outcome.as_str(), ended.run);
    for warning in &ended.warnings {
        tracing::warn!(%dataset, run, warning, "the run has a warning");
    }
    match &ended.error {
        // Stopped with the server: nothing is wrong.
        Some(problem) if problem.code != "stopped" => {
            tracing::warn!(%dataset, run, outcome, code = %problem.code, error = %problem.message, "scheduled run ended");
        }
        _ => tracing::info!(%dataset, run, outcome, release = ended.release, "scheduled run ended"),
    }
}
