//! Releases: the query `release`, and the type that every figure refers to.

use super::dataset::Dataset;
use super::error::Failure;
use super::id::Id;
use super::list::List;
use super::run::Run;
use super::scope::scope;
use super::words::Standing;
use crate::answers::{Snapshot, releases, runs};
use crate::outcomes::{self, ReleaseNumber};
use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A release, known by its number until more is asked of it.
#[derive(Clone)]
pub struct Release {
    snapshot: Arc<Snapshot>,
    pub(super) number: ReleaseNumber,
    whole: Option<Arc<outcomes::Release>>,
}

impl Release {
    /// The release of this number.
    #[must_use]
    pub fn numbered(snapshot: &Arc<Snapshot>, number: ReleaseNumber) -> Self {
        Self { snapshot: Arc::clone(snapshot), number, whole: None }
    }

    /// A release that was read already.
    #[must_use]
    pub fn whole(snapshot: &Arc<Snapshot>, release: Arc<outcomes::Release>) -> Self {
        Self { snapshot: Arc::clone(snapshot), number: release.number, whole: Some(release) }
    }

    pub(super) fn own_id(&self) -> Id {
        Id::of(&self.snapshot, ["release", &self.number.to_string()])
    }

    /// All of it: read once, however many figures of one answer ask.
    async fn get(&self, ctx: &Context<'_>) -> Result<Arc<outcomes::Release>, Failure> {
        if let Some(whole) = &self.whole {
            return Ok(Arc::clone(whole));
        }
        let release = releases::release(scope(ctx)?, self.number).await?;
        release.ok_or_else(|| Failure::not_found(format!("there is no release {}", self.number)))
    }
}

/// What became of the rows that a run mapped: `mapped = added + changed + unchanged + rejected`.
#[derive(Clone, Copy, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Counts {
    /// Rows that the mapping gave.
    pub mapped: u64,
    /// Not published before.
    pub added: u64,
    /// Published before with other contents.
    pub changed: u64,
    /// Published before with the same contents.
    pub unchanged: u64,
    /// Failed a row rule; each is listed with its file, row and reason.
    pub rejected: u64,
    /// Published before and no longer in the source.
    pub withdrawn: u64,
}

impl From<outcomes::Counts> for Counts {
    fn from(counts: outcomes::Counts) -> Self {
        let outcomes::Counts { mapped, added, changed, unchanged, rejected, withdrawn } = counts;
        Self { mapped, added, changed, unchanged, rejected, withdrawn }
    }
}

/// Files that are listed of one release or run.
pub const MAX_FILES: usize = 1_000;

/// A file as it was landed from its publisher.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct LandedFile {
    /// The connector's resource.
    pub resource: String,
    /// The file's name, without folders.
    pub name: String,
    /// Where it came from: a URL without its query, or `local file`.
    pub source: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Data rows read from it.
    pub rows: u64,
}

impl From<&outcomes::LandedFile> for LandedFile {
    fn from(file: &outcomes::LandedFile) -> Self {
        Self {
            resource: file.resource.clone(),
            name: file.name.clone(),
            source: file.source.clone(),
            sha256: file.sha256.clone(),
            bytes: file.bytes,
            rows: file.rows,
        }
    }
}

/// One atomic change of what the hub publishes: the only way in which a published figure changes.
#[Object(crate = "crate::graphql::object")]
impl Release {
    /// What a client's cache keeps it under: its number, with the moment where it is answered as the hub stood.
    pub async fn id(&self) -> Id {
        self.own_id()
    }

    /// Its number, counted over all datasets: what an argument takes.
    pub async fn number(&self) -> ReleaseNumber {
        self.number
    }

    /// The dataset that it changed.
    pub async fn dataset(&self, ctx: &Context<'_>) -> Result<Dataset, Failure> {
        let release = self.get(ctx).await?;
        Dataset::new(&self.snapshot, &release.dataset)
            .ok_or_else(|| Failure::not_found(format!("no dataset has the id `{}`", release.dataset)))
    }

    /// When it was published.
    pub async fn published_at(&self, ctx: &Context<'_>) -> Result<DateTime<Utc>, Failure> {
        Ok(self.get(ctx).await?.published_at)
    }

    /// How far its figures may be relied on.
    pub async fn standing(&self, ctx: &Context<'_>) -> Result<Standing, Failure> {
        Ok(self.get(ctx).await?.standing.into())
    }

    /// What it did to figures.
    pub async fn figures(&self, ctx: &Context<'_>) -> Result<Counts, Failure> {
        Ok(self.get(ctx).await?.figures.into())
    }

    /// What it did to rows of the reference relations: areas, codes, links, neighbours, indicators.
    pub async fn reference(&self, ctx: &Context<'_>) -> Result<Counts, Failure> {
        Ok(self.get(ctx).await?.reference.into())
    }

    /// The landed files behind it; at most the first 1,000.
    pub async fn files(&self, ctx: &Context<'_>) -> Result<List<LandedFile>, Failure> {
        Ok(self.get(ctx).await?.files.iter().take(MAX_FILES).map(LandedFile::from).collect())
    }

    /// The run that made it.
    pub async fn run(&self, ctx: &Context<'_>) -> Result<Option<Run>, Failure> {
        let id = self.get(ctx).await?.run;
        let run = runs::of_release(scope(ctx)?, id).await?;
        Ok(run.map(|run| Run::new(&self.snapshot, run)))
    }
}

/// Queries about releases.
#[derive(Default)]
pub struct ReleaseQuery;

#[Object]
impl ReleaseQuery {
    /// A release by its number; null where there is none that the viewer may see.
    async fn release(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The release's number.")] number: ReleaseNumber,
    ) -> Result<Option<Release>, Failure> {
        let scope = scope(ctx)?;
        let snapshot = scope.snapshot(None).await?;
        let release = releases::release(scope, number).await?;
        Ok(release.map(|release| Release::whole(&snapshot, release)))
    }
}
