//! Figures as the engine gives them.

use super::engine::{Doing, unsigned};
use crate::outcomes::{Figure, MissingKind, Origin, Period};
use crate::store::{StoreError, StoredFigure};
use sqlx::Row;
use sqlx::postgres::PgRow;
use std::collections::HashMap;
use std::sync::Arc;

/// Columns that `figure_columns!` takes up.
pub(super) const FIGURE_WIDTH: usize = 19;

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

/// Reads the columns of `content!` from the first on, but for the note.
pub(super) fn read_content(row: &PgRow) -> Result<Content, StoreError> {
    let number = |column: usize| row.try_get::<Option<f64>, _>(column).doing("read a figure");
    let figure = |column: usize| -> Result<Option<Figure>, StoreError> {
        let missing = row.try_get::<Option<i16>, _>(column + 1).doing("read a figure")?;
        let missing = missing.map(|code| {
            MissingKind::from_code(code.into()).ok_or_else(|| StoreError::Inconsistent(format!("missing kind {code}")))
        });
        Ok(Figure::from_parts(number(column)?, missing.transpose()?))
    };
    Ok(Content {
        value: figure(0)?.ok_or_else(|| StoreError::Inconsistent("a figure without a value".to_owned()))?,
        lower_ci: number(2)?,
        upper_ci: number(3)?,
        lower_ci_99_8: number(4)?,
        upper_ci_99_8: number(5)?,
        count: figure(6)?,
        denominator: figure(8)?,
    })
}

/// A stored period.
pub(super) fn period(key: i64) -> Result<Period, StoreError> {
    Period::from_key(key).ok_or_else(|| StoreError::Inconsistent(format!("{key} is not the key of a period")))
}

/// Reads figures; a file's name and a note are held in memory once, however many figures name them.
#[derive(Default)]
pub(super) struct Reader {
    files: HashMap<i32, Arc<str>>,
    notes: HashMap<i32, Arc<str>>,
}

impl Reader {
    /// The figure in the columns of `figure_columns!`, which begin the row.
    pub(super) fn figure(&mut self, row: &PgRow) -> Result<StoredFigure, StoreError> {
        let doing = "read a figure";
        let content = read_content(row)?;
        let id = |column: usize| row.try_get::<i32, _>(column).doing(doing);
        let note = match row.try_get::<Option<i32>, _>(10).doing(doing)? {
            None => None,
            Some(id) => Some(text(&mut self.notes, id, row, 11)?),
        };
        Ok(StoredFigure {
            slice: id(12)?.into(),
            area: id(13)?.into(),
            period: period(row.try_get(14).doing(doing)?)?,
            value: content.value,
            lower_ci: content.lower_ci,
            upper_ci: content.upper_ci,
            lower_ci_99_8: content.lower_ci_99_8,
            upper_ci_99_8: content.upper_ci_99_8,
            count: content.count,
            denominator: content.denominator,
            note,
            opened: id(15)?.into(),
            origin: Origin { file: text(&mut self.files, id(16)?, row, 17)?, row: unsigned(id(18)?.into()) },
        })
    }
}

fn text(known: &mut HashMap<i32, Arc<str>>, id: i32, row: &PgRow, column: usize) -> Result<Arc<str>, StoreError> {
    if let Some(text) = known.get(&id) {
        return Ok(Arc::clone(text));
    }
    let text: Arc<str> = row.try_get::<&str, _>(column).doing("read a figure")?.into();
    known.insert(id, Arc::clone(&text));
    Ok(text)
}
