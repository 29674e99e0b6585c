//! The embedded store: one SQLite file beside its write-ahead log.
//!
//! Takes and gives what [`super::Store`] says. Readers never wait for a writer: each sees the last whole commit.
//! Writers take turns. What a run stages lives in the temporary tables of its own connection, so that a run
//! that is dropped or killed leaves nothing behind; publishing is one transaction, synced to disk before it counts.
//! The temporary tables spill to SQLite's temporary folder (`SQLITE_TMPDIR`, `TMPDIR`, else `/var/tmp`): it wants room
//! for a dataset two times over, and had better not be a disk in memory.
//!
//! Must never change a published row but to close it, and never hold a dataset in memory: it is staged, sorted and
//! compared by the engine, within its caches.

mod catalogue;
pub(super) mod digests;
mod engine;
mod figures;
mod files;
mod forget;
mod head;
mod lock;
#[cfg(test)]
mod measure;
mod open;
mod problems;
mod publication;
mod readers;
mod reading;
mod rejected;
mod releases;
mod revisions;
mod runs;
#[cfg(test)]
mod tests;

use super::common::{FileNames, Kept};
use super::{
    Catalogue, FigureQuery, Forget, Forgotten, ForgottenRelease, Lease, Page, PoolUse, Publication, Publishing, Reads,
    RejectedRow, Revision, RevisionQuery, StoreError, StoredFigure, Upkeep, Verified,
};
use crate::access::Viewer;
use crate::outcomes::{Dataset, Rejection, Release, ReleaseNumber, Run, RunId, Standing};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use engine::Doing;
use head::Head;
use reading::Reading;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Mutex;

/// A store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    /// Look-ups: they find a connection however many figures are being read.
    reads: SqlitePool,
    /// Figures and revisions.
    figures: Reading,
    writes: SqlitePool,
    /// How a publication opens its own connection.
    publishing: SqliteConnectOptions,
    /// Whose turn it is to write, within this process; between processes SQLite's own lock decides.
    turn: Arc<Mutex<()>>,
    /// The folder of the datasets' locks.
    locks: PathBuf,
    catalogues: Kept,
    files: FileNames,
    head: Head,
}

#[async_trait]
impl Reads for SqliteStore {
    async fn head(&self) -> Result<ReleaseNumber, StoreError> {
        self.head.get(releases::head(&self.reads)).await
    }

    async fn head_at(&self, at: DateTime<Utc>) -> Result<ReleaseNumber, StoreError> {
        releases::head_at(&self.reads, at).await
    }

    fn catalogue_at_hand(&self, at: ReleaseNumber) -> Option<Arc<Catalogue>> {
        self.catalogues.known(at)
    }

    async fn catalogue(&self, at: ReleaseNumber) -> Result<Arc<Catalogue>, StoreError> {
        self.catalogues.get(at, catalogue::rows(&self.reads, at)).await
    }

    async fn figures(&self, viewer: &Viewer, query: &FigureQuery) -> Result<Vec<StoredFigure>, StoreError> {
        let begun = self.catalogues.known(query.at).map_or(0, |catalogue| catalogue.begun(&query.slices));
        let figures = figures::figures(&self.figures, viewer, query, begun).await?;
        let names = files::names(&self.reads, &self.files, figures.files()).await?;
        figures.named(&names)
    }

    async fn revisions(&self, viewer: &Viewer, query: &RevisionQuery) -> Result<Vec<Revision>, StoreError> {
        let revisions = revisions::revisions(&self.figures, viewer, query).await?;
        let names = files::names(&self.reads, &self.files, revisions.files()).await?;
        revisions.named(&names, query.limit)
    }

    async fn release(&self, viewer: &Viewer, number: ReleaseNumber) -> Result<Option<Release>, StoreError> {
        releases::release(&self.reads, viewer, number).await
    }

    async fn releases(
        &self,
        viewer: &Viewer,
        dataset: &str,
        at: ReleaseNumber,
        page: Page,
    ) -> Result<(Vec<Release>, u64), StoreError> {
        releases::releases(&self.reads, viewer, dataset, at, page).await
    }

    async fn runs(&self, viewer: &Viewer, dataset: &str, page: Page) -> Result<(Vec<Run>, u64), StoreError> {
        runs::runs(&self.reads, viewer, dataset, page).await
    }

    async fn run(&self, viewer: &Viewer, id: RunId) -> Result<Option<Run>, StoreError> {
        runs::run(&self.reads, viewer, id).await
    }

    async fn rejected(&self, viewer: &Viewer, run: RunId, page: Page) -> Result<(Vec<RejectedRow>, u64), StoreError> {
        rejected::rejected(&self.reads, viewer, run, page).await
    }
}

#[async_trait]
impl Publishing for SqliteStore {
    async fn lease(&self, dataset: &str) -> Result<Box<dyn Lease>, StoreError> {
        Ok(Box::new(lock::Lock::take(&self.locks, dataset)?))
    }

    async fn start_run(&self, dataset: &str, at: DateTime<Utc>) -> Result<RunId, StoreError> {
        let _turn = self.turn.lock().await;
        runs::start(&self.writes, dataset, at).await
    }

    async fn reference_version(&self, dataset: &str, at: ReleaseNumber) -> Result<ReleaseNumber, StoreError> {
        catalogue::reference_version(&self.reads, dataset, at).await
    }

    async fn stage(&self, dataset: &Dataset, standing: Standing) -> Result<Box<dyn Publication>, StoreError> {
        publication::begin(&self.publishing, Arc::clone(&self.turn), dataset, standing).await
    }

    async fn reject(&self, run: RunId, rows: &[Rejection]) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        rejected::reject(&self.writes, run, rows).await
    }

    async fn finish_run(&self, run: &Run) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        runs::finish(&self.writes, run).await
    }

    async fn forget(&self, asked: &Forget) -> Result<Forgotten, StoreError> {
        let _turn = self.turn.lock().await;
        forget::run(&self.publishing, asked).await
    }
}

#[async_trait]
impl Upkeep for SqliteStore {
    async fn ready(&self) -> Result<(), StoreError> {
        open::current(&self.reads).await
    }

    async fn problems(&self) -> Result<Vec<String>, StoreError> {
        problems::problems(&self.reads).await
    }

    async fn verify(&self) -> Result<Verified, StoreError> {
        let mut snapshot = self.reads.begin().await.doing("verify its releases")?;
        digests::verify(&mut snapshot).await
    }

    async fn forgotten(&self) -> Result<Vec<ForgottenRelease>, StoreError> {
        forget::all(&self.reads).await
    }

    fn pools(&self) -> Vec<PoolUse> {
        vec![PoolUse::of("reads", &self.reads), self.figures.used(), PoolUse::of("writes", &self.writes)]
    }

    async fn close(&self) {
        self.reads.close().await;
        self.figures.close().await;
        // The last one to close folds the write-ahead log into the file.
        self.writes.close().await;
    }
}
