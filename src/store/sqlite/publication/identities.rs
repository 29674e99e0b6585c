//! Texts to ids: areas, slices, notes and files of what is being staged.
//!
//! What the store knows already goes by its published id; what it does not goes by a provisional one, so that
//! staging writes nothing to the store.

use super::super::engine::Doing;
use super::tables::PROVISIONAL;
use crate::outcomes::{Observation, Traced};
use crate::store::StoreError;
use crate::store::common::{Ids, Met, SliceKey, category};
use serde_json::{Value, json};
use sqlx::SqliteConnection;
use std::sync::Arc;

/// The ids of what was met so far.
pub(super) struct Identities {
    dataset: Option<i64>,
    met: Met,
}

impl Identities {
    /// Nothing met; `dataset` is the dataset's id, where the store knows it.
    pub(super) fn new(dataset: Option<i64>) -> Self {
        Self { dataset, met: Met::default() }
    }

    /// Looks up whatever these rows name and was not met before. Afterwards [`Self::of`] answers for each of them.
    pub(super) async fn meet(
        &mut self,
        connection: &mut SqliteConnection,
        rows: &[Traced<Observation>],
    ) -> Result<(), StoreError> {
        let unmet = self.met.unmet(rows);
        for file in &unmet.files {
            self.file(connection, file).await?;
        }
        self.meet_areas(connection, unmet.areas).await?;
        self.meet_slices(connection, unmet.slices).await?;
        self.meet_notes(connection, unmet.notes).await
    }

    /// The ids of a row that [`Self::meet`] was given.
    pub(super) fn of(&self, row: &Traced<Observation>) -> Result<Ids, StoreError> {
        self.met.of(row)
    }

    /// The number of a file within this publication.
    pub(super) async fn file(&mut self, connection: &mut SqliteConnection, name: &Arc<str>) -> Result<i64, StoreError> {
        if let Some(id) = self.met.files.get(name) {
            return Ok(*id);
        }
        let id = sqlx::query("INSERT INTO temp.staged_file (name) VALUES (?1)")
            .bind(&**name)
            .execute(connection)
            .await
            .doing("stage a file's name")?
            .last_insert_rowid();
        self.met.files.insert(Arc::clone(name), id);
        Ok(id)
    }

    /// The id of a note.
    pub(super) async fn note(&mut self, connection: &mut SqliteConnection, text: &str) -> Result<i64, StoreError> {
        let text: Arc<str> = text.into();
        if !self.met.notes.contains_key(&text) {
            self.meet_notes(connection, vec![Arc::clone(&text)]).await?;
        }
        self.met.note(&text)
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
        self.met.areas.extend(unmet.into_iter().zip(ids));
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
        self.met.notes.extend(unmet.into_iter().zip(ids));
        Ok(())
    }

    async fn meet_slices(&mut self, connection: &mut SqliteConnection, unmet: Vec<SliceKey>) -> Result<(), StoreError> {
        let keys = unmet
            .iter()
            .map(|(indicator, breakdown)| {
                let category = category(breakdown);
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
        self.met.slices.extend(unmet.into_iter().zip(ids));
        Ok(())
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
