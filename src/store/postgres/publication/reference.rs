//! Staging and settling reference rows and the dataset's own description.

use super::super::engine::{Doing, narrow, signed, unsigned};
use super::names::Names;
use super::settle::execute;
use crate::outcomes::{Counts, Dataset, ReferenceRow};
use crate::store::common::statements::PUBLISHED_ROW;
use crate::store::common::{Filed, body, counted, reject_reference};
use crate::store::{Quarantine, Scope, StoreError};
use sqlx::PgConnection;

const STAGE: &str = "
    INSERT INTO staged_reference (relation, key, body, file, row)
    SELECT relation, key, body, file, row
    FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::integer[])
         WITH ORDINALITY r (relation, key, body, file, row, place)
    ORDER BY place";

/// Stages reference rows.
pub(super) async fn stage(
    connection: &mut PgConnection,
    names: &mut Names,
    rows: Vec<Filed>,
) -> Result<(), StoreError> {
    let (mut relations, mut keys, mut bodies, mut files, mut lines) = (vec![], vec![], vec![], vec![], vec![]);
    for Filed { relation, key, body, origin } in rows {
        relations.push(relation);
        keys.push(key);
        bodies.push(body);
        files.push(narrow(names.file(connection, &origin.file).await?)?);
        lines.push(narrow(signed(origin.row))?);
    }
    let query = sqlx::query(STAGE).bind(relations).bind(keys).bind(bodies).bind(files).bind(lines);
    query.execute(connection).await.doing("stage rows")?;
    Ok(())
}

const CLASHES: &str = "
    INSERT INTO reference_clash
    SELECT relation, key, min(seq), (array_agg(seq ORDER BY seq))[2], min(body) = max(body)
    FROM staged_reference GROUP BY relation, key HAVING count(*) > 1";

const LIST: &str = "
    SELECT r.relation, r.body, c.same, rf.name, r.row, otherf.name, other.row
    FROM reference_clash c
    JOIN staged_reference r ON r.relation = c.relation AND r.key = c.key
    JOIN staged_reference other ON other.seq = CASE WHEN r.seq = c.first THEN c.second ELSE c.first END
    JOIN staged_file rf ON rf.id = r.file
    JOIN staged_file otherf ON otherf.id = other.file
    WHERE NOT c.same OR r.seq <> c.first
    ORDER BY r.seq";

const DELETE: &str = "
    DELETE FROM staged_reference r USING reference_clash c
    WHERE r.relation = c.relation AND r.key = c.key AND (NOT c.same OR r.seq <> c.first)";

// Where the vocabulary is kept, only what nothing rests on is closed. Of the relation `indicators`, rows outside the scope are kept though they are not staged; the others are whole.
const CLOSING: &str = "
    INSERT INTO closing_reference
    SELECT l.relation, l.key, l.opened, n.key IS NULL
    FROM reference_row l
    LEFT JOIN staged_reference n ON n.relation = l.relation AND n.key = l.key
    WHERE l.dataset = $1 AND l.closed IS NULL AND l.relation <> 'datasets'
      AND CASE WHEN n.key IS NULL
          THEN CASE WHEN $4 THEN l.relation IN ('neighbours', 'frameworks')
               ELSE l.relation <> 'indicators' OR (NOT $3 AND ($2::text[] IS NULL OR l.key = ANY($2))) END
          ELSE n.body <> l.body END";

// What is published as it is needs no writing.
const UNCHANGED: &str = "
    DELETE FROM staged_reference n USING reference_row l
    WHERE l.dataset = $1 AND l.relation = n.relation AND l.key = n.key AND l.closed IS NULL AND l.body = n.body";

/// Takes clashing rows out, compares the others with what is published, leaves in `staged_reference` those that are
/// to be opened, and counts.
pub(super) async fn settle(
    connection: &mut PgConnection,
    dataset: Option<i32>,
    scope: &Scope,
    rejected: &mut dyn Quarantine,
) -> Result<Counts, StoreError> {
    let doing = "compare reference rows";
    let mapped: i64 =
        sqlx::query_scalar("SELECT count(*) FROM staged_reference").fetch_one(&mut *connection).await.doing(doing)?;
    let mapped = unsigned(mapped);
    execute(connection, "CREATE INDEX staged_reference_key ON staged_reference (relation, key)").await?;
    execute(connection, "ANALYZE staged_reference").await?;
    let refused = reject(connection, rejected).await?;
    let closing = sqlx::query(CLOSING)
        .bind(dataset)
        .bind(scope.indicators.as_ref().map(|ids| ids.iter().cloned().collect::<Vec<_>>()))
        .bind(scope.periods.is_some() || scope.areas.is_some())
        .bind(scope.keeps_vocabulary)
        .execute(&mut *connection)
        .await
        .doing(doing)?
        .rows_affected();
    let withdrawn: i64 = sqlx::query_scalar("SELECT count(*) FROM closing_reference WHERE withdrawn")
        .fetch_one(&mut *connection)
        .await
        .doing(doing)?;
    let withdrawn = unsigned(withdrawn);
    let unchanged = sqlx::query(UNCHANGED).bind(dataset).execute(&mut *connection).await.doing(doing)?.rows_affected();
    Ok(counted(mapped, refused, closing - withdrawn, unchanged, withdrawn))
}

async fn reject(connection: &mut PgConnection, rejected: &mut dyn Quarantine) -> Result<u64, StoreError> {
    if execute(connection, CLASHES).await? == 0 {
        return Ok(0);
    }
    reject_reference(sqlx::query(LIST).fetch(&mut *connection), rejected).await?;
    execute(connection, DELETE).await
}

/// Whether the dataset's description is not the published one; then it is staged and the published one closed.
pub(super) async fn described_anew(
    connection: &mut PgConnection,
    id: Option<i32>,
    dataset: &Dataset,
) -> Result<bool, StoreError> {
    let doing = "compare a dataset's description";
    let row = ReferenceRow::Dataset(dataset.clone());
    let new = body(&row)?;
    let published: Option<(i32, String)> = sqlx::query_as(PUBLISHED_ROW)
        .bind(id)
        .bind(row.relation_name())
        .bind(row.key())
        .fetch_optional(&mut *connection)
        .await
        .doing(doing)?;
    match published {
        Some((_, body)) if body == new => return Ok(false),
        Some((opened, _)) => {
            sqlx::query("INSERT INTO closing_reference VALUES ($1, $2, $3, FALSE)")
                .bind(row.relation_name())
                .bind(row.key())
                .bind(opened)
                .execute(&mut *connection)
                .await
                .doing(doing)?;
        }
        None => {}
    }
    sqlx::query("INSERT INTO staged_reference (relation, key, body, row) VALUES ($1, $2, $3, 0)")
        .bind(row.relation_name())
        .bind(row.key())
        .bind(new)
        .execute(&mut *connection)
        .await
        .doing(doing)?;
    Ok(true)
}
