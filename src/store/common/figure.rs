//! Figures and their revisions, put together from the columns of [`super::figure_columns`].

use super::noted::{self, Noted};
use super::{Columns, Doing, unsigned};
use crate::outcomes::{Figure, MissingKind, Origin, Period};
use crate::store::{Revision, StoreError, StoredFigure};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

const DOING: &str = "read a figure";

/// How many columns `figure_columns!` names.
const WIDTH: usize = 20;

/// A figure's content, without its key.
pub(super) struct Content {
    pub(super) value: Figure,
    pub(super) lower_ci: Option<f64>,
    pub(super) upper_ci: Option<f64>,
    pub(super) lower_ci_99_8: Option<f64>,
    pub(super) upper_ci_99_8: Option<f64>,
    pub(super) count: Option<Figure>,
    pub(super) denominator: Option<Figure>,
}

impl Content {
    /// Reads the columns of `content!` from the first on, but for the note.
    pub(super) fn read(row: &impl Columns) -> Result<Self, StoreError> {
        let number = |column| row.number(column, DOING);
        let figure = |column| -> Result<Option<Figure>, StoreError> {
            let missing = row.code(column + 1, DOING)?.map(|code| {
                MissingKind::from_code(code).ok_or_else(|| StoreError::Inconsistent(format!("missing kind {code}")))
            });
            Ok(Figure::from_parts(number(column)?, missing.transpose()?))
        };
        Ok(Self {
            value: figure(0)?.ok_or_else(|| StoreError::Inconsistent("a figure without a value".to_owned()))?,
            lower_ci: number(2)?,
            upper_ci: number(3)?,
            lower_ci_99_8: number(4)?,
            upper_ci_99_8: number(5)?,
            count: figure(6)?,
            denominator: figure(8)?,
        })
    }
}

/// A stored period.
pub(super) fn period(key: i64) -> Result<Period, StoreError> {
    Period::from_key(key).ok_or_else(|| StoreError::Inconsistent(format!("{key} is not the key of a period")))
}

/// Reads figures; a file's name and a note are held in memory once, however many figures name them.
#[derive(Default)]
struct Reader {
    files: HashMap<i64, Arc<str>>,
    notes: HashMap<i64, Noted>,
}

impl Reader {
    /// The figure in the columns of `figure_columns!`, which begin the row.
    fn figure(&mut self, row: &impl Columns) -> Result<StoredFigure, StoreError> {
        let content = Content::read(row)?;
        let (note, combined_with) = match row.id_or_none(10, DOING)? {
            None => (None, None),
            Some(id) => match self.notes.entry(id) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(new) => new.insert(noted::read(row.text(11, DOING)?)).clone(),
            },
        };
        let file = text(&mut self.files, row.id(16, DOING)?, row, 17)?;
        Ok(StoredFigure {
            slice: row.id(12, DOING)?,
            area: row.id(13, DOING)?,
            period: period(row.whole(14, DOING)?)?,
            value: content.value,
            lower_ci: content.lower_ci,
            upper_ci: content.upper_ci,
            lower_ci_99_8: content.lower_ci_99_8,
            upper_ci_99_8: content.upper_ci_99_8,
            count: content.count,
            denominator: content.denominator,
            note,
            combined_with,
            revised: row.flag(19, DOING)?,
            opened: row.id(15, DOING)?,
            origin: Origin { file, row: unsigned(row.id(18, DOING)?) },
        })
    }
}

fn text(
    known: &mut HashMap<i64, Arc<str>>,
    id: i64,
    row: &impl Columns,
    column: usize,
) -> Result<Arc<str>, StoreError> {
    if let Some(text) = known.get(&id) {
        return Ok(Arc::clone(text));
    }
    let text: Arc<str> = row.text(column, DOING)?.into();
    known.insert(id, Arc::clone(&text));
    Ok(text)
}

/// The figures of rows that begin with the columns of `figure_columns!`.
pub(in crate::store) async fn figures<R: Columns>(
    mut rows: BoxStream<'_, Result<R, sqlx::Error>>,
) -> Result<Vec<StoredFigure>, StoreError> {
    let mut reader = Reader::default();
    let mut figures = Vec::new();
    while let Some(row) = rows.try_next().await.doing("read figures")? {
        figures.push(reader.figure(&row)?);
    }
    Ok(figures)
}

/// How many rows are to be read for so many revisions. One takes at most two: so many rows hold at least `limit` whole
/// revisions, and only one that is beyond the limit can be cut in half.
pub(in crate::store) fn revision_rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_mul(2)
}

/// At most `limit` revisions, from rows in the order of release and figure. Behind the columns of `figure_columns!` stand
/// the number and the time of the release that opened or closed the figure; of a figure that it changed, the row that it
/// closed comes before the one that it opened.
pub(in crate::store) async fn revisions<R: Columns>(
    mut rows: BoxStream<'_, Result<R, sqlx::Error>>,
    limit: usize,
) -> Result<Vec<Revision>, StoreError> {
    let doing = "read revisions";
    let mut reader = Reader::default();
    let mut revisions: Vec<Revision> = Vec::new();
    while let Some(row) = rows.try_next().await.doing(doing)? {
        let figure = reader.figure(&row)?;
        let (release, published_at) = (row.id(WIDTH, doing)?, row.time(WIDTH + 1, doing)?);
        if figure.opened < release {
            revisions.push(Revision { release, published_at, old: Some(figure), new: None });
            continue;
        }
        match revisions.last_mut() {
            Some(last) if last.release == release && last.is_of(figure.position()) => last.new = Some(figure),
            _ => revisions.push(Revision { release, published_at, old: None, new: Some(figure) }),
        }
    }
    revisions.truncate(limit);
    Ok(revisions)
}
