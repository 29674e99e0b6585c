//! The rows of files on their way through one SELECT: which passed its WHERE, and how many rows each gave.

use super::lineage::Way;
use super::used::{RowAt, RowsUsed};
use crate::outcomes::{Relation, Traced};
use datafusion::arrow::array::Int64Array;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// The most rows that are followed in one SELECT, over all its files: each takes four bytes.
const MOST: usize = 10_000_000;

/// The rows of a SELECT's files.
#[derive(Debug)]
pub struct Followed {
    files: Mutex<Files>,
}

#[derive(Debug)]
struct Files {
    by_name: BTreeMap<String, File>,
    /// How many more rows can be followed.
    room: usize,
}

/// What is known of the rows of a file.
#[derive(Debug, Default)]
struct File {
    /// The resources that have a file of this name: what is traced says only the name.
    resources: BTreeSet<String>,
    /// The last row that any reading has come to.
    last: usize,
    /// Rows that were read.
    read: u64,
    /// By the row's number.
    rows: Vec<Row>,
    /// Whether there are rows that are not followed, because there are too many.
    past: bool,
}

/// Both stop counting where they are full.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    /// How often a reading of the file let it pass.
    passed: u16,
    /// How many rows it gave.
    given: u16,
}

impl Row {
    /// How many rows it gave each time that it passed.
    fn times(self) -> u16 {
        self.given.div_ceil(self.passed.max(1))
    }
}

impl Default for Followed {
    fn default() -> Self {
        Self { files: Mutex::new(Files { by_name: BTreeMap::new(), room: MOST }) }
    }
}

impl Followed {
    /// Notes rows that a reading of a file has come to, in their order.
    pub fn read(&self, resource: &str, file: &str, rows: &Int64Array) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let Files { by_name, room } = &mut *files;
        let file = entry(by_name, resource, file);
        for row in rows.values().iter().filter_map(|row| usize::try_from(*row).ok()) {
            // Each reading comes to every row: the first to do so counts it.
            if row > file.last {
                file.last = row;
                let more = (row + 1).saturating_sub(file.rows.len());
                if more > *room {
                    file.past = true;
                } else {
                    *room -= more;
                    file.rows.resize(row + 1, Row::default());
                    file.read += 1;
                }
            }
        }
    }

    /// Notes rows of a file that the WHERE of a reading let pass.
    pub fn passed(&self, file: &str, rows: &Int64Array) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = files.by_name.get_mut(file) else { return };
        for row in rows.values().iter().filter_map(|row| usize::try_from(*row).ok()) {
            if let Some(row) = file.rows.get_mut(row) {
                row.passed = row.passed.saturating_add(1);
            }
        }
    }

    /// Notes rows that the SELECT gave.
    pub fn given<T>(&self, rows: &[Traced<T>]) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        for row in rows {
            let number = usize::try_from(row.origin.row).unwrap_or(usize::MAX);
            let known = files.by_name.get_mut(&*row.origin.file).and_then(|file| file.rows.get_mut(number));
            if let Some(row) = known {
                row.given = row.given.saturating_add(1);
            }
        }
    }

    /// What became of the rows, by resource. `in_part` says that the SELECT was not run to its end.
    pub fn told(&self, relation: Relation, ways: &BTreeMap<String, Way>, in_part: bool) -> Vec<RowsUsed> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut by_resource: BTreeMap<Vec<&str>, Vec<(&str, &File)>> = BTreeMap::new();
        for (name, file) in &files.by_name {
            let resources: Vec<&str> = file.resources.iter().map(String::as_str).collect();
            by_resource.entry(resources).or_default().push((name.as_str(), file));
        }
        let told = by_resource.into_iter().filter_map(|(resources, files)| {
            let known: Vec<Way> = resources.iter().filter_map(|resource| ways.get(*resource).copied()).collect();
            let way = known.into_iter().reduce(Way::or)?;
            Some(tally(relation, &resources, &files, way, in_part))
        });
        told.collect()
    }
}

fn entry<'f>(by_name: &'f mut BTreeMap<String, File>, resource: &str, file: &str) -> &'f mut File {
    if !by_name.contains_key(file) {
        by_name.insert(file.to_owned(), File::default());
    }
    let known = by_name.entry(file.to_owned()).or_default();
    if !known.resources.contains(resource) {
        known.resources.insert(resource.to_owned());
    }
    known
}

