//! One dataset's next state: staged, settled, published.
//!
//! Everything staged lives in temporary tables of the publication's own connection: they are not logged, no other
//! connection sees them, and the server drops them with the connection, also when the process is killed. The
//! connection must be one session from beginning to end: a pooler in front has to pool sessions, not transactions.

mod clashes;
mod copy;
mod names;
mod publish;
mod reference;
mod settle;
mod tables;

use super::engine::Doing;
use super::follow::Followed;
use crate::outcomes::{Dataset, Observation, ReferenceRow, Release, ReleaseNumber, Run, Standing, Traced};
use crate::store::{Publication, Quarantine, Scope, Settled, StoreError};
use async_trait::async_trait;
use copy::Order;
use names::Names;
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::{ConnectOptions, Connection as _, PgConnection};
use std::sync::Arc;

/// A publication under way.
pub(super) struct Staged {
    connection: PgConnection,
    /// To learn what became of a release whose connection broke.
    primary: PgPool,
    followed: Arc<Followed>,
    dataset: Dataset,
    standing: Standing,
    /// The dataset's id; none while the store has not heard of it.
    dataset_id: Option<i32>,
    /// The dataset's newest release when staging began: what the next state is compared with.
    base: ReleaseNumber,
    names: Names,
    order: Order,
    stage: Stage,
}

/// How far a publication has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Rows may be staged.
    Staging,
    /// Being settled; what fails or is given up here can only be dropped.
    Settling,
    /// May be published.
    Settled,
}

impl Staged {
    pub(super) async fn begin(
        options: &PgConnectOptions,
        primary: PgPool,
        followed: Arc<Followed>,
        dataset: &Dataset,
        standing: Standing,
    ) -> Result<Self, StoreError> {
        let doing = "prepare a publication";
        let mut connection = options.connect().await.doing(doing)?;
        tables::create(&mut connection).await?;
        let dataset_id: Option<i32> = sqlx::query_scalar("SELECT id FROM dataset WHERE name = $1")
            .bind(&dataset.id)
            .fetch_optional(&mut connection)
            .await
            .doing(doing)?;
        let base = head_of(&mut connection, dataset_id).await?;
        Ok(Self {
            connection,
            primary,
            followed,
            dataset: dataset.clone(),
            standing,
            dataset_id,
            base,
            names: Names::new(dataset_id),
            order: Order::default(),
            stage: Stage::Staging,
        })
    }

    /// Fails where another process published this dataset since staging began.
    async fn not_overtaken(&mut self) -> Result<(), StoreError> {
        // The dataset may have been named since: its id is looked up anew.
        let id: Option<i32> = sqlx::query_scalar("SELECT id FROM dataset WHERE name = $1")
            .bind(&self.dataset.id)
            .fetch_optional(&mut self.connection)
            .await
            .doing("find a dataset")?;
        if head_of(&mut self.connection, id).await? == self.base {
            Ok(())
        } else {
            Err(StoreError::Overtaken { dataset: self.dataset.id.clone() })
        }
    }

    fn staging(&self) -> Result<(), StoreError> {
        if self.stage != Stage::Staging {
            return Err(StoreError::OutOfTurn("rows are staged before a publication is settled".to_owned()));
        }
        Ok(())
    }
}

/// A dataset's newest release; 0 where it has none.
async fn head_of(connection: &mut PgConnection, dataset: Option<i32>) -> Result<ReleaseNumber, StoreError> {
    let head: i32 = sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM release WHERE dataset = $1")
        .bind(dataset)
        .fetch_one(connection)
        .await
        .doing("find a dataset's newest release")?;
    Ok(head.into())
}

#[async_trait]
impl Publication for Staged {
    async fn reference(&mut self, rows: Vec<Traced<ReferenceRow>>) -> Result<(), StoreError> {
        self.staging()?;
        reference::stage(&mut self.connection, &mut self.names, rows).await
    }

    async fn observations(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError> {
        self.staging()?;
        copy::observations(&mut self.connection, &mut self.names, &mut self.order, rows).await
    }

    async fn settle(&mut self, scope: &Scope, rejected: &mut dyn Quarantine) -> Result<Settled, StoreError> {
        self.staging()?;
        self.stage = Stage::Settling;
        let settled = settle::settle(self, scope, rejected).await?;
        self.stage = Stage::Settled;
        Ok(settled)
    }

    async fn publish(mut self: Box<Self>, run: Run) -> Result<Release, StoreError> {
        if self.stage != Stage::Settled {
            return Err(StoreError::OutOfTurn("a publication is settled before it is published".to_owned()));
        }
        let release = publish::publish(&mut self, run).await?;
        self.followed.published(release.number);
        // The release stands whatever comes of the connection.
        if let Err(error) = self.connection.close().await {
            tracing::debug!(%error, "the publishing connection did not close");
        }
        Ok(release)
    }
}
