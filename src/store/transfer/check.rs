//! Comparing two tables row by row: both are read in the order of their key, side by side.

use super::encode::{Line, named};
use super::fill::TOLD;
use super::side::Held;
use super::tables::Table;
use super::{Step, TransferError, Watch};
use futures::TryStreamExt;

/// Compares every column of every row, and gives how many rows there are.
pub(super) async fn same_rows(
    from: &mut Held,
    to: &mut Held,
    table: &'static Table,
    watch: &Watch<'_>,
) -> Result<u64, TransferError> {
    watch(Step::Comparing { table: table.name, rows: 0 });
    let (mut from, mut to) = (from.lines(table), to.lines(table));
    let mut rows = 0_u64;
    loop {
        let read = tokio::join!(from.try_next(), to.try_next());
        let one = read.0.map_err(TransferError::of("the source"))?;
        let other = read.1.map_err(TransferError::of("the target"))?;
        match (one, other) {
            (None, None) => break,
            (Some(one), Some(other)) => same(table, &one, &other)?,
            (Some(one), None) => {
                return Err(TransferError::Differs(format!("{} is missing in the copy", named(table, &one))));
            }
            (None, Some(other)) => {
                return Err(TransferError::Differs(format!("{} is only in the copy", named(table, &other))));
            }
        }
        rows += 1;
        if rows.is_multiple_of(TOLD) {
            watch(Step::Comparing { table: table.name, rows });
        }
    }
    watch(Step::Comparing { table: table.name, rows });
    Ok(rows)
}

fn same(table: &Table, one: &Line, other: &Line) -> Result<(), TransferError> {
    let cells = table.columns.iter().zip(one.iter().zip(other));
    for (at, ((column, kind), (one_cell, other_cell))) in cells.enumerate() {
        if one_cell.is_as(other_cell, *kind) {
            continue;
        }
        let what = if at < table.key {
            format!("{} stands where the copy has {}", named(table, one), named(table, other))
        } else {
            format!("{} has {one_cell} in `{column}`, and the copy {other_cell}", named(table, one))
        };
        return Err(TransferError::Differs(what));
    }
    Ok(())
}
