//! The questions `run`, `runs` and a run's `rejected` rows. Their answers may change without a release, so none is kept.

use super::{Refusal, Scope};
use crate::outcomes::{Run, RunId};
use crate::store::{Page, RejectedRow};

/// A run by its number; `None` where there is none that the viewer may see.
///
/// # Errors
/// When the store cannot be read.
pub async fn run(scope: &Scope, id: RunId) -> Result<Option<Run>, Refusal> {
    scope.mark_transient();
    scope.read(|store| store.run(scope.viewer(), id)).await
}

/// A page of a dataset's runs, newest first, and how many there are; which of them the viewer may see, the store decides.
///
/// # Errors
/// When the store cannot be read.
pub async fn runs(scope: &Scope, dataset: &str, page: Page) -> Result<(Vec<Run>, u64), Refusal> {
    scope.mark_transient();
    scope.read(|store| store.runs(scope.viewer(), dataset, page)).await
}

/// A page of the rows that a run rejected, in the order in which they were met, and how many there are. What stood in them is for
/// operators alone, whatever the dataset: nothing has checked it, and it may name a person.
///
/// # Errors
/// When the store cannot be read.
pub async fn rejected(scope: &Scope, run: RunId, page: Page) -> Result<(Vec<RejectedRow>, u64), Refusal> {
    scope.mark_transient();
    let (rows, total) = scope.read(|store| store.rejected(scope.viewer(), run, page)).await?;
    if scope.viewer().sees_rejected_text() {
        return Ok((rows, total));
    }
    Ok((rows.into_iter().map(RejectedRow::without_text).collect(), total))
}

/// The run that made a release: it has ended, and changes no more.
///
/// # Errors
/// When the store cannot be read.
pub async fn of_release(scope: &Scope, id: RunId) -> Result<Option<Run>, Refusal> {
    scope.read(|store| store.run(scope.viewer(), id)).await
}
