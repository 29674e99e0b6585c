//! What the catalogue of a release is put together from.

use super::engine::Doing;
use super::releases;
use crate::outcomes::{ReferenceRow, ReleaseNumber};
use crate::store::common::statements::{NEWEST, SLICES, STANDINGS};
use crate::store::common::{self, Opened};
use crate::store::{CatalogueRows, StoreError};
use sqlx::sqlite::SqlitePool;

/// The rows of release `at`, or of the newest one where that is older. What is published at `at` is never changed
/// again, so several statements see one state.
pub(super) async fn rows(reads: &SqlitePool, at: ReleaseNumber) -> Result<CatalogueRows, StoreError> {
    let at = at.clamp(0, releases::head(reads).await?);
    let slices = sqlx::query(SLICES).bind(at).fetch_all(reads).await.doing("read slices")?;
    let slices = common::slices(&slices)?;
    let newest = sqlx::query(NEWEST).bind(at).fetch_all(reads).await.doing("read newest periods")?;
    let standings = sqlx::query(STANDINGS).bind(at).fetch_all(reads).await.doing("read standings")?;
    let (reference, frameworks_opened) = reference(reads, at).await?;
    Ok(CatalogueRows {
        at,
        reference,
        frameworks_opened,
        area_ids: sqlx::query_as("SELECT id, code FROM area").fetch_all(reads).await.doing("read areas")?,
        slices: slices.held,
        emptied: slices.emptied,
        begun: slices.begun,
        newest: common::newest(&newest)?,
        standings: common::standings(&standings)?,
    })
}

/// The live reference rows, by dataset, relation and key; those of the hub's own reference data come last and win.
async fn reference(reads: &SqlitePool, at: ReleaseNumber) -> Result<(Vec<(String, ReferenceRow)>, Opened), StoreError> {
    let rows = sqlx::query(
        "SELECT d.name, r.relation, r.key, r.body, r.opened
         FROM dataset d CROSS JOIN reference_row r ON r.dataset = d.id
         WHERE r.opened <= ?1 AND (r.closed IS NULL OR r.closed > ?1)
         ORDER BY d.name, r.relation, r.key",
    )
    .bind(at)
    .fetch(reads);
    common::reference(rows).await
}

/// See [`crate::store::Publishing::reference_version`].
pub(super) async fn reference_version(
    reads: &SqlitePool,
    dataset: &str,
    at: ReleaseNumber,
) -> Result<ReleaseNumber, StoreError> {
    sqlx::query_scalar(
        "SELECT coalesce(max(iif(closed <= ?2, closed, opened)), 0) FROM reference_row
         WHERE opened <= ?2 AND dataset NOT IN (SELECT id FROM dataset WHERE name = ?1)",
    )
    .bind(dataset)
    .bind(at)
    .fetch_one(reads)
    .await
    .doing("find what reference rows are at")
}
