//! Reading releases.

use super::engine::{Doing, counts, micros, signed, time, unsigned};
use super::runs;
use crate::access::Viewer;
use crate::outcomes::{Release, ReleaseNumber};
use crate::store::common::standing;
use crate::store::{Page, StoreError};
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use std::collections::HashMap;

macro_rules! releases {
    ($rest:literal) => {
        concat!(
            "SELECT r.number, d.name, r.run, r.published_at, r.standing,
                    r.figures_mapped, r.figures_added, r.figures_changed, r.figures_unchanged, r.figures_rejected,
                    r.figures_withdrawn, r.reference_mapped, r.reference_added, r.reference_changed,
                    r.reference_unchanged, r.reference_rejected, r.reference_withdrawn
             FROM release r JOIN dataset d ON d.id = r.dataset
             WHERE d.access_level <= ?1 AND ",
            $rest
        )
    };
}

/// See [`crate::store::Store::head`].
pub(super) async fn head(reads: &SqlitePool) -> Result<ReleaseNumber, StoreError> {
    sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM release").fetch_one(reads).await.doing("find its head")
}

/// See [`crate::store::Store::head_at`].
pub(super) async fn head_at(reads: &SqlitePool, at: DateTime<Utc>) -> Result<ReleaseNumber, StoreError> {
    let statement = "SELECT number FROM release WHERE published_at <= ?1 ORDER BY published_at DESC LIMIT 1";
    let head: Option<i64> =
        sqlx::query_scalar(statement).bind(micros(at)).fetch_optional(reads).await.doing("find its head at a time")?;
    Ok(head.unwrap_or(0))
}

/// See [`crate::store::Store::release`].
pub(super) async fn release(
    reads: &SqlitePool,
    viewer: &Viewer,
    number: ReleaseNumber,
) -> Result<Option<Release>, StoreError> {
    let rows = sqlx::query(releases!("r.number = ?2"))
        .bind(viewer.access().level())
        .bind(number)
        .fetch_all(reads)
        .await
        .doing("read a release")?;
    Ok(with_files(reads, &rows).await?.pop())
}

/// See [`crate::store::Store::releases`].
pub(super) async fn releases(
    reads: &SqlitePool,
    viewer: &Viewer,
    dataset: &str,
    at: ReleaseNumber,
    page: Page,
) -> Result<(Vec<Release>, u64), StoreError> {
    let rows = sqlx::query(releases!("d.name = ?2 AND r.number <= ?3 ORDER BY r.number DESC LIMIT ?4 OFFSET ?5"))
        .bind(viewer.access().level())
        .bind(dataset)
        .bind(at)
        .bind(i64::from(page.limit))
        .bind(signed(page.offset))
        .fetch_all(reads)
        .await
        .doing("read releases")?;
    let total: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM release r JOIN dataset d ON d.id = r.dataset
         WHERE d.access_level <= ?1 AND d.name = ?2 AND r.number <= ?3",
    )
    .bind(viewer.access().level())
    .bind(dataset)
    .bind(at)
    .fetch_one(reads)
    .await
    .doing("count releases")?;
    Ok((with_files(reads, &rows).await?, unsigned(total)))
}

async fn with_files(reads: &SqlitePool, rows: &[SqliteRow]) -> Result<Vec<Release>, StoreError> {
    let mut releases = rows.iter().map(bare).collect::<Result<Vec<_>, _>>()?;
    let mut files: HashMap<_, _> = runs::files(reads, releases.iter().map(|release| release.run)).await?;
    for release in &mut releases {
        release.files = files.remove(&release.run).unwrap_or_default();
    }
    Ok(releases)
}

fn bare(row: &SqliteRow) -> Result<Release, StoreError> {
    let doing = "read a release";
    Ok(Release {
        number: row.try_get(0).doing(doing)?,
        dataset: row.try_get(1).doing(doing)?,
        run: row.try_get(2).doing(doing)?,
        published_at: time(row.try_get(3).doing(doing)?)?,
        standing: standing(row.try_get(4).doing(doing)?)?,
        figures: counts(row, 5).doing(doing)?,
        reference: counts(row, 11).doing(doing)?,
        files: Vec::new(),
    })
}
