//! Asking: all that a room which only answers needs of a store.

use super::StoreError;
use crate::access::Viewer;
use crate::outcomes::{Release, ReleaseNumber, Run, RunId};
use crate::store::{Catalogue, FigureQuery, Page, RejectedRow, Revision, RevisionQuery, StoredFigure};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// What is published, how it came to be, and what was refused. Nothing here changes the store.
#[async_trait]
pub trait Reads: Send + Sync {
    /// The newest release; 0 while nothing is published.
    async fn head(&self) -> Result<ReleaseNumber, StoreError>;

    /// The newest release published at or before `at`; 0 where there is none.
    async fn head_at(&self, at: DateTime<Utc>) -> Result<ReleaseNumber, StoreError>;

    /// The catalogue of a release where it is in memory already.
    fn catalogue_at_hand(&self, _at: ReleaseNumber) -> Option<Arc<Catalogue>> {
        None
    }

    /// Everything but figures, as the hub stood at release `at`.
    ///
    /// Holds what every viewer together may see; answers are narrowed by [`Catalogue::visible_slices`]
    /// and again by [`Reads::figures`].
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
}
