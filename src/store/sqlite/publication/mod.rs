//! One dataset's next state: staged, settled, published.
//!
//! Everything staged lives in temporary tables of the publication's own connection. The engine deletes them with the
//! connection, also when the process is killed, so that a publication that is dropped leaves no trace.

mod clashes;
mod identities;
mod publish;
mod reference;
mod review;
mod settle;
mod stage;
mod tables;

use super::engine::Doing;
use crate::outcomes::{Dataset, Observation, Release, ReleaseNumber, Run, Standing, Traced};
use crate::store::common::statements::{DATASET, FORGETTINGS, HEAD_OF};
use crate::store::common::{Basis, Filed, Publish, Stage, Turn};
use crate::store::{Publication, Quarantine, Scope, Settled, StoreError};
use async_trait::async_trait;
use identities::Identities;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection as _, SqliteConnection};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A publication that takes rows.
pub(super) struct Staged {
    connection: SqliteConnection,
    turn: Arc<Mutex<()>>,
    basis: Basis<i64>,
    identities: Identities,
}

/// One that is settled: what it opens and closes lies in its connection's temporary tables.
pub(super) struct Ready(Staged);

/// Begins a publication.
pub(super) async fn begin(
    options: &SqliteConnectOptions,
    turn: Arc<Mutex<()>>,
    dataset: &Dataset,
    standing: Standing,
) -> Result<Box<dyn Publication>, StoreError> {
    let doing = "prepare a publication";
    let mut connection = options.connect().await.doing(doing)?;
    tables::create(&mut connection).await?;
    let (id, head) = published(&mut connection, &dataset.id, doing).await?;
    let forgettings = forgettings(&mut connection).await?;
    let basis = Basis { dataset: dataset.clone(), standing, id, head, forgettings };
    Ok(Box::new(Turn::Staging(Staged { connection, turn, basis, identities: Identities::new(id) })))
}

/// A dataset's id, where the store has heard of it, and its newest release.
async fn published(
    connection: &mut SqliteConnection,
    dataset: &str,
    doing: &'static str,
) -> Result<(Option<i64>, ReleaseNumber), StoreError> {
    let id: Option<i64> =
        sqlx::query_scalar(DATASET).bind(dataset).fetch_optional(&mut *connection).await.doing(doing)?;
    Ok((id, head_of(connection, id).await?))
}

/// A dataset's newest release; 0 where it has none.
async fn head_of(connection: &mut SqliteConnection, dataset: Option<i64>) -> Result<ReleaseNumber, StoreError> {
    let head = sqlx::query_scalar(HEAD_OF).bind(dataset).fetch_one(connection).await;
    head.doing("find a dataset's newest release")
}

/// How much was forgotten.
async fn forgettings(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    sqlx::query_scalar(FORGETTINGS).fetch_one(connection).await.doing("look what was forgotten")
}

#[async_trait]
impl Stage for Staged {
    type Settled = Ready;

    async fn reference(&mut self, rows: Vec<Filed>) -> Result<(), StoreError> {
        stage::reference(&mut self.connection, &mut self.identities, rows).await
    }

    async fn observations(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError> {
        stage::observations(&mut self.connection, &mut self.identities, rows).await
    }

    async fn placeholders(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError> {
        stage::placeholders(&mut self.connection, &mut self.identities, rows).await
    }

    async fn settle(mut self, scope: &Scope, rejected: &mut dyn Quarantine) -> Result<(Ready, Settled), StoreError> {
        let settled = settle::settle(&mut self, scope, rejected).await?;
        Ok((Ready(self), settled))
    }
}

#[async_trait]
impl Publish for Ready {
    async fn publish(self, run: Run) -> Result<Release, StoreError> {
        let Self(mut staged) = self;
        let turn = Arc::clone(&staged.turn);
        let _turn = turn.lock().await;
        let release = publish::publish(&mut staged, run).await?;
        // Closed and not only dropped: the write-ahead log is then folded in before the caller goes on. The release
        // stands whatever comes of it.
        if let Err(error) = staged.connection.close().await {
            tracing::warn!(%error, "the publishing connection did not close");
        }
        Ok(release)
    }
}
