//! Header cells to column names: trimmed, never blank, never twice the same.

use super::error::Fault;
use super::file::{FILE, RESOURCE, ROW};
use std::collections::HashSet;

/// The most columns that a file may have.
pub(super) const MOST: usize = 2_000;

/// Names the columns of a header whose cells stand at these positions, counted from 1.
///
/// A blank cell is `column_N` after its position; a name that is taken gets `_2`, `_3`, … The names of the columns that
/// the hub adds are taken from the start.
pub(super) fn names<'a>(header: impl IntoIterator<Item = (usize, &'a str)>) -> Result<Vec<String>, Fault> {
    let mut taken: HashSet<String> = [RESOURCE, FILE, ROW].map(str::to_owned).into();
    let mut names = Vec::new();
    for (position, cell) in header {
        let plain = match cell.trim() {
            "" => format!("column_{position}"),
            name => name.to_owned(),
        };
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
    Ok(names)
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
        names(header.iter().enumerate().map(|(index, cell)| (index + 1, *cell))).expect("few columns")
    }

    #[test]
    fn names_are_trimmed_and_never_twice_the_same() {
        assert_eq!(named(&[" Area ", "Area", "", "Area"]), ["Area", "Area_2", "column_3", "Area_3"]);
        assert_eq!(named(&["a", "a_2", "a"]), ["a", "a_2", "a_3"]);
        assert_eq!(named(&["_row", "column_3", ""]), ["_row_2", "column_3", "column_3_2"]);
    }

    #[test]
    fn two_thousand_columns_are_enough() {
        assert_eq!(named(&vec!["x"; MOST]).len(), MOST);
        assert!(names((0..=MOST).map(|position| (position, "x"))).is_err());
    }
}
