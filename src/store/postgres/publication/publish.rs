//! Publishing: one transaction, all or nothing.

use super::super::engine::Doing;
use super::super::follow::CHANNEL;
use super::super::{digests, releases, retry, runs};
use super::{Staged, forgettings, head_of};
use crate::outcomes::{Release, Run};
use crate::store::StoreError;
use crate::store::common::{all_closed, bind_counts};
use sqlx::{Connection, PgConnection, Row};

/// See [`crate::store::Publication::publish`].
pub(super) async fn publish(staged: &mut Staged, run: Run) -> Result<Release, StoreError> {
    let basis = &staged.basis;
    let run = basis.publishes(run);
    // Levels are 0 to 2.
    let level = i16::try_from(basis.dataset.access.level()).unwrap_or(2);

    let mut transaction = staged.line.free().await?.begin().await.doing("begin a release")?;
    let dataset = runs::dataset_id(&mut transaction, &run.dataset).await?;
    // Releases are numbered, timed and seen in one order: one is published at a time. Reading goes on meanwhile.
    sqlx::query("LOCK TABLE release IN SHARE ROW EXCLUSIVE MODE")
        .execute(&mut *transaction)
        .await
        .doing("wait for the release before")?;
    basis.not_overtaken(head_of(&mut transaction, Some(dataset)).await?)?;
    basis.nothing_forgotten(forgettings(&mut transaction).await?)?;
    runs::record(&mut transaction, &run).await?;
    sqlx::query("UPDATE dataset SET access_level = $2 WHERE id = $1 AND access_level <> $2")
        .bind(dataset)
        .bind(level)
        .execute(&mut *transaction)
        .await
        .doing("publish a dataset's access")?;
    let (number, published_at) = release(&mut transaction, dataset, &run, basis.standing.as_str()).await?;
    name(&mut transaction, dataset, run.id).await?;
    figures(&mut transaction, number).await?;
    reference(&mut transaction, dataset, number).await?;
    let release = basis.release(run, number.into(), published_at);
    digests::keep(&mut transaction, &release).await?;
    sqlx::query("SELECT pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(number.to_string())
        .execute(&mut *transaction)
        .await
        .doing("announce a release")?;
    if let Err(error) = transaction.commit().await {
        return after_all(staged, release.run, error).await;
    }
    Ok(release)
}

/// A connection that breaks during the commit leaves open whether there is a release: the store is asked.
async fn after_all(staged: &Staged, run: i64, error: sqlx::Error) -> Result<Release, StoreError> {
    if !retry::is_passing(&error) {
        return Err(error).doing("commit a release");
    }
    tracing::warn!(run.id = run, %error, "the connection broke while a release was committed; asking whether it stands");
    let found = retry::patiently(|| releases::of_run(&staged.primary, run)).await;
    match found {
        Ok(Some(release)) => Ok(release),
        Ok(None) => Err(error).doing("commit a release"),
        Err(_) => Err(StoreError::Unknown { run, source: error }),
    }
}

/// Writes the release itself and gives its number and time: later than every release before it, also where the
/// clock went back.
async fn release(
    connection: &mut PgConnection,
    dataset: i32,
    run: &Run,
    standing: &str,
) -> Result<(i32, chrono::DateTime<chrono::Utc>), StoreError> {
    let doing = "write a release";
    // `record` refused a run without an end.
    let query = sqlx::query(
        "INSERT INTO release
         SELECT coalesce(max(number), 0) + 1, $1, $2,
                greatest($3, max(published_at) + interval '1 microsecond'), $4,
                $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
         FROM release
         RETURNING number, published_at",
    )
    .bind(dataset)
    .bind(run.id)
    .bind(run.finished_at)
    .bind(standing);
    let query = bind_counts(bind_counts(query, run.figures), run.reference);
    let row = query.fetch_one(connection).await.doing(doing)?;
    Ok((row.try_get(0).doing(doing)?, row.try_get(1).doing(doing)?))
}

const AREAS_ELSEWHERE: &str = "SELECT EXISTS (SELECT FROM new_area n JOIN area a ON a.code = n.code AND a.id <> n.id)";

const FOLLOW_AREAS: &str = "
    UPDATE opening o SET area = a.id
    FROM new_area n JOIN area a ON a.code = n.code AND a.id <> n.id WHERE o.area = n.id";

const NOTES_ELSEWHERE: &str = "SELECT EXISTS (SELECT FROM new_note n JOIN note t ON t.text = n.text AND t.id <> n.id)";

const FOLLOW_NOTES: &str = "
    UPDATE opening o SET note = t.id
    FROM new_note n JOIN note t ON t.text = n.text AND t.id <> n.id WHERE o.note = n.id";

/// Writes down what is new. An area or note that another dataset's release named meanwhile keeps the id that it has
/// there, and the figures follow it; slices are the dataset's own.
async fn name(connection: &mut PgConnection, dataset: i32, run: i64) -> Result<(), StoreError> {
    let doing = "name what is new";
    for statement in [
        "INSERT INTO area (id, code) SELECT id, code FROM new_area ORDER BY id ON CONFLICT DO NOTHING",
        "INSERT INTO area (code) SELECT key FROM staged_reference r
         WHERE relation = 'areas' AND NOT EXISTS (SELECT FROM area a WHERE a.code = r.key) ORDER BY key
         ON CONFLICT DO NOTHING",
        "INSERT INTO note (id, text) SELECT id, text FROM new_note ORDER BY id ON CONFLICT DO NOTHING",
    ] {
        sqlx::query(statement).execute(&mut *connection).await.doing(doing)?;
    }
    for (named_elsewhere, follow) in [(AREAS_ELSEWHERE, FOLLOW_AREAS), (NOTES_ELSEWHERE, FOLLOW_NOTES)] {
        // Seldom so, and following reads every row that is opened.
        if sqlx::query_scalar(named_elsewhere).fetch_one(&mut *connection).await.doing(doing)? {
            sqlx::query(follow).execute(&mut *connection).await.doing(doing)?;
        }
    }
    sqlx::query(
        "INSERT INTO slice (id, dataset, indicator, sex, age, category_type, category)
         SELECT id, $1, indicator, sex, age, category_type, category FROM new_slice ORDER BY id",
    )
    .bind(dataset)
    .execute(&mut *connection)
    .await
    .doing(doing)?;
    for statement in [
        // An origin that the run did not land has a name alone.
        "INSERT INTO run_file (run, name)
         SELECT $1, name FROM staged_file s
         WHERE NOT EXISTS (SELECT FROM run_file f WHERE f.run = $1 AND f.name = s.name) ORDER BY id",
        "UPDATE staged_file s SET published = (SELECT min(id) FROM run_file f WHERE f.run = $1 AND f.name = s.name)",
    ] {
        sqlx::query(statement).bind(run).execute(&mut *connection).await.doing(doing)?;
    }
    Ok(())
}

const CLOSE: &str = "
    UPDATE figure f SET closed = $1 FROM closing c
    WHERE (f.slice, f.area, f.period, f.opened) = (c.slice, c.area, c.period, c.opened) AND f.closed IS NULL";

const OPEN: &str = "
    INSERT INTO figure (slice, area, period, opened, value, value_missing, lower_ci, upper_ci, lower_ci_99_8,
                        upper_ci_99_8, count, count_missing, denominator, denominator_missing, note, file, row)
    SELECT n.slice, n.area, n.period, $1, n.value, n.value_missing, n.lower_ci, n.upper_ci, n.lower_ci_99_8,
           n.upper_ci_99_8, n.count, n.count_missing, n.denominator, n.denominator_missing, n.note, f.published, n.row
    FROM opening n JOIN staged_file f ON f.id = n.file";

const TOUCHED: &str = "
    INSERT INTO release_slice (release, slice, opened, closed)
    SELECT $1, slice, sum(opened), sum(closed)
    FROM (SELECT slice, count(*) AS opened, 0 AS closed FROM opening GROUP BY slice
          UNION ALL SELECT slice, 0, count(*) FROM closing GROUP BY slice) t
    GROUP BY slice";

// A row that says only that there is no figure (not applicable, not available, withdrawn) makes nothing newer: it may stand for a
// row that could not be read. A slice that has no other rows has 0, which is the key of no period and before all of them. The newest
// period of each slice is looked up in the index by period, where a pass over all its figures would take long.
const KEEP_NEWEST: &str = "
    INSERT INTO slice_period (release, slice, newest)
    SELECT t.release, t.slice, coalesce((
        SELECT f.period FROM figure f
        WHERE +f.slice = t.slice AND f.closed IS NULL AND (f.value_missing IS NULL OR f.value_missing IN (1, 4, 5))
        ORDER BY f.period DESC LIMIT 1), 0)
    FROM release_slice t
    WHERE t.release = $1 AND EXISTS (SELECT FROM figure f WHERE f.slice = t.slice AND f.closed IS NULL)";

async fn figures(connection: &mut PgConnection, release: i32) -> Result<(), StoreError> {
    let closing: i64 =
        sqlx::query_scalar("SELECT count(*) FROM closing").fetch_one(&mut *connection).await.doing("close figures")?;
    if closing > 0 {
        sqlx::query("ANALYZE closing").execute(&mut *connection).await.doing("close figures")?;
        let closed = sqlx::query(CLOSE).bind(release).execute(&mut *connection).await.doing("close figures")?;
        all_closed(closed.rows_affected(), closing)?;
    }
    for statement in [OPEN, TOUCHED, KEEP_NEWEST] {
        sqlx::query(statement).bind(release).execute(&mut *connection).await.doing("open figures")?;
    }
    Ok(())
}

async fn reference(connection: &mut PgConnection, dataset: i32, release: i32) -> Result<(), StoreError> {
    const ROWS: [&str; 2] = [
        "UPDATE reference_row l SET closed = $2 FROM closing_reference c
         WHERE l.dataset = $1 AND (l.relation, l.key, l.opened) = (c.relation, c.key, c.opened) AND l.closed IS NULL",
        "INSERT INTO reference_row (dataset, relation, key, opened, body)
         SELECT $1, relation, key, $2, body FROM staged_reference ORDER BY relation, key",
    ];
    for statement in ROWS {
        let query = sqlx::query(statement).bind(dataset).bind(release);
        query.execute(&mut *connection).await.doing("publish reference rows")?;
    }
    Ok(())
}
