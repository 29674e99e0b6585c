//! Runs and what they quarantined: the queries `run` and `runs`.

use super::cursor::{Cursor, Kind};
use super::dataset::Dataset;
use super::error::Failure;
use super::id::{Id, Key};
use super::list::List;
use super::page::{Connection, DEFAULT_PAGE, numbered};
use super::release::{Counts, LandedFile, MAX_FILES, Release};
use super::scope::scope;
use super::words::Outcome;
use crate::answers::{Scope, Snapshot, runs};
use crate::outcomes::{self, RunId};
use crate::store;
use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A run.
#[derive(Clone)]
pub struct Run {
    snapshot: Arc<Snapshot>,
    row: Arc<outcomes::Run>,
}

impl Run {
    /// A run as the store lists it.
    #[must_use]
    pub fn new(snapshot: &Arc<Snapshot>, run: outcomes::Run) -> Self {
        Self { snapshot: Arc::clone(snapshot), row: Arc::new(run) }
    }

    /// A page of a dataset's runs, newest first; which of them the viewer may see, the store decides.
    pub async fn of_dataset(
        scope: &Scope,
        snapshot: &Arc<Snapshot>,
        dataset: &str,
        first: Option<i32>,
        after: Option<&str>,
    ) -> Result<Connection<Self>, Failure> {
        let after = after.map(|text| Cursor::decode(Kind::Runs, text)).transpose()?;
        let page = numbered(first.or(Some(10)), after.as_ref())?;
        let (runs, total) = runs::runs(scope, dataset, page).await?;
        let runs = runs.into_iter().map(|run| Self::new(snapshot, run)).collect();
        Ok(Connection::numbered(runs, Kind::Runs, snapshot.at(), page, total))
    }
}

/// A row that a run quarantined, and why.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct RejectedRow {
    /// Its number within the run, from 1.
    pub number: i64,
    /// The relation that it was mapped to.
    pub relation: String,
    /// The landed file's name.
    pub file: String,
    /// The line of a text file, or the row of a sheet; from 1.
    pub row: u64,
    /// The rule's id, such as `unreadable-figure`.
    pub reason: String,
    /// The column that failed.
    pub column: Option<String>,
    /// The text that stood in it; null for everybody but the hub's operator.
    pub text: Option<String>,
    /// One sentence for a person; to everybody but the hub's operator it says the rule alone.
    pub detail: String,
    /// The mapped row as JSON; null for everybody but the hub's operator.
    pub raw: Option<String>,
}

impl From<store::RejectedRow> for RejectedRow {
    fn from(row: store::RejectedRow) -> Self {
        Self {
            number: row.number,
            relation: row.relation,
            file: row.origin.file.to_string(),
            row: row.origin.row,
            reason: row.reason,
            column: row.column,
            text: row.text,
            detail: row.detail,
            raw: row.raw,
        }
    }
}

/// The most warnings of one run in an answer.
pub const MAX_WARNINGS: usize = 100;

/// One journey along the road from a publisher's files, whether or not it ended in a release.
#[Object(crate = "crate::graphql::object")]
impl Run {
    /// What a client's cache keeps it under: its number, with the moment where it is answered as the hub stood.
    pub async fn id(&self) -> Id {
        Id::of(&self.snapshot, ["run", &self.row.id.to_string()])
    }

    /// Its number, counted over all datasets: what an argument takes.
    pub async fn number(&self) -> RunId {
        self.row.id
    }

    /// The dataset; null where it is not in the catalogue, for nothing of it has been published yet.
    pub async fn dataset(&self) -> Option<Dataset> {
        Dataset::new(&self.snapshot, &self.row.dataset)
    }

    /// When it started.
    pub async fn started_at(&self) -> DateTime<Utc> {
        self.row.started_at
    }

    /// When it ended; null while under way.
    pub async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.row.finished_at
    }

    /// How it ended.
    pub async fn outcome(&self) -> Outcome {
        self.row.outcome.into()
    }

    /// The release that it made; null where it made none.
    pub async fn release(&self) -> Option<Release> {
        self.row.release.map(|number| Release::numbered(&self.snapshot, number))
    }

    /// What it did with the figures that it mapped.
    pub async fn figures(&self) -> Counts {
        self.row.figures.into()
    }

    /// What it did with the rows of the reference relations that it mapped.
    pub async fn reference(&self) -> Counts {
        self.row.reference.into()
    }

    /// The landed files, each with the rows read from it; at most the first 1,000.
    pub async fn files(&self) -> List<LandedFile> {
        self.row.files.iter().take(MAX_FILES).map(LandedFile::from).collect()
    }

    /// Why it was refused or stopped, for a person.
    pub async fn error(&self) -> Option<&str> {
        self.row.error.as_deref()
    }

    /// The refusal's code, such as `column-gone`.
    pub async fn error_code(&self) -> Option<&str> {
        self.row.error_code.as_deref()
    }

    /// What deserved a look and refused nothing: places that are gone, values that change by an implausible factor; at
    /// most 100 sentences.
    pub async fn warnings(&self) -> List<String> {
        self.row.warnings.iter().take(MAX_WARNINGS).cloned().collect()
    }

    /// The rows that it quarantined, in the order in which they were met.
    pub async fn rejected(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 1000.", default_with = "Some(DEFAULT_PAGE)")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<Connection<RejectedRow>, Failure> {
        let scope = scope(ctx)?;
        let after = after.map(|text| Cursor::decode(Kind::Rejected, &text)).transpose()?;
        let page = numbered(first, after.as_ref())?;
        let (rows, total) = runs::rejected(scope, self.row.id, page).await?;
        let rows = rows.into_iter().map(RejectedRow::from).collect();
        Ok(Connection::numbered(rows, Kind::Rejected, self.snapshot.at(), page, total))
    }
}

/// Queries about runs.
#[derive(Default)]
pub struct RunQuery;

#[Object]
impl RunQuery {
    /// A run by its number; null where there is none that the viewer may see.
    async fn run(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The run's number.")] number: RunId,
    ) -> Result<Option<Run>, Failure> {
        let scope = scope(ctx)?;
        let snapshot = scope.snapshot(None).await?;
        let run = runs::run(scope, number).await?;
        Ok(run.map(|run| Run::new(&snapshot, run)))
    }

    /// The runs of a dataset, newest first, with or without a release; also of a dataset that is not in the catalogue
    /// because its first run was refused: until it is published, they are for those with access RESTRICTED. A name
    /// under which nothing has run, or nothing that the viewer may see, has none.
    async fn runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset's id.")] dataset: Key,
        #[graphql(desc = "How many, 1 to 1000.", default_with = "Some(10)")] first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
    ) -> Result<Option<Connection<Run>>, Failure> {
        let scope = scope(ctx)?;
        let snapshot = scope.snapshot(None).await?;
        Run::of_dataset(scope, &snapshot, &dataset, first, after.as_deref()).await.map(Some)
    }
}
