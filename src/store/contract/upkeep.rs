//! Looking after a store: whether it can answer, whether it is whole, and how it is used.

use super::{ForgottenRelease, StoreError, Verified};
use crate::outcomes::ReleaseNumber;
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// What a migration did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// The version before; 0 for an empty store.
    pub from: i64,
    /// The version now.
    pub to: i64,
}

/// How a pool of connections is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// Which, such as `reads` or a replica's host and port.
    pub pool: String,
    /// Connections that wait for work.
    pub idle: usize,
    /// Connections at work.
    pub busy: usize,
}

impl PoolUse {
    /// As the pool itself tells.
    pub(in crate::store) fn of<D: sqlx::Database>(name: impl Into<String>, pool: &sqlx::Pool<D>) -> Self {
        let (open, idle) = (usize::try_from(pool.size()).unwrap_or(usize::MAX), pool.num_idle());
        Self { pool: name.into(), idle, busy: open.saturating_sub(idle) }
    }
}

/// What the people and the programs that run a hub ask of its store.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// Whether the store can answer: it is reached, and neither older nor newer than this hub.
    async fn ready(&self) -> Result<(), StoreError>;

    /// Whether the store is whole: the engine's own check. Gives what is wrong, nothing where all is well.
    async fn problems(&self) -> Result<Vec<String>, StoreError>;

    /// Whether every release is what was published, by its digest. Reads every figure, however long that takes.
    async fn verify(&self) -> Result<Verified, StoreError>;

    /// The releases that were forgotten, oldest first.
    async fn forgotten(&self) -> Result<Vec<ForgottenRelease>, StoreError>;

    /// What time it is on the store's own machine, where that is another one.
    async fn clock(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(None)
    }

    /// The pools of connections, as they are now.
    fn pools(&self) -> Vec<PoolUse>;

    /// The servers that follow the store's own, without secrets, each with the newest release that it has or why it does
    /// not answer; none where the engine has no such thing.
    async fn replicas(&self) -> Vec<(String, Result<ReleaseNumber, String>)> {
        Vec::new()
    }

    /// Closes every connection, once what is under way is done.
    async fn close(&self);
}
