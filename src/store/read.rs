//! What can be asked of a store, and what comes back.

use super::{AreaId, SliceId};
use crate::outcomes::{CombinedWith, Figure, Origin, Period, ReleaseNumber, RunId};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Which areas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AreaSelection {
    /// Every area.
    All,
    /// These.
    Ids(Vec<AreaId>),
}

/// Which periods, by [`Period::key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeriodSelection {
    /// Every period.
    All,
    /// The newest of each slice and area.
    Latest,
    /// Those whose key is within both bounds, each inclusive.
    Between(Option<i64>, Option<i64>),
    /// Exactly these.
    Keys(Vec<i64>),
}

/// Where a page of figures begins: after this figure, in the order of slice, area and period key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Slice id.
    pub slice: SliceId,
    /// Area id.
    pub area: AreaId,
    /// Period key.
    pub period: i64,
}

/// A read of figures. One statement, whatever its shape.
#[derive(Clone, Debug)]
pub struct FigureQuery {
    /// Which slices; empty gives nothing.
    pub slices: Vec<SliceId>,
    /// Which areas.
    pub areas: AreaSelection,
    /// Which periods.
    pub periods: PeriodSelection,
    /// As the hub stood at this release.
    pub at: ReleaseNumber,
    /// Begin after this figure.
    pub after: Option<Position>,
    /// At most this many figures.
    pub limit: usize,
}

/// A published figure as the store holds it. Slice and area are resolved through the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFigure {
    /// Slice id: dataset, indicator and breakdown.
    pub slice: SliceId,
    /// Area id.
    pub area: AreaId,
    /// The period.
    pub period: Period,
    /// The value.
    pub value: Figure,
    /// Lower 95% limit as published.
    pub lower_ci: Option<f64>,
    /// Upper 95% limit as published.
    pub upper_ci: Option<f64>,
    /// Lower 99.8% limit as published.
    pub lower_ci_99_8: Option<f64>,
    /// Upper 99.8% limit as published.
    pub upper_ci_99_8: Option<f64>,
    /// Numerator.
    pub count: Option<Figure>,
    /// Denominator.
    pub denominator: Option<Figure>,
    /// The publisher's note.
    pub note: Option<Arc<str>>,
    /// The other places whose people it counts together with those of its own.
    pub combined_with: Option<CombinedWith>,
    /// Whether an earlier version of it had a value, and another one.
    pub revised: bool,
    /// The release that published it.
    pub opened: ReleaseNumber,
    /// Where it stands in the landed file of that release.
    pub origin: Origin,
}

impl StoredFigure {
    /// The figure's place in the order of pages.
    #[must_use]
    pub fn position(&self) -> Position {
        Position { slice: self.slice, area: self.area, period: self.period.key() }
    }
}

/// A slice of a list, by position.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Items to skip.
    pub offset: u64,
    /// At most this many items.
    pub limit: u32,
}

/// Which changes to list.
#[derive(Clone, Debug)]
pub struct RevisionQuery {
    /// Of this dataset.
    pub dataset: String,
    /// Published at or after this time.
    pub from: DateTime<Utc>,
    /// Published before this time.
    pub to: DateTime<Utc>,
    /// Begin after this release and figure.
    pub after: Option<(ReleaseNumber, Position)>,
    /// At most this many.
    pub limit: usize,
}

/// What a release did to one figure: opened it (`old` is none), changed it, or withdrew it (`new` is none).
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// The release.
    pub release: ReleaseNumber,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// The figure before.
    pub old: Option<StoredFigure>,
    /// The figure after.
    pub new: Option<StoredFigure>,
}

impl Revision {
    /// Whether it closed the figure at `position`.
    pub(super) fn is_of(&self, position: Position) -> bool {
        self.old.as_ref().is_some_and(|old| old.position() == position)
    }
}

/// A quarantined row as the store lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// Its run.
    pub run: RunId,
    /// Its number within the run, from 1.
    pub number: i64,
    /// The relation it was mapped to.
    pub relation: String,
    /// Where the row stands.
    pub origin: Origin,
    /// The rule's id.
    pub reason: String,
    /// The column that failed.
    pub column: Option<String>,
    /// The text that stood in it; `None` where it is withheld.
    pub text: Option<String>,
    /// One sentence for a person.
    pub detail: String,
    /// The mapped row as JSON; `None` where it is withheld.
    pub raw: Option<String>,
}

impl RejectedRow {
    /// The same without anything that stood in the row: its place and the rule.
    #[must_use]
    pub fn without_text(self) -> Self {
        let detail = format!(
            "the row broke the rule `{}`; what stood in it is for the hub's operator, on whose machine `hub query` shows it",
            self.reason
        );
        Self { text: None, raw: None, detail, ..self }
    }
}
