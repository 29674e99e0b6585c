//! The question `revisions`: what a dataset's releases changed, old beside new.

use super::figures::{FigureRef, Figures};
use super::{Refusal, Scope, Snapshot};
use crate::outcomes::ReleaseNumber;
use crate::store::{Position, RevisionQuery, StoredFigure};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Which changes, and which page of them.
#[derive(Clone, Copy, Debug)]
pub struct RevisionsOf<'a> {
    /// The dataset's id.
    pub dataset: &'a str,
    /// Of releases published at this time or later.
    pub from: DateTime<Utc>,
    /// Of releases published before this time.
    pub to: DateTime<Utc>,
    /// At most this many.
    pub first: usize,
    /// After this release and figure.
    pub after: Option<(ReleaseNumber, Position)>,
}

/// What a release did to one figure: added it (`old` is none), changed it, or withdrew it (`new` is none).
pub struct Revision {
    /// The release.
    pub release: ReleaseNumber,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// The figure before.
    pub old: Option<FigureRef>,
    /// The figure after.
    pub new: Option<FigureRef>,
    /// Where the figure stands in the order of pages.
    pub position: Position,
}

/// What a dataset's releases changed, the oldest first, and whether there are more.
///
/// # Errors
/// When the dataset is not known.
pub async fn revisions(
    scope: &Scope,
    snapshot: &Arc<Snapshot>,
    question: &RevisionsOf<'_>,
) -> Result<(Vec<Revision>, bool), Refusal> {
    let query = RevisionQuery {
        dataset: question.dataset.to_owned(),
        from: question.from,
        to: question.to,
        after: question.after,
        limit: question.first + 1,
    };
    let mut found = scope.read(|store| store.revisions(snapshot.viewer(), &query)).await?;
    // A release that was published since the request began is not part of its answer.
    found.retain(|revision| revision.release <= snapshot.at());
    let more = found.len() > question.first;
    found.truncate(question.first);
    let mut revisions = Vec::with_capacity(found.len());
    for revision in found {
        let Some(position) = revision.new.as_ref().or(revision.old.as_ref()).map(StoredFigure::position) else {
            continue;
        };
        revisions.push(Revision {
            release: revision.release,
            published_at: revision.published_at,
            old: named(scope, snapshot, revision.old, revision.release - 1).await?,
            new: named(scope, snapshot, revision.new, revision.release).await?,
            position,
        });
    }
    Ok((revisions, more))
}

/// The figure with its names. One whose like is gone is described as the hub described it at release `at`, when it stood.
async fn named(
    scope: &Scope,
    snapshot: &Arc<Snapshot>,
    figure: Option<StoredFigure>,
    at: ReleaseNumber,
) -> Result<Option<FigureRef>, Refusal> {
    let Some(figure) = figure else { return Ok(None) };
    let snapshot = match snapshot.catalogue().slice(figure.slice) {
        Some(_) => Arc::clone(snapshot),
        None => scope.snapshot_at(at).await?,
    };
    Ok(Figures::new(scope, &snapshot, vec![figure])?.get(0))
}
