//! What a reader can work out about a withheld cell.
//!
//! A reader knows the published cells, that rows and columns add up to their totals, and that no count is below zero.
//! Take rows and columns as places and each withheld cell as a road between its row and its column. A cell can be larger
//! by as much as can flow back from its column to its row by the other roads; flows of whole numbers have whole maxima,
//! so the bounds are exact. Totals enter their row or column with the opposite sign, so their roads run the other way.

use super::{Cell, Table};
use std::collections::VecDeque;

/// More than any table holds: what can flow where nothing bounds it.
const UNBOUNDED: u64 = 1 << 62;

/// The values that a withheld cell may have, as far as a reader can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The least.
    pub least: u64,
    /// The most; `None` where there is no bound.
    pub most: Option<u64>,
}

impl Interval {
    /// Whether only one value is possible, so that the cell is as good as published.
    #[must_use]
    pub fn is_disclosed(self) -> bool {
        self.most == Some(self.least)
    }
}

/// The values that a cell may have for a reader who sees all cells but the withheld ones.
#[must_use]
pub fn attacker_interval(table: &Table, withheld: &[Cell], cell: Cell) -> Interval {
    let count = table.count(cell);
    if !withheld.contains(&cell) {
        return Interval { least: count, most: Some(count) };
    }
    let roads = Roads::new(table, withheld, cell);
    let (row, column) = (cell.row, table.rows() + cell.column);
    let (with, against) = (roads.clone().flow(column, row), roads.flow(row, column));
    let (up, down) = if table.is_margin(cell) { (against, with) } else { (with, against) };
    Interval { least: count - down.min(count), most: (up < UNBOUNDED).then(|| count + up) }
}

/// Roads between places (rows, then columns) with what can still flow from one to another.
#[derive(Clone)]
struct Roads {
    places: usize,
    room: Vec<u64>,
}

impl Roads {
    /// The roads of the withheld cells but for one.
    fn new(table: &Table, withheld: &[Cell], but: Cell) -> Self {
        let places = table.rows() + table.columns();
        let mut roads = Self { places, room: vec![0; places * places] };
        for cell in withheld.iter().filter(|cell| **cell != but) {
            // A count can fall by itself, to zero; nothing bounds its rise but its row and its column.
            let (rise, fall) = (UNBOUNDED, table.count(*cell));
            let (there, back) = if table.is_margin(*cell) { (fall, rise) } else { (rise, fall) };
            let (row, column) = (cell.row, table.rows() + cell.column);
            roads.room[row * places + column] = there;
            roads.room[column * places + row] = back;
        }
        roads
    }

    /// The most that can flow from one place to another, by the shortest ways first (Edmonds and Karp).
    fn flow(mut self, from: usize, to: usize) -> u64 {
        let mut total = 0;
        while let Some(way) = self.way(from, to) {
            let room = way.iter().map(|(a, b)| self.room[a * self.places + b]).min().unwrap_or(0);
            if room >= UNBOUNDED {
                return UNBOUNDED;
            }
            for (a, b) in way {
                let there = &mut self.room[a * self.places + b];
                *there -= if *there >= UNBOUNDED { 0 } else { room };
                let back = &mut self.room[b * self.places + a];
                *back = (*back + room).min(UNBOUNDED);
            }
            total += room;
        }
        total
    }

    /// A shortest way with room, as steps; none where there is none.
    fn way(&self, from: usize, to: usize) -> Option<Vec<(usize, usize)>> {
        let mut came_from = vec![None; self.places];
        let mut queue = VecDeque::from([from]);
        while let Some(place) = queue.pop_front().filter(|_| came_from[to].is_none()) {
            for (next, before) in came_from.iter_mut().enumerate() {
                if next != from && before.is_none() && self.room[place * self.places + next] > 0 {
                    *before = Some(place);
                    queue.push_back(next);
                }
            }
        }
        let (mut way, mut place) = (Vec::new(), to);
        while place != from {
            let before = came_from[place]?;
            way.push((before, place));
            place = before;
        }
        Some(way)
    }
}
