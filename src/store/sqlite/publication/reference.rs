//! Settling reference rows and the dataset's own description.

use super::super::engine::{Doing, unsigned};
use super::settle::{execute, json_texts};
use crate::outcomes::{Counts, Dataset, ReferenceRow};
use crate::store::common::statements::PUBLISHED_ROW;
use crate::store::common::{body, counted, reject_reference};
use crate::store::{Quarantine, Scope, StoreError};
use sqlx::SqliteConnection;

const CLASHES: &str = "
    INSERT INTO temp.reference_clash
    SELECT relation, key, min(seq),
           (SELECT seq FROM temp.staged_reference o
            WHERE o.relation = r.relation AND o.key = r.key ORDER BY seq LIMIT 1 OFFSET 1),
           min(body) = max(body)
    FROM temp.staged_reference r GROUP BY relation, key HAVING count(*) > 1";

const LIST: &str = "
    SELECT r.relation, r.body, c.same, rf.name, r.row, otherf.name, other.row
    FROM temp.reference_clash c
    CROSS JOIN temp.staged_reference r ON r.relation = c.relation AND r.key = c.key
    CROSS JOIN temp.staged_reference other ON other.seq = iif(r.seq = c.first, c.second, c.first)
    JOIN temp.staged_file rf ON rf.id = r.file
    JOIN temp.staged_file otherf ON otherf.id = other.file
    WHERE NOT c.same OR r.seq <> c.first
    ORDER BY r.seq";

const DELETE: &str = "
    DELETE FROM temp.staged_reference WHERE seq IN (
        SELECT r.seq FROM temp.reference_clash c
        CROSS JOIN temp.staged_reference r ON r.relation = c.relation AND r.key = c.key
        WHERE NOT c.same OR r.seq <> c.first)";

// Where the vocabulary is kept, only what nothing rests on is closed. Of the relation `indicators`, rows outside the scope are kept though they are not staged; the others are whole.
const CLOSING: &str = "
    INSERT INTO temp.closing_reference
    SELECT l.relation, l.key, l.opened, n.key IS NULL
    FROM reference_row l
    LEFT JOIN temp.staged_reference n ON n.relation = l.relation AND n.key = l.key
    WHERE l.dataset = ?1 AND l.closed IS NULL AND l.relation <> 'datasets'
      AND iif(n.key IS NULL,
              iif(?4, l.relation IN ('neighbours', 'frameworks'),
                  l.relation <> 'indicators' OR (NOT ?3 AND (?2 IS NULL OR l.key IN (SELECT value FROM json_each(?2))))),
              n.body <> l.body)";

// What is published as it is needs no writing.
const UNCHANGED: &str = "
    DELETE FROM temp.staged_reference WHERE EXISTS (
        SELECT 1 FROM reference_row l
        WHERE l.dataset = ?1 AND l.relation = staged_reference.relation AND l.key = staged_reference.key
          AND l.closed IS NULL AND l.body = staged_reference.body)";

/// Takes clashing rows out, compares the others with what is published, leaves in `staged_reference` those that are
/// to be opened, and counts.
pub(super) async fn settle(
    connection: &mut SqliteConnection,
    dataset: Option<i64>,
    scope: &Scope,
    rejected: &mut dyn Quarantine,
) -> Result<Counts, StoreError> {
    let doing = "compare reference rows";
    let mapped: i64 = sqlx::query_scalar("SELECT count(*) FROM temp.staged_reference")
        .fetch_one(&mut *connection)
        .await
        .doing(doing)?;
    let mapped = unsigned(mapped);
    execute(connection, "CREATE INDEX temp.staged_reference_key ON staged_reference (relation, key, seq)").await?;
    let refused = reject(connection, rejected).await?;
    let closing = sqlx::query(CLOSING)
        .bind(dataset)
        .bind(json_texts(scope.indicators.as_ref()))
        .bind(scope.periods.is_some() || scope.areas.is_some())
        .bind(scope.keeps_vocabulary)
        .execute(&mut *connection)
        .await
        .doing(doing)?
        .rows_affected();
    let withdrawn: i64 = sqlx::query_scalar("SELECT coalesce(sum(withdrawn), 0) FROM temp.closing_reference")
        .fetch_one(&mut *connection)
        .await
        .doing(doing)?;
    let withdrawn = unsigned(withdrawn);
    let unchanged = sqlx::query(UNCHANGED).bind(dataset).execute(&mut *connection).await.doing(doing)?.rows_affected();
    Ok(counted(mapped, refused, closing - withdrawn, unchanged, withdrawn))
}

async fn reject(connection: &mut SqliteConnection, rejected: &mut dyn Quarantine) -> Result<u64, StoreError> {
    if execute(connection, CLASHES).await? == 0 {
        return Ok(0);
    }
    reject_reference(sqlx::query(LIST).fetch(&mut *connection), rejected).await?;
    execute(connection, DELETE).await
}

/// Whether the dataset's description is not the published one; then it is staged and the published one closed.
pub(super) async fn described_anew(
    connection: &mut SqliteConnection,
    id: Option<i64>,
    dataset: &Dataset,
) -> Result<bool, StoreError> {
    let doing = "compare a dataset's description";
    let row = ReferenceRow::Dataset(dataset.clone());
    let new = body(&row)?;
    let published: Option<(i64, String)> = sqlx::query_as(PUBLISHED_ROW)
        .bind(id)
        .bind(row.relation_name())
        .bind(row.key())
        .fetch_optional(&mut *connection)
        .await
        .doing(doing)?;
    match published {
        Some((_, body)) if body == new => return Ok(false),
        Some((opened, _)) => {
            sqlx::query("INSERT INTO temp.closing_reference VALUES (?1, ?2, ?3, FALSE)")
                .bind(row.relation_name())
                .bind(row.key())
                .bind(opened)
                .execute(&mut *connection)
                .await
                .doing(doing)?;
        }
        None => {}
    }
    sqlx::query("INSERT INTO temp.staged_reference (relation, key, body, file, row) VALUES (?1, ?2, ?3, 0, 0)")
        .bind(row.relation_name())
        .bind(row.key())
        .bind(new)
        .execute(&mut *connection)
        .await
        .doing(doing)?;
    Ok(true)
}
