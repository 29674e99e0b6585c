//! Quarantined rows.

use super::engine::{Doing, level, signed, unsigned};
use crate::access::Viewer;
use crate::outcomes::{Origin, Rejection, RunId};
use crate::store::{Page, RejectedRow, StoreError};
use sqlx::Row;
use sqlx::postgres::{PgPool, PgRow};

/// See [`crate::store::Store::reject`]. One process lists rows under a run, so that their numbers have no gaps.
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

/// See [`crate::store::Store::rejected`].
pub(super) async fn rejected(
    reads: &PgPool,
    viewer: &Viewer,
    run: RunId,
    page: Page,
) -> Result<(Vec<RejectedRow>, u64), StoreError> {
    let doing = "read quarantined rows";
    // Numbered without gaps, so that a page is found by its numbers and not by counting rows off.
    let rows = sqlx::query(
        r#"SELECT j.run, j.number, j.relation, j.file, j.row, j.reason, j."column", j.text, j.detail, j.raw
           FROM rejected j JOIN run u ON u.id = j.run JOIN dataset d ON d.id = u.dataset
           WHERE d.access_level <= $1 AND j.run = $2 AND j.number > $3 ORDER BY j.number LIMIT $4"#,
    )
    .bind(level(viewer))
    .bind(run)
    .bind(signed(page.offset))
    .bind(i64::from(page.limit))
    .fetch_all(reads)
    .await
    .doing(doing)?;
    let total: i64 = sqlx::query_scalar(
        "SELECT coalesce(max(j.number), 0)
         FROM rejected j JOIN run u ON u.id = j.run JOIN dataset d ON d.id = u.dataset
         WHERE d.access_level <= $1 AND j.run = $2",
    )
    .bind(level(viewer))
    .bind(run)
    .fetch_one(reads)
    .await
    .doing("count quarantined rows")?;
    let rows = rows.iter().map(rejected_row).collect::<Result<Vec<_>, _>>().doing(doing)?;
    Ok((rows, unsigned(total)))
}

fn rejected_row(row: &PgRow) -> Result<RejectedRow, sqlx::Error> {
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
