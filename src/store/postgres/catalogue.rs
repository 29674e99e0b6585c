//! What the catalogue of a release is put together from.

use super::engine::{Doing, clamped};
use super::releases;
use crate::outcomes::{Breakdown, Category, ReferenceRow, Relation, ReleaseNumber, Standing};
use crate::store::common::{self, Opened, Texts, in_order, reference_row, standing};
use crate::store::{CatalogueRows, Slice, StoreError};
use futures::TryStreamExt;
use sqlx::Row;
use sqlx::postgres::{PgPool, PgRow};

/// The rows of release `at`, or of the newest one where that is older. What is published at `at` is never changed
/// again, so several statements see one state.
pub(super) async fn rows(reads: &PgPool, at: ReleaseNumber) -> Result<CatalogueRows, StoreError> {
    let at = at.clamp(0, releases::head(reads).await?);
    let areas: Vec<(i32, String)> =
        sqlx::query_as("SELECT id, code FROM area").fetch_all(reads).await.doing("read areas")?;
    let (slices, emptied) = slices(reads, at).await?;
    let (reference, frameworks_opened) = reference(reads, at).await?;
    Ok(CatalogueRows {
        at,
        reference,
        frameworks_opened,
        area_ids: areas.into_iter().map(|(id, code)| (id.into(), code)).collect(),
        slices,
        emptied,
        standings: standings(reads, at).await?,
    })
}

/// The live reference rows, by dataset, relation and key in the order of their bytes, as every engine gives them.
async fn reference(reads: &PgPool, at: ReleaseNumber) -> Result<(Vec<(String, ReferenceRow)>, Opened), StoreError> {
    let mut rows = sqlx::query(
        r#"SELECT d.name, r.relation, r.key, r.body, r.opened
           FROM dataset d JOIN reference_row r ON r.dataset = d.id
           WHERE r.opened <= $1 AND (r.closed IS NULL OR r.closed > $1)
           ORDER BY d.name COLLATE "C", r.relation COLLATE "C", r.key COLLATE "C""#,
    )
    .bind(clamped(at))
    .fetch(reads);
    let mut reference: Vec<(String, ReferenceRow)> = Vec::new();
    let mut opened = Opened::new();
    while let Some(row) = rows.try_next().await.doing("read reference rows")? {
        let text = |column: usize| row.try_get::<&str, _>(column).doing("read reference rows");
        if text(1)? == Relation::Frameworks.name() {
            opened.insert(
                (text(0)?.to_owned(), text(2)?.to_owned()),
                row.try_get::<i32, _>(4).doing("read reference rows")?.into(),
            );
        }
        reference.push((text(0)?.to_owned(), reference_row(text(0)?, text(1)?, text(2)?, text(3)?)?));
    }
    Ok((in_order(reference), opened))
}

/// See [`crate::store::Store::reference_version`].
pub(super) async fn reference_version(
    reads: &PgPool,
    dataset: &str,
    at: ReleaseNumber,
) -> Result<ReleaseNumber, StoreError> {
    let version: i32 = sqlx::query_scalar(
        "SELECT coalesce(max(CASE WHEN closed <= $2 THEN closed ELSE opened END), 0) FROM reference_row
         WHERE opened <= $2 AND dataset NOT IN (SELECT id FROM dataset WHERE name = $1)",
    )
    .bind(dataset)
    .bind(clamped(at))
    .fetch_one(reads)
    .await
    .doing("find what reference rows are at")?;
    Ok(version.into())
}

/// The slices that hold a figure, and those that once did.
async fn slices(reads: &PgPool, at: ReleaseNumber) -> Result<(Vec<Slice>, Vec<Slice>), StoreError> {
    let rows = sqlx::query(
        "SELECT s.id, d.name, s.indicator, s.sex, s.age, s.category_type, s.category, t.live > 0
         FROM (SELECT slice, sum(opened - closed) AS live FROM release_slice WHERE release <= $1 GROUP BY slice) t
         JOIN slice s ON s.id = t.slice
         JOIN dataset d ON d.id = s.dataset
         ORDER BY s.id",
    )
    .bind(clamped(at))
    .fetch_all(reads)
    .await
    .doing("read slices")?;
    let mut texts = Texts::default();
    let (mut slices, mut emptied) = (Vec::new(), Vec::new());
    for row in &rows {
        let slice = slice(row, &mut texts).doing("read slices")?;
        let live: bool = row.try_get(7).doing("read slices")?;
        if live { slices.push(slice) } else { emptied.push(slice) }
    }
    Ok((slices, emptied))
}

fn slice(row: &PgRow, texts: &mut Texts) -> Result<Slice, sqlx::Error> {
    let (dataset, indicator) = (texts.shared(row.try_get(1)?), texts.shared(row.try_get(2)?));
    Ok(Slice { id: row.try_get::<i32, _>(0)?.into(), dataset, indicator, breakdown: breakdown(row, 3)? })
}

/// The breakdown in four columns from `first` on.
pub(super) fn breakdown(row: &PgRow, first: usize) -> Result<Breakdown, sqlx::Error> {
    let category = Category { kind: row.try_get(first + 2)?, name: row.try_get(first + 3)? };
    Ok(common::breakdown(row.try_get(first)?, row.try_get(first + 1)?, category))
}

async fn standings(reads: &PgPool, at: ReleaseNumber) -> Result<Vec<(ReleaseNumber, Standing)>, StoreError> {
    let rows: Vec<(i32, String)> = sqlx::query_as("SELECT number, standing FROM release WHERE number <= $1")
        .bind(clamped(at))
        .fetch_all(reads)
        .await
        .doing("read standings")?;
    rows.into_iter().map(|(number, word)| Ok((number.into(), standing(&word)?))).collect()
}
