//! Runs and their landed files.

use super::engine::{Doing, json_list, micros, signed, unsigned};
use crate::access::Viewer;
use crate::outcomes::{Run, RunId};
use crate::store::common::statements::{COUNT_RUNS, DATASET, END_RUN, LAND_FILE, RUN, RUNS, STOP_LEFT, file_columns};
use crate::store::common::{
    self, Files, LEFT, bind_counts, ended_at, ends_unpublished, warnings_stored, was_under_way,
};
use crate::store::{Page, StoreError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::{SqlitePool, SqliteRow};

/// See [`crate::store::Reads::runs`].
pub(super) async fn runs(
    reads: &SqlitePool,
    viewer: &Viewer,
    dataset: &str,
    page: Page,
) -> Result<(Vec<Run>, u64), StoreError> {
    let rows = sqlx::query(RUNS)
        .bind(viewer.access().level())
        .bind(dataset)
        .bind(i64::from(page.limit))
        .bind(signed(page.offset))
        .fetch_all(reads)
        .await
        .doing("read runs")?;
    let total: i64 = sqlx::query_scalar(COUNT_RUNS)
        .bind(viewer.access().level())
        .bind(dataset)
        .fetch_one(reads)
        .await
        .doing("count runs")?;
    Ok((with_files(reads, &rows).await?, unsigned(total)))
}

/// See [`crate::store::Reads::run`].
pub(super) async fn run(reads: &SqlitePool, viewer: &Viewer, id: RunId) -> Result<Option<Run>, StoreError> {
    let rows = sqlx::query(RUN).bind(viewer.access().level()).bind(id).fetch_all(reads).await.doing("read a run")?;
    Ok(with_files(reads, &rows).await?.pop())
}

/// See [`crate::store::Publishing::start_run`].
pub(super) async fn start(writes: &SqlitePool, dataset: &str, at: DateTime<Utc>) -> Result<RunId, StoreError> {
    let doing = "start a run";
    let mut transaction = writes.begin_with("BEGIN IMMEDIATE").await.doing(doing)?;
    let dataset = dataset_id(&mut transaction, dataset).await?;
    sqlx::query(STOP_LEFT).bind(dataset).bind(micros(at)).bind(LEFT).execute(&mut *transaction).await.doing(doing)?;
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
    sqlx::query_scalar(DATASET).bind(name).fetch_one(connection).await.doing(doing)
}

/// See [`crate::store::Publishing::finish_run`].
pub(super) async fn finish(writes: &SqlitePool, run: &Run) -> Result<(), StoreError> {
    ends_unpublished(run)?;
    let mut transaction = writes.begin_with("BEGIN IMMEDIATE").await.doing("record a run")?;
    record(&mut transaction, run).await?;
    transaction.commit().await.doing("record a run")
}

/// Records how a running run ended, and its files.
pub(super) async fn record(connection: &mut SqliteConnection, run: &Run) -> Result<(), StoreError> {
    let doing = "record a run";
    let ended_at = ended_at(run)?;
    let query = sqlx::query(END_RUN)
        .bind(run.id)
        .bind(micros(ended_at))
        .bind(run.outcome.as_str())
        .bind(&run.error)
        .bind(&run.error_code)
        .bind(&run.dataset)
        .bind(&run.inputs)
        .bind(warnings_stored(run));
    let query = bind_counts(bind_counts(query, run.figures), run.reference);
    let recorded = query.execute(&mut *connection).await.doing(doing)?.rows_affected();
    was_under_way(run, recorded)?;
    for (position, file) in run.files.iter().enumerate() {
        sqlx::query(LAND_FILE)
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
pub(super) async fn files(reads: &SqlitePool, runs: impl Iterator<Item = RunId>) -> Result<Files, StoreError> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        file_columns!(),
        " FROM run_file
         WHERE run IN (SELECT value FROM json_each(?1)) AND position IS NOT NULL ORDER BY run, position"
    ))
    .bind(json_list(runs))
    .fetch_all(reads)
    .await
    .doing("read landed files")?;
    common::files(&rows)
}

async fn with_files(reads: &SqlitePool, rows: &[SqliteRow]) -> Result<Vec<Run>, StoreError> {
    let mut runs = common::runs(rows)?;
    let mut files = files(reads, runs.iter().map(|run| run.id)).await?;
    for run in &mut runs {
        run.files = files.remove(&run.id).unwrap_or_default();
    }
    Ok(runs)
}
