//! Records the end of a run whose process could not do so.

use super::runner::Trouble;
use super::{Ended, Failed};
use crate::access::Viewer;
use crate::clock::Clock;
use crate::connector::Connector;
use crate::outcomes::{Outcome, Run};
use crate::store::{Lease, Page, Store, StoreError};
use chrono::{DateTime, Utc};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long to wait for the lease of a process that has died: in a database it runs out by itself.
const PATIENCE: Duration = Duration::from_secs(25);
const EVERY: Duration = Duration::from_millis(500);

/// The code of a run that was stopped with the server.
pub(super) const STOPPED: &str = "stopped";

/// What the end is told of.
pub(super) struct Closing<'a> {
    pub store: &'a dyn Store,
    pub clock: &'a dyn Clock,
    pub connector: &'a Connector,
    /// When the process was started.
    pub since: DateTime<Utc>,
}

impl Closing<'_> {
    /// Records that the run was stopped, and why: the connector's own, and of those that it needs the one that was under
    /// way. Where the process died before its run was recorded, `always` records one, so that the schedule and a reader
    /// see that it was tried.
    pub async fn stopped(&self, trouble: Trouble, always: bool) -> Result<Ended, Failed> {
        let store = |error: StoreError| {
            Failed::Error(format!("{}; and the run's end is not recorded: {error}", trouble.message))
        };
        for needed in self.connector.needs() {
            self.close(&needed, &trouble, false).await.map_err(store)?;
        }
        let run = self.close(&self.connector.name, &trouble, always).await.map_err(store)?;
        let Some(run) = run else {
            // Stopped with the server before there was a run: nothing has failed.
            let stopped = trouble.code == STOPPED;
            return Err(if stopped { Failed::Elsewhere(trouble.message) } else { Failed::Error(trouble.message) });
        };
        // A run that published, and whose process then died, has published.
        let error = (run.outcome == Outcome::Stopped).then_some(trouble);
        Ok(Ended {
            dataset: run.dataset,
            run: Some(run.id),
            outcome: run.outcome,
            release: run.release,
            rows_read: [(String::new(), run.files.iter().map(|file| file.rows).sum())].into(),
            figures: run.figures,
            reference: run.reference,
            error,
            warnings: Vec::new(),
            seconds: std::collections::BTreeMap::new(),
        })
    }

    /// The dataset's run of this process, closed where it is still under way.
    async fn close(&self, dataset: &str, trouble: &Trouble, always: bool) -> Result<Option<Run>, StoreError> {
        let run = self.newest(dataset).await?;
        let is_open = run.as_ref().is_some_and(|run| run.outcome == Outcome::Running);
        if !is_open && (run.is_some() || !always) {
            return Ok(run);
        }
        // Whoever holds it is the only one that may change the dataset's runs; another hub's run is not touched.
        let Some(lease) = self.lease(dataset).await? else { return Ok(run) };
        let closed = self.close_held(dataset, trouble, always).await;
        lease.release().await;
        closed
    }

    async fn close_held(&self, dataset: &str, trouble: &Trouble, always: bool) -> Result<Option<Run>, StoreError> {
        let run = match self.newest(dataset).await? {
            Some(run) if run.outcome == Outcome::Running => run,
            None if always => {
                self.store.start_run(dataset, self.clock.now()).await?;
                let Some(run) = self.newest(dataset).await? else { return Ok(None) };
                run
            }
            other => return Ok(other),
        };
        let run = Run {
            finished_at: Some(self.clock.now()),
            outcome: Outcome::Stopped,
            error: Some(trouble.message.clone()),
            error_code: Some(trouble.code.clone()),
            ..run
        };
        self.store.finish_run(&run).await?;
        Ok(Some(run))
    }

    /// The dataset's newest run, where it began after the process did.
    async fn newest(&self, dataset: &str) -> Result<Option<Run>, StoreError> {
        let (runs, _) = self.store.runs(&Viewer::operator(), dataset, Page { offset: 0, limit: 1 }).await?;
        Ok(runs.into_iter().next().filter(|run| run.started_at >= self.since))
    }

    async fn lease(&self, dataset: &str) -> Result<Option<Box<dyn Lease>>, StoreError> {
        let begun = Instant::now();
        loop {
            match self.store.lease(dataset).await {
                Ok(lease) => return Ok(Some(lease)),
                Err(StoreError::Held { .. }) if begun.elapsed() < PATIENCE => sleep(EVERY).await,
                Err(StoreError::Held { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }
}
