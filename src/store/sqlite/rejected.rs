//! Quarantined rows.

use super::engine::{Doing, signed, unsigned};
use crate::access::Viewer;
use crate::outcomes::{Rejection, RunId};
use crate::store::common;
use crate::store::common::statements::{COUNT_REJECTED, REJECTED};
use crate::store::{Page, RejectedRow, StoreError};
use sqlx::sqlite::SqlitePool;

/// See [`crate::store::Publishing::reject`].
pub(super) async fn reject(writes: &SqlitePool, run: RunId, rows: &[Rejection]) -> Result<(), StoreError> {
    let doing = "list quarantined rows";
    let mut transaction = writes.begin_with("BEGIN IMMEDIATE").await.doing(doing)?;
    let before: i64 = sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM rejected WHERE run = ?1")
        .bind(run)
        .fetch_one(&mut *transaction)
        .await
        .doing(doing)?;
    for (number, row) in (before + 1..).zip(rows) {
        sqlx::query("INSERT INTO rejected VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
            .bind(run)
            .bind(number)
            .bind(row.relation.name())
            .bind(&*row.origin.file)
            .bind(signed(row.origin.row))
            .bind(row.reason)
            .bind(row.column.as_deref())
            .bind(&row.text)
            .bind(&row.detail)
            .bind(&row.raw)
            .execute(&mut *transaction)
            .await
            .doing(doing)?;
    }
    transaction.commit().await.doing(doing)
}

/// See [`crate::store::Reads::rejected`].
pub(super) async fn rejected(
    reads: &SqlitePool,
    viewer: &Viewer,
    run: RunId,
    page: Page,
) -> Result<(Vec<RejectedRow>, u64), StoreError> {
    let rows = sqlx::query(REJECTED)
        .bind(viewer.access().level())
        .bind(run)
        .bind(signed(page.offset))
        .bind(i64::from(page.limit))
        .fetch_all(reads)
        .await
        .doing("read quarantined rows")?;
    let total: i64 = sqlx::query_scalar(COUNT_REJECTED)
        .bind(viewer.access().level())
        .bind(run)
        .fetch_one(reads)
        .await
        .doing("count quarantined rows")?;
    Ok((common::rejected(&rows)?, unsigned(total)))
}
