//! Reading releases.

use super::engine::{Doing, micros, signed, unsigned};
use super::runs;
use crate::access::Viewer;
use crate::outcomes::{Release, ReleaseNumber};
use crate::store::common;
use crate::store::common::statements::{COUNT_RELEASES, HEAD, HEAD_AT, RELEASE, RELEASES};
use crate::store::{Page, StoreError};
use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqlitePool, SqliteRow};

/// See [`crate::store::Reads::head`].
pub(super) async fn head(reads: &SqlitePool) -> Result<ReleaseNumber, StoreError> {
    sqlx::query_scalar(HEAD).fetch_one(reads).await.doing("find its head")
}

/// See [`crate::store::Reads::head_at`].
pub(super) async fn head_at(reads: &SqlitePool, at: DateTime<Utc>) -> Result<ReleaseNumber, StoreError> {
    let head: Option<i64> =
        sqlx::query_scalar(HEAD_AT).bind(micros(at)).fetch_optional(reads).await.doing("find its head at a time")?;
    Ok(head.unwrap_or(0))
}

/// See [`crate::store::Reads::release`].
pub(super) async fn release(
    reads: &SqlitePool,
    viewer: &Viewer,
    number: ReleaseNumber,
) -> Result<Option<Release>, StoreError> {
    let rows = sqlx::query(RELEASE)
        .bind(viewer.access().level())
        .bind(number)
        .fetch_all(reads)
        .await
        .doing("read a release")?;
    Ok(with_files(reads, &rows).await?.pop())
}

/// See [`crate::store::Reads::releases`].
pub(super) async fn releases(
    reads: &SqlitePool,
    viewer: &Viewer,
    dataset: &str,
    at: ReleaseNumber,
    page: Page,
) -> Result<(Vec<Release>, u64), StoreError> {
    let rows = sqlx::query(RELEASES)
        .bind(viewer.access().level())
        .bind(dataset)
        .bind(at)
        .bind(i64::from(page.limit))
        .bind(signed(page.offset))
        .fetch_all(reads)
        .await
        .doing("read releases")?;
    let total: i64 = sqlx::query_scalar(COUNT_RELEASES)
        .bind(viewer.access().level())
        .bind(dataset)
        .bind(at)
        .fetch_one(reads)
        .await
        .doing("count releases")?;
    Ok((with_files(reads, &rows).await?, unsigned(total)))
}

async fn with_files(reads: &SqlitePool, rows: &[SqliteRow]) -> Result<Vec<Release>, StoreError> {
    let mut releases = common::releases(rows)?;
    let mut files = runs::files(reads, releases.iter().map(|release| release.run)).await?;
    for release in &mut releases {
        release.files = files.remove(&release.run).unwrap_or_default();
    }
    Ok(releases)
}
