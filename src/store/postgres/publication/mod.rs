//! One dataset's next state: staged, settled, published.
//!
//! Everything staged lives in temporary tables of the publication's own connection: they are not logged, no other
//! connection sees them, and the server drops them with the connection, also when the process is killed. The
//! connection must be one session from beginning to end: a pooler in front has to pool sessions, not transactions.

mod clashes;
mod copy;
mod line;
mod names;
mod placeholders;
mod publish;
mod reference;
mod review;
mod settle;
mod tables;

use super::engine::Doing;
use super::follow::Followed;
use crate::outcomes::{Dataset, Observation, Release, ReleaseNumber, Run, Standing, Traced};
use crate::store::common::statements::{DATASET, FORGETTINGS, HEAD_OF};
use crate::store::common::{Basis, Filed, Publish, Stage, Turn};
use crate::store::{Publication, Quarantine, Scope, Settled, StoreError};
use async_trait::async_trait;
use copy::Order;
use line::Line;
use names::Names;
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::{ConnectOptions, PgConnection};
use std::sync::Arc;

/// A publication that takes rows.
pub(super) struct Staged {
    line: Line,
    /// To learn what became of a release whose connection broke.
    primary: PgPool,
    followed: Arc<Followed>,
    basis: Basis<i32>,
    names: Names,
    order: Order,
}

/// One that is settled: what it opens and closes lies in its connection's temporary tables.
pub(super) struct Ready(Staged);

/// Begins a publication.
pub(super) async fn begin(
    options: &PgConnectOptions,
    primary: PgPool,
    followed: Arc<Followed>,
    dataset: &Dataset,
    standing: Standing,
) -> Result<Box<dyn Publication>, StoreError> {
    let doing = "prepare a publication";
    let mut connection = options.connect().await.doing(doing)?;
    tables::create(&mut connection).await?;
    let (id, head) = published(&mut connection, &dataset.id, doing).await?;
    let forgettings = forgettings(&mut connection).await?;
    let basis = Basis { dataset: dataset.clone(), standing, id, head, forgettings };
    let (names, order) = (Names::new(id), Order::default());
    Ok(Box::new(Turn::Staging(Staged { line: Line::new(connection), primary, followed, basis, names, order })))
}

/// A dataset's id, where the store has heard of it, and its newest release.
async fn published(
    connection: &mut PgConnection,
    dataset: &str,
    doing: &'static str,
) -> Result<(Option<i32>, ReleaseNumber), StoreError> {
    let id: Option<i32> =
        sqlx::query_scalar(DATASET).bind(dataset).fetch_optional(&mut *connection).await.doing(doing)?;
    Ok((id, head_of(connection, id).await?))
}

/// A dataset's newest release; 0 where it has none.
async fn head_of(connection: &mut PgConnection, dataset: Option<i32>) -> Result<ReleaseNumber, StoreError> {
    let head: Result<i32, _> = sqlx::query_scalar(HEAD_OF).bind(dataset).fetch_one(connection).await;
    Ok(head.doing("find a dataset's newest release")?.into())
}

/// How much was forgotten.
async fn forgettings(connection: &mut PgConnection) -> Result<i64, StoreError> {
    sqlx::query_scalar(FORGETTINGS).fetch_one(connection).await.doing("look what was forgotten")
}

#[async_trait]
impl Stage for Staged {
    type Settled = Ready;

    async fn reference(&mut self, rows: Vec<Filed>) -> Result<(), StoreError> {
        reference::stage(self.line.free().await?, &mut self.names, rows).await
    }

    async fn observations(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError> {
        copy::observations(&mut self.line, &mut self.names, &mut self.order, rows).await
    }

    async fn placeholders(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError> {
        placeholders::stage(&mut self.line, &mut self.names, rows).await
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
        let release = publish::publish(&mut staged, run).await?;
        staged.followed.published(release.number);
        // The release stands whatever comes of the connection.
        if let Err(error) = staged.line.close().await {
            tracing::debug!(%error, "the publishing connection did not close");
        }
        Ok(release)
    }
}
