//! Catalogues: how their rows are read, and the last few kept in memory.

use super::{Columns, Doing, standing};
use crate::outcomes::{Breakdown, Category, ReferenceRow, Relation, ReleaseNumber, Sector};
use crate::store::{Catalogue, CatalogueRows, ReleaseStanding, Slice, SliceId, StoreError};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OnceCell, Semaphore};

/// Catalogues of so many releases stay in memory: the newest, and those that `asOf` keeps asking for.
const KEPT: usize = 8;

/// Catalogues that are put together at once. Each takes the memory of its rows and of what they become.
const BUILDING: usize = 2;

/// A catalogue that is put together once, however many wait for it.
type Once = Arc<OnceCell<Arc<Catalogue>>>;

/// The catalogues that were asked for last, the newest ask at the back. The lock is held to find one, never to make one:
/// those who wait for a release hold up nobody who asks for another.
#[derive(Debug)]
pub(in crate::store) struct Kept {
    asked: Mutex<VecDeque<(ReleaseNumber, Once)>>,
    building: Semaphore,
}

impl Default for Kept {
    fn default() -> Self {
        Self { asked: Mutex::default(), building: Semaphore::new(BUILDING) }
    }
}

impl Kept {
    /// The catalogue of release `at`, put together from `rows` where it is not kept. Built once however many ask.
    /// `rows` gives those of the newest release where `at` is not published yet: what is to come must not be remembered
    /// under its coming number.
    pub(in crate::store) async fn get(
        &self,
        at: ReleaseNumber,
        rows: impl Future<Output = Result<CatalogueRows, StoreError>>,
    ) -> Result<Arc<Catalogue>, StoreError> {
        let (once, newest) = self.asked(at);
        let catalogue = once.get_or_try_init(|| self.built(rows, newest)).await?;
        if catalogue.at() != at {
            self.forget(at);
        }
        Ok(Arc::clone(catalogue))
    }

