//! Small words: errors, counts, and the forms in which values are stored.

use crate::outcomes::{Figure, MissingKind, ReferenceRow, Standing};
use crate::store::StoreError;

/// What is said of a run whose process died.
pub(in crate::store) const LEFT: &str = "the process ended before the run was done";

/// Says what was being done when the engine failed.
pub(in crate::store) trait Doing<T> {
    /// Wraps the engine's error; `doing` completes "the store could not …".
    fn doing(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::Engine { doing, source })
    }
}

/// A count that is stored as a signed number; a negative one was never written.
pub(in crate::store) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A count as it is stored.
pub(in crate::store) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A figure as two columns: its number, and the code of its missing kind.
pub(in crate::store) fn halves(figure: Option<Figure>) -> (Option<f64>, Option<i64>) {
    let missing = figure.and_then(Figure::missing).map(MissingKind::code);
    (figure.and_then(Figure::number), missing)
}

/// A reference row as it is stored.
pub(in crate::store) fn body(row: &ReferenceRow) -> Result<String, StoreError> {
    serde_json::to_string(row).map_err(|error| StoreError::Inconsistent(format!("row {}: {error}", row.key())))
}

/// A stored standing.
pub(in crate::store) fn standing(word: &str) -> Result<Standing, StoreError> {
    Standing::from_word(word).ok_or_else(|| StoreError::Inconsistent(format!("`{word}` is not a standing")))
}
