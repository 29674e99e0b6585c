//! A row as an engine gives it, read by what its columns mean. How wide an id or a code is stored, and how a time is,
//! is the engine's own: it says so once, with `columns!`.

use super::Doing;
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use futures::stream::BoxStream;

/// Reads a row's columns, each by its place from 0. `doing` completes "the store could not …" where a column is not
/// what it should be.
pub(in crate::store) trait Columns {
    /// The id of an area, slice, note or file, the number of a release, or that of a row in a file.
    fn id(&self, column: usize, doing: &'static str) -> Result<i64, StoreError>;

    /// The same where it may be absent.
    fn id_or_none(&self, column: usize, doing: &'static str) -> Result<Option<i64>, StoreError>;

    /// A period's key, a run's id or a count.
    fn whole(&self, column: usize, doing: &'static str) -> Result<i64, StoreError>;

    /// The code of a missing kind, where there is one.
    fn code(&self, column: usize, doing: &'static str) -> Result<Option<i64>, StoreError>;

    /// A figure's number, where there is one.
    fn number(&self, column: usize, doing: &'static str) -> Result<Option<f64>, StoreError>;

    /// Whether something is so.
    fn flag(&self, column: usize, doing: &'static str) -> Result<bool, StoreError>;

    /// A text.
    fn text(&self, column: usize, doing: &'static str) -> Result<&str, StoreError>;

    /// A text, where there is one.
    fn text_or_none(&self, column: usize, doing: &'static str) -> Result<Option<&str>, StoreError>;

    /// A time.
    fn time(&self, column: usize, doing: &'static str) -> Result<DateTime<Utc>, StoreError>;

    /// A time, where there is one.
    fn time_or_none(&self, column: usize, doing: &'static str) -> Result<Option<DateTime<Utc>>, StoreError>;
}

/// Takes rows as they are read.
pub(in crate::store) trait Taking: Send + 'static {
    /// Completes "the store could not …".
    const DOING: &'static str;

    /// Takes the next row.
    fn row(&mut self, row: &impl Columns) -> Result<(), StoreError>;
}

/// Gives rows to `into`.
pub(in crate::store) async fn taken<R: Columns, T: Taking>(
    mut rows: BoxStream<'_, Result<R, sqlx::Error>>,
    mut into: T,
) -> Result<T, StoreError> {
    while let Some(row) = rows.try_next().await.doing(T::DOING)? {
        into.row(&row)?;
    }
    Ok(into)
}

/// A time in the form in which an engine stores it.
pub(in crate::store) trait StoredTime {
    /// The time itself.
    fn told(self) -> Result<DateTime<Utc>, StoreError>;
}

/// Implements [`Columns`] for an engine's row, from the types in which it stores ids, codes and times.
macro_rules! columns {
    ($row:ty, id: $id:ty, code: $code:ty, time: $time:ty) => {
        impl $crate::store::common::Columns for $row {
            fn id(&self, column: usize, doing: &'static str) -> Result<i64, StoreError> {
                self.try_get::<$id, _>(column).doing(doing).map(i64::from)
            }

            fn id_or_none(&self, column: usize, doing: &'static str) -> Result<Option<i64>, StoreError> {
                Ok(self.try_get::<Option<$id>, _>(column).doing(doing)?.map(i64::from))
            }

            fn whole(&self, column: usize, doing: &'static str) -> Result<i64, StoreError> {
                self.try_get(column).doing(doing)
            }

            fn code(&self, column: usize, doing: &'static str) -> Result<Option<i64>, StoreError> {
                Ok(self.try_get::<Option<$code>, _>(column).doing(doing)?.map(i64::from))
            }

            fn number(&self, column: usize, doing: &'static str) -> Result<Option<f64>, StoreError> {
                self.try_get(column).doing(doing)
            }

            fn flag(&self, column: usize, doing: &'static str) -> Result<bool, StoreError> {
                self.try_get(column).doing(doing)
            }

            fn text(&self, column: usize, doing: &'static str) -> Result<&str, StoreError> {
                self.try_get(column).doing(doing)
            }

            fn text_or_none(&self, column: usize, doing: &'static str) -> Result<Option<&str>, StoreError> {
                self.try_get(column).doing(doing)
            }

            fn time(&self, column: usize, doing: &'static str) -> Result<DateTime<Utc>, StoreError> {
                $crate::store::common::StoredTime::told(self.try_get::<$time, _>(column).doing(doing)?)
            }

            fn time_or_none(&self, column: usize, doing: &'static str) -> Result<Option<DateTime<Utc>>, StoreError> {
                let stored = self.try_get::<Option<$time>, _>(column).doing(doing)?;
                stored.map($crate::store::common::StoredTime::told).transpose()
            }
        }
    };
}

pub(in crate::store) use columns;
