//! The contract that every engine keeps.

use super::{Catalogue, FigureQuery, Page, RejectedRow, Revision, RevisionQuery, StoredFigure};
use crate::access::Viewer;
use crate::outcomes::{
    Counts, Dataset, Observation, ReferenceRow, Rejection, Release, ReleaseNumber, Run, RunId, Standing, Traced,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Why a store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine failed.
    #[error("the store could not {doing}: {source}")]
    Engine {
        /// What was being done.
        doing: &'static str,
        /// The engine's error.
        #[source]
        source: sqlx::Error,
    },
    /// A migration failed, or the store is newer than this hub.
    #[error("the store could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The store was written by a newer hub.
    #[error(
        "the store was written by a newer hub: it is at version {found} and this hub knows versions up to {known}; \
         use a hub at least as new as the one that wrote it"
    )]
    Newer {
        /// The store's version.
        found: i64,
        /// The newest version that this hub knows.
        known: i64,
    },
    /// The store was not brought up to date.
    #[error("the store is at version {found} and this hub needs version {known}; run `hub migrate`")]
    Older {
        /// The store's version.
        found: i64,
        /// The version that this hub needs.
        known: i64,
    },
    /// The server cannot be used as it was named.
    #[error("{0}")]
    Address(String),
    /// The connection broke while a release was committed, and the store could not be asked since.
    #[error(
        "whether run {run} was published is not known, because the store went away as it was committed ({source}); `hub doctor` tells once it is back"
    )]
    Unknown {
        /// The run.
        run: crate::outcomes::RunId,
        /// How the connection broke.
        #[source]
        source: sqlx::Error,
    },
    /// What is stored does not make sense.
    #[error("the store holds something that this hub did not write: {0}")]
    Inconsistent(String),
    /// Another run published the dataset after this one began staging.
    #[error("`{dataset}` was published by another run meanwhile, so nothing was written; run it again")]
    Overtaken {
        /// The dataset.
        dataset: String,
    },
    /// Another process syncs the dataset.
    #[error(
        "`{dataset}` is being synced by another process{}; wait until it is done, then try again",
        if holder.is_empty() { String::new() } else { format!(" ({holder})") }
    )]
    Held {
        /// The dataset.
        dataset: String,
        /// Who, where the holder said so.
        holder: String,
    },
    /// The caller broke the order of calls.
    #[error("the store was asked for something out of turn: {0}")]
    OutOfTurn(String),
    /// The folder or file cannot be used.
    #[error("the store at {path} cannot be opened: {source}")]
    Open {
        /// The folder or file.
        path: std::path::PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

/// What a release replaces; the default is everything that the dataset has published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only the figures of these indicators, and their rows in the relation `indicators`.
    pub indicators: Option<BTreeSet<String>>,
    /// Only the figures of these periods, by key; rows of the relation `indicators` are then never withdrawn.
    pub periods: Option<BTreeSet<i64>>,
    /// Only the figures of these places, by code; rows of the relation `indicators` are then never withdrawn.
    pub areas: Option<BTreeSet<String>>,
}

/// What staged rows amount to beside what is published: `mapped` is what was staged, and
/// `mapped = added + changed + unchanged + rejected`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Figures.
    pub figures: Counts,
    /// Rows of the reference relations; a dataset's own description is published but not counted.
    pub reference: Counts,
    /// Whether the dataset's own description (its title, licence, access, …) is not the published one.
    pub described_anew: bool,
}

impl Settled {
    /// Whether publishing would change anything. A description alone is enough: it says who may see the figures.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        self.described_anew || self.figures.plus(self.reference).changes_something()
    }
}

/// What a migration did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The version before; 0 for an empty store.
    pub from: i64,
    /// The version now.
    pub to: i64,
}

/// How a pool of connections is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// Which, such as `reads` or a replica's host and port.
    pub pool: String,
    /// Connections that wait for work.
    pub idle: usize,
    /// Connections at work.
    pub busy: usize,
}

impl PoolUse {
    /// As the pool itself tells.
    pub(super) fn of<D: sqlx::Database>(name: impl Into<String>, pool: &sqlx::Pool<D>) -> Self {
        let (open, idle) = (usize::try_from(pool.size()).unwrap_or(usize::MAX), pool.num_idle());
        Self { pool: name.into(), idle, busy: open.saturating_sub(idle) }
    }
}

/// Reading and publishing. Cheap to share; every method may be called at once from many tasks.
#[async_trait]
pub trait Store: Send + Sync {
    /// The newest release; 0 while nothing is published.
    async fn head(&self) -> Result<ReleaseNumber, StoreError>;

    /// The newest release published at or before `at`; 0 where there is none.
    async fn head_at(&self, at: DateTime<Utc>) -> Result<ReleaseNumber, StoreError>;

    /// Everything but figures, as the hub stood at release `at`.
    ///
    /// Holds what every viewer together may see; answers are narrowed by [`Catalogue::visible_slices`]
    /// and again by [`Store::figures`].
    async fn catalogue(&self, at: ReleaseNumber) -> Result<Arc<Catalogue>, StoreError>;

    /// Figures in the order of slice, area and period key; those of datasets that the viewer may
    /// not see are never among them.
    async fn figures(&self, viewer: &Viewer, query: &FigureQuery) -> Result<Vec<StoredFigure>, StoreError>;