    /// The catalogue of release `at`, where it is kept.
    pub(in crate::store) fn known(&self, at: ReleaseNumber) -> Option<Arc<Catalogue>> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, once) = asked.iter().find(|(release, _)| *release == at)?;
        once.get().filter(|catalogue| catalogue.at() == at).cloned()
    }

    /// The place of release `at`, moved to the back, and whether no newer one was asked for; the one that was asked for
    /// longest ago makes room.
    fn asked(&self, at: ReleaseNumber) -> (Once, bool) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let known = asked.iter().position(|(release, _)| *release == at).and_then(|index| asked.remove(index));
        let (_, once) = known.unwrap_or_else(|| (at, Once::default()));
        asked.push_back((at, Arc::clone(&once)));
        if asked.len() > KEPT {
            asked.pop_front();
        }
        (once, asked.iter().all(|(release, _)| *release <= at))
    }

    fn forget(&self, at: ReleaseNumber) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).retain(|(release, _)| *release != at);
    }

    async fn built(
        &self,
        rows: impl Future<Output = Result<CatalogueRows, StoreError>>,
        newest: bool,
    ) -> Result<Arc<Catalogue>, StoreError> {
        // The newest stands in no line: everybody waits for it, and nobody for the earlier ones but who asked.
        let _turn = if newest { None } else { self.building.acquire().await.ok() };
        let rows = rows.await?;
        // Tens of thousands of rows are sorted into maps: not on a thread that answers.
        let built = tokio::task::spawn_blocking(move || Arc::new(Catalogue::build(rows))).await;
        built.map_err(|error| StoreError::Inconsistent(format!("the catalogue could not be put together: {error}")))
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

/// Slices that were read.
#[derive(Default)]
pub(in crate::store) struct Slices {
    /// Those that hold a figure.
    pub(in crate::store) held: Vec<Slice>,
    /// Those that once did.
    pub(in crate::store) emptied: Vec<Slice>,
    /// The first release that touched each.
    pub(in crate::store) begun: Vec<(SliceId, ReleaseNumber)>,
}

/// From rows of [`super::statements::SLICES`].
pub(in crate::store) fn slices(rows: &[impl Columns]) -> Result<Slices, StoreError> {
    let doing = "read slices";
    let mut texts = Texts::default();
    let mut slices = Slices::default();
    for row in rows {
        let slice = Slice {
            id: row.id(0, doing)?,
            dataset: texts.shared(row.text(1, doing)?),
            indicator: texts.shared(row.text(2, doing)?),
            breakdown: breakdown(row, 3, doing)?,
        };
        slices.begun.push((slice.id, row.id(8, doing)?));
        if row.flag(7, doing)? { slices.held.push(slice) } else { slices.emptied.push(slice) }
    }
    Ok(slices)
}

/// The breakdown in four columns from `first` on; a category of two empty texts stands for the total.
pub(super) fn breakdown(row: &impl Columns, first: usize, doing: &'static str) -> Result<Breakdown, StoreError> {
    let text = |offset| row.text(first + offset, doing).map(str::to_owned);
    let category = Category { kind: text(2)?, name: text(3)? };
    let total = category.kind.is_empty() && category.name.is_empty();
    Ok(Breakdown { sex: text(0)?, age: text(1)?, category: if total { None } else { Some(category) } })
}

/// From rows of [`super::statements::NEWEST`]: the key of each slice's newest period.
pub(in crate::store) fn newest(rows: &[impl Columns]) -> Result<Vec<(SliceId, i64)>, StoreError> {
    let doing = "read newest periods";
    rows.iter().map(|row| Ok((row.id(0, doing)?, row.whole(1, doing)?))).collect()
}

/// From rows of [`super::statements::STANDINGS`]: each release's standing, dataset and time.
pub(in crate::store) fn standings(rows: &[impl Columns]) -> Result<Vec<ReleaseStanding>, StoreError> {
    let doing = "read standings";
    let mut standings = Vec::with_capacity(rows.len());
    for row in rows {
        standings.push(ReleaseStanding {
            release: row.id(0, doing)?,
            standing: standing(row.text(1, doing)?)?,
            dataset: row.text(2, doing)?.to_owned(),
            published_at: row.time(3, doing)?,
        });
    }
    Ok(standings)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Notify;

    fn rows(at: ReleaseNumber) -> impl Future<Output = Result<CatalogueRows, StoreError>> {
        std::future::ready(Ok(CatalogueRows { at, ..CatalogueRows::default() }))
    }

    #[tokio::test]
    async fn one_that_is_being_built_holds_up_those_who_ask_for_it_alone() {
        let (kept, slow, begun) = (Arc::new(Kept::default()), Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        let ask = || {
            let (kept, slow, begun) = (Arc::clone(&kept), Arc::clone(&slow), Arc::clone(&begun));
            tokio::spawn(async move {
                let rows = async {
                    begun.fetch_add(1, Ordering::Relaxed);
                    slow.notified().await;
                    rows(7).await
                };
                kept.get(7, rows).await.map(|catalogue| catalogue.at())
            })
        };
        let waiting = [ask(), ask(), ask()];
        tokio::task::yield_now().await;
        assert_eq!(kept.get(8, rows(8)).await.expect("built").at(), 8, "another release is not held up");
        slow.notify_waiters();
        for asked in waiting {
            assert_eq!(asked.await.expect("no panic").expect("built"), 7);
        }
        assert_eq!(begun.load(Ordering::Relaxed), 1, "built once");
    }

    #[tokio::test]
    async fn what_is_to_come_is_not_remembered_and_the_oldest_ask_makes_room() {
        let kept = Kept::default();
        assert_eq!(kept.get(9, rows(3)).await.expect("built").at(), 3, "of the newest release");
        assert_eq!(kept.get(9, rows(9)).await.expect("built").at(), 9, "published since");
        for at in 10..=17 {
            kept.get(at, rows(at)).await.expect("built");
        }
        let fails = || async { Err(StoreError::Inconsistent("asked again".into())) };
        assert!(kept.get(17, fails()).await.is_ok());
        assert!(kept.get(9, fails()).await.is_err());
        assert_eq!(kept.get(9, rows(9)).await.expect("a failure is not remembered").at(), 9);
    }
}
