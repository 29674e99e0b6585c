//! Catalogues: how their rows are read, and the last few kept in memory.

use super::{Columns, Doing, standing};
use crate::outcomes::{Breakdown, Category, ReferenceRow, Relation, ReleaseNumber, Sector, Standing};
use crate::store::{Catalogue, CatalogueRows, Slice, StoreError};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Catalogues of so many releases stay in memory: the newest, and those that `asOf` keeps asking for.
const KEPT: usize = 8;

/// The catalogues that were asked for last, the newest ask at the back.
#[derive(Debug, Default)]
pub(in crate::store) struct Kept(Mutex<VecDeque<Arc<Catalogue>>>);

impl Kept {
    /// The catalogue of release `at`, put together from `rows` where it is not kept. Built once however many ask.
    /// `rows` gives those of the newest release where `at` is not published yet: what is to come must not be remembered
    /// under its coming number.
    pub(in crate::store) async fn get(
        &self,
        at: ReleaseNumber,
        rows: impl Future<Output = Result<CatalogueRows, StoreError>>,
    ) -> Result<Arc<Catalogue>, StoreError> {
        let mut kept = self.0.lock().await;
        if let Some(index) = kept.iter().position(|catalogue| catalogue.at() == at) {
            // Found by this index a line above; the default is never taken.
            let catalogue = kept.remove(index).unwrap_or_default();
            kept.push_back(Arc::clone(&catalogue));
            return Ok(catalogue);
        }
        let catalogue = Arc::new(Catalogue::build(rows.await?));
        kept.retain(|other| other.at() != catalogue.at());
        kept.push_back(Arc::clone(&catalogue));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        Ok(catalogue)
    }
}

/// The release that opened each live row of the relation `frameworks`, by dataset and key.
pub(in crate::store) type Opened = HashMap<(String, String), ReleaseNumber>;

/// The live reference rows, each from its dataset, relation, key, stored form and the release that opened it, in this
/// order of bytes; those of the hub's own reference data come last and win.
pub(in crate::store) async fn reference<R: Columns>(
    mut rows: BoxStream<'_, Result<R, sqlx::Error>>,
) -> Result<(Vec<(String, ReferenceRow)>, Opened), StoreError> {
    let doing = "read reference rows";
    let mut reference: Vec<(String, ReferenceRow)> = Vec::new();
    let mut opened = Opened::new();
    while let Some(row) = rows.try_next().await.doing(doing)? {
        let (dataset, relation, key) = (row.text(0, doing)?, row.text(1, doing)?, row.text(2, doing)?);
        if relation == Relation::Frameworks.name() {
            opened.insert((dataset.to_owned(), key.to_owned()), row.id(4, doing)?);
        }
        reference.push((dataset.to_owned(), reference_row(dataset, relation, key, row.text(3, doing)?)?));
    }
    Ok((in_order(reference), opened))
}

/// A stored reference row.
fn reference_row(dataset: &str, relation: &str, key: &str, body: &str) -> Result<ReferenceRow, StoreError> {
    serde_json::from_str(body)
        .map_err(|error| StoreError::Inconsistent(format!("row `{key}` of {relation} of `{dataset}`: {error}")))
}

/// Reference rows in the order of their weight: those of the hub's own reference data come last and win.
fn in_order(mut rows: Vec<(String, ReferenceRow)>) -> Vec<(String, ReferenceRow)> {
    let is_reference =
        |row: &ReferenceRow| matches!(row, ReferenceRow::Dataset(described) if described.sector == Sector::Reference);
    let vocabularies: HashSet<String> =
        rows.iter().filter(|(_, row)| is_reference(row)).map(|(dataset, _)| dataset.clone()).collect();
    // The sort is stable: within both halves the order stays.
    rows.sort_by_key(|(dataset, _)| vocabularies.contains(dataset));
    rows
}

/// From rows of [`super::statements::SLICES`]: the slices that hold a figure, and those that once did.
pub(in crate::store) fn slices(rows: &[impl Columns]) -> Result<(Vec<Slice>, Vec<Slice>), StoreError> {
    let doing = "read slices";
    let mut texts = Texts::default();
    let (mut slices, mut emptied) = (Vec::new(), Vec::new());
    for row in rows {
        let slice = Slice {
            id: row.id(0, doing)?,
            dataset: texts.shared(row.text(1, doing)?),
            indicator: texts.shared(row.text(2, doing)?),
            breakdown: breakdown(row, 3, doing)?,
        };
        if row.flag(7, doing)? { slices.push(slice) } else { emptied.push(slice) }
    }
    Ok((slices, emptied))
}

/// The breakdown in four columns from `first` on; a category of two empty texts stands for the total.
pub(super) fn breakdown(row: &impl Columns, first: usize, doing: &'static str) -> Result<Breakdown, StoreError> {
    let text = |offset| row.text(first + offset, doing).map(str::to_owned);
    let category = Category { kind: text(2)?, name: text(3)? };
    let total = category.kind.is_empty() && category.name.is_empty();
    Ok(Breakdown { sex: text(0)?, age: text(1)?, category: if total { None } else { Some(category) } })
}

/// From rows of [`super::statements::STANDINGS`]: each release's standing.
pub(in crate::store) fn standings(rows: &[impl Columns]) -> Result<Vec<(ReleaseNumber, Standing)>, StoreError> {
    let doing = "read standings";
    rows.iter().map(|row| Ok((row.id(0, doing)?, standing(row.text(1, doing)?)?))).collect()
}

/// Texts that many rows share, each held once.
#[derive(Default)]
struct Texts(HashMap<String, Arc<str>>);

impl Texts {
    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(text) = self.0.get(text) {
            return Arc::clone(text);
        }
        let shared: Arc<str> = text.into();
        self.0.insert(text.to_owned(), Arc::clone(&shared));
        shared
    }
}
