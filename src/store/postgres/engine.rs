//! Small words that the other files share: columns and ids as the engine has them.

use crate::store::StoreError;
use crate::store::common::{StoredTime, columns};
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::PgRow;

pub(super) use crate::store::common::{Doing, signed, unsigned};

columns!(PgRow, id: i32, code: i16, time: DateTime<Utc>);

impl StoredTime for DateTime<Utc> {
    fn told(self) -> Result<DateTime<Utc>, StoreError> {
        Ok(self)
    }
}

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

/// A viewer's access level as it is stored.
pub(super) fn level(viewer: &crate::access::Viewer) -> i16 {
    // Levels are 0 to 2; a level that could not be stored sees what is open.
    i16::try_from(viewer.access().level()).unwrap_or(0)
}
