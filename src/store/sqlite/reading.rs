//! Where figures and revisions are read: on connections of their own, or on the one of a store that has no other.

use super::readers::Readers;
use crate::store::common::{Taking, taken};
use crate::store::{PoolUse, StoreError};
use rusqlite::types::Value;
use sqlx::sqlite::SqlitePool;

/// Connections for figures and revisions.
#[derive(Debug)]
pub(super) enum Reading {
    /// Of their own.
    Own(Readers),
    /// The one of [`super::SqliteStore::single`], which may be in the middle of a transaction.
    Shared(SqlitePool),
}

impl Reading {
    /// Gives the rows of a statement to `into`.
    pub async fn read<T: Taking>(&self, sql: &'static str, values: Vec<Value>, into: T) -> Result<T, StoreError> {
        let pool = match self {
            Self::Own(readers) => return readers.read(sql, values, into).await,
            Self::Shared(pool) => pool,
        };
        let mut query = sqlx::query(sql);
        for value in values {
            query = match value {
                Value::Integer(number) => query.bind(number),
                Value::Real(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
                Value::Blob(bytes) => query.bind(bytes),
                Value::Null => query.bind(None::<i64>),
            };
        }
        taken(query.fetch(pool), into).await
    }

    /// As the pool tells.
    pub fn used(&self) -> PoolUse {
        match self {
            Self::Own(readers) => readers.used(),
            Self::Shared(pool) => PoolUse::of("figures", pool),
        }
    }

    /// Closes the connections.
    pub async fn close(&self) {
        match self {
            Self::Own(readers) => readers.close().await,
            Self::Shared(pool) => pool.close().await,
        }
    }
}
