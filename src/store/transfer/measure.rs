//! What a store holds, and whether it holds anything.

use super::side::{Engine, Held, Side};
use super::tables::TABLES;
use super::{Place, TransferError, source, target};
use crate::outcomes::ReleaseNumber;
use crate::store::common::{Doing, unsigned};
use crate::store::{PostgresStore, SqliteStore, StoreError, Verified};
use sqlx::AssertSqlSafe;

/// What a store holds at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Its version.
    pub version: i64,
    /// The newest release.
    pub release: ReleaseNumber,
    /// Every table with its rows.
    pub tables: Vec<(&'static str, u64)>,
    /// The SHA-256 of every file that its runs landed, in order.
    pub landed: Vec<String>,
}

/// Counts what a store holds.
///
/// # Errors
/// When it is not there or not at this hub's version, or fails.
pub async fn measure(place: &Place) -> Result<Measured, TransferError> {
    let version = version(place).await?;
    let side = source::open(place).await?;
    let measured = of(&side, version).await;
    side.close().await;
    measured
}

async fn of(side: &Side, version: i64) -> Result<Measured, TransferError> {
    let failed = TransferError::of(&side.name);
    let release = side.store().head().await.map_err(&failed)?;
    let mut held = side.hold().await?;
    let mut tables = Vec::new();
    for table in &TABLES {
        // Made of a table's name alone.
        let statement = AssertSqlSafe(format!("SELECT count(*) FROM {}", table.name));
        let rows: i64 = match &mut held {
            Held::Sqlite(connection) => sqlx::query_scalar(statement).fetch_one(&mut **connection).await,
            Held::Postgres(connection) => sqlx::query_scalar(statement).fetch_one(&mut **connection).await,
        }
        .doing("be counted")
        .map_err(&failed)?;
        tables.push((table.name, unsigned(rows)));
    }
    let landed = "SELECT DISTINCT sha256 FROM run_file WHERE sha256 IS NOT NULL";
    let mut landed: Vec<String> = match &mut held {
        Held::Sqlite(connection) => sqlx::query_scalar(landed).fetch_all(&mut **connection).await,
        Held::Postgres(connection) => sqlx::query_scalar(landed).fetch_all(&mut **connection).await,
    }
    .doing("tell what landed")
    .map_err(&failed)?;
    landed.sort_unstable();
    Ok(Measured { version, release, tables, landed })
}

/// Holds every release of a store against its digest.
///
/// # Errors
/// As [`measure`].
pub async fn verify(place: &Place) -> Result<Verified, TransferError> {
    let side = source::open(place).await?;
    let verified = match side.hold().await {
        Ok(mut held) => held.verify().await.map_err(TransferError::of(&side.name)),
        Err(error) => Err(error),
    };
    side.close().await;
    verified
}

/// Which version a store is at; changes nothing.
async fn version(place: &Place) -> Result<i64, TransferError> {
    let version = match place {
        Place::Sqlite(path) => SqliteStore::version(path).await,
        Place::Postgres(options) => PostgresStore::version(options).await,
    };
    version.map(|version| version.from).map_err(TransferError::of(&place.to_string()))
}

/// Fails where a store holds anything. One that is not there yet, or has no tables, is empty; changes nothing.
///
/// # Errors
/// When it is not empty, or cannot be looked into.
pub async fn vacant(place: &Place) -> Result<(), TransferError> {
    if matches!(place, Place::Sqlite(path) if !path.exists()) || version(place).await? == 0 {
        return Ok(());
    }
    let name = place.to_string();
    let engine = match place {
        Place::Sqlite(path) => {
            SqliteStore::single(path, true).await.map(|(pool, store)| Engine::Sqlite { pool, store })
        }
        Place::Postgres(options) => {
            PostgresStore::single(options).map(|(pool, store)| Engine::Postgres { pool, store, process: 0 })
        }
    };
    let side = Side { engine: engine.map_err(TransferError::of(&name))?, name };
    let occupied = side.hold().await?.occupied().await;
    let judged: Result<(), StoreError> = match occupied {
        Ok(None) => Ok(()),
        Ok(Some(table)) => {
            let error = target::not_empty(&side, table);
            side.close().await;
            return Err(error);
        }
        Err(error) => Err(error),
    };
    side.close().await;
    judged.map_err(TransferError::of(&side.name))
}
