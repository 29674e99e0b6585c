//! Opening the store that is copied: one snapshot of it, which nobody can write through.

use super::side::{Engine, Side, process_of};
use super::{Place, TransferError};
use crate::store::common::Doing;
use crate::store::{Migrated, PostgresStore, SqliteStore, StoreError};
use std::cmp::Ordering;

/// Opens the source. Whoever reads and writes it goes on meanwhile.
pub(super) async fn open(place: &Place) -> Result<Side, TransferError> {
    if let Place::Sqlite(path) = place
        && !path.is_file()
    {
        return Err(TransferError::NotThere(path.clone()));
    }
    let name = place.to_string();
    let engine = engine(place).await.map_err(TransferError::of(&name))?;
    Ok(Side { name, engine })
}

async fn engine(place: &Place) -> Result<Engine, StoreError> {
    let (doing, first) = ("be read", "SELECT count(*) FROM dataset");
    match place {
        Place::Sqlite(path) => {
            current(SqliteStore::version(path).await?)?;
            let (pool, store) = SqliteStore::single(path, true).await?;
            // The snapshot is taken by the first read.
            for statement in ["BEGIN", first] {
                sqlx::query(statement).execute(&pool).await.doing(doing)?;
            }
            Ok(Engine::Sqlite { pool, store })
        }
        Place::Postgres(options) => {
            current(PostgresStore::version(options).await?)?;
            let (pool, store) = PostgresStore::single(options)?;
            for statement in ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", first] {
                sqlx::query(statement).execute(&pool).await.doing(doing)?;
            }
            let process = process_of(&pool).await?;
            Ok(Engine::Postgres { pool, store, process })
        }
    }
}

/// The columns of a table belong to one version.
fn current(version: Migrated) -> Result<(), StoreError> {
    let (found, known) = (version.from, version.to);
    match found.cmp(&known) {
        Ordering::Less => Err(StoreError::Older { found, known }),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(StoreError::Newer { found, known }),
    }
}
