//! Rows of a binary `COPY … TO STDOUT`, read column by column like those of a query: a million of them cost a fraction of what the
//! driver's own rows do.

use super::engine::Doing;
use crate::store::StoreError;
use crate::store::common::Columns;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use futures::{StreamExt, future};
use sqlx::PgConnection;

/// What stands before the first row: a signature of 11 bytes, flags, and the length of an extension that there is not.
const HEADER: usize = 19;

/// The length of a null.
const NULL: i32 = -1;

/// A row of so many columns.
pub(super) struct Copied<const N: usize> {
    bytes: Bytes,
    /// Where each column begins and ends; none for a null.
    columns: [Option<(usize, usize)>; N],
}

/// The rows of a statement, which has to be a `COPY` in the binary format.
pub(super) async fn copied<'c, const N: usize>(
    connection: &'c mut PgConnection,
    copy: &'static str,
    doing: &'static str,
) -> Result<BoxStream<'c, Result<Copied<N>, sqlx::Error>>, StoreError> {
    // The server sends a row a message, the header with the first, and the end in one of its own.
    let messages = connection.copy_out_raw(copy).await.doing(doing)?;
    let rows = messages.enumerate().filter_map(|(number, message)| {
        let bytes = message.and_then(|bytes| if number == 0 { after_header(bytes) } else { Ok(bytes) });
        future::ready(bytes.and_then(Copied::of).transpose())
    });
    Ok(rows.boxed())
}

fn after_header(mut bytes: Bytes) -> Result<Bytes, sqlx::Error> {
    if bytes.len() < HEADER {
        return Err(malformed("there is no header"));
    }
    Ok(bytes.split_off(HEADER))
}

fn malformed(what: &str) -> sqlx::Error {
    sqlx::Error::Protocol(format!("the rows of a COPY are not as they should be: {what}"))
}

impl<const N: usize> Copied<N> {
    /// A row, or none for the end of all.
    fn of(bytes: Bytes) -> Result<Option<Self>, sqlx::Error> {
        let short = || malformed("a row ends too early");
        let count = i16::from_be_bytes(*bytes.first_chunk().ok_or_else(short)?);
        if count == -1 {
            return Ok(None);
        }
        if usize::try_from(count) != Ok(N) {
            return Err(malformed("a row has other columns"));
        }
        let mut columns = [None; N];
        let mut at = size_of::<i16>();
        for column in &mut columns {
            let length = bytes.get(at..).and_then(<[u8]>::first_chunk).copied().map(i32::from_be_bytes);
            let length = length.ok_or_else(short)?;
            at += size_of::<i32>();
            if length != NULL {
                let end = usize::try_from(length).ok().and_then(|length| at.checked_add(length));
                let end = end.filter(|end| *end <= bytes.len()).ok_or_else(short)?;
                *column = Some((at, end));
                at = end;
            }
        }
        Ok(Some(Self { bytes, columns }))
    }

    fn bytes(&self, column: usize) -> Option<&[u8]> {
        let (from, to) = self.columns.get(column).copied().flatten()?;
        self.bytes.get(from..to)
    }

    /// A value of fixed width.
    fn fixed<const W: usize>(&self, column: usize, doing: &'static str) -> Result<Option<[u8; W]>, StoreError> {
        let Some(bytes) = self.bytes(column) else { return Ok(None) };
        bytes.try_into().map(Some).map_err(|_| malformed("a column is of another width")).doing(doing)
    }
}

fn present<T>(value: Option<T>, doing: &'static str) -> Result<T, StoreError> {
    value.ok_or_else(|| malformed("a column is null")).doing(doing)
}

/// Microseconds from 1970 to 2000, from which the server counts.
const EPOCH: i64 = 946_684_800_000_000;

impl<const N: usize> Columns for Copied<N> {
    fn id(&self, column: usize, doing: &'static str) -> Result<i64, StoreError> {
        present(self.id_or_none(column, doing)?, doing)
    }

