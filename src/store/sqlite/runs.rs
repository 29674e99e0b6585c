//! Runs and their landed files.

use super::engine::{Doing, bind_counts, counts, json_list, micros, signed, time, unsigned};
use crate::access::Viewer;
use crate::outcomes::{LandedFile, Outcome, Run, RunId};
use crate::store::common::LEFT;
use crate::store::{Page, StoreError};
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use std::collections::HashMap;

macro_rules! runs {
    ($rest:literal) => {
        concat!(
            "SELECT u.id, d.name, u.started_at, u.finished_at, u.outcome, r.number,
                    u.error, u.error_code, u.figures_mapped, u.figures_added, u.figures_changed, u.figures_unchanged,
                    u.figures_rejected, u.figures_withdrawn, u.reference_mapped, u.reference_added,
                    u.reference_changed, u.reference_unchanged, u.reference_rejected, u.reference_withdrawn, u.inputs
             FROM run u JOIN dataset d ON d.id = u.dataset LEFT JOIN release r ON r.run = u.id
             WHERE d.access_level <= ?1 AND ",
            $rest
        )
    };
}

/// See [`crate::store::Store::runs`].
pub(super) async fn runs(
    reads: &SqlitePool,
    viewer: &Viewer,
    dataset: &str,
    page: Page,
) -> Result<(Vec<Run>, u64), StoreError> {
    let rows = sqlx::query(runs!("d.name = ?2 ORDER BY u.id DESC LIMIT ?3 OFFSET ?4"))
        .bind(viewer.access().level())
        .bind(dataset)
        .bind(i64::from(page.limit))
        .bind(signed(page.offset))
        .fetch_all(reads)
        .await
        .doing("read runs")?;
    let total: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM run u JOIN dataset d ON d.id = u.dataset WHERE d.access_level <= ?1 AND d.name = ?2",
    )
    .bind(viewer.access().level())
    .bind(dataset)
    .fetch_one(reads)
    .await
    .doing("count runs")?;
    Ok((with_files(reads, &rows).await?, unsigned(total)))
}

/// See [`crate::store::Store::run`].
pub(super) async fn run(reads: &SqlitePool, viewer: &Viewer, id: RunId) -> Result<Option<Run>, StoreError> {
    let rows = sqlx::query(runs!("u.id = ?2"))
        .bind(viewer.access().level())
        .bind(id)
        .fetch_all(reads)
        .await
        .doing("read a run")?;
    Ok(with_files(reads, &rows).await?.pop())
}

/// See [`crate::store::Store::start_run`].
pub(super) async fn start(writes: &SqlitePool, dataset: &str, at: DateTime<Utc>) -> Result<RunId, StoreError> {
    let doing = "start a run";
    let mut transaction = writes.begin_with("BEGIN IMMEDIATE").await.doing(doing)?;
    let dataset = dataset_id(&mut transaction, dataset).await?;
    sqlx::query(
        "UPDATE run SET outcome = 'stopped', finished_at = ?2, error = ?3 WHERE dataset = ?1 AND outcome = 'running'",
    )
    .bind(dataset)
    .bind(micros(at))
    .bind(LEFT)
    .execute(&mut *transaction)
    .await
    .doing(doing)?;
    let run = sqlx::query("INSERT INTO run (dataset, started_at, outcome) VALUES (?1, ?2, 'running')")
        .bind(dataset)
        .bind(micros(at))
        .execute(&mut *transaction)
        .await
        .doing(doing)?
        .last_insert_rowid();
    transaction.commit().await.doing(doing)?;
    Ok(run)
}

/// The id of a dataset, which is given one where it has none; it is restricted until it is published.
pub(super) async fn dataset_id(connection: &mut SqliteConnection, name: &str) -> Result<i64, StoreError> {
    let doing = "name a dataset";
    sqlx::query("INSERT INTO dataset (name) VALUES (?1) ON CONFLICT (name) DO NOTHING")
        .bind(name)
        .execute(&mut *connection)
        .await
        .doing(doing)?;
    sqlx::query_scalar("SELECT id FROM dataset WHERE name = ?1").bind(name).fetch_one(connection).await.doing(doing)
}

/// See [`crate::store::Store::finish_run`].
pub(super) async fn finish(writes: &SqlitePool, run: &Run) -> Result<(), StoreError> {
    if run.release.is_some() || matches!(run.outcome, Outcome::Running | Outcome::Published) {
        let outcome = run.outcome.as_str();
        return Err(StoreError::OutOfTurn(format!("run {} cannot end as `{outcome}` without publishing", run.id)));
    }
    let mut transaction = writes.begin_with("BEGIN IMMEDIATE").await.doing("record a run")?;
    record(&mut transaction, run).await?;
    transaction.commit().await.doing("record a run")
}

