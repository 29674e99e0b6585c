//! Rows that were staged more than once under one key: what is said of them, and giving them on in batches.

use super::catalogue::breakdown;
use super::figure::{Content, period};
use super::noted;
use super::raw::raw;
use super::{Columns, Doing, unsigned};
use crate::outcomes::{Observation, Origin, Rejection, Relation};
use crate::store::{Quarantine, StoreError};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use std::sync::Arc;

/// The rule that rejects rows of one key with different figures.
pub(in crate::store) const DUPLICATE_KEY: &str = "duplicate-key";

/// Rejections are given in batches of so many.
const BATCH: usize = 1000;

/// What is being done when figures that clash are read.
const FIGURES: &str = "list repeated figures";

/// What is being done when reference rows that clash are read.
const REFERENCE: &str = "list repeated reference rows";

/// Rejects figures, each from the columns of `content!`, its note, whether all rows of its key are the same, its
/// indicator, sex, age, type of category, category, area and period, its file and row, and those of the row that it
/// clashes with.
pub(in crate::store) async fn reject_figures<R: Columns + Send>(
    rows: BoxStream<'_, Result<R, sqlx::Error>>,
    rejected: &mut dyn Quarantine,
) -> Result<(), StoreError> {
    reject(rows, FIGURES, figure, rejected).await
}

/// Rejects reference rows, each from its relation, its stored form, whether all rows of its key are the same, its file
/// and row, and those of the row that it clashes with.
pub(in crate::store) async fn reject_reference<R: Columns + Send>(
    rows: BoxStream<'_, Result<R, sqlx::Error>>,
    rejected: &mut dyn Quarantine,
) -> Result<(), StoreError> {
    reject(rows, REFERENCE, reference, rejected).await
}

/// Gives rejections on, a batch at a time.
async fn reject<R: Columns + Send>(
    mut rows: BoxStream<'_, Result<R, sqlx::Error>>,
    doing: &'static str,
    read: fn(&R) -> Result<Rejection, StoreError>,
    rejected: &mut dyn Quarantine,
) -> Result<(), StoreError> {
    let mut batch = Vec::new();
    while let Some(row) = rows.try_next().await.doing(doing)? {
        batch.push(read(&row)?);
        if batch.len() == BATCH {
            rejected.take(std::mem::take(&mut batch)).await?;
        }
    }
    if batch.is_empty() { Ok(()) } else { rejected.take(batch).await }
}

fn figure(row: &impl Columns) -> Result<Rejection, StoreError> {
    let content = Content::read(row)?;
    let (note, combined_with) = row.text_or_none(11, FIGURES)?.map_or((None, None), noted::read);
    let observation = Observation {
        indicator: row.text(13, FIGURES)?.into(),
        area: row.text(18, FIGURES)?.to_owned(),
        period: period(row.whole(19, FIGURES)?)?,
        breakdown: Arc::new(breakdown(row, 14, FIGURES)?),
        value: content.value,
        lower_ci: content.lower_ci,
        upper_ci: content.upper_ci,
        lower_ci_99_8: content.lower_ci_99_8,
        upper_ci_99_8: content.upper_ci_99_8,
        count: content.count,
        denominator: content.denominator,
        note,
        combined_with,
    };
    let (own, other) = (origin(row, 20, FIGURES)?, origin(row, 22, FIGURES)?);
    Ok(clash(Relation::Observations, own, &other, row.flag(12, FIGURES)?, raw(&observation)))
}

fn reference(row: &impl Columns) -> Result<Rejection, StoreError> {
    let name = row.text(0, REFERENCE)?;
    let relation = Relation::from_name(name)
        .ok_or_else(|| StoreError::Inconsistent(format!("`{name}` is not a shared relation")))?;
    // Stored as `{"relation": …, "row": {…}}`; a person wants the row.
    let mut body: serde_json::Value = serde_json::from_str(row.text(1, REFERENCE)?)
        .map_err(|error| StoreError::Inconsistent(format!("a staged row of {name}: {error}")))?;
    let raw = body.get_mut("row").map(serde_json::Value::take).unwrap_or(body);
    let (own, other) = (origin(row, 3, REFERENCE)?, origin(row, 5, REFERENCE)?);
    Ok(clash(relation, own, &other, row.flag(2, REFERENCE)?, raw.to_string()))
}

/// Where a row stands, from the columns of its file and its number.
fn origin(row: &impl Columns, first: usize, doing: &'static str) -> Result<Origin, StoreError> {
    Ok(Origin { file: row.text(first, doing)?.into(), row: unsigned(row.id(first + 1, doing)?) })
}

/// The rejection of a row that clashes with the one at `other`.
fn clash(relation: Relation, origin: Origin, other: &Origin, same: bool, raw: String) -> Rejection {
    let Origin { file, row } = other;
    let (reason, detail) = if same {
        ("repeated", format!("repeats row {row} of {file}, which is kept"))
    } else {
        (DUPLICATE_KEY, format!("row {row} of {file} says something else for the same key, so neither is kept"))
    };
    Rejection { relation, origin, reason, column: None, text: None, detail, raw }
}
