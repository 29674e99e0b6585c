//! Changing what is published: the right to sync a dataset, its runs, and its next state.

use super::{Forget, Forgotten, Scope, Settled, StoreError};
use crate::outcomes::{
    Dataset, Observation, ReferenceRow, Rejection, Release, ReleaseNumber, Run, RunId, Standing, Traced,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// What a run does to the store, in this order: it takes the dataset's lease, starts, stages and publishes, or finishes
/// without a release.
#[async_trait]
pub trait Publishing: Send + Sync {
    /// Takes the right to sync a dataset, which at most one process has at a time; [`StoreError::Held`] where another
    /// has it. A holder that dies loses it.
    async fn lease(&self, dataset: &str) -> Result<Box<dyn Lease>, StoreError>;

    /// Records that a run has started. Runs of this dataset that were left [`crate::outcomes::Outcome::Running`] by a
    /// process that died are marked as stopped: the caller holds the dataset's lock.
    async fn start_run(&self, dataset: &str, at: DateTime<Utc>) -> Result<RunId, StoreError>;

    /// The newest release up to `at` that changed a reference row of another dataset than this one: what a run is checked
    /// against stands while it stays the same. 0 where there is none.
    async fn reference_version(&self, dataset: &str, at: ReleaseNumber) -> Result<ReleaseNumber, StoreError>;

    /// Begins staging what a dataset should look like after this run. Dropping it leaves no trace.
    async fn stage(&self, dataset: &Dataset, standing: Standing) -> Result<Box<dyn Publication>, StoreError>;

    /// Lists quarantined rows under a run; may be called many times.
    async fn reject(&self, run: RunId, rows: &[Rejection]) -> Result<(), StoreError>;

    /// Records how a run ended without a release (`run.release` is none). A run that ends in a release is
    /// recorded by [`Publication::publish`] in the same transaction.
    async fn finish_run(&self, run: &Run) -> Result<(), StoreError>;

    /// Removes for good the numbers and notes of the closed figures of some releases, and the quarantined rows and texts of the
    /// runs that read the same files; leaves that it happened. The figures then answer, as of their time, as
    /// [`crate::outcomes::MissingKind::Withdrawn`]. Figures that still stand stay. Nothing happens where all that there is of the
    /// releases stands ([`Forgotten::is_refused`]), and for a dry run. Landed files are the caller's to remove.
    async fn forget(&self, asked: &Forget) -> Result<Forgotten, StoreError>;
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
/// Order of calls: `reference`, `observations` and `placeholders` any number of times, then `settle` once, then `publish`
/// at most once.
#[async_trait]
pub trait Publication: Send {
    /// Stages rows of reference relations.
    async fn reference(&mut self, rows: Vec<Traced<ReferenceRow>>) -> Result<(), StoreError>;

    /// Stages figures. That they could not be taken may be told by the next call.
    async fn observations(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError>;

    /// Stages what stands for figures that are in the source and were rejected ([`Observation::placeholder`]): "in the file
    /// and unreadable" is not "gone from the file". One is published unless a staged figure has its key.
    async fn placeholders(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError>;

    /// Takes out what cannot stand and says why: rows of one key with different contents are all rejected
    /// (`duplicate-key`), and a placeholder stands for them; of exact repeats the first stays and the others are
    /// rejected (`repeated`). Gives them in batches to `rejected`. Then compares with what is published and counts; writes nothing.
    ///
    /// Nothing outside the scope is withdrawn. A figure that was published under another standing than this
    /// publication's counts as changed.
    async fn settle(&mut self, scope: &Scope, rejected: &mut dyn Quarantine) -> Result<Settled, StoreError>;

    /// Publishes the staged state as one release, records the run as published, and gives the release;
    /// `run` carries id, counts and files, its `finished_at` is the time of publishing. All or nothing.
    async fn publish(self: Box<Self>, run: Run) -> Result<Release, StoreError>;
}
