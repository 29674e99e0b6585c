//! Secondary suppression: the fewest further cells to withhold so that no small count can be worked out.
//!
//! Needed where exact totals are published; totals may be withheld as well. A cell of zero is never withheld. All
//! withheld counts then are 1 or more, so each can move by one along any ring of withheld cells that takes turns between
//! rows and columns: a small count is protected exactly where it lies on such a ring.

use super::{Cell, Table};
use thiserror::Error;

/// The steps that the search may take.
const MOST_STEPS: usize = 100_000;

/// The cells to withhold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Those whose counts are small.
    pub primary: Vec<Cell>,
    /// The fewest further ones that protect them; of several such sets one with the least sum of counts.
    pub secondary: Vec<Cell>,
}

/// Why no cells are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotProtected {
    /// The search was given up: too many sets of cells would have to be tried.
    #[error("the table is too large: the fewest cells were not found in 100,000 steps")]
    TooLarge,
    /// No set of cells protects the small counts.
    #[error("no set of cells protects the small counts")]
    Impossible,
}

/// The cells to withhold of a table whose counts from 1 to one less than `smallest_shown` must not be known.
///
/// # Errors
/// Why none are named. Withholding the primary cells only is no way out.
pub fn suppress(table: &Table, smallest_shown: u64) -> Result<Suppression, NotProtected> {
    let small = |cell: &Cell| (1..smallest_shown).contains(&table.count(*cell));
    let primary: Vec<Cell> = table.cells().filter(small).collect();
    let mut candidates: Vec<Cell> = table.cells().filter(|cell| table.count(*cell) > 0 && !small(cell)).collect();
    candidates.sort_by_key(|cell| table.count(*cell));
    let mut search = Search { table, primary: &primary, steps: 0, best: None };
    for more in 0..=candidates.len() {
        search.extend(&mut Vec::new(), &candidates, more, 0)?;
        if let Some((_, secondary)) = search.best {
            return Ok(Suppression { primary, secondary });
        }
    }
    Err(NotProtected::Impossible)
}

struct Search<'a> {
    table: &'a Table,
    primary: &'a [Cell],
    steps: usize,
    best: Option<(u64, Vec<Cell>)>,
}

impl Search<'_> {
    /// Tries all ways of withholding `more` further cells of the candidates (the smallest first).
    fn extend(
        &mut self,
        chosen: &mut Vec<Cell>,
        candidates: &[Cell],
        more: usize,
        sum: u64,
    ) -> Result<(), NotProtected> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(NotProtected::TooLarge);
        }
        if self.best.as_ref().is_some_and(|(least, _)| sum >= *least) {
            return Ok(());
        }
        let withheld = [self.primary, chosen.as_slice()].concat();
        if more < self.at_least(&withheld) {
            return Ok(());
        }
        let Some(side) = self.exposed(&withheld) else {
            self.best = Some((sum, chosen.clone()));
            return Ok(());
        };
        if more == 0 {
            return Ok(());
        }
        // A ring through the exposed cell has to come back over one of the cells that join the two sides.
        let (joining, others): (Vec<Cell>, Vec<Cell>) =
            candidates.iter().partition(|cell| side[cell.row] != side[self.table.rows() + cell.column]);
        for (at, cell) in joining.iter().enumerate() {
            // Those before it were tried already with everything.
            let mut rest = [&joining[at + 1..], others.as_slice()].concat();
            rest.sort_by_key(|cell| self.table.count(*cell));
            chosen.push(*cell);
            self.extend(chosen, &rest, more - 1, sum + self.table.count(*cell))?;
            chosen.pop();
        }
        Ok(())
    }

    /// The places that are joined to the row of the first exposed small count without it; none where none is exposed.
    fn exposed(&self, withheld: &[Cell]) -> Option<Vec<bool>> {
        self.primary.iter().find_map(|cell| {
            let joined = self.joined(withheld, *cell);
            (!joined[self.table.rows() + cell.column]).then_some(joined)
        })
    }

    /// The places (rows, then columns) that withheld cells but for one join to that one's row.
    fn joined(&self, withheld: &[Cell], but: Cell) -> Vec<bool> {
        let mut marks = self.table.marks(withheld);
        marks[but.row * self.table.columns() + but.column] = false;
        let (rows, columns) = (self.table.rows(), self.table.columns());
        let mut joined = vec![false; rows + columns];
        joined[but.row] = true;
        let mut open = vec![but.row];
        while let Some(place) = open.pop() {
            let next: Vec<usize> = if place < rows {
                (0..columns).filter(|at| marks[place * columns + at]).map(|at| rows + at).collect()
            } else {
                (0..rows).filter(|at| marks[at * columns + place - rows]).collect()
            };
            for place in next.into_iter().filter(|place| !std::mem::replace(&mut joined[*place], true)) {
                open.push(place);
            }
        }
        joined
    }

    /// No fewer further cells can do: a small count alone in its row needs one in that row, and so for columns.
    fn at_least(&self, withheld: &[Cell]) -> usize {
        let alone = |place: fn(&Cell) -> usize| {
            self.primary
                .iter()
                .filter(|cell| withheld.iter().filter(|other| place(other) == place(cell)).count() == 1)
                .count()
        };
        alone(|cell| cell.row).max(alone(|cell| cell.column))
    }
}

#[cfg(test)]
mod tests;
