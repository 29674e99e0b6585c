//! Small words that the other files share: columns, times and lists of ids as the engine has them.

use crate::store::StoreError;
use crate::store::common::{StoredTime, columns};
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

pub(super) use crate::store::common::{Doing, signed, unsigned};

columns!(SqliteRow, id: i64, code: i64, time: i64);

impl StoredTime for i64 {
    fn told(self) -> Result<DateTime<Utc>, StoreError> {
        DateTime::from_timestamp_micros(self)
            .ok_or_else(|| StoreError::Inconsistent(format!("{self} is not a time in microseconds")))
    }
}

/// A time as it is stored: the microsecond in which it lies.
pub(super) fn micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

/// The first stored time that is not before `time`.
pub(super) fn micros_from(time: DateTime<Utc>) -> i64 {
    let whole = time.timestamp_subsec_nanos().is_multiple_of(1000);
    micros(time).saturating_add(i64::from(!whole))
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