/// Records how a running run ended, and its files.
pub(super) async fn record(connection: &mut SqliteConnection, run: &Run) -> Result<(), StoreError> {
    let doing = "record a run";
    let Some(finished_at) = run.finished_at else {
        return Err(StoreError::OutOfTurn(format!("run {} ends without a time", run.id)));
    };
    let query = sqlx::query(
        "UPDATE run SET finished_at = ?2, outcome = ?3, error = ?4, error_code = ?5,
            figures_mapped = ?7, figures_added = ?8, figures_changed = ?9, figures_unchanged = ?10,
            figures_rejected = ?11, figures_withdrawn = ?12, reference_mapped = ?13, reference_added = ?14,
            reference_changed = ?15, reference_unchanged = ?16, reference_rejected = ?17, reference_withdrawn = ?18,
            inputs = ?19
         WHERE id = ?1 AND outcome = 'running' AND dataset = (SELECT id FROM dataset WHERE name = ?6)",
    )
    .bind(run.id)
    .bind(micros(finished_at))
    .bind(run.outcome.as_str())
    .bind(&run.error)
    .bind(&run.error_code)
    .bind(&run.dataset);
    let query = bind_counts(bind_counts(query, run.figures), run.reference);
    let recorded = query.bind(&run.inputs).execute(&mut *connection).await.doing(doing)?.rows_affected();
    if recorded == 0 {
        return Err(StoreError::OutOfTurn(format!("run {} of `{}` is not under way", run.id, run.dataset)));
    }
    for (position, file) in run.files.iter().enumerate() {
        sqlx::query(
            "INSERT INTO run_file (run, position, name, resource, source, sha256, bytes, rows)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )
        .bind(run.id)
        .bind(signed(position as u64))
        .bind(&file.name)
        .bind(&file.resource)
        .bind(&file.source)
        .bind(&file.sha256)
        .bind(signed(file.bytes))
        .bind(signed(file.rows))
        .execute(&mut *connection)
        .await
        .doing(doing)?;
    }
    Ok(())
}

/// The landed files of runs, in their order.
pub(super) async fn files(
    reads: &SqlitePool,
    runs: impl Iterator<Item = RunId>,
) -> Result<HashMap<RunId, Vec<LandedFile>>, StoreError> {
    let doing = "read landed files";
    let rows = sqlx::query(
        "SELECT run, resource, name, source, sha256, bytes, rows FROM run_file
         WHERE run IN (SELECT value FROM json_each(?1)) AND position IS NOT NULL ORDER BY run, position",
    )
    .bind(json_list(runs))
    .fetch_all(reads)
    .await
    .doing(doing)?;
    let mut files: HashMap<RunId, Vec<LandedFile>> = HashMap::new();
    for row in rows {
        files.entry(row.try_get(0).doing(doing)?).or_default().push(LandedFile {
            resource: row.try_get(1).doing(doing)?,
            name: row.try_get(2).doing(doing)?,
            source: row.try_get(3).doing(doing)?,
            sha256: row.try_get(4).doing(doing)?,
            bytes: unsigned(row.try_get(5).doing(doing)?),
            rows: unsigned(row.try_get(6).doing(doing)?),
        });
    }
    Ok(files)
}

async fn with_files(reads: &SqlitePool, rows: &[SqliteRow]) -> Result<Vec<Run>, StoreError> {
    let mut runs = rows.iter().map(bare).collect::<Result<Vec<_>, _>>()?;
    let mut files = files(reads, runs.iter().map(|run| run.id)).await?;
    for run in &mut runs {
        run.files = files.remove(&run.id).unwrap_or_default();
    }
    Ok(runs)
}

fn bare(row: &SqliteRow) -> Result<Run, StoreError> {
    let doing = "read a run";
    let word: &str = row.try_get(4).doing(doing)?;
    Ok(Run {
        id: row.try_get(0).doing(doing)?,
        dataset: row.try_get(1).doing(doing)?,
        started_at: time(row.try_get(2).doing(doing)?)?,
        finished_at: row.try_get::<Option<i64>, _>(3).doing(doing)?.map(time).transpose()?,
        outcome: Outcome::from_word(word)
            .ok_or_else(|| StoreError::Inconsistent(format!("`{word}` is not an outcome")))?,
        release: row.try_get(5).doing(doing)?,
        figures: counts(row, 8).doing(doing)?,
        reference: counts(row, 14).doing(doing)?,
        files: Vec::new(),
        error: row.try_get(6).doing(doing)?,
        error_code: row.try_get(7).doing(doing)?,
        inputs: row.try_get(20).doing(doing)?,
    })
}
