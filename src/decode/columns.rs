//! Header cells to column names: trimmed, never blank, never twice the same.

use super::error::Fault;
use super::file::{FILE, RESOURCE, ROW};
use crate::connector::DuplicateColumns;
use std::collections::{HashMap, HashSet};

/// The most columns that a file may have.
pub(super) const MOST: usize = 2_000;

/// Names the columns of a header whose cells stand at these positions, counted from 1.
///
/// A blank cell is `column_N` after its position; it, and a name that the hub gives to a column of its own, gets `_2`, `_3`, …
/// where that is taken. A name that stands twice is refused, unless the manifest has such columns numbered.
pub(super) fn names<'a>(
    header: impl IntoIterator<Item = (usize, &'a str)>,
    duplicates: DuplicateColumns,
) -> Result<Vec<String>, Fault> {
    let mut taken: HashSet<String> = [RESOURCE, FILE, ROW].map(str::to_owned).into();
    let mut positions: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut twice = None;
    let mut names = Vec::new();
    for (position, cell) in header {
        let cell = cell.trim();
        let plain = if cell.is_empty() { format!("column_{position}") } else { cell.to_owned() };
        if !cell.is_empty() {
            let standing = positions.entry(cell).or_default();
            standing.push(position);
            if standing.len() > 1 {
                twice.get_or_insert(cell);
            }
        }
        let mut name = plain.clone();
        let mut times = 1;
        while taken.contains(&name) {
            times += 1;
            name = format!("{plain}_{times}");
        }
        taken.insert(name.clone());
        names.push(name);
        if names.len() > MOST {
            return Err(too_many());
        }
    }
    match twice.filter(|_| duplicates == DuplicateColumns::Refuse) {
        Some(name) => {
            let positions = positions.remove(name).unwrap_or_default();
            Err(Fault::DuplicateColumn { name: name.to_owned(), positions })
        }
        None => Ok(names),
    }
}

pub(super) fn too_many() -> Fault {
    Fault::TooLarge {
        what: format!("there are more than {MOST} columns, which no dataset has; look at the header's separators"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(header: &[&str]) -> Vec<String> {
        names(header.iter().enumerate().map(|(index, cell)| (index + 1, *cell)), DuplicateColumns::Number)
            .expect("few columns")
    }

    #[test]
    fn names_are_trimmed_and_never_twice_the_same() {
        assert_eq!(named(&[" Area ", "Area", "", "Area"]), ["Area", "Area_2", "column_3", "Area_3"]);
        assert_eq!(named(&["a", "a_2", "a"]), ["a", "a_2", "a_3"]);
        assert_eq!(named(&["_row", "column_3", ""]), ["_row_2", "column_3", "column_3_2"]);
    }

    #[test]
    fn a_name_that_stands_twice_is_refused_with_its_columns() {
        let header = [(1, "a"), (2, "Q1 2024/25"), (3, ""), (4, " Q1 2024/25 ")];
        let fault = names(header, DuplicateColumns::Refuse).expect_err("refused").to_string();
        assert!(fault.contains("`Q1 2024/25` stands over two columns (2, 4)"), "{fault}");
        assert!(names([(1, ""), (2, ""), (3, "_row")], DuplicateColumns::Refuse).is_ok(), "none has a name twice");
    }

    #[test]
    fn two_thousand_columns_are_enough() {
        assert_eq!(named(&vec!["x"; MOST]).len(), MOST);
        assert!(names((0..=MOST).map(|position| (position, "x")), DuplicateColumns::Number).is_err());
    }
}
