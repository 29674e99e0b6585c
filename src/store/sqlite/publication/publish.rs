//! Publishing: one transaction, all or nothing.

use super::super::engine::{Doing, micros};
use super::super::{digests, runs};
use super::tables::PROVISIONAL;
use super::{Staged, forgettings, head_of};
use crate::outcomes::{Release, Run};
use crate::store::StoreError;
use crate::store::common::{Columns, all_closed, bind_counts};
use chrono::{DateTime, Utc};
use sqlx::{Connection, SqliteConnection};

/// See [`crate::store::Publication::publish`].
pub(super) async fn publish(staged: &mut Staged, run: Run) -> Result<Release, StoreError> {
    let basis = &staged.basis;
    let run = basis.publishes(run);
    let level = basis.dataset.access.level();

    let mut transaction = staged.connection.begin_with("BEGIN IMMEDIATE").await.doing("begin a release")?;
    let dataset = runs::dataset_id(&mut transaction, &run.dataset).await?;
    basis.not_overtaken(head_of(&mut transaction, Some(dataset)).await?)?;
    basis.nothing_forgotten(forgettings(&mut transaction).await?)?;
    runs::record(&mut transaction, &run).await?;
    sqlx::query("UPDATE dataset SET access_level = ?2 WHERE id = ?1")
        .bind(dataset)
        .bind(level)
        .execute(&mut *transaction)
        .await
        .doing("publish a dataset's access")?;
    let (number, published_at) = release(&mut transaction, dataset, &run, basis.standing.as_str()).await?;
    name(&mut transaction, dataset, run.id).await?;
    figures(&mut transaction, number).await?;
    reference(&mut transaction, dataset, number).await?;
    let release = basis.release(run, number, published_at);
    digests::keep(&mut transaction, &release).await?;
    transaction.commit().await.doing("commit a release")?;

    Ok(release)
}

/// Writes the release itself and gives its number and time: later than every release before it, also where the
/// clock went back.
async fn release(
    connection: &mut SqliteConnection,
    dataset: i64,
    run: &Run,
    standing: &str,
) -> Result<(i64, DateTime<Utc>), StoreError> {
    let doing = "write a release";
    // `record` refused a run without an end.
    let now = run.finished_at.map_or(i64::MIN, micros);
    let query = sqlx::query(
        "INSERT INTO release
         SELECT coalesce(max(number), 0) + 1, ?1, ?2, max(?3, coalesce(max(published_at) + 1, ?3)), ?4,
                ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16
         FROM release
         RETURNING number, published_at",
    )
    .bind(dataset)
    .bind(run.id)
    .bind(now)
    .bind(standing);
    let query = bind_counts(bind_counts(query, run.figures), run.reference);
    let row = query.fetch_one(connection).await.doing(doing)?;
    Ok((row.id(0, doing)?, row.time(1, doing)?))
}

/// Gives real ids to what is new: in the order of the provisional ones, so that figures stay in the order of their
/// key. What another dataset's release named meanwhile keeps the id that it has.
async fn name(connection: &mut SqliteConnection, dataset: i64, run: i64) -> Result<(), StoreError> {
    const NAMES: [&str; 9] = [
        "INSERT INTO area (code) SELECT code FROM temp.new_area WHERE TRUE ORDER BY id ON CONFLICT DO NOTHING",
        "UPDATE temp.new_area SET published = (SELECT id FROM area a WHERE a.code = new_area.code)",
        "INSERT INTO area (code) SELECT key FROM temp.staged_reference WHERE relation = 'areas' ORDER BY key
         ON CONFLICT DO NOTHING",
        "INSERT INTO note (text) SELECT text FROM temp.new_note WHERE TRUE ORDER BY id ON CONFLICT DO NOTHING",
        "UPDATE temp.new_note SET published = (SELECT id FROM note n WHERE n.text = new_note.text)",
        "INSERT INTO slice (dataset, indicator, sex, age, category_type, category)
         SELECT ?1, indicator, sex, age, category_type, category FROM temp.new_slice WHERE TRUE ORDER BY id
         ON CONFLICT DO NOTHING",
        "UPDATE temp.new_slice SET published = (
            SELECT id FROM slice s
            WHERE s.dataset = ?1 AND (s.indicator, s.sex, s.age, s.category_type, s.category)
                = (new_slice.indicator, new_slice.sex, new_slice.age, new_slice.category_type, new_slice.category))",
        // An origin that the run did not land has a name alone.
        "INSERT INTO run_file (run, name)
         SELECT ?2, name FROM temp.staged_file WHERE name NOT IN (SELECT name FROM run_file WHERE run = ?2) ORDER BY id",
        "UPDATE temp.staged_file SET published = (
            SELECT min(id) FROM run_file f WHERE f.run = ?2 AND f.name = staged_file.name)",
    ];
    for statement in NAMES {
        let query = sqlx::query(statement).bind(dataset).bind(run);
        query.execute(&mut *connection).await.doing("name what is new")?;
    }
    Ok(())
}

