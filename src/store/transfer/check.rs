//! Comparing two tables row by row: both are read in the order of their key, side by side.

use super::encode::{Cell, named};
use super::fill::TOLD;
use super::side::Held;
use super::tables::Table;
use super::{Step, TransferError, Watch};
use futures::TryStreamExt;
use std::cmp::Ordering;

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
        let (one, other) = match (one, other) {
            (None, None) => break,
            (Some(one), Some(other)) => (one, other),
            (Some(one), None) => return Err(missing(table, &one)),
            (None, Some(other)) => return Err(only_there(table, &other)),
        };
        match key_order(table, &one, &other) {
            Ordering::Less => return Err(missing(table, &one)),
            Ordering::Equal => same(table, &one, &other)?,
            Ordering::Greater => return Err(only_there(table, &other)),
        }
        rows += 1;
        if rows.is_multiple_of(TOLD) {
            watch(Step::Comparing { table: table.name, rows });
        }
    }
    watch(Step::Comparing { table: table.name, rows });
    Ok(rows)
}

/// Which of two rows comes first.
fn key_order(table: &Table, one: &[Cell], other: &[Cell]) -> Ordering {
    let mut pairs = one.iter().zip(other).take(table.key).map(|pair| match pair {
        (Cell::Integer(one), Cell::Integer(other)) => one.cmp(other),
        (Cell::Text(one), Cell::Text(other)) => one.cmp(other),
        // Keys are numbers and texts.
        _ => Ordering::Equal,
    });
    pairs.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn missing(table: &Table, line: &[Cell]) -> TransferError {
    TransferError::Differs(format!("{} is missing in the copy", named(table, line)))
}

fn only_there(table: &Table, line: &[Cell]) -> TransferError {
    TransferError::Differs(format!("{} is only in the copy", named(table, line)))
}

fn same(table: &Table, one: &[Cell], other: &[Cell]) -> Result<(), TransferError> {
    let cells = table.columns.iter().zip(one.iter().zip(other));
    for ((column, kind), (one_cell, other_cell)) in cells {
        if !one_cell.is_as(other_cell, *kind) {
            let what = named(table, one);
            return Err(TransferError::Differs(format!(
                "{what} has {one_cell} in `{column}`, and the copy {other_cell}"
            )));
        }
    }
    Ok(())
}
