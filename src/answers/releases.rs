//! The questions `release` and a dataset's `releases`.

use super::{Refusal, Scope, Snapshot};
use crate::outcomes::{Release, ReleaseNumber};
use crate::store::Page;
use std::sync::Arc;

/// A release by its number; `None` where there is none that the viewer may see. Read once, however often it is asked for.
///
/// # Errors
/// When the store cannot be read.
pub async fn release(scope: &Scope, number: ReleaseNumber) -> Result<Option<Arc<Release>>, Refusal> {
    scope.release(number).await
}

/// A dataset's newest release as the hub stood; `None` where there is none.
///
/// # Errors
/// When the store cannot be read.
pub async fn newest(scope: &Scope, snapshot: &Snapshot, dataset: &str) -> Result<Option<Arc<Release>>, Refusal> {
    scope.newest_release(dataset, snapshot.at()).await
}

/// A dataset's releases up to `at`, newest first, and how many there are.
///
/// # Errors
/// When the store cannot be read.
pub async fn releases(
    scope: &Scope,
    dataset: &str,
    at: ReleaseNumber,
    page: Page,
) -> Result<(Vec<Release>, u64), Refusal> {
    scope.read(|store| store.releases(scope.viewer(), dataset, at, page)).await
}
