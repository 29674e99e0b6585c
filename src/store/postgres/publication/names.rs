//! Texts to ids: areas, slices, notes and files of what is being staged.
//!
//! What the store knows already goes by its published id; what it does not goes by an id that is drawn from the same
//! sequence and written down only when the release is published.

use super::super::engine::Doing;
use super::line::Line;
use crate::outcomes::{Observation, Traced};
use crate::store::StoreError;
use crate::store::common::{Ids, Met, SliceKey, category};
use sqlx::PgConnection;
use std::sync::Arc;

/// The ids of what was met so far.
pub(super) struct Names {
    dataset: Option<i32>,
    met: Met,
}

const AREAS: &str = "
    WITH wanted AS (SELECT * FROM unnest($1::text[]) WITH ORDINALITY AS w (code, place)),
    fresh AS (
        INSERT INTO new_area (id, code)
        SELECT nextval(pg_get_serial_sequence('area', 'id')), code
        FROM (SELECT code FROM wanted w
              WHERE NOT EXISTS (SELECT FROM area a WHERE a.code = w.code)
                AND NOT EXISTS (SELECT FROM new_area n WHERE n.code = w.code)
              ORDER BY place) w
        RETURNING id, code)
    SELECT coalesce(a.id, n.id, f.id)
    FROM wanted w
    LEFT JOIN area a ON a.code = w.code LEFT JOIN new_area n ON n.code = w.code LEFT JOIN fresh f ON f.code = w.code
    ORDER BY place";

const NOTES: &str = "
    WITH wanted AS (SELECT * FROM unnest($1::text[]) WITH ORDINALITY AS w (text, place)),
    fresh AS (
        INSERT INTO new_note (id, text)
        SELECT nextval(pg_get_serial_sequence('note', 'id')), text
        FROM (SELECT text FROM wanted w
              WHERE NOT EXISTS (SELECT FROM note t WHERE t.text = w.text)
                AND NOT EXISTS (SELECT FROM new_note n WHERE n.text = w.text)
              ORDER BY place) w
        RETURNING id, text)
    SELECT coalesce(t.id, n.id, f.id)
    FROM wanted w
    LEFT JOIN note t ON t.text = w.text LEFT JOIN new_note n ON n.text = w.text LEFT JOIN fresh f ON f.text = w.text
    ORDER BY place";

const SLICES: &str = "
    WITH wanted AS (
        SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
        WITH ORDINALITY AS w (indicator, sex, age, category_type, category, place)),
    fresh AS (
        INSERT INTO new_slice (id, indicator, sex, age, category_type, category)
        SELECT nextval(pg_get_serial_sequence('slice', 'id')), indicator, sex, age, category_type, category
        FROM (SELECT * FROM wanted w
              WHERE NOT EXISTS (
                    SELECT FROM slice s
                    WHERE s.dataset = $1 AND (s.indicator, s.sex, s.age, s.category_type, s.category)
                        = (w.indicator, w.sex, w.age, w.category_type, w.category))
                AND NOT EXISTS (
                    SELECT FROM new_slice n
                    WHERE (n.indicator, n.sex, n.age, n.category_type, n.category)
                        = (w.indicator, w.sex, w.age, w.category_type, w.category))
              ORDER BY place) w
        RETURNING *)
    SELECT coalesce(s.id, n.id, f.id)
    FROM wanted w
    LEFT JOIN slice s ON s.dataset = $1 AND (s.indicator, s.sex, s.age, s.category_type, s.category)
        = (w.indicator, w.sex, w.age, w.category_type, w.category)
    LEFT JOIN new_slice n ON (n.indicator, n.sex, n.age, n.category_type, n.category)
        = (w.indicator, w.sex, w.age, w.category_type, w.category)
    LEFT JOIN fresh f ON (f.indicator, f.sex, f.age, f.category_type, f.category)
        = (w.indicator, w.sex, w.age, w.category_type, w.category)
    ORDER BY place";

impl Names {
    /// Nothing met; `dataset` is the dataset's id, where the store knows it.
    pub(super) fn new(dataset: Option<i32>) -> Self {
        Self { dataset, met: Met::default() }
    }

    /// Looks up whatever these rows name and was not met before. Afterwards [`Self::of`] answers for each of them. Where all of
    /// it was met, as in most batches, the line is left alone.
    pub(super) async fn meet(&mut self, line: &mut Line, rows: &[Traced<Observation>]) -> Result<(), StoreError> {
        let unmet = self.met.unmet(rows);
        if unmet.is_empty() {
            return Ok(());
        }
        let connection = line.free().await?;
        for file in &unmet.files {
            self.file(connection, file).await?;
        }
        let doing = "stage a name";
        if !unmet.areas.is_empty() {
            let ids: Vec<i32> =
                sqlx::query_scalar(AREAS).bind(&unmet.areas).fetch_all(&mut *connection).await.doing(doing)?;
            self.met.areas.extend(unmet.areas.into_iter().zip(ids.into_iter().map(i64::from)));
        }
        if !unmet.slices.is_empty() {
            let ids = slices(connection, self.dataset, &unmet.slices).await?;
            self.met.slices.extend(unmet.slices.into_iter().zip(ids.into_iter().map(i64::from)));
        }
        self.meet_notes(connection, unmet.notes).await
    }

    async fn meet_notes(&mut self, connection: &mut PgConnection, unmet: Vec<Arc<str>>) -> Result<(), StoreError> {
        if !unmet.is_empty() {
            let texts: Vec<&str> = unmet.iter().map(|text| &**text).collect();
            let ids: Vec<i32> =
                sqlx::query_scalar(NOTES).bind(texts).fetch_all(connection).await.doing("stage a name")?;
            self.met.notes.extend(unmet.into_iter().zip(ids.into_iter().map(i64::from)));
        }
        Ok(())
    }

    /// The id of a note.
    pub(super) async fn note(&mut self, connection: &mut PgConnection, text: &str) -> Result<i64, StoreError> {
        let text: Arc<str> = text.into();
        if !self.met.notes.contains_key(&text) {
            self.meet_notes(connection, vec![Arc::clone(&text)]).await?;
        }
        self.met.note(&text)
    }

    /// The ids of a row that [`Self::meet`] was given.
    pub(super) fn of(&self, row: &Traced<Observation>) -> Result<Ids, StoreError> {
        self.met.of(row)
    }

    /// The number of a file within this publication.
    pub(super) async fn file(&mut self, connection: &mut PgConnection, name: &Arc<str>) -> Result<i64, StoreError> {
        if let Some(id) = self.met.files.get(name) {
            return Ok(*id);
        }
        let id: i32 = sqlx::query_scalar("INSERT INTO staged_file (name) VALUES ($1) RETURNING id")
            .bind(&**name)
            .fetch_one(connection)
            .await
            .doing("stage a file's name")?;
        self.met.files.insert(Arc::clone(name), id.into());
        Ok(id.into())
    }
}

async fn slices(
    connection: &mut PgConnection,
    dataset: Option<i32>,
    keys: &[SliceKey],
) -> Result<Vec<i32>, StoreError> {
    let column = |column: fn(&SliceKey) -> &str| keys.iter().map(column).collect::<Vec<_>>();
    sqlx::query_scalar(SLICES)
        .bind(dataset)
        .bind(column(|(indicator, _)| indicator))
        .bind(column(|(_, breakdown)| &breakdown.sex))
        .bind(column(|(_, breakdown)| &breakdown.age))
        .bind(column(|(_, breakdown)| category(breakdown).0))
        .bind(column(|(_, breakdown)| category(breakdown).1))
        .fetch_all(connection)
        .await
        .doing("stage a name")
}
