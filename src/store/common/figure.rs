//! Figures and their revisions, put together from the columns of [`super::figure_columns`]
//! and [`super::revalued`].

use super::files::{FileId, Names};
use super::noted::{self, Noted};
use super::{Columns, Taking, unsigned};
use crate::outcomes::{Figure, MissingKind, Origin, Period, ReleaseNumber};
use crate::store::{Revision, StoreError, StoredFigure};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

const DOING: &str = "read a figure";

/// How many columns `figure_columns!` and `revalued!` make together.
const WIDTH: usize = 19;

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

/// Puts figures together, row by row; a note is held in memory once, however many figures have it.
struct Reader {
    notes: HashMap<i64, Noted>,
    nothing: Arc<str>,
    /// The file of each figure that was read.
    files: Vec<FileId>,
}

impl Reader {
    fn new() -> Self {
        Self { notes: HashMap::new(), nothing: "".into(), files: Vec::new() }
    }

    /// The figure in the columns of `figure_columns!` and `revalued!`, which begin the row; its file has no name yet.
    fn figure(&mut self, row: &impl Columns) -> Result<StoredFigure, StoreError> {
        let content = Content::read(row)?;
        let (note, combined_with) = match row.id_or_none(10, DOING)? {
            None => (None, None),
            Some(id) => match self.notes.entry(id) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(new) => new.insert(noted::read(row.text(11, DOING)?)).clone(),
            },
        };
        self.files.push(row.id(16, DOING)?);
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
            revised: row.flag(18, DOING)?,
            opened: row.id(15, DOING)?,
            origin: Origin { file: Arc::clone(&self.nothing), row: unsigned(row.id(17, DOING)?) },
        })
    }
}

/// Figures that were read, whose files have yet to be named.
pub(in crate::store) struct Figures {
    reader: Reader,
    figures: Vec<StoredFigure>,
}

impl Figures {
    /// None yet.
    pub(in crate::store) fn new() -> Self {
        Self { reader: Reader::new(), figures: Vec::new() }
    }

    /// The file of each.
    pub(in crate::store) fn files(&self) -> &[FileId] {
        &self.reader.files
    }

    /// The figures, with the names of their files.
    pub(in crate::store) fn named(mut self, names: &Names) -> Result<Vec<StoredFigure>, StoreError> {
        names.name(self.figures.iter_mut(), &self.reader.files)?;
        Ok(self.figures)
    }
}

impl Taking for Figures {
    const DOING: &'static str = "read figures";

    /// Each row begins with the columns of `figure_columns!` and `revalued!`.
    fn row(&mut self, row: &impl Columns) -> Result<(), StoreError> {
        self.figures.push(self.reader.figure(row)?);
        Ok(())
    }
}

/// How many rows are to be read for so many revisions. One takes at most two: so many rows hold at least `limit` whole
/// revisions, and only one that is beyond the limit can be cut in half.
pub(in crate::store) fn revision_rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_mul(2)
}

/// Revisions that were read, in the order of release and figure, as rows: of a figure that a release changed, the row that it
/// closed comes before the one that it opened.
pub(in crate::store) struct Revisions {
    figures: Figures,
    /// The release that opened or closed each figure, and its time.
    releases: Vec<(ReleaseNumber, DateTime<Utc>)>,
}

impl Revisions {
    /// None yet.
    pub(in crate::store) fn new() -> Self {
        Self { figures: Figures::new(), releases: Vec::new() }
    }

    /// The file of each row.
    pub(in crate::store) fn files(&self) -> &[FileId] {
        self.figures.files()
    }

    /// At most `limit` revisions.
    pub(in crate::store) fn named(self, names: &Names, limit: usize) -> Result<Vec<Revision>, StoreError> {
        let mut revisions: Vec<Revision> = Vec::new();
        for (figure, (release, published_at)) in self.figures.named(names)?.into_iter().zip(self.releases) {
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
}

impl Taking for Revisions {
    const DOING: &'static str = "read revisions";

    /// Each row has the columns of `figure_columns!` and `revalued!`, and behind them the number and the time of the release
    /// that opened or closed the figure.
    fn row(&mut self, row: &impl Columns) -> Result<(), StoreError> {
        self.figures.row(row)?;
        self.releases.push((row.id(WIDTH, Self::DOING)?, row.time(WIDTH + 1, Self::DOING)?));
        Ok(())
    }
}
