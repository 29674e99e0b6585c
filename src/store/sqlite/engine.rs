//! Small words that the other files share: times, counts and lists of ids as the engine takes them.

use crate::outcomes::Counts;
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row, Sqlite};

pub(super) use crate::store::common::{Doing, signed, unsigned};

/// A time as it is stored: the microsecond in which it lies.
pub(super) fn micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

/// The first stored time that is not before `time`.
pub(super) fn micros_from(time: DateTime<Utc>) -> i64 {
    let whole = time.timestamp_subsec_nanos().is_multiple_of(1000);
    micros(time).saturating_add(i64::from(!whole))
}

/// A stored time.
pub(super) fn time(micros: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| StoreError::Inconsistent(format!("{micros} is not a time in microseconds")))
}

/// The counts in six columns from `first` on: mapped, added, changed, unchanged, rejected, withdrawn.
pub(super) fn counts(row: &SqliteRow, first: usize) -> Result<Counts, sqlx::Error> {
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
pub(super) fn bind_counts(
    query: Query<'_, Sqlite, SqliteArguments>,
    counts: Counts,
) -> Query<'_, Sqlite, SqliteArguments> {
    let Counts { mapped, added, changed, unchanged, rejected, withdrawn } = counts;
    [mapped, added, changed, unchanged, rejected, withdrawn]
        .into_iter()
        .fold(query, |query, count| query.bind(signed(count)))
}

/// Numbers as a JSON array, for `json_each`.
pub(super) fn json_list(numbers: impl IntoIterator<Item = i64>) -> String {
    let mut list = String::from("[");
    for number in numbers {
        if list.len() > 1 {
            list.push(',');
        }
        list.push_str(&number.to_string());
    }
    list.push(']');
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_between_two_microseconds_round_to_the_side_that_keeps_the_bound() {
        let time = DateTime::from_timestamp(10, 1_500).expect("a time");
        assert_eq!((micros(time), micros_from(time)), (10_000_001, 10_000_002));
        let whole = DateTime::from_timestamp(10, 1_000).expect("a time");
        assert_eq!((micros(whole), micros_from(whole)), (10_000_001, 10_000_001));
    }

    #[test]
    fn lists_are_json() {
        assert_eq!(json_list([]), "[]");
        assert_eq!(json_list([1, -2, 30]), "[1,-2,30]");
    }
}
