//! Rows as a mapping gives them, before any check: nothing is trusted yet.

use super::MissingKind;
use std::sync::Arc;

/// A number cell of a mapped row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// The publisher gives nothing here.
    Nothing,
    /// A number.
    Number(f64),
    /// A number with something beside it.
    Marked {
        /// The number.
        number: f64,
        /// The cell has a percent sign.
        percent: bool,
        /// The publisher warns against it.
        unreliable: bool,
    },
    /// A missing kind.
    Missing(MissingKind),
    /// Neither a number nor a known marker.
    Unreadable {
        /// The publisher's column, where the SQL names one.
        column: Arc<str>,
        /// The text in it; `None` for a blank cell.
        text: Option<String>,
    },
}

/// A mapped row of the relation `observations`.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateObservation {
    /// Indicator id.
    pub indicator: Option<Arc<str>>,
    /// Area code.
    pub area: Option<Arc<str>>,
    /// Period, as text.
    pub period: Option<Arc<str>>,
    /// Sex.
    pub sex: Option<Arc<str>>,
    /// Age.
    pub age: Option<Arc<str>>,
    /// What the further breakdown is by.
    pub category_type: Option<Arc<str>>,
    /// Which group of it.
    pub category: Option<Arc<str>>,
    /// Value.
    pub value: Cell,
    /// Lower 95% limit.
    pub lower_ci: Cell,
    /// Upper 95% limit.
    pub upper_ci: Cell,
    /// Lower 99.8% limit.
    pub lower_ci_99_8: Cell,
    /// Upper 99.8% limit.
    pub upper_ci_99_8: Cell,
    /// Numerator.
    pub count: Cell,
    /// Denominator.
    pub denominator: Cell,
    /// Note.
    pub note: Option<Arc<str>>,
    /// Codes of other places of which the figure is too.
    pub combined_with: Option<Arc<str>>,
}

/// A mapped row of a reference relation: its columns in the relation's order.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateReference {
    /// One text a column; `None` where the SQL gives nothing.
    pub texts: Vec<Option<String>>,
}