fn tally(relation: Relation, resources: &[&str], files: &[(&str, &File)], way: Way, in_part: bool) -> RowsUsed {
    let rows = || {
        files.iter().flat_map(|(name, file)| {
            let passed = file.rows.iter().enumerate().filter(|(_, row)| row.passed > 0);
            passed.map(move |(number, row)| (*name, number as u64, *row))
        })
    };
    let at = |file: &str, row: u64| RowAt { file: file.to_owned(), row };
    let mut told = RowsUsed {
        relation: relation.name(),
        resource: resources.join("` and `"),
        read: files.iter().map(|(_, file)| file.read).sum(),
        left_out: 0,
        used: 0,
        unused: 0,
        first_unused: None,
        each: None,
        several: 0,
        first_several: None,
        in_part,
        not_all: files.iter().any(|(_, file)| file.past),
        way,
    };
    let mut by_times: BTreeMap<u16, u64> = BTreeMap::new();
    let mut by_given: BTreeSet<u16> = BTreeSet::new();
    let mut passed = 0;
    for (file, number, row) in rows() {
        passed += 1;
        if row.given > 0 {
            told.used += 1;
            *by_times.entry(row.times()).or_default() += 1;
            by_given.insert(row.given);
        } else {
            told.unused += 1;
            told.first_unused.get_or_insert_with(|| at(file, number));
        }
    }
    told.left_out = told.read.saturating_sub(passed);
    told.each = by_given.first().filter(|_| by_given.len() == 1).map(|given| u64::from(*given));
    if by_times.len() > 1 {
        // What is written out several times on purpose is so for most rows.
        let most = by_times.iter().max_by_key(|(times, rows)| (**rows, std::cmp::Reverse(**times)));
        let usual = if way.spread { most.map_or(1, |(times, _)| *times) } else { 1 };
        for (file, number, row) in rows().filter(|(.., row)| row.times() > usual) {
            told.several += 1;
            told.first_several.get_or_insert_with(|| (at(file, number), u64::from(row.given)));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::Origin;

    fn rows(numbers: &[i64]) -> Int64Array {
        Int64Array::from(numbers.to_vec())
    }

    fn given(followed: &Followed, numbers: &[u64]) {
        let traced = |row: &u64| Traced { row: (), origin: Origin { file: "data.csv".into(), row: *row } };
        followed.given(&numbers.iter().map(traced).collect::<Vec<_>>());
    }

    fn told(followed: &Followed, way: Way) -> RowsUsed {
        let ways = BTreeMap::from([("data".to_owned(), way)]);
        followed.told(Relation::Observations, &ways, false).remove(0)
    }

    #[test]
    fn rows_that_give_none_or_several_are_named() {
        let followed = Followed::default();
        followed.read("data", "data.csv", &rows(&[2, 3, 4, 5, 6]));
        followed.passed("data.csv", &rows(&[2, 3, 4, 5]));
        given(&followed, &[2, 3, 3, 5]);
        let told = told(&followed, Way { inner: true, joined: true, ..Way::default() });
        assert_eq!((told.read, told.left_out, told.used, told.unused, told.several), (5, 1, 3, 1, 1));
        assert_eq!(told.first_unused, Some(RowAt { file: "data.csv".into(), row: 4 }));
        assert_eq!(told.first_several, Some((RowAt { file: "data.csv".into(), row: 3 }, 2)));
    }

    #[test]
    fn a_row_that_is_read_for_several_selects_gives_as_many() {
        let followed = Followed::default();
        for _ in 0..2 {
            followed.read("data", "data.csv", &rows(&[2, 3]));
            followed.passed("data.csv", &rows(&[2, 3]));
        }
        followed.passed("data.csv", &rows(&[3]));
        given(&followed, &[2, 2, 3, 3, 3]);
        let told = told(&followed, Way { joined: true, ..Way::default() });
        assert_eq!((told.read, told.used, told.several, told.each), (2, 2, 0, None));
    }

    #[test]
    fn what_all_rows_give_is_usual() {
        let followed = Followed::default();
        followed.read("data", "data.csv", &rows(&[2, 3, 4]));
        followed.passed("data.csv", &rows(&[2, 3, 4]));
        given(&followed, &[2, 2, 3, 3, 4, 4]);
        let way = Way { joined: true, spread: true, ..Way::default() };
        assert_eq!((told(&followed, way).each, told(&followed, way).several), (Some(2), 0));
        // Twice as many as the others.
        given(&followed, &[4, 4]);
        assert_eq!((told(&followed, way).several, told(&followed, way).each), (1, None));
    }

    #[test]
    fn what_is_not_followed_is_told() {
        let followed = Followed { files: Mutex::new(Files { by_name: BTreeMap::new(), room: 4 }) };
        followed.read("data", "data.csv", &rows(&[2, 3, 4, 5]));
        followed.passed("data.csv", &rows(&[2, 3, 4, 5]));
        given(&followed, &[2, 3, 4, 5]);
        let told = told(&followed, Way::default());
        assert!(told.not_all && told.read == 2 && told.used == 2, "{told:?}");
    }
}
