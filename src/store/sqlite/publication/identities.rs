//! Texts to ids: areas, slices, notes and files of what is being staged.
//!
//! What the store knows already goes by its published id; what it does not goes by a provisional one, so that
//! staging writes nothing to the store.

use super::super::engine::Doing;
use super::tables::PROVISIONAL;
use crate::outcomes::{Breakdown, Observation, Traced};
use crate::store::StoreError;
use serde_json::{Value, json};
use sqlx::SqliteConnection;
use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

/// Notes may be as many as figures: past this many, those met before are forgotten and looked up again when needed.
const NOTES_KEPT: usize = 20_000;

/// A slice, but for its dataset.
type SliceKey = (Arc<str>, Arc<Breakdown>);

/// The ids of what was met so far.
pub(super) struct Identities {
    dataset: Option<i64>,
    areas: HashMap<String, i64>,
    slices: HashMap<SliceKey, i64>,
    notes: HashMap<Arc<str>, i64>,
    files: HashMap<Arc<str>, i64>,
}

/// The ids of one observation.
pub(super) struct Ids {
    pub(super) slice: i64,
    pub(super) area: i64,
    pub(super) note: Option<i64>,
    pub(super) file: i64,
}

impl Identities {
    /// Nothing met; `dataset` is the dataset's id, where the store knows it.
    pub(super) fn new(dataset: Option<i64>) -> Self {
        Self { dataset, areas: HashMap::new(), slices: HashMap::new(), notes: HashMap::new(), files: HashMap::new() }
    }

    /// Looks up whatever these rows name and was not met before. Afterwards [`Self::of`] answers for each of them.
    pub(super) async fn meet(
        &mut self,
        connection: &mut SqliteConnection,
        rows: &[Traced<Observation>],
    ) -> Result<(), StoreError> {
        if self.notes.len() > NOTES_KEPT {
            self.notes.clear();
        }
        let (mut areas, mut slices, mut notes) = (Unmet::new(), Unmet::new(), Unmet::new());
        for Traced { row, origin } in rows {
            areas.note(&self.areas, row.area.as_str(), || row.area.clone());
            // Both are shared by most rows: cloning them counts references up and copies nothing.
            slices.note(&self.slices, &(Arc::clone(&row.indicator), Arc::clone(&row.breakdown)), || {
                (Arc::clone(&row.indicator), Arc::clone(&row.breakdown))
            });
            if let Some(note) = &row.note {
                notes.note(&self.notes, &**note, || Arc::clone(note));
            }
            self.file(connection, &origin.file).await?;
        }
        self.meet_areas(connection, areas.keys).await?;
        self.meet_slices(connection, slices.keys).await?;
        self.meet_notes(connection, notes.keys).await
    }

    /// The ids of a row that [`Self::meet`] was given.
    pub(super) fn of(&self, Traced { row, origin }: &Traced<Observation>) -> Option<Ids> {
        let slice = self.slices.get(&(Arc::clone(&row.indicator), Arc::clone(&row.breakdown)))?;
        let note = match &row.note {
            Some(note) => Some(*self.notes.get(note)?),
            None => None,
        };
        Some(Ids { slice: *slice, area: *self.areas.get(&row.area)?, note, file: *self.files.get(&origin.file)? })
    }

    /// The number of a file within this publication.
    pub(super) async fn file(&mut self, connection: &mut SqliteConnection, name: &Arc<str>) -> Result<i64, StoreError> {
        if let Some(id) = self.files.get(name) {
            return Ok(*id);
        }
        let id = sqlx::query("INSERT INTO temp.staged_file (name) VALUES (?1)")
            .bind(&**name)
            .execute(connection)
            .await
            .doing("stage a file's name")?
            .last_insert_rowid();
        self.files.insert(Arc::clone(name), id);
        Ok(id)
    }

