//! Small words that the other files share: ids and counts as the engine takes them.

use crate::outcomes::Counts;
use crate::store::StoreError;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{Postgres, Row};

pub(super) use crate::store::common::{Doing, signed, unsigned};

/// An id, release number or row number as it is stored: in four bytes, since figures have seven of them each.
pub(super) fn narrow(number: i64) -> Result<i32, StoreError> {
    i32::try_from(number)
        .map_err(|_| StoreError::Inconsistent(format!("{number} is no number that is stored in four bytes")))
}

/// The same, the largest or smallest stored one where it is beyond: for bounds of a search, never for what is written.
pub(super) fn clamped(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX })
}

/// Many in their order, each once, without those that no stored row could have.
pub(super) fn narrow_all(numbers: impl IntoIterator<Item = i64>) -> Vec<i32> {
    let mut numbers: Vec<i32> = numbers.into_iter().filter_map(|number| i32::try_from(number).ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The counts in six columns from `first` on: mapped, added, changed, unchanged, rejected, withdrawn.
pub(super) fn counts(row: &PgRow, first: usize) -> Result<Counts, sqlx::Error> {
    let count = |offset: usize| row.try_get::<i64, _>(first + offset).map(unsigned);
    Ok(Counts {
        mapped: count(0)?,
        added: count(1)?,
        changed: count(2)?,
        unchanged: count(3)?,
        rejected: count(4)?,
        withdrawn: count(5)?,
    })
}

/// Binds counts in the order in which [`counts`] reads them.
pub(super) fn bind_counts(query: Query<'_, Postgres, PgArguments>, counts: Counts) -> Query<'_, Postgres, PgArguments> {
    let Counts { mapped, added, changed, unchanged, rejected, withdrawn } = counts;
    [mapped, added, changed, unchanged, rejected, withdrawn]
        .into_iter()
        .fold(query, |query, count| query.bind(signed(count)))
}

/// A viewer's access level as it is stored.
pub(super) fn level(viewer: &crate::access::Viewer) -> i16 {
    // Levels are 0 to 2; a level that could not be stored sees what is open.
    i16::try_from(viewer.access().level()).unwrap_or(0)
}
