//! Reading releases.

use super::engine::{Doing, clamped, counts, level, signed, unsigned};
use super::runs;
use crate::access::Viewer;
use crate::outcomes::{Release, ReleaseNumber};
use crate::store::common::standing;
use crate::store::{Page, StoreError};
use chrono::{DateTime, Utc};
use sqlx::postgres::{PgPool, PgRow};
use sqlx::{PgExecutor, Row};

macro_rules! releases {
    ($rest:literal) => {
        concat!(
            "SELECT r.number, d.name, r.run, r.published_at, r.standing,
                    r.figures_mapped, r.figures_added, r.figures_changed, r.figures_unchanged, r.figures_rejected,
                    r.figures_withdrawn, r.reference_mapped, r.reference_added, r.reference_changed,
                    r.reference_unchanged, r.reference_rejected, r.reference_withdrawn
             FROM release r JOIN dataset d ON d.id = r.dataset
             WHERE d.access_level <= $1 AND ",
            $rest
        )
    };
}

/// The newest release; 0 while nothing is published.
pub(super) async fn head(from: impl PgExecutor<'_>) -> Result<ReleaseNumber, StoreError> {
    let head: i32 = sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM release")
        .fetch_one(from)
        .await
        .doing("find its head")?;
    Ok(head.into())
}

/// See [`crate::store::Store::head_at`].
pub(super) async fn head_at(reads: &PgPool, at: DateTime<Utc>) -> Result<ReleaseNumber, StoreError> {
    let statement = "SELECT number FROM release WHERE published_at <= $1 ORDER BY published_at DESC LIMIT 1";
    let head: Option<i32> =
        sqlx::query_scalar(statement).bind(at).fetch_optional(reads).await.doing("find its head at a time")?;
    Ok(head.unwrap_or(0).into())
}

/// See [`crate::store::Store::release`].
pub(super) async fn release(
    reads: &PgPool,
    viewer: &Viewer,
    number: ReleaseNumber,
) -> Result<Option<Release>, StoreError> {
    let rows = sqlx::query(releases!("r.number = $2"))
        .bind(level(viewer))
        .bind(clamped(number))
        .fetch_all(reads)
        .await
        .doing("read a release")?;
    Ok(with_files(reads, &rows).await?.pop())
}

/// See [`crate::store::Store::releases`].
pub(super) async fn releases(
    reads: &PgPool,
    viewer: &Viewer,
    dataset: &str,
    at: ReleaseNumber,
    page: Page,
) -> Result<(Vec<Release>, u64), StoreError> {
    let rows = sqlx::query(releases!("d.name = $2 AND r.number <= $3 ORDER BY r.number DESC LIMIT $4 OFFSET $5"))
        .bind(level(viewer))
        .bind(dataset)
        .bind(clamped(at))
        .bind(i64::from(page.limit))
        .bind(signed(page.offset))
        .fetch_all(reads)
        .await
        .doing("read releases")?;
    let total: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM release r JOIN dataset d ON d.id = r.dataset
         WHERE d.access_level <= $1 AND d.name = $2 AND r.number <= $3",
    )
    .bind(level(viewer))
    .bind(dataset)
    .bind(clamped(at))
    .fetch_one(reads)
    .await
    .doing("count releases")?;
    Ok((with_files(reads, &rows).await?, unsigned(total)))
}

/// The release that a run ended in, whoever may see it.
pub(super) async fn of_run(reads: &PgPool, run: i64) -> Result<Option<Release>, StoreError> {
    let rows = sqlx::query(releases!("r.run = $2"))
        .bind(level(&Viewer::operator()))
        .bind(run)
        .fetch_all(reads)
        .await
        .doing("read a release")?;
    Ok(with_files(reads, &rows).await?.pop())
}

async fn with_files(reads: &PgPool, rows: &[PgRow]) -> Result<Vec<Release>, StoreError> {
    let mut releases = rows.iter().map(bare).collect::<Result<Vec<_>, _>>()?;
    let mut files = runs::files(reads, releases.iter().map(|release| release.run)).await?;
    for release in &mut releases {
        release.files = files.remove(&release.run).unwrap_or_default();
    }
    Ok(releases)
}

fn bare(row: &PgRow) -> Result<Release, StoreError> {
    let doing = "read a release";
    Ok(Release {
        number: row.try_get::<i32, _>(0).doing(doing)?.into(),
        dataset: row.try_get(1).doing(doing)?,
        run: row.try_get(2).doing(doing)?,
        published_at: row.try_get(3).doing(doing)?,
        standing: standing(row.try_get(4).doing(doing)?)?,
        figures: counts(row, 5).doing(doing)?,
        reference: counts(row, 11).doing(doing)?,
        files: Vec::new(),
    })
}
