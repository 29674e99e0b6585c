//! Quarantined rows.

use super::engine::{Doing, level, signed, unsigned};
use crate::access::Viewer;
use crate::outcomes::{Rejection, RunId};
use crate::store::common;
use crate::store::common::statements::{COUNT_REJECTED, REJECTED};
use crate::store::{Page, RejectedRow, StoreError};
use sqlx::postgres::PgPool;

/// See [`crate::store::Publishing::reject`]. One process lists rows under a run, so that their numbers have no gaps.
pub(super) async fn reject(writes: &PgPool, run: RunId, rows: &[Rejection]) -> Result<(), StoreError> {
    let column = |column: fn(&Rejection) -> String| rows.iter().map(column).collect::<Vec<_>>();
    sqlx::query(
        r#"INSERT INTO rejected (run, number, relation, file, row, reason, "column", text, detail, raw)
           SELECT $1, (SELECT coalesce(max(number), 0) FROM rejected WHERE run = $1) + place,
                  relation, file, row, reason, "column", text, detail, raw
           FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
                WITH ORDINALITY r (relation, file, row, reason, "column", text, detail, raw, place)"#,
    )
    .bind(run)
    .bind(column(|row| row.relation.name().to_owned()))
    .bind(column(|row| row.origin.file.to_string()))
    .bind(rows.iter().map(|row| signed(row.origin.row)).collect::<Vec<_>>())
    .bind(column(|row| row.reason.to_owned()))
    .bind(rows.iter().map(|row| row.column.as_deref().map(printable)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.text.as_deref().map(printable)).collect::<Vec<_>>())
    .bind(column(|row| printable(&row.detail)))
    .bind(column(|row| printable(&row.raw)))
    .execute(writes)
    .await
    .doing("list quarantined rows")?;
    Ok(())
}

/// A text as Postgres takes it: a null character, which only a broken file holds, is shown as its symbol.
fn printable(text: &str) -> String {
    text.replace('\0', "\u{2400}")
}

/// See [`crate::store::Reads::rejected`].
pub(super) async fn rejected(
    reads: &PgPool,
    viewer: &Viewer,
    run: RunId,
    page: Page,
) -> Result<(Vec<RejectedRow>, u64), StoreError> {
    let rows = sqlx::query(REJECTED)
        .bind(level(viewer))
        .bind(run)
        .bind(signed(page.offset))
        .bind(i64::from(page.limit))
        .fetch_all(reads)
        .await
        .doing("read quarantined rows")?;
    let total: i64 = sqlx::query_scalar(COUNT_REJECTED)
        .bind(level(viewer))
        .bind(run)
        .fetch_one(reads)
        .await
        .doing("count quarantined rows")?;
    Ok((common::rejected(&rows)?, unsigned(total)))
}
