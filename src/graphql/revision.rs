//! Revisions: what releases changed, old beside new.

use super::cursor::{Cursor, Kind};
use super::error::Failure;
use super::id::Key;
use super::observation::Observation;
use super::page::{Connection, DEFAULT_PAGE, size};
use super::release::Release;
use super::scalar::Moment;
use super::scope::scope;
use crate::answers::Snapshot;
use crate::answers::choice::known_dataset;
use crate::answers::revisions::{self, RevisionsOf};
use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// What a release did to one figure: added it (`old` is null), changed it, or withdrew it (`new` is null).
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
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

impl Revision {
    fn with_cursor(snapshot: &Arc<Snapshot>, revision: revisions::Revision) -> (Self, String) {
        let position = revision.position;
        let key = format!("{}.{}.{}.{}", revision.release, position.slice, position.area, position.period);
        let node = Self {
            release: Release::numbered(snapshot, revision.release),
            published_at: revision.published_at,
            old: revision.old.map(Observation),
            new: revision.new.map(Observation),
        };
        (node, Cursor { at: snapshot.at(), key }.encode(Kind::Revisions))
    }
}

/// Queries about revisions.
#[derive(Default)]
pub struct RevisionQuery;

#[Object]
impl RevisionQuery {
    /// What a dataset's releases changed, oldest first.
    async fn revisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset's id.")] dataset: Key,
        #[graphql(desc = "Of releases published at this time or later; of a day, from its beginning.")] from: Moment,
        #[graphql(desc = "Of releases published before this time; of a day, to its end.")] to: Moment,
        #[graphql(desc = "How many, 1 to 1000.", default_with = "Some(DEFAULT_PAGE)")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<Option<Connection<Revision>>, Failure> {
        let first = size(first, DEFAULT_PAGE)? as usize;
        let (from, to) = (from.start(), to.end());
        if from > to {
            return Err(Failure::bad_input("`from` is after `to`"));
        }
        let scope = scope(ctx)?;
        let snapshot = scope.snapshot(None).await?;
        known_dataset(&snapshot, &dataset)?;
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
        let question = RevisionsOf { dataset: &dataset, from, to, first, after };
        let (found, more) = revisions::revisions(scope, &snapshot, &question).await?;
        let page = found.into_iter().map(|revision| Revision::with_cursor(&snapshot, revision)).collect();
        Ok(Some(Connection::new(page, started, more, None)))
    }
}
