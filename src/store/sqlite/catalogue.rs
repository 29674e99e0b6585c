//! The catalogue of a release, and the last few kept in memory.

use super::engine::Doing;
use super::releases;
use crate::outcomes::{Breakdown, Category, ReferenceRow, ReleaseNumber, Sector, Standing};
use crate::store::{Catalogue, CatalogueRows, Slice, StoreError};
use futures::TryStreamExt;
use sqlx::Row;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Catalogues of so many releases stay in memory: the newest, and those that `asOf` keeps asking for.
const KEPT: usize = 8;

/// The catalogues that were asked for last, the newest ask at the back.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<VecDeque<Arc<Catalogue>>>);

impl Kept {
    /// The catalogue of release `at`, or of the newest one where that is older. Built once however many ask.
    pub(super) async fn get(&self, reads: &SqlitePool, at: ReleaseNumber) -> Result<Arc<Catalogue>, StoreError> {
        let mut kept = self.0.lock().await;
        if let Some(index) = kept.iter().position(|catalogue| catalogue.at() == at) {
            // Found by this index a line above; the default is never taken.
            let catalogue = kept.remove(index).unwrap_or_default();
            kept.push_back(Arc::clone(&catalogue));
            return Ok(catalogue);
        }
        // What is not published yet must not be remembered under its coming number.
        let at = at.clamp(0, releases::head(reads).await?);
        let catalogue = Arc::new(Catalogue::build(rows(reads, at).await?));
        kept.retain(|other| other.at() != at);
        kept.push_back(Arc::clone(&catalogue));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        Ok(catalogue)
    }
}

/// What is published at `at` is never changed again, so several statements see one state.
async fn rows(reads: &SqlitePool, at: ReleaseNumber) -> Result<CatalogueRows, StoreError> {
    let (slices, emptied) = slices(reads, at).await?;
    Ok(CatalogueRows {
        at,
        reference: reference(reads, at).await?,
        area_ids: sqlx::query_as("SELECT id, code FROM area").fetch_all(reads).await.doing("read areas")?,
        slices,
        emptied,
        standings: standings(reads, at).await?,
    })
}

/// The live reference rows, by dataset, relation and key; those of the hub's own reference data come last and win.
async fn reference(reads: &SqlitePool, at: ReleaseNumber) -> Result<Vec<(String, ReferenceRow)>, StoreError> {
    let mut rows = sqlx::query(
        "SELECT d.name, r.relation, r.key, r.body
         FROM dataset d CROSS JOIN reference_row r ON r.dataset = d.id
         WHERE r.opened <= ?1 AND (r.closed IS NULL OR r.closed > ?1)
         ORDER BY d.name, r.relation, r.key",
    )
    .bind(at)
    .fetch(reads);
    let mut reference: Vec<(String, ReferenceRow)> = Vec::new();
    let mut vocabularies = HashSet::new();
    while let Some(row) = rows.try_next().await.doing("read reference rows")? {
        let text = |column: usize| row.try_get::<&str, _>(column).doing("read reference rows");
        let body = serde_json::from_str(text(3)?).map_err(|error| {
            let (dataset, relation, key) = (text(0), text(1), text(2));
            StoreError::Inconsistent(format!("row {key:?} of {relation:?} of {dataset:?}: {error}"))
        })?;
        let dataset = text(0)?.to_owned();
        if matches!(&body, ReferenceRow::Dataset(described) if described.sector == Sector::Reference) {
            vocabularies.insert(dataset.clone());
        }
        reference.push((dataset, body));
    }
    // The sort is stable: within both halves the order stays.
    reference.sort_by_key(|(dataset, _)| vocabularies.contains(dataset));
    Ok(reference)
}

/// The slices that hold a figure, and those that once did.
async fn slices(reads: &SqlitePool, at: ReleaseNumber) -> Result<(Vec<Slice>, Vec<Slice>), StoreError> {
    let rows = sqlx::query(
        "SELECT s.id, d.name, s.indicator, s.sex, s.age, s.category_type, s.category, t.live > 0
         FROM (SELECT slice, sum(opened - closed) AS live FROM release_slice WHERE release <= ?1 GROUP BY slice) t
         JOIN slice s ON s.id = t.slice
         JOIN dataset d ON d.id = s.dataset
         ORDER BY s.id",
    )
    .bind(at)
    .fetch_all(reads)
    .await
    .doing("read slices")?;
    let mut texts = HashMap::new();
    let (mut slices, mut emptied) = (Vec::new(), Vec::new());
    for row in &rows {
        let slice = slice(row, &mut texts).doing("read slices")?;
        let live: bool = row.try_get(7).doing("read slices")?;
        if live { slices.push(slice) } else { emptied.push(slice) }
    }
    Ok((slices, emptied))
}

fn slice(row: &SqliteRow, texts: &mut HashMap<String, Arc<str>>) -> Result<Slice, sqlx::Error> {
    let mut shared = |column: usize| -> Result<Arc<str>, sqlx::Error> {
        let text: &str = row.try_get(column)?;
        if let Some(text) = texts.get(text) {
            return Ok(Arc::clone(text));
        }
        let shared: Arc<str> = text.into();
        texts.insert(text.to_owned(), Arc::clone(&shared));
        Ok(shared)
    };
    let (dataset, indicator) = (shared(1)?, shared(2)?);
    let breakdown = breakdown(row, 3)?;
    Ok(Slice { id: row.try_get(0)?, dataset, indicator, breakdown })
}

/// The breakdown in four columns from `first` on.
pub(super) fn breakdown(row: &SqliteRow, first: usize) -> Result<Breakdown, sqlx::Error> {
    let category = Category { kind: row.try_get(first + 2)?, name: row.try_get(first + 3)? };
    let total = category.kind.is_empty() && category.name.is_empty();
    Ok(Breakdown {
        sex: row.try_get(first)?,
        age: row.try_get(first + 1)?,
        category: if total { None } else { Some(category) },
    })
}

async fn standings(reads: &SqlitePool, at: ReleaseNumber) -> Result<Vec<(ReleaseNumber, Standing)>, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as("SELECT number, standing FROM release WHERE number <= ?1")
        .bind(at)
        .fetch_all(reads)
        .await
        .doing("read standings")?;
    rows.into_iter().map(|(number, word)| Ok((number, releases::standing(&word)?))).collect()
}
