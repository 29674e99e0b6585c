//! The store on Postgres 15 or later: any number of hubs before one database.
//!
//! Takes and gives what [`super::Store`] says. Readers never wait for a writer; releases are published one at a time.
//! What a run stages lives in temporary tables of its own connection, so that a run that is dropped, killed or cut off
//! leaves nothing behind; publishing is one transaction. Every hub hears of a release when it is committed. Reads of a
//! release go to replicas that hold it, and to the primary where none does.
//!
//! Must never change a published row but to close it, never answer from a server that lacks the release that is asked
//! for, and never hold a dataset in memory.

mod catalogue;
mod copied;
pub(super) mod digests;
mod engine;
#[cfg(test)]
mod faults;
mod figures;
mod files;
mod follow;
mod forget;
mod lease;
mod open;
mod problems;
mod publication;
mod rejected;
mod releases;
mod retry;
mod revisions;
mod runs;
#[cfg(test)]
pub(in crate::store) mod tests;

pub use open::PostgresOptions;

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
use follow::Followed;
use sqlx::postgres::{PgConnectOptions, PgPool};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::task::AbortOnDropHandle;

/// How long a read waits for a primary that did not answer when it was last asked.
const WHILE_AWAY: Duration = Duration::from_secs(1);

/// How often a question that waits looks whether the primary is away.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

fn away() -> StoreError {
    StoreError::Engine { doing: "be reached", source: sqlx::Error::PoolTimedOut }
}

/// A store in a Postgres database.
#[derive(Debug)]
pub struct PostgresStore {
    pools: Pools,
    followed: Arc<Followed>,
    following: Vec<AbortOnDropHandle<()>>,
    catalogues: Kept,
    files: FileNames,
}

/// The connections to the primary.
#[derive(Debug)]
struct Pools {
    primary: PgPool,
    /// For what must not wait behind reads.
    quick: PgPool,
    /// How a publication opens its own connection.
    publishing: PgConnectOptions,
}

