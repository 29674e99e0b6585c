//! Staging figures: binary COPY into the temporary table, a batch at a time.

use super::super::engine::{Doing, narrow, signed};
use super::names::Names;
use crate::outcomes::{Observation, Traced};
use crate::store::StoreError;
use crate::store::common::{Ids, halves};
use sqlx::PgConnection;

/// Rows a COPY: large enough that its two round trips do not count, small enough that a batch stays below a few MB.
const BATCH: usize = 8192;

const COPY: &str = "
    COPY staged_figure (period, value, lower_ci, upper_ci, lower_ci_99_8, upper_ci_99_8, count, denominator, seq,
                        slice, area, note, file, row, value_missing, count_missing, denominator_missing)
    FROM STDIN (FORMAT binary)";

const COLUMNS: i16 = 17;

/// Whether rows come in the strict order of their key, as most publishers write them: then no two are of one key, and
/// they need no sort.
#[derive(Default)]
pub(super) struct Order {
    last: Option<(i32, i32, i64)>,
    broken: bool,
    staged: i32,
}

impl Order {
    fn note(&mut self, key: (i32, i32, i64)) -> Result<i32, StoreError> {
        self.broken |= self.last.is_some_and(|last| last >= key);
        self.last = Some(key);
        self.staged = self
            .staged
            .checked_add(1)
            .ok_or_else(|| StoreError::Inconsistent("a run stages at most 2,147,483,647 figures".to_owned()))?;
        Ok(self.staged)
    }

    pub(super) fn is_strict(&self) -> bool {
        !self.broken
    }

    /// Rows staged so far.
    pub(super) fn staged(&self) -> u64 {
        u64::try_from(self.staged).unwrap_or(0)
    }
}

/// Stages figures.
pub(super) async fn observations(
    connection: &mut PgConnection,
    names: &mut Names,
    order: &mut Order,
    rows: &[Traced<Observation>],
) -> Result<(), StoreError> {
    let doing = "stage rows";
    for rows in rows.chunks(BATCH) {
        names.meet(connection, rows).await?;
        let mut bytes = Encoded::begin(rows.len());
        for row in rows {
            let ids = names.of(row)?;
            bytes.row(order, &ids, row)?;
        }
        let mut copy = connection.copy_in_raw(COPY).await.doing(doing)?;
        match copy.send(bytes.end()).await {
            Ok(_) => copy.finish().await.doing(doing)?,
            Err(error) => return Err(error).doing(doing),
        };
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