const CLOSE: &str = "
    UPDATE figure SET closed = ?1
    WHERE (slice, area, period, opened) IN (SELECT slice, area, period, opened FROM temp.closing) AND closed IS NULL";

const OPEN: &str = "
    INSERT INTO figure (slice, area, period, opened, value, value_missing, lower_ci, upper_ci, lower_ci_99_8,
                        upper_ci_99_8, count, count_missing, denominator, denominator_missing, note, file, row)
    SELECT coalesce(s.published, n.slice), coalesce(a.published, n.area), n.period, ?1,
           n.value, n.value_missing, n.lower_ci, n.upper_ci, n.lower_ci_99_8, n.upper_ci_99_8,
           n.count, n.count_missing, n.denominator, n.denominator_missing, coalesce(t.published, n.note),
           f.published, n.row
    FROM temp.opening n
    CROSS JOIN temp.staged_file f ON f.id = n.file
    LEFT JOIN temp.new_slice s ON s.id = n.slice - ?2
    LEFT JOIN temp.new_area a ON a.id = n.area - ?2
    LEFT JOIN temp.new_note t ON t.id = n.note - ?2
    ORDER BY n.slice, n.area, n.period";

const TOUCHED: [&str; 2] = [
    "INSERT INTO release_slice
     SELECT ?1, coalesce(s.published, n.slice), n.rows, 0
     FROM (SELECT slice, count(*) AS rows FROM temp.opening GROUP BY slice) n
     LEFT JOIN temp.new_slice s ON s.id = n.slice - ?2",
    "INSERT INTO release_slice
     SELECT ?1, slice, 0, count(*) FROM temp.closing GROUP BY slice
     ON CONFLICT DO UPDATE SET closed = excluded.closed",
];

// A row that says only that there is no figure (not applicable, not available, withdrawn) makes nothing newer: it may stand for a
// row that could not be read. A slice that has no other rows has 0, which is the key of no period and before all of them.
const KEEP_NEWEST: &str = "
    INSERT INTO slice_period (release, slice, newest)
    SELECT t.release, t.slice,
           max(CASE WHEN f.value_missing IS NULL OR f.value_missing IN (1, 4, 5) THEN f.period ELSE 0 END)
    FROM release_slice t JOIN figure f ON f.slice = t.slice
    WHERE t.release = ?1 AND f.closed IS NULL
    GROUP BY t.release, t.slice";

async fn figures(connection: &mut SqliteConnection, release: i64) -> Result<(), StoreError> {
    let closed = sqlx::query(CLOSE).bind(release).execute(&mut *connection).await.doing("close figures")?;
    let closing: i64 = sqlx::query_scalar("SELECT count(*) FROM temp.closing")
        .fetch_one(&mut *connection)
        .await
        .doing("close figures")?;
    all_closed(closed.rows_affected(), closing)?;
    for statement in [OPEN, TOUCHED[0], TOUCHED[1]] {
        let query = sqlx::query(statement).bind(release).bind(PROVISIONAL);
        query.execute(&mut *connection).await.doing("open figures")?;
    }
    sqlx::query(KEEP_NEWEST).bind(release).execute(connection).await.doing("keep the newest periods")?;
    Ok(())
}

async fn reference(connection: &mut SqliteConnection, dataset: i64, release: i64) -> Result<(), StoreError> {
    const ROWS: [&str; 2] = [
        "UPDATE reference_row SET closed = ?2
         WHERE dataset = ?1 AND (relation, key, opened) IN (SELECT relation, key, opened FROM temp.closing_reference)
           AND closed IS NULL",
        "INSERT INTO reference_row (dataset, relation, key, opened, body)
         SELECT ?1, relation, key, ?2, body FROM temp.staged_reference ORDER BY relation, key",
    ];
    for statement in ROWS {
        let query = sqlx::query(statement).bind(dataset).bind(release);
        query.execute(&mut *connection).await.doing("publish reference rows")?;
    }
    Ok(())
}
