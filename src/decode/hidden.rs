//! What a sheet hides, as far as it holds something: rows, columns, cells behind a merged one.

use super::error::{DecodeError, Fault};
use super::remark::Odd;
use crate::connector::Hidden;
use std::collections::BTreeSet;

/// How many places are named in a message.
const NAMED: usize = 8;

/// The hidden rows, columns and cells that hold something, numbered from 0.
#[derive(Debug)]
pub(super) struct HiddenPlaces {
    policy: Hidden,
    /// Ranges of rows, both ends within them; rows come in their order.
    rows: Vec<(u32, u32)>,
    columns: BTreeSet<u32>,
    /// The first cell behind a merged one, and how many there are.
    covered: Option<((u32, u32), u64)>,
}

impl HiddenPlaces {
    pub fn new(policy: Hidden) -> Self {
        Self { policy, rows: Vec::new(), columns: BTreeSet::new(), covered: None }
    }

    /// Notes a cell that holds something; whether it is to be read.
    #[inline]
    pub fn admits(&mut self, at: (u32, u32), row_hidden: bool, column_hidden: bool, covered: bool) -> bool {
        if !(row_hidden || column_hidden || covered) {
            return true;
        }
        let (row, column) = at;
        if row_hidden {
            match self.rows.last_mut() {
                Some((_, last)) if *last == row => {}
                Some((_, last)) if *last + 1 == row => *last = row,
                _ => self.rows.push((row, row)),
            }
        } else if column_hidden {
            self.columns.insert(column);
        } else {
            let (_, count) = self.covered.get_or_insert((at, 0));
            *count += 1;
        }
        self.policy != Hidden::Skip
    }

    /// What is odd about the sheet, or why it is not read. `name` gives the name of a column.
    pub fn finish(&self, file: &str, name: impl Fn(u32) -> String) -> Result<Option<Odd>, DecodeError> {
        let Some((places, many)) = self.places(name) else { return Ok(None) };
        if self.policy == Hidden::Refuse {
            let is = if many { "are" } else { "is" };
            let holds = if many { "hold" } else { "holds" };
            let what = format!(
                "{places} {is} hidden and {holds} something, which a person who opens the file does not see; look at it, then \
                 set hidden = \"skip\" for the resource to leave it out, or hidden = \"read\" to read it"
            );
            return Err(DecodeError::new(file, Fault::Hidden { what }));
        }
        let places = format!("{places} {}", if many { "are" } else { "is" });
        Ok(Some(Odd::HiddenPlaces { places, read: self.policy == Hidden::Read }))
    }

    /// The places for people, and whether they are more than one.
    fn places(&self, name: impl Fn(u32) -> String) -> Option<(String, bool)> {
        let mut said = Vec::new();
        let rows: u64 = self.rows.iter().map(|(first, last)| u64::from(last - first) + 1).sum();
        if rows > 0 {
            let one = |(first, last): &(u32, u32)| {
                if first == last { (first + 1).to_string() } else { format!("{} to {}", first + 1, last + 1) }
            };
            let listed = self.rows.iter().take(NAMED).map(one).collect::<Vec<_>>().join(", ");
            let more = if self.rows.len() > NAMED { format!(" and more, {rows} in all") } else { String::new() };
            said.push(format!("{} {listed}{more}", if rows == 1 { "row" } else { "rows" }));
        }
        let columns = self.columns.len();
        if columns > 0 {
            let one = |column: &u32| match name(*column).trim() {
                "" => letters(*column),
                name => format!("{} (`{name}`)", letters(*column)),
            };
            let listed = self.columns.iter().take(NAMED).map(one).collect::<Vec<_>>().join(", ");
            let more = if columns > NAMED { format!(" and more, {columns} in all") } else { String::new() };
            said.push(format!("{} {listed}{more}", if columns == 1 { "column" } else { "columns" }));
        }
        if let Some(((row, column), count)) = self.covered {
            let place = format!("{}{}", letters(column), row + 1);
            said.push(if count == 1 {
                format!("cell {place}, behind a merged one,")
            } else {
                format!("{count} cells behind merged ones, the first at {place},")
            });
        }
        let covered = self.covered.map_or(0, |(_, count)| count);
        (!said.is_empty()).then(|| (said.join(" and "), rows + columns as u64 + covered > 1))
    }
}

/// The letters of a sheet's column, from 0.
pub(super) fn letters(mut column: u32) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from_u32(u32::from('A') + column % 26).unwrap_or('?'));
        if column < 26 {
            return letters.iter().rev().collect();
        }
        column = column / 26 - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named_as_a_spreadsheet_names_them() {
        let mut places = HiddenPlaces::new(Hidden::Refuse);
        assert_eq!(places.finish("a.xlsx", |_| String::new()).expect("nothing is hidden"), None);
        for row in [2, 2, 3, 7] {
            assert!(places.admits((row, 0), true, false, false));
        }
        assert!(places.admits((9, 27), false, true, false) && places.admits((9, 1), false, false, true));
        let error = places.finish("a.xlsx", |_| "note".into()).expect_err("refused").to_string();
        assert!(
            error.contains("rows 3 to 4, 8 and column AB (`note`) and cell B10, behind a merged one, are hidden"),
            "{error}"
        );
        assert!(error.contains("hidden = \"skip\""), "{error}");
        let mut skipped = HiddenPlaces::new(Hidden::Skip);
        assert!(!skipped.admits((2, 0), true, false, false) && skipped.admits((3, 0), false, false, false));
        let odd = skipped.finish("a.xlsx", |_| String::new()).expect("left out").expect("told").to_string();
        assert_eq!(odd, "row 3 is hidden, and left out as `hidden` of the resource says");
    }
}
