//! Staging figures: binary COPY into the temporary table, a batch at a time.

use super::super::engine::{narrow, signed};
use super::line::Line;
use super::names::Names;
use crate::outcomes::{Observation, Traced};
use crate::store::StoreError;
use crate::store::common::{Ids, halves};

/// Rows a COPY: large enough that its two round trips do not count, small enough that two batches, the one that is made and the
/// one that is on its way, stay below a few MB.
const BATCH: usize = 8192;

const COPY: &str = "
    COPY staged_figure (period, value, lower_ci, upper_ci, lower_ci_99_8, upper_ci_99_8, count, denominator, seq,
                        slice, area, note, file, row, value_missing, count_missing, denominator_missing)
    FROM STDIN (FORMAT binary)";

const COLUMNS: i16 = 17;

/// Whether rows come strictly in the order of their key, or in that of slices, periods and places, as most publishers write them:
/// then no two are of one key, and they need no sort.
#[derive(Default)]
pub(super) struct Order {
    last: Option<(i32, i32, i64)>,
    not_by_area: bool,
    not_by_period: bool,
    staged: i32,
}

impl Order {
    fn note(&mut self, (slice, area, period): (i32, i32, i64)) -> Result<i32, StoreError> {
        if let Some((last_slice, last_area, last_period)) = self.last {
            self.not_by_area |= (last_slice, last_area, last_period) >= (slice, area, period);
            self.not_by_period |= (last_slice, last_period, last_area) >= (slice, period, area);
        }
        self.last = Some((slice, area, period));
        self.staged = self
            .staged
            .checked_add(1)
            .ok_or_else(|| StoreError::Inconsistent("a run stages at most 2,147,483,647 figures".to_owned()))?;
        Ok(self.staged)
    }

    pub(super) fn is_strict(&self) -> bool {
        !(self.not_by_area && self.not_by_period)
    }

    /// Rows staged so far.
    pub(super) fn staged(&self) -> u64 {
        u64::try_from(self.staged).unwrap_or(0)
    }
}

/// Stages figures. The last batch may still be on its way when this returns; the next use of the line tells whether it was taken.
pub(super) async fn observations(
    line: &mut Line,
    names: &mut Names,
    order: &mut Order,
    rows: &[Traced<Observation>],
) -> Result<(), StoreError> {
    for rows in rows.chunks(BATCH) {
        names.meet(line, rows).await?;
        let mut bytes = Encoded::begin(rows.len());
        for row in rows {
            let ids = names.of(row)?;
            bytes.row(order, &ids, row)?;
        }
        line.send(COPY, bytes.end()).await?;
    }
    Ok(())
}

/// Rows as COPY's binary format has them.
struct Encoded(Vec<u8>);

impl Encoded {
    fn begin(rows: usize) -> Self {
        let mut bytes = Vec::with_capacity(32 + rows * 160);
        bytes.extend_from_slice(b"PGCOPY\n\xff\r\n\0");
        bytes.extend_from_slice(&[0; 8]);
        Self(bytes)
    }

    fn end(mut self) -> Vec<u8> {
        self.0.extend_from_slice(&(-1_i16).to_be_bytes());
        self.0
    }

    fn row(&mut self, order: &mut Order, ids: &Ids, row: &Traced<Observation>) -> Result<(), StoreError> {
        let file_row = narrow(signed(row.origin.row))?;
        let row = &row.row;
        let (slice, area, period) = (narrow(ids.slice)?, narrow(ids.area)?, row.period.key());
        let (value, value_missing) = halves(Some(row.value));
        let (count, count_missing) = halves(row.count);
        let (denominator, denominator_missing) = halves(row.denominator);
        self.0.extend_from_slice(&COLUMNS.to_be_bytes());
        self.field(Some(period.to_be_bytes()));
        for number in [value, row.lower_ci, row.upper_ci, row.lower_ci_99_8, row.upper_ci_99_8, count, denominator] {
            self.field(number.map(f64::to_be_bytes));
        }
        let seq = order.note((slice, area, period))?;
        for id in [seq, slice, area] {
            self.field(Some(id.to_be_bytes()));
        }
        self.field(ids.note.map(narrow).transpose()?.map(i32::to_be_bytes));
        for id in [narrow(ids.file)?, file_row] {
            self.field(Some(id.to_be_bytes()));
        }
        for missing in [value_missing, count_missing, denominator_missing] {
            // Codes are 1 to 6.
            self.field(missing.and_then(|code| i16::try_from(code).ok()).map(i16::to_be_bytes));
        }
        Ok(())
    }

    /// A value behind its length; a null is the length -1.
    fn field<const N: usize>(&mut self, bytes: Option<[u8; N]>) {
        match bytes {
            Some(bytes) => {
                // At most eight bytes.
                #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "at most eight")]
                self.0.extend_from_slice(&(N as i32).to_be_bytes());
                self.0.extend_from_slice(&bytes);
            }
            None => self.0.extend_from_slice(&(-1_i32).to_be_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_strict_in_either_order() {
        let strict = |keys: &[(i32, i32, i64)]| {
            let mut order = Order::default();
            for key in keys {
                order.note(*key).expect("few rows");
            }
            order.is_strict()
        };
        assert!(strict(&[]));
        assert!(strict(&[(1, 1, 1), (1, 1, 2), (1, 2, 1), (2, 1, 1)]), "places, then periods");
        assert!(strict(&[(1, 1, 1), (1, 2, 1), (1, 1, 2), (2, 1, 1)]), "periods, then places");
        assert!(!strict(&[(1, 1, 1), (1, 1, 1)]), "a key twice");
        assert!(!strict(&[(1, 1, 1), (1, 1, 2), (1, 2, 1), (1, 1, 2)]), "a key again");
        assert!(!strict(&[(1, 1, 1), (1, 2, 1), (1, 1, 2), (1, 2, 1)]), "now in one order, now in the other");
        assert!(!strict(&[(2, 1, 1), (1, 1, 1)]), "slices that go back");
    }
}
