//! The loop: look, run what is due, sleep.

use super::{Held, Jitter, Look, Plan, plan};
use crate::connector::Library;
use crate::outcomes::Freshness;
use crate::store::StoreError;
use crate::sync::{NeededError, Report, Request, Road, RoadError, Silent};
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A warning about the same dataset is repeated after this long.
const WARN_AGAIN: TimeDelta = TimeDelta::days(1);

/// Waits while the store is unreachable: from this, doubled each time …
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(5);

/// … up to this.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(1);

/// Runs connectors as their schedules say, one after another.
pub struct Scheduler {
    road: Road,
    library: Library,
    jitter: Jitter,
    held: Held,
    last_warned: BTreeMap<String, DateTime<Utc>>,
    failures: u32,
}

/// How an attempt at one connector ended without a report.
enum Failed {
    /// Another hub runs it, or ran it in the meantime.
    Elsewhere(String),
    /// Anything else.
    Error(String),
}

impl From<RoadError> for Failed {
    fn from(error: RoadError) -> Self {
        match error {
            RoadError::RunSince { .. } | RoadError::Store(StoreError::Held { .. }) => {
                Self::Elsewhere(error.to_string())
            }
            error => Self::Error(error.to_string()),
        }
    }
}

impl From<NeededError> for Failed {
    fn from(error: NeededError) -> Self {
        match error {
            NeededError::Road(error) => error.into(),
            error => Self::Error(error.to_string()),
        }
    }
}

/// Runs connectors as their schedules say until stopped; a run in progress is then stopped cleanly. `salt` tells
/// this process from others, so that many do not fetch in the same second.
pub async fn run(road: Road, library: Library, salt: u64, stop: CancellationToken) {
    let mut scheduler = Scheduler::new(road, library, Jitter::salted(salt));
    while !stop.is_cancelled() {
        let wake = scheduler.pass(&stop).await;
        let wait = (wake - scheduler.road.clock.now()).to_std().unwrap_or(Duration::ZERO);
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => {}
        }
    }
}

impl Scheduler {
    /// A scheduler that has not looked yet.
    #[must_use]
    pub fn new(road: Road, library: Library, jitter: Jitter) -> Self {
        Self { road, library, jitter, held: Held::default(), last_warned: BTreeMap::new(), failures: 0 }
    }

    /// Looks once, runs what is due, and says when to look again. Never fails: what goes wrong is logged, and tried
    /// again later.
    pub async fn pass(&mut self, stop: &CancellationToken) -> DateTime<Utc> {
        let now = self.road.clock.now();
        let Plan { run, wake } = match self.look(now).await {
            Ok(looks) => {
                self.failures = 0;
                plan(looks, &self.held, now)
            }
            Err(error) => {
                let wait = LONGEST_WAIT.min(FIRST_WAIT * (1 << self.failures.min(6)));
                self.failures += 1;
                tracing::warn!(%error, seconds = wait.num_seconds(), "the store cannot be read for the schedule; trying again");
                return now + wait;
            }
        };
        if run.is_empty() {
            return wake;
        }
        for look in run {
            if stop.is_cancelled() {
                break;
            }
            self.attempt(&look, stop).await;
        }
        // What else became due meanwhile, and when this comes again, is for the next look to say.
        self.road.clock.now()
    }

    async fn look(&mut self, now: DateTime<Utc>) -> Result<Vec<Look>, StoreError> {
        let mut looks = Vec::new();
        let names: Vec<String> = self.library.names().map(ToOwned::to_owned).collect();
        for name in names {
            match self.library.get(&name) {
                Ok(connector) => {
                    let look = Look::at(Some(self.road.store.as_ref()), connector, self.jitter, now).await?;
                    self.watch(&look, now);
                    looks.push(look);
                }
                Err(error) if self.is_news(&name, now) => {
                    tracing::warn!(dataset = %name, %error, "a connector cannot be read; it is not run");
                }
                Err(_) => {}
            }
        }
        Ok(looks)
    }

    /// Says once a day that a dataset is late.
    fn watch(&mut self, look: &Look, now: DateTime<Utc>) {
        let name = &look.connector.name;
        if look.freshness != Some(Freshness::Late) {
            self.last_warned.remove(name);
        } else if self.is_news(name, now) {
            let released = look.released.map(|released| released.to_rfc3339()).unwrap_or_default();
            let publisher = &look.connector.manifest.publisher;
            tracing::warn!(dataset = %name, %released, %publisher, "late: the next release should have come by now");
        }
    }

    /// Whether a dataset was not warned about for a day.
    fn is_news(&mut self, name: &str, now: DateTime<Utc>) -> bool {
        let news = self.last_warned.get(name).is_none_or(|warned| now - *warned >= WARN_AGAIN);
        if news {
            self.last_warned.insert(name.to_owned(), now);
        }
        news
    }

    async fn attempt(&mut self, look: &Look, stop: &CancellationToken) {
        let name = look.connector.name.as_str();
        tracing::info!(dataset = %name, why = %look.decision, "scheduled run");
        // A fault in one connector's run must not end the schedule of all.
        let caught = AssertUnwindSafe(self.travel(look, stop)).catch_unwind().await;
        let ended = caught.unwrap_or_else(|_| Err(Failed::Error("the run panicked".into())));
        let now = self.road.clock.now();
        match ended {
            Ok(report) => {
                self.held.tried(name, now);
                tell(&report);
            }
            Err(Failed::Elsewhere(what)) => {
                self.held.tried(name, now);
                tracing::debug!(dataset = %name, what, "left to another hub");
            }
            Err(Failed::Error(error)) => {
                self.held.failed(name, now);
                tracing::warn!(dataset = %name, error, "the scheduled run failed; it is tried again later");
            }
        }
    }

    async fn travel(&self, look: &Look, stop: &CancellationToken) -> Result<Report, Failed> {
        let connector = &look.connector;
        self.road.publish_needed(&self.library, connector, false, &tell, stop).await?;
        let request = Request { unless_run_since: Some(look.newest_run), ..Request::new(connector.clone()) };
        Ok(self.road.run(&request, &Silent, stop).await?)
    }
}

fn tell(report: &Report) {
    let (dataset, outcome, run) = (&report.dataset, report.outcome.as_str(), report.run);
    match &report.error {
        // Stopped with the server: nothing is wrong.
        Some(problem) if problem.code != "stopped" => {
            tracing::warn!(%dataset, run, outcome, code = %problem.code, error = %problem.message, "scheduled run ended");
        }
        _ => tracing::info!(%dataset, run, outcome, release = report.release, "scheduled run ended"),
    }
}

#[cfg(test)]
mod tests;
