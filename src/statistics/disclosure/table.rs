//! A two-way table of counts with its totals.

use thiserror::Error;

/// The most cells that a table may have, totals included.
const MOST_CELLS: usize = 2_500;
/// The largest count that a table may hold.
const MOST: u64 = 1 << 53;

/// A cell: its row and its column, counted from 0; the last ones are the totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// Its row.
    pub row: usize,
    /// Its column.
    pub column: usize,
}

/// Counts in rows and columns, of which the last row and the last column are the totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    columns: usize,
    counts: Vec<u64>,
}

/// Why counts are no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotATable {
    /// Less than a cell with its totals, or rows of different lengths.
    #[error("a table has two rows and two columns at least, and rows of one length")]
    NotRectangular,
    /// A total is not the sum of what it stands for.
    #[error("a row or a column does not add up to its total")]
    DoesNotAddUp,
    /// More cells, or larger counts, than can be worked on.
    #[error("a table has 2,500 cells at most, and counts below 2^53")]
    TooLarge,
}

impl Table {
    /// A table of these rows, with its totals as their last members and as the last row.
    ///
    /// # Errors
    /// Why they make none.
    pub fn new(rows: &[Vec<u64>]) -> Result<Self, NotATable> {
        let columns = rows.first().map_or(0, Vec::len);
        if rows.len() < 2 || columns < 2 || rows.iter().any(|row| row.len() != columns) {
            return Err(NotATable::NotRectangular);
        }
        let counts = rows.concat();
        if counts.len() > MOST_CELLS || counts.iter().any(|count| *count > MOST) {
            return Err(NotATable::TooLarge);
        }
        let adds_up = |members: &[u64]| {
            members.split_last().is_some_and(|(total, members)| members.iter().sum::<u64>() == *total)
        };
        let table = Self { columns, counts };
        let column = |column| (0..table.rows()).map(|row| table.count(Cell { row, column })).collect::<Vec<_>>();
        if rows.iter().all(|row| adds_up(row)) && (0..columns).all(|at| adds_up(&column(at))) {
            Ok(table)
        } else {
            Err(NotATable::DoesNotAddUp)
        }
    }

    /// The number of rows, the totals among them.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.counts.len() / self.columns
    }

    /// The number of columns, the totals among them.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The cells, row by row.
    pub fn cells(&self) -> impl Iterator<Item = Cell> {
        (0..self.counts.len()).map(|at| Cell { row: at / self.columns, column: at % self.columns })
    }

    /// The count of a cell; zero where there is no such cell.
    #[must_use]
    pub fn count(&self, cell: Cell) -> u64 {
        self.at(cell).and_then(|at| self.counts.get(at)).copied().unwrap_or(0)
    }

    /// Whether a cell is the total of a row or a column, and not that of the whole table.
    pub(super) fn is_margin(&self, cell: Cell) -> bool {
        (cell.row + 1 == self.rows()) != (cell.column + 1 == self.columns)
    }

    /// Which of the cells, row by row, are in this list.
    pub(super) fn marks(&self, cells: &[Cell]) -> Vec<bool> {
        let mut marks = vec![false; self.counts.len()];
        for at in cells.iter().filter_map(|cell| self.at(*cell)) {
            marks[at] = true;
        }
        marks
    }

    fn at(&self, cell: Cell) -> Option<usize> {
        (cell.row < self.rows() && cell.column < self.columns).then_some(cell.row * self.columns + cell.column)
    }
}
