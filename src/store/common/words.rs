//! Small words: errors, counts, and the forms in which values are stored.

use crate::outcomes::{Figure, MissingKind, ReferenceRow, ReleaseNumber, Standing};
use crate::store::StoreError;
use sqlx::migrate::MigrateError;

/// What is said of a run whose process died.
pub(in crate::store) const LEFT: &str = "the process ended before the run was done";

/// Says what was being done when the engine failed.
pub(in crate::store) trait Doing<T> {
    /// Wraps the engine's error; `doing` completes "the store could not …".
    fn doing(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| match full_disk(&source) {
            Some(disk) => StoreError::Full { doing, disk, source },
            None => StoreError::Engine { doing, source },
        })
    }
}

/// A migration that failed; on a full disk it says so.
pub(in crate::store) fn not_migrated(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) if full_disk(&source).is_some() => {
            let disk = full_disk(&source).unwrap_or_default();
            StoreError::Full { doing: "be brought up to date", disk, source }
        }
        error => StoreError::Migration(error),
    }
}

/// Which disk is full, where the engine says that one is.
fn full_disk(error: &sqlx::Error) -> Option<&'static str> {
    let sqlx::Error::Database(error) = error else { return None };
    match error.code()?.as_ref() {
        // SQLITE_FULL
        "13" => {
            Some("the disk of the store, or that of SQLite's temporary files (SQLITE_TMPDIR, TMPDIR, else /var/tmp),")
        }
        // disk_full
        "53100" => Some("the disk of the database's server"),
        _ => None,
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

/// Releases by number, for a sentence: `release 3` or `releases 3, 5 to 9`.
pub(in crate::store) fn listed_releases(numbers: &[ReleaseNumber]) -> String {
    let mut runs: Vec<(ReleaseNumber, ReleaseNumber)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let shown = |&(first, last): &(ReleaseNumber, ReleaseNumber)| {
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    };
    let listed = runs.iter().map(shown).collect::<Vec<_>>().join(", ");
    if numbers.len() == 1 { format!("release {listed}") } else { format!("releases {listed}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_listed_in_runs() {
        assert_eq!(listed_releases(&[3]), "release 3");
        assert_eq!(listed_releases(&[3, 5, 6, 7]), "releases 3, 5 to 7");
    }
}
