//! One dataset's next state: staged, settled, published.
//!
//! Everything staged lives in temporary tables of the publication's own connection. The engine deletes them with the
//! connection, also when the process is killed, so that a publication that is dropped leaves no trace.

mod clashes;
mod identities;
mod publish;
mod reference;
mod settle;
mod stage;
mod tables;

use super::engine::Doing;
use crate::outcomes::{Dataset, Observation, ReferenceRow, Release, ReleaseNumber, Run, Standing, Traced};
use crate::store::{Publication, Quarantine, Scope, Settled, StoreError};
use async_trait::async_trait;
use identities::Identities;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection as _, SqliteConnection};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A publication under way.
pub(super) struct Staged {
    connection: SqliteConnection,
    turn: Arc<Mutex<()>>,
    dataset: Dataset,
    standing: Standing,
    /// The dataset's id; none while the store has not heard of it.
    dataset_id: Option<i64>,
    /// The dataset's newest release when staging began: what the next state is compared with.
    base: ReleaseNumber,
    identities: Identities,
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
        options: &SqliteConnectOptions,
        turn: Arc<Mutex<()>>,
        dataset: &Dataset,
        standing: Standing,
    ) -> Result<Self, StoreError> {
        let doing = "prepare a publication";
        let mut connection = options.connect().await.doing(doing)?;
        tables::create(&mut connection).await?;
        let dataset_id: Option<i64> = sqlx::query_scalar("SELECT id FROM dataset WHERE name = ?1")
            .bind(&dataset.id)
            .fetch_optional(&mut connection)
            .await
            .doing(doing)?;
        let base = head_of(&mut connection, dataset_id).await?;
        let identities = Identities::new(dataset_id);
        let dataset = dataset.clone();
        Ok(Self { connection, turn, dataset, standing, dataset_id, base, identities, stage: Stage::Staging })
    }

    /// Fails where another process published this dataset since staging began.
    async fn not_overtaken(&mut self) -> Result<(), StoreError> {
        // The dataset may have been named since: its id is looked up anew.
        let id: Option<i64> = sqlx::query_scalar("SELECT id FROM dataset WHERE name = ?1")
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
async fn head_of(connection: &mut SqliteConnection, dataset: Option<i64>) -> Result<ReleaseNumber, StoreError> {
    sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM release WHERE dataset = ?1")
        .bind(dataset)
        .fetch_one(connection)
        .await
        .doing("find a dataset's newest release")
}

#[async_trait]
impl Publication for Staged {
    async fn reference(&mut self, rows: Vec<Traced<ReferenceRow>>) -> Result<(), StoreError> {
        self.staging()?;
        stage::reference(&mut self.connection, &mut self.identities, rows).await
    }

    async fn observations(&mut self, rows: &[Traced<Observation>]) -> Result<(), StoreError> {
        self.staging()?;
        stage::observations(&mut self.connection, &mut self.identities, rows).await
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
        let turn = Arc::clone(&self.turn);
        let _turn = turn.lock().await;
        let release = publish::publish(&mut self, run).await?;
        // Closed and not only dropped: the write-ahead log is then folded in before the caller goes on. The release
        // stands whatever comes of it.
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "the publishing connection did not close");
        }
        Ok(release)
    }
}