impl PostgresStore {
    /// How the database answers reads of figures like this one, a step a line, as its own `EXPLAIN` tells it.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn explain(&self, viewer: &Viewer, query: &FigureQuery) -> Result<Vec<String>, StoreError> {
        figures::explain(&self.pools.primary, viewer, query, self.begun(query)).await
    }

    /// The release before which no slice of a question had a figure, as far as that is known.
    fn begun(&self, query: &FigureQuery) -> ReleaseNumber {
        self.catalogues.known(query.at).map_or(0, |catalogue| catalogue.begun(&query.slices))
    }

    /// Reads what stood at a release: from a replica that holds it, else from the primary.
    async fn at<T, F>(&self, at: ReleaseNumber, read: impl Fn(PgPool) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        if let Some(replica) = self.followed.replica(at) {
            match read(replica.pool.clone()).await {
                Err(error) if retry::passes(&error) => replica.failed(&error),
                answer => return answer,
            }
        }
        self.newest(read).await
    }

    /// The primary's answer, waited for no longer than until it is known to be away and a replica can stand in.
    async fn unless_away<T>(&self, ask: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let known = async {
            while self.followed.known_away().is_none() {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        tokio::select! {
            answer = ask => answer,
            () = known => Err(away()),
        }
    }

    /// Reads what only the primary knows for certain.
    async fn newest<T, F>(&self, read: impl Fn(PgPool) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let answer = retry::patiently(|| read(self.pools.primary.clone()));
        if !self.followed.is_away() {
            return answer.await;
        }
        // It did not answer a moment ago: whoever asks is not kept waiting for a server that may be gone.
        tokio::time::timeout(WHILE_AWAY, answer).await.unwrap_or_else(|_| Err(away()))
    }
}

#[async_trait]
impl Reads for PostgresStore {
    async fn head(&self) -> Result<ReleaseNumber, StoreError> {
        if let Some(head) = self.followed.fresh().or_else(|| self.followed.known_away()) {
            return Ok(head);
        }
        match self.unless_away(self.newest(|reads| async move { releases::head(&reads).await })).await {
            Ok(head) => {
                self.followed.published(head);
                Ok(head)
            }
            Err(error) if retry::passes(&error) => self.followed.while_away().ok_or(error),
            Err(error) => Err(error),
        }
    }

    async fn head_at(&self, at: DateTime<Utc>) -> Result<ReleaseNumber, StoreError> {
        // A replica that holds the newest release holds every earlier one.
        let head = self.head().await?;
        self.at(head, |reads| async move { releases::head_at(&reads, at).await }).await
    }

    fn catalogue_at_hand(&self, at: ReleaseNumber) -> Option<Arc<Catalogue>> {
        self.catalogues.known(at)
    }

    async fn catalogue(&self, at: ReleaseNumber) -> Result<Arc<Catalogue>, StoreError> {
        let rows = self.at(at, |reads| async move { catalogue::rows(&reads, at).await });
        self.catalogues.get(at, rows).await
    }

    async fn figures(&self, viewer: &Viewer, query: &FigureQuery) -> Result<Vec<StoredFigure>, StoreError> {
        let (names, begun) = (&self.files, self.begun(query));
        self.at(query.at, |reads| async move { figures::figures(&reads, names, viewer, query, begun).await }).await
    }

    async fn revisions(&self, viewer: &Viewer, query: &RevisionQuery) -> Result<Vec<Revision>, StoreError> {
        let head = self.head().await?;
        let names = &self.files;
        self.at(head, |reads| async move { revisions::revisions(&reads, names, viewer, query).await }).await
    }

    async fn release(&self, viewer: &Viewer, number: ReleaseNumber) -> Result<Option<Release>, StoreError> {
        let head = self.head().await?;
        let at = number.clamp(0, head);
        self.at(at, |reads| async move { releases::release(&reads, viewer, number).await }).await
    }

    async fn releases(
        &self,
        viewer: &Viewer,
        dataset: &str,
        at: ReleaseNumber,
        page: Page,
    ) -> Result<(Vec<Release>, u64), StoreError> {
        self.at(at, |reads| async move { releases::releases(&reads, viewer, dataset, at, page).await }).await
    }

    async fn runs(&self, viewer: &Viewer, dataset: &str, page: Page) -> Result<(Vec<Run>, u64), StoreError> {
        self.newest(|reads| async move { runs::runs(&reads, viewer, dataset, page).await }).await
    }

    async fn run(&self, viewer: &Viewer, id: RunId) -> Result<Option<Run>, StoreError> {
        self.newest(|reads| async move { runs::run(&reads, viewer, id).await }).await
    }

    async fn rejected(&self, viewer: &Viewer, run: RunId, page: Page) -> Result<(Vec<RejectedRow>, u64), StoreError> {
        self.newest(|reads| async move { rejected::rejected(&reads, viewer, run, page).await }).await
    }
}

#[async_trait]
impl Publishing for PostgresStore {
    async fn lease(&self, dataset: &str) -> Result<Box<dyn Lease>, StoreError> {
        Ok(Box::new(lease::take(&self.pools.quick, dataset).await?))
    }

    async fn start_run(&self, dataset: &str, at: DateTime<Utc>) -> Result<RunId, StoreError> {
        runs::start(&self.pools.primary, dataset, at).await
    }

    async fn reference_version(&self, dataset: &str, at: ReleaseNumber) -> Result<ReleaseNumber, StoreError> {
        self.at(at, |reads| async move { catalogue::reference_version(&reads, dataset, at).await }).await
    }

    async fn stage(&self, dataset: &Dataset, standing: Standing) -> Result<Box<dyn Publication>, StoreError> {
        let (primary, followed) = (self.pools.primary.clone(), Arc::clone(&self.followed));
        publication::begin(&self.pools.publishing, primary, followed, dataset, standing).await
    }

    async fn reject(&self, run: RunId, rows: &[Rejection]) -> Result<(), StoreError> {
        rejected::reject(&self.pools.primary, run, rows).await
    }

    async fn finish_run(&self, run: &Run) -> Result<(), StoreError> {
        runs::finish(&self.pools.primary, run).await
    }

    async fn forget(&self, asked: &Forget) -> Result<Forgotten, StoreError> {
        forget::run(&self.pools.publishing, asked).await
    }
}

#[async_trait]
impl Upkeep for PostgresStore {
    async fn ready(&self) -> Result<(), StoreError> {
        // Without its primary it answers from replicas for a while: a proxy must not take every hub out at once.
        if self.followed.known_away().is_some() {
            return Ok(());
        }
        match self.unless_away(open::current(&self.pools.quick)).await {
            Err(error) if retry::passes(&error) => self.followed.while_away().map(|_| ()).ok_or(error),
            answer => answer,
        }
    }

    async fn problems(&self) -> Result<Vec<String>, StoreError> {
        self.newest(|reads| async move { problems::problems(&reads).await }).await
    }

    async fn clock(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let ask = "SELECT clock_timestamp()";
        let told =
            self.newest(|reads| async move { sqlx::query_scalar(ask).fetch_one(&reads).await.doing("tell the time") });
        Ok(Some(told.await?))
    }

    async fn verify(&self) -> Result<Verified, StoreError> {
        let doing = "verify its releases";
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut snapshot = self.pools.primary.begin_with(begin).await.doing(doing)?;
        sqlx::query("SET LOCAL statement_timeout = 0").execute(&mut *snapshot).await.doing(doing)?;
        digests::verify(&mut snapshot).await
    }

    async fn forgotten(&self) -> Result<Vec<ForgottenRelease>, StoreError> {
        self.newest(|reads| async move { forget::all(&reads).await }).await
    }

    fn pools(&self) -> Vec<PoolUse> {
        let own = [PoolUse::of("reads", &self.pools.primary), PoolUse::of("quick", &self.pools.quick)];
        let replicas = self.followed.replicas.iter();
        own.into_iter().chain(replicas.map(|replica| PoolUse::of(&replica.name, &replica.pool))).collect()
    }

    async fn replicas(&self) -> Vec<(String, Result<ReleaseNumber, String>)> {
        let replicas = self.followed.replicas.iter();
        let ask = replicas.map(|replica| async { (replica.name.clone(), follow::newest(&replica.pool).await) });
        futures::future::join_all(ask).await
    }

    async fn close(&self) {
        for following in &self.following {
            following.abort();
        }
        self.pools.primary.close().await;
        self.pools.quick.close().await;
        for replica in &self.followed.replicas {
            replica.pool.close().await;
        }
    }
}
