//! Revisions: what releases changed, old beside new.

use super::batch::Batch;
use super::cursor::{Cursor, Kind};
use super::error::Failure;
use super::observation::Observation;
use super::page::{Connection, DEFAULT_PAGE, page_cost, size};
use super::release::Release;
use super::scope::{Scope, Snapshot};
use super::suggest::unknown_dataset;
use crate::outcomes::ReleaseNumber;
use crate::store::{self, RevisionQuery as Asked, StoredFigure};
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// What a release did to one figure: added it (`old` is null), changed it, or withdrew it (`new` is null).
#[derive(Clone, SimpleObject)]
pub struct Revision {
    /// The release.
    pub release: Release,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// The figure before.
    pub old: Option<Observation>,
    /// The figure after.
    pub new: Option<Observation>,
}

/// The figure as a node. One whose like is gone is described as the hub described it at release `at`, when it stood.
async fn node(
    scope: &Scope,
    snapshot: &Arc<Snapshot>,
    figure: Option<StoredFigure>,
    at: ReleaseNumber,
) -> Result<Option<Observation>, Failure> {
    let Some(figure) = figure else { return Ok(None) };
    let snapshot = match snapshot.catalogue().slice(figure.slice) {
        Some(_) => Arc::clone(snapshot),
        None => scope.snapshot_at(at).await?,
    };
    let batch = Batch::new(scope, &snapshot, vec![figure])?;
    Ok(Observation::all(&batch).into_iter().next())
}

fn cursor(at: i64, revision: &store::Revision) -> Option<String> {
    let position = revision.new.as_ref().or(revision.old.as_ref())?.position();
    let key = format!("{}.{}.{}.{}", revision.release, position.slice, position.area, position.period);
    Some(Cursor { at, key }.encode(Kind::Revisions))
}

/// Queries about revisions.
#[derive(Default)]
pub struct RevisionQuery;

#[Object]
impl RevisionQuery {
    /// What a dataset's releases changed, oldest first.
    #[graphql(complexity = "page_cost(first, DEFAULT_PAGE, child_complexity) + 20")]
    async fn revisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset's id.")] dataset: ID,
        #[graphql(desc = "Of releases published at this time or later.")] from: DateTime<Utc>,
        #[graphql(desc = "Of releases published before this time.")] to: DateTime<Utc>,
        #[graphql(desc = "How many, 1 to 1000.", default_with = "Some(DEFAULT_PAGE)")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<Connection<Revision>, Failure> {
        let first = size(first, DEFAULT_PAGE)? as usize;
        if from > to {
            return Err(Failure::bad_input("`from` is after `to`"));
        }
        let scope = Scope::of(ctx)?;
        let snapshot = scope.snapshot(None).await?;
        if snapshot.catalogue().dataset(snapshot.viewer(), &dataset).is_none() {
            return Err(unknown_dataset(&snapshot, &dataset));
        }
        let after = match after {
            Some(text) => {
                let cursor = Cursor::decode(Kind::Revisions, &text)?;
                let foreign = || Failure::bad_input("the cursor was not given by this hub");
                let (release, key) = cursor.key.split_once('.').ok_or_else(foreign)?;
                let release = release.parse().map_err(|_| foreign())?;
                Some((release, Cursor { at: cursor.at, key: key.to_owned() }.position()?))
            }
            None => None,
        };
        let started = after.is_some();
        let asked = Asked { dataset: dataset.to_string(), from, to, after, limit: first + 1 };
        let viewer = snapshot.viewer();
        let mut found = scope.read(|store| store.revisions(viewer, &asked)).await?;
        // A release that was published since the request began is not part of its answer.
        found.retain(|revision| revision.release <= snapshot.at());
        let more = found.len() > first;
        found.truncate(first);
        let mut page = Vec::with_capacity(found.len());
        for revision in found {
            let Some(cursor) = cursor(snapshot.at(), &revision) else { continue };
            let node = Revision {
                release: Release::numbered(&snapshot, revision.release),
                published_at: revision.published_at,
                old: node(scope, &snapshot, revision.old, revision.release - 1).await?,
                new: node(scope, &snapshot, revision.new, revision.release).await?,
            };
            page.push((node, cursor));
        }
        Ok(Connection::new(page, started, more, None))
    }
}
