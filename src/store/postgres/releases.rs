//! Reading releases.

use super::engine::{Doing, clamped, level, signed, unsigned};
use super::runs;
use crate::access::Viewer;
use crate::outcomes::{Release, ReleaseNumber};
use crate::store::common;
use crate::store::common::statements::{COUNT_RELEASES, HEAD, HEAD_AT, RELEASE, RELEASE_OF_RUN, RELEASES};
use crate::store::{Page, StoreError};
use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use sqlx::postgres::{PgPool, PgRow};

/// The newest release; 0 while nothing is published.
pub(super) async fn head(from: impl PgExecutor<'_>) -> Result<ReleaseNumber, StoreError> {
    let head: i32 = sqlx::query_scalar(HEAD).fetch_one(from).await.doing("find its head")?;
    Ok(head.into())
}

/// See [`crate::store::Reads::head_at`].
pub(super) async fn head_at(reads: &PgPool, at: DateTime<Utc>) -> Result<ReleaseNumber, StoreError> {
    let head: Option<i32> =
        sqlx::query_scalar(HEAD_AT).bind(at).fetch_optional(reads).await.doing("find its head at a time")?;
    Ok(head.unwrap_or(0).into())
}

/// See [`crate::store::Reads::release`].
pub(super) async fn release(
    reads: &PgPool,
    viewer: &Viewer,
    number: ReleaseNumber,
) -> Result<Option<Release>, StoreError> {
    let rows = sqlx::query(RELEASE)
        .bind(level(viewer))
        .bind(clamped(number))
        .fetch_all(reads)
        .await
        .doing("read a release")?;
    Ok(with_files(reads, &rows).await?.pop())
}

/// See [`crate::store::Reads::releases`].
pub(super) async fn releases(
    reads: &PgPool,
    viewer: &Viewer,
    dataset: &str,
    at: ReleaseNumber,
    page: Page,
) -> Result<(Vec<Release>, u64), StoreError> {
    let rows = sqlx::query(RELEASES)
        .bind(level(viewer))
        .bind(dataset)
        .bind(clamped(at))
        .bind(i64::from(page.limit))
        .bind(signed(page.offset))
        .fetch_all(reads)
        .await
        .doing("read releases")?;
    let total: i64 = sqlx::query_scalar(COUNT_RELEASES)
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
    let rows = sqlx::query(RELEASE_OF_RUN)
        .bind(level(&Viewer::operator()))
        .bind(run)
        .fetch_all(reads)
        .await
        .doing("read a release")?;
    Ok(with_files(reads, &rows).await?.pop())
}

async fn with_files(reads: &PgPool, rows: &[PgRow]) -> Result<Vec<Release>, StoreError> {
    let mut releases = common::releases(rows)?;
    let mut files = runs::files(reads, releases.iter().map(|release| release.run)).await?;
    for release in &mut releases {
        release.files = files.remove(&release.run).unwrap_or_default();
    }
    Ok(releases)
}
