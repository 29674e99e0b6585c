//! Catalogues: how their rows are read, and the last few kept in memory.

use crate::outcomes::{Breakdown, Category, ReferenceRow, ReleaseNumber, Sector};
use crate::store::{Catalogue, CatalogueRows, StoreError};
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

/// A stored reference row.
pub(in crate::store) fn reference_row(
    dataset: &str,
    relation: &str,
    key: &str,
    body: &str,
) -> Result<ReferenceRow, StoreError> {
    serde_json::from_str(body)
        .map_err(|error| StoreError::Inconsistent(format!("row `{key}` of {relation} of `{dataset}`: {error}")))
}

/// Reference rows in the order of their weight: those of the hub's own reference data come last and win.
pub(in crate::store) fn in_order(mut rows: Vec<(String, ReferenceRow)>) -> Vec<(String, ReferenceRow)> {
    let is_reference =
        |row: &ReferenceRow| matches!(row, ReferenceRow::Dataset(described) if described.sector == Sector::Reference);
    let vocabularies: HashSet<String> =
        rows.iter().filter(|(_, row)| is_reference(row)).map(|(dataset, _)| dataset.clone()).collect();
    // The sort is stable: within both halves the order stays.
    rows.sort_by_key(|(dataset, _)| vocabularies.contains(dataset));
    rows
}

/// The breakdown behind four stored texts; two empty ones stand for the total.
pub(in crate::store) fn breakdown(sex: String, age: String, category: Category) -> Breakdown {
    let total = category.kind.is_empty() && category.name.is_empty();
    Breakdown { sex, age, category: if total { None } else { Some(category) } }
}

/// Texts that many rows share, each held once.
#[derive(Default)]
pub(in crate::store) struct Texts(HashMap<String, Arc<str>>);

impl Texts {
    pub(in crate::store) fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(text) = self.0.get(text) {
            return Arc::clone(text);
        }
        let shared: Arc<str> = text.into();
        self.0.insert(text.to_owned(), Arc::clone(&shared));
        shared
    }
}