    /// What releases changed, oldest first.
    async fn revisions(&self, viewer: &Viewer, query: &RevisionQuery) -> Result<Vec<Revision>, StoreError>;

    /// One release.
    async fn release(&self, viewer: &Viewer, number: ReleaseNumber) -> Result<Option<Release>, StoreError>;

    /// A dataset's releases up to `at`, newest first, and how many there are.
    async fn releases(
        &self,
        viewer: &Viewer,
        dataset: &str,
        at: ReleaseNumber,
        page: Page,
    ) -> Result<(Vec<Release>, u64), StoreError>;

    /// A dataset's runs, newest first, and how many there are.
    async fn runs(&self, viewer: &Viewer, dataset: &str, page: Page) -> Result<(Vec<Run>, u64), StoreError>;

    /// One run.
    async fn run(&self, viewer: &Viewer, id: RunId) -> Result<Option<Run>, StoreError>;

    /// A run's quarantined rows in the order in which they were met, and how many there are.
    async fn rejected(&self, viewer: &Viewer, run: RunId, page: Page) -> Result<(Vec<RejectedRow>, u64), StoreError>;

    /// Whether the store is whole: the engine's own check. Gives what is wrong, nothing where all is well.
    async fn problems(&self) -> Result<Vec<String>, StoreError>;

    /// Records that a run has started. Runs of this dataset that were left [`crate::outcomes::Outcome::Running`] by a
    /// process that died are marked as stopped: the caller holds the dataset's lock.
    async fn start_run(&self, dataset: &str, at: DateTime<Utc>) -> Result<RunId, StoreError>;

    /// Lists quarantined rows under a run; may be called many times.
    async fn reject(&self, run: RunId, rows: &[Rejection]) -> Result<(), StoreError>;

    /// Records how a run ended without a release (`run.release` is none). A run that ends in a release is
    /// recorded by [`Publication::publish`] in the same transaction.
    async fn finish_run(&self, run: &Run) -> Result<(), StoreError>;

    /// The newest release up to `at` that changed a reference row of another dataset than this one: what a run is checked
    /// against stands while it stays the same. 0 where there is none.
    async fn reference_version(&self, dataset: &str, at: ReleaseNumber) -> Result<ReleaseNumber, StoreError>;

    /// Takes the right to sync a dataset, which at most one process has at a time; [`StoreError::Held`] where another
    /// has it. A holder that dies loses it.
    async fn lease(&self, dataset: &str) -> Result<Box<dyn Lease>, StoreError>;

    /// Whether the store can answer: it is reached, and neither older nor newer than this hub.
    async fn ready(&self) -> Result<(), StoreError>;

    /// The pools of connections, as they are now.
    fn pools(&self) -> Vec<PoolUse>;

    /// The servers that follow the store's own, without secrets, each with the newest release that it has or why it does
    /// not answer; none where the engine has no such thing.
    async fn replicas(&self) -> Vec<(String, Result<ReleaseNumber, String>)> {
        Vec::new()
    }

    /// Closes every connection, once what is under way is done.
    async fn close(&self);

    /// Begins staging what a dataset should look like after this run. Dropping it leaves no trace.
    async fn stage(&self, dataset: &Dataset, standing: Standing) -> Result<Box<dyn Publication>, StoreError>;
}

/// The right to sync one dataset, held by one process at a time. Dropping it gives it up soon.
#[async_trait]
pub trait Lease: Send + Sync {
    /// Waits until it is lost; from then on another process may have it, and what this one stages must not be
    /// published. Never resolves while it is held.
    async fn lost(&self);

    /// Gives it up now.
    async fn release(self: Box<Self>);
}

/// Takes rows that cannot stand, a batch at a time, so that however many there are, few are held.
#[async_trait]
pub trait Quarantine: Send {
    /// Takes a batch.
    ///
    /// # Errors
    /// When it cannot be written down; settling then ends with that error.
    async fn take(&mut self, rows: Vec<Rejection>) -> Result<(), StoreError>;
}

/// Keeps them, where they are few.
#[async_trait]
impl Quarantine for Vec<Rejection> {
    async fn take(&mut self, rows: Vec<Rejection>) -> Result<(), StoreError> {
        self.extend(rows);
        Ok(())
    }
}

/// One dataset's next state, being staged.
///
/// Order of calls: `reference` and `observations` any number of times, then `settle` once, then `publish` at most once.
#[async_trait]
pub trait Publication: Send {
    /// Stages rows of reference relations.
    async fn reference(&mut self, rows: Vec<Traced<ReferenceRow>>) -> Result<(), StoreError>;

    /// Stages figures.
    async fn observations(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError>;

    /// Takes out what cannot stand and says why: rows of one key with different contents are all rejected
    /// (`duplicate-key`); of exact repeats the first stays and the others are rejected (`repeated`). Gives them
    /// in batches to `rejected`. Then compares with what is published and counts; writes nothing.
    ///
    /// Nothing outside the scope is withdrawn. A figure that was published under another standing than this
    /// publication's counts as changed.
    async fn settle(&mut self, scope: &Scope, rejected: &mut dyn Quarantine) -> Result<Settled, StoreError>;

    /// Publishes the staged state as one release, records the run as published, and gives the release;
    /// `run` carries id, counts and files, its `finished_at` is the time of publishing. All or nothing.
    async fn publish(self: Box<Self>, run: Run) -> Result<Release, StoreError>;
}
