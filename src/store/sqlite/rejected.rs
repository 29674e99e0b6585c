//! Quarantined rows.

use super::engine::{Doing, signed, unsigned};
use crate::access::Viewer;
use crate::outcomes::{Origin, Rejection, RunId};
use crate::store::{Page, RejectedRow, StoreError};
use sqlx::Row;
use sqlx::sqlite::{SqlitePool, SqliteRow};

/// See [`crate::store::Store::reject`].
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

/// See [`crate::store::Store::rejected`].
pub(super) async fn rejected(
    reads: &SqlitePool,
    viewer: &Viewer,
    run: RunId,
    page: Page,
) -> Result<(Vec<RejectedRow>, u64), StoreError> {
    let doing = "read quarantined rows";
    // Numbered without gaps, so that a page is found by its numbers and not by counting rows off.
    let rows = sqlx::query(
        r#"SELECT j.run, j.number, j.relation, j.file, j.row, j.reason, j."column", j.text, j.detail, j.raw
           FROM rejected j JOIN run u ON u.id = j.run JOIN dataset d ON d.id = u.dataset
           WHERE d.access_level <= ?1 AND j.run = ?2 AND j.number > ?3 ORDER BY j.number LIMIT ?4"#,
    )
    .bind(viewer.access().level())
    .bind(run)
    .bind(signed(page.offset))
    .bind(i64::from(page.limit))
    .fetch_all(reads)
    .await
    .doing(doing)?;
    let total: i64 = sqlx::query_scalar(
        "SELECT coalesce(max(j.number), 0)
         FROM rejected j JOIN run u ON u.id = j.run JOIN dataset d ON d.id = u.dataset
         WHERE d.access_level <= ?1 AND j.run = ?2",
    )
    .bind(viewer.access().level())
    .bind(run)
    .fetch_one(reads)
    .await
    .doing("count quarantined rows")?;
    let rows = rows.iter().map(rejected_row).collect::<Result<Vec<_>, _>>().doing(doing)?;
    Ok((rows, unsigned(total)))
}

fn rejected_row(row: &SqliteRow) -> Result<RejectedRow, sqlx::Error> {
    let file: &str = row.try_get(3)?;
    Ok(RejectedRow {
        run: row.try_get(0)?,
        number: row.try_get(1)?,
        relation: row.try_get(2)?,
        origin: Origin { file: file.into(), row: unsigned(row.try_get(4)?) },
        reason: row.try_get(5)?,
        column: row.try_get(6)?,
        text: row.try_get(7)?,
        detail: row.try_get(8)?,
        raw: row.try_get(9)?,
    })
}
