//! Merged cells: of each only the first is seen, whatever the others hold.

/// The most merged cells of which a sheet's are remembered.
const MOST: usize = 20_000;

/// A range of cells, from 0, both ends within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    rows: (u32, u32),
    columns: (u32, u32),
}

/// The merged cells of a sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Merged {
    ranges: Vec<Range>,
    /// How many ranges are in use: those that begin at or above the row that is asked for.
    begun: usize,
    /// The row that was asked for last.
    row: u32,
    open: Vec<Range>,
    sorted: bool,
}

impl Merged {
    /// Whether there are more than are remembered.
    pub fn is_full(&self) -> bool {
        self.ranges.len() > MOST
    }

    /// Adds a range such as `A2:B3`; what is none is left out.
    pub fn add(&mut self, reference: &str) {
        let Some((first, last)) = reference.split_once(':') else { return };
        if let (Some((Some(top), left)), Some((Some(bottom), right))) = (place(first), place(last))
            && self.ranges.len() <= MOST
        {
            self.ranges.push(Range { rows: (top, bottom), columns: (left, right) });
            self.sorted = false;
        }
    }

    /// Whether a cell is covered by the first one of its range. Rows are asked for in their order.
    pub fn covers(&mut self, row: u32, column: u32) -> bool {
        if self.ranges.is_empty() {
            return false;
        }
        if !self.sorted {
            self.ranges.sort_unstable_by_key(|range| range.rows);
            self.sorted = true;
        }
        while let Some(range) = self.ranges.get(self.begun).filter(|range| range.rows.0 <= row) {
            self.open.push(*range);
            self.begun += 1;
        }
        if self.row != row {
            self.row = row;
            self.open.retain(|range| range.rows.1 >= row);
        }
        self.open.iter().any(|range| {
            let is_first = row == range.rows.0 && column == range.columns.0;
            (range.columns.0..=range.columns.1).contains(&column) && !is_first
        })
    }
}

/// The row and the column, from 0, of a reference such as `B4`; the row is none where the reference has none.
pub(super) fn place(reference: &str) -> Option<(Option<u32>, u32)> {
    let split = reference.find(|letter: char| letter.is_ascii_digit()).unwrap_or(reference.len());
    let (letters, digits) = reference.split_at(split);
    if letters.is_empty() || letters.len() > 5 {
        return None;
    }
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let letter = letter.to_ascii_uppercase();
        letter.is_ascii_uppercase().then(|| column * 26 + u32::from(letter - b'A') + 1)
    })?;
    let row = if digits.is_empty() { None } else { Some(digits.parse::<u32>().ok()?.checked_sub(1)?) };
    Some((row, column - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_the_first_cell_is_covered() {
        let mut merged = Merged::default();
        for range in ["C4:D4", "A2:A3", "x", "B1"] {
            merged.add(range);
        }
        let covered: Vec<(u32, u32)> = (0..5)
            .flat_map(|row| (0..5).map(move |column| (row, column)))
            .filter(|at| merged.covers(at.0, at.1))
            .collect();
        assert_eq!(covered, [(2, 0), (3, 3)]);
    }
}
