//! The loop: look, begin what is due, sleep until a run ends or something may have become due.

use super::runner::{Failed, Runner, count, tell};
use super::{Ended, Held, Jitter, Look, Plan, plan};
use crate::clock::Clock;
use crate::connector::Library;
use crate::outcomes::Freshness;
use crate::store::{Store, StoreError};
use crate::telemetry::Metrics;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinSet};
use tokio_util::sync::CancellationToken;

/// A warning about the same dataset is repeated after this long.
const WARN_AGAIN: TimeDelta = TimeDelta::days(1);

/// Waits while the store is unreachable: from this, doubled each time …
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(5);

/// … up to this.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(1);

/// What a scheduler works with.
#[derive(Clone)]
pub struct Means {
    /// Where runs and releases are looked up.
    pub store: Arc<dyn Store>,
    /// The connectors.
    pub library: Library,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where runs are counted.
    pub metrics: Metrics,
    /// How a run is made.
    pub runner: Arc<dyn Runner>,
    /// The most runs at once; at least 1.
    pub at_once: usize,
}

/// Runs connectors as their schedules say, a few at once. One that never ends holds up only what needs it.
pub struct Scheduler {
    means: Means,
    jitter: Jitter,
    held: Held,
    last_warned: BTreeMap<String, DateTime<Utc>>,
    failures: u32,
    running: JoinSet<Result<Ended, Failed>>,
    names: BTreeMap<Id, String>,
}

/// Runs connectors as their schedules say until stopped; runs in progress are then stopped cleanly. `salt` tells
/// this process from others, so that many do not fetch in the same second.
pub async fn run(means: Means, salt: u64, stop: CancellationToken) {
    let mut scheduler = Scheduler::new(means, Jitter::salted(salt));
    while !stop.is_cancelled() {
        let wake = scheduler.begin(&stop).await;
        let wait = (wake - scheduler.means.clock.now()).to_std().unwrap_or(Duration::ZERO);
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = scheduler.one_ended(), if !scheduler.is_idle() => {}
            () = stop.cancelled() => {}
        }
    }
    while !scheduler.is_idle() {
        scheduler.one_ended().await;
    }
}

impl Scheduler {
    /// A scheduler that has not looked yet.
    #[must_use]
    pub fn new(means: Means, jitter: Jitter) -> Self {
        Self {
            means,
            jitter,
            held: Held::default(),
            last_warned: BTreeMap::new(),
            failures: 0,
            running: JoinSet::new(),
            names: BTreeMap::new(),
        }
    }

    /// Looks once, begins what is due and has room, and says when to look again, unless a run ends before. Never fails:
    /// what goes wrong is logged, and tried again later.
    pub async fn begin(&mut self, stop: &CancellationToken) -> DateTime<Utc> {
        let now = self.means.clock.now();
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
        // A run that waits for another one to end takes no place meanwhile.
        let mut unsettled: Vec<String> = self.names.values().cloned().collect();
        for look in run {
            let name = &look.connector.name;
            if self.is_running(name) {
                continue;
            }
            let waits = look.connector.needs().iter().any(|needed| unsettled.contains(needed));
            unsettled.push(name.clone());
            if !waits && self.running.len() < self.means.at_once.max(1) && !stop.is_cancelled() {
                self.start(look, stop);
            }
        }
        wake
    }

    fn start(&mut self, look: Look, stop: &CancellationToken) {
        let name = look.connector.name.clone();
        tracing::info!(dataset = %name, why = %look.decision, "scheduled run");
        let (runner, stop) = (Arc::clone(&self.means.runner), stop.clone());
        let task = self.running.spawn(async move { runner.run(&look, &stop).await });
        self.names.insert(task.id(), name);
    }

    /// Whether nothing runs.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    fn is_running(&self, name: &str) -> bool {
        self.names.values().any(|running| running == name)
    }

    /// Waits until one of the runs ends, and tells and counts it; at once where nothing runs.
    pub async fn one_ended(&mut self) {
        // A fault in one connector's run must not end the schedule of all.
        let (id, result) = match self.running.join_next_with_id().await {
            Some(Ok((id, result))) => (id, result),
            Some(Err(error)) => (error.id(), Err(Failed::Error(format!("the run panicked: {error}")))),
            None => return,
        };
        let Some(name) = self.names.remove(&id) else { return };
        let now = self.means.clock.now();
        count(&self.means.metrics, &name, &result);
        match result {
            Ok(ended) => {
                self.held.tried(&name, now);
                tell(&ended);
            }
            Err(Failed::Elsewhere(what)) => {
                self.held.tried(&name, now);
                tracing::debug!(dataset = %name, what, "left to another hub");
            }
            Err(Failed::Error(error)) => {
                self.held.failed(&name, now);
                tracing::warn!(dataset = %name, error, "the scheduled run failed; it is tried again later");
            }
        }
    }

    async fn look(&mut self, now: DateTime<Utc>) -> Result<Vec<Look>, StoreError> {
        let mut looks = Vec::new();
        let names: Vec<String> = self.means.library.names().map(ToOwned::to_owned).collect();
        for name in names {
            match self.means.library.get(&name) {
                Ok(connector) => {
                    let look = Look::at(Some(self.means.store.as_ref()), connector, self.jitter, now).await?;
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
}

#[cfg(test)]
mod tests;
