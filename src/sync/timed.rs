//! A run whose stages are timed.

use super::progress::{Progress, Stage};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

/// Passes on how far a run is, and measures the time of each stage.
pub(super) struct Timed<'a> {
    inner: &'a dyn Progress,
    within: Mutex<Within>,
}

#[derive(Default)]
struct Within {
    stage: Option<(Stage, Instant)>,
    seconds: BTreeMap<String, f64>,
}

impl<'a> Timed<'a> {
    /// Of a run that begins now.
    pub fn new(inner: &'a dyn Progress) -> Self {
        Self { inner, within: Mutex::default() }
    }

    /// The seconds of each stage.
    pub fn seconds(&self) -> BTreeMap<String, f64> {
        // A run that was cut short has not said that it is done.
        self.leave().seconds.clone()
    }

    /// Ends the stage that the run is in.
    fn leave(&self) -> MutexGuard<'_, Within> {
        let mut within = self.within.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((stage, since)) = within.stage.take() {
            *within.seconds.entry(stage.to_string()).or_default() += since.elapsed().as_secs_f64();
        }
        within
    }
}

impl Progress for Timed<'_> {
    fn stage(&self, dataset: &str, stage: Stage) {
        let mut within = self.leave();
        if stage != Stage::Done {
            within.stage = Some((stage, Instant::now()));
        }
        drop(within);
        self.inner.stage(dataset, stage);
    }

    fn advance(&self, done: u64, total: Option<u64>) {
        self.inner.advance(done, total);
    }
}
