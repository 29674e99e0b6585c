//! Texts to ids: areas, slices, notes and files of what is being staged, as far as they were met.

use super::noted;
use crate::outcomes::{Breakdown, Observation, Traced};
use crate::store::StoreError;
use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

/// Notes may be as many as figures: past this many, those met before are forgotten and looked up again when needed.
const NOTES_KEPT: usize = 20_000;

/// A slice, but for its dataset.
pub(in crate::store) type SliceKey = (Arc<str>, Arc<Breakdown>);

/// A breakdown's category as it is stored: two empty texts for the total.
pub(in crate::store) fn category(breakdown: &Breakdown) -> (&str, &str) {
    breakdown.category.as_ref().map_or(("", ""), |category| (&category.kind, &category.name))
}

/// A figure's note as it is stored.
fn stored_note(row: &Observation) -> Option<Arc<str>> {
    noted::stored(row.note.as_ref(), row.combined_with.as_ref())
}

/// The ids of what was met so far.
#[derive(Default)]
pub(in crate::store) struct Met {
    pub(in crate::store) areas: HashMap<String, i64>,
    pub(in crate::store) slices: HashMap<SliceKey, i64>,
    pub(in crate::store) notes: HashMap<Arc<str>, i64>,
    pub(in crate::store) files: HashMap<Arc<str>, i64>,
}

/// The ids of one observation.
pub(in crate::store) struct Ids {
    pub(in crate::store) slice: i64,
    pub(in crate::store) area: i64,
    pub(in crate::store) note: Option<i64>,
    pub(in crate::store) file: i64,
}

/// What rows name and was not met before, each in the order in which they name it: ids are given in that order, so
/// that the same rows give the same ids.
pub(in crate::store) struct Unmet {
    pub(in crate::store) areas: Vec<String>,
    pub(in crate::store) slices: Vec<SliceKey>,
    pub(in crate::store) notes: Vec<Arc<str>>,
    pub(in crate::store) files: Vec<Arc<str>>,
}

impl Unmet {
    /// Whether there is nothing to look up.
    pub(in crate::store) fn is_empty(&self) -> bool {
        self.areas.is_empty() && self.slices.is_empty() && self.notes.is_empty() && self.files.is_empty()
    }
}

impl Met {
    /// What these rows name and was not met before; afterwards its ids belong in the maps.
    pub(in crate::store) fn unmet(&mut self, rows: &[Traced<Observation>]) -> Unmet {
        if self.notes.len() > NOTES_KEPT {
            self.notes.clear();
        }
        let (mut areas, mut slices, mut notes, mut files) = (Fresh::new(), Fresh::new(), Fresh::new(), Fresh::new());
        for Traced { row, origin } in rows {
            areas.note(&self.areas, row.area.as_str(), || row.area.clone());
            // Both are shared by most rows: cloning them counts references up and copies nothing.
            slices.note(&self.slices, &(Arc::clone(&row.indicator), Arc::clone(&row.breakdown)), || {
                (Arc::clone(&row.indicator), Arc::clone(&row.breakdown))
            });
            if let Some(note) = stored_note(row) {
                notes.note(&self.notes, &*note, || Arc::clone(&note));
            }
            files.note(&self.files, &*origin.file, || Arc::clone(&origin.file));
        }
        Unmet { areas: areas.keys, slices: slices.keys, notes: notes.keys, files: files.keys }
    }

    /// The ids of a row whose names were all met.
    pub(in crate::store) fn of(&self, row: &Traced<Observation>) -> Result<Ids, StoreError> {
        let unmet = || StoreError::OutOfTurn("a figure's names are looked up before it is staged".to_owned());
        self.ids(row).ok_or_else(unmet)
    }

    /// The id of a note that was met.
    pub(in crate::store) fn note(&self, text: &str) -> Result<i64, StoreError> {
        let unmet = || StoreError::OutOfTurn("a note is looked up before it is staged".to_owned());
        self.notes.get(text).copied().ok_or_else(unmet)
    }

    fn ids(&self, Traced { row, origin }: &Traced<Observation>) -> Option<Ids> {
        let slice = self.slices.get(&(Arc::clone(&row.indicator), Arc::clone(&row.breakdown)))?;
        let note = match stored_note(row) {
            Some(note) => Some(*self.notes.get(&note)?),
            None => None,
        };
        Some(Ids { slice: *slice, area: *self.areas.get(&row.area)?, note, file: *self.files.get(&origin.file)? })
    }
}

struct Fresh<K> {
    keys: Vec<K>,
    seen: HashSet<K>,
}

impl<K: Clone + Eq + Hash> Fresh<K> {
    fn new() -> Self {
        Self { keys: Vec::new(), seen: HashSet::new() }
    }

    fn note<Q: Eq + Hash + ?Sized>(&mut self, met: &HashMap<K, i64>, key: &Q, own: impl FnOnce() -> K)
    where
        K: Borrow<Q>,
    {
        if !met.contains_key(key) && !self.seen.contains(key) {
            let key = own();
            self.seen.insert(key.clone());
            self.keys.push(key);
        }
    }
}