    async fn meet_areas(&mut self, connection: &mut SqliteConnection, unmet: Vec<String>) -> Result<(), StoreError> {
        let codes = unmet.iter().map(|code| json!(code)).collect();
        let ids = meet(
            connection,
            codes,
            None,
            "INSERT INTO temp.new_area (code)
             SELECT value FROM json_each(?1) j WHERE NOT EXISTS (SELECT 1 FROM area WHERE code = j.value)
             ON CONFLICT DO NOTHING",
            "SELECT coalesce(a.id, n.id + ?2) FROM json_each(?1) j
             LEFT JOIN area a ON a.code = j.value LEFT JOIN temp.new_area n ON n.code = j.value ORDER BY j.key",
        )
        .await?;
        self.areas.extend(unmet.into_iter().zip(ids));
        Ok(())
    }

    async fn meet_notes(&mut self, connection: &mut SqliteConnection, unmet: Vec<Arc<str>>) -> Result<(), StoreError> {
        let texts = unmet.iter().map(|text| json!(&**text)).collect();
        let ids = meet(
            connection,
            texts,
            None,
            "INSERT INTO temp.new_note (text)
             SELECT value FROM json_each(?1) j WHERE NOT EXISTS (SELECT 1 FROM note WHERE text = j.value)
             ON CONFLICT DO NOTHING",
            "SELECT coalesce(t.id, n.id + ?2) FROM json_each(?1) j
             LEFT JOIN note t ON t.text = j.value LEFT JOIN temp.new_note n ON n.text = j.value ORDER BY j.key",
        )
        .await?;
        self.notes.extend(unmet.into_iter().zip(ids));
        Ok(())
    }

    async fn meet_slices(&mut self, connection: &mut SqliteConnection, unmet: Vec<SliceKey>) -> Result<(), StoreError> {
        let keys = unmet
            .iter()
            .map(|(indicator, breakdown)| {
                let category = breakdown.category.as_ref().map_or(("", ""), |it| (&it.kind, &it.name));
                json!([&**indicator, breakdown.sex, breakdown.age, category.0, category.1])
            })
            .collect();
        let ids = meet(
            connection,
            keys,
            self.dataset,
            "INSERT INTO temp.new_slice (indicator, sex, age, category_type, category)
             SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?1) j
             WHERE NOT EXISTS (
                SELECT 1 FROM slice
                WHERE dataset = ?3 AND (indicator, sex, age, category_type, category)
                    = (j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3, j.value ->> 4))
             ON CONFLICT DO NOTHING",
            "SELECT coalesce(s.id, n.id + ?2) FROM json_each(?1) j
             LEFT JOIN slice s ON s.dataset = ?3 AND (s.indicator, s.sex, s.age, s.category_type, s.category)
                    = (j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3, j.value ->> 4)
             LEFT JOIN temp.new_slice n ON (n.indicator, n.sex, n.age, n.category_type, n.category)
                    = (j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3, j.value ->> 4)
             ORDER BY j.key",
        )
        .await?;
        self.slices.extend(unmet.into_iter().zip(ids));
        Ok(())
    }
}

/// What a batch names and was not met before, in the order in which it names it: ids are given in that order, so
/// that the same rows give the same ids.
struct Unmet<K> {
    keys: Vec<K>,
    seen: HashSet<K>,
}

impl<K: Clone + Eq + Hash> Unmet<K> {
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

/// Gives provisional ids to the keys that the store does not hold, then every key's id, in their order.
async fn meet(
    connection: &mut SqliteConnection,
    keys: Vec<Value>,
    dataset: Option<i64>,
    name: &'static str,
    find: &'static str,
) -> Result<Vec<i64>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let keys = Value::Array(keys).to_string();
    let query = sqlx::query(name).bind(&keys).bind(PROVISIONAL).bind(dataset);
    query.execute(&mut *connection).await.doing("stage a name")?;
    let query = sqlx::query_scalar(find).bind(&keys).bind(PROVISIONAL).bind(dataset);
    query.fetch_all(&mut *connection).await.doing("stage a name")
}