    fn id_or_none(&self, column: usize, doing: &'static str) -> Result<Option<i64>, StoreError> {
        Ok(self.fixed(column, doing)?.map(i32::from_be_bytes).map(i64::from))
    }

    fn whole(&self, column: usize, doing: &'static str) -> Result<i64, StoreError> {
        present(self.fixed(column, doing)?.map(i64::from_be_bytes), doing)
    }

    fn code(&self, column: usize, doing: &'static str) -> Result<Option<i64>, StoreError> {
        Ok(self.fixed(column, doing)?.map(i16::from_be_bytes).map(i64::from))
    }

    fn number(&self, column: usize, doing: &'static str) -> Result<Option<f64>, StoreError> {
        Ok(self.fixed(column, doing)?.map(f64::from_be_bytes))
    }

    fn flag(&self, column: usize, doing: &'static str) -> Result<bool, StoreError> {
        present(self.fixed(column, doing)?.map(|[byte]| byte != 0), doing)
    }

    fn text(&self, column: usize, doing: &'static str) -> Result<&str, StoreError> {
        present(self.text_or_none(column, doing)?, doing)
    }

    fn text_or_none(&self, column: usize, doing: &'static str) -> Result<Option<&str>, StoreError> {
        let text = self.bytes(column).map(std::str::from_utf8).transpose();
        text.map_err(|_| malformed("a text is not UTF-8")).doing(doing)
    }

    fn time(&self, column: usize, doing: &'static str) -> Result<DateTime<Utc>, StoreError> {
        present(self.time_or_none(column, doing)?, doing)
    }

    fn time_or_none(&self, column: usize, doing: &'static str) -> Result<Option<DateTime<Utc>>, StoreError> {
        let Some(since) = self.fixed(column, doing)?.map(i64::from_be_bytes) else { return Ok(None) };
        let time = since.checked_add(EPOCH).and_then(DateTime::from_timestamp_micros);
        time.map(Some).ok_or_else(|| malformed("a time is out of range")).doing(doing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: &[u8; HEADER] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

    fn row(fields: &[Option<&[u8]>]) -> Bytes {
        let mut bytes = i16::try_from(fields.len()).expect("few columns").to_be_bytes().to_vec();
        for field in fields {
            let length = field.map_or(NULL, |field| i32::try_from(field.len()).expect("short"));
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(field.unwrap_or_default());
        }
        bytes.into()
    }

    #[test]
    fn columns_are_read_by_their_place() {
        let bytes = row(&[Some(&7_i32.to_be_bytes()), None, Some("é".as_bytes()), Some(&2.5_f64.to_be_bytes())]);
        let row = Copied::<4>::of(bytes).expect("a row").expect("not the end");
        assert_eq!(row.id(0, "test").expect("an id"), 7);
        assert_eq!(row.id_or_none(1, "test").expect("a null"), None);
        assert_eq!(row.text(2, "test").expect("a text"), "é");
        assert_eq!(row.number(3, "test").expect("a number"), Some(2.5));
        assert!(row.text(1, "test").is_err(), "a null is no text");
        assert!(row.whole(0, "test").is_err(), "four bytes are no eight");
    }

    #[test]
    fn a_row_that_is_cut_off_is_no_row() {
        let whole = row(&[Some(b"abc"), Some(b"de")]);
        for end in 0..whole.len() {
            assert!(Copied::<2>::of(whole.slice(..end)).is_err(), "{end} of {}", whole.len());
        }
        assert!(Copied::<2>::of(whole.clone()).expect("a row").is_some());
        assert!(Copied::<3>::of(whole).is_err(), "it has two columns");
        assert!(Copied::<3>::of(Bytes::from_static(&[0xff, 0xff])).expect("the end").is_none());
        assert!(after_header(Bytes::from_static(&SIGNATURE[1..])).is_err());
        assert!(after_header(Bytes::from_static(SIGNATURE)).expect("a header").is_empty());
    }
}
