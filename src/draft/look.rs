//! What an unknown file holds: its columns with their first distinct texts, and its first rows.

use super::DraftError;
use crate::decode::Table;
use datafusion::arrow::array::{Array, StringArray};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Rows that are looked at for texts.
const LOOKED_AT: u64 = 50_000;
/// Distinct numbers that are kept of a column, and distinct texts: a symbol among numbers is rare and worth more.
const NUMBERS: usize = 200;
const TEXTS: usize = 400;
/// Cells that are kept, each as a number.
const CELLS: usize = 5_000_000;
/// The number of a blank cell.
const BLANK: u32 = u32::MAX;
/// From here on, numbers are of texts that were not kept.
const NOT_KEPT: u32 = 1 << 16;

/// A column as it was seen in the file's first rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The first distinct texts of it.
    pub texts: Vec<String>,
    /// Whether there are more of them.
    pub more: bool,
    /// How many rows hold something.
    pub filled: u64,
    /// How many hold nothing.
    pub blank: u64,
}

impl Column {
    /// Whether there is a text, and each is so.
    pub(super) fn all(&self, fits: impl Fn(&str) -> bool) -> bool {
        !self.texts.is_empty() && self.texts.iter().all(|text| fits(text))
    }

    /// Whether most of the texts are so.
    pub(super) fn mostly(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.count(fits) * 2 > self.texts.len()
    }

    /// How many of the texts are so.
    pub(super) fn count(&self, fits: impl Fn(&str) -> bool) -> usize {
        self.texts.iter().filter(|text| fits(text)).count()
    }
}

/// A file's first rows.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub columns: Vec<Column>,
    /// Rows whole: of each column in its order a number, which is the same for the same text.
    pub rows: Vec<Vec<u32>>,
    /// How many rows were looked at, and whether that is all of them.
    pub looked_at: u64,
    pub whole: bool,
    /// The numbers of the texts that were kept, by column.
    known: Vec<HashMap<String, u32>>,
}

impl Seen {
    /// Nothing yet, of these columns.
    pub fn of(names: impl Iterator<Item = String>) -> Self {
        let columns: Vec<Column> = names.map(|name| Column { name, ..Column::default() }).collect();
        let known = vec![HashMap::new(); columns.len()];
        Self { columns, known, whole: true, ..Self::default() }
    }

    /// Looks at a row.
    pub fn add<'t>(&mut self, cells: impl Iterator<Item = Option<&'t str>>) {
        self.looked_at += 1;
        let columns = self.columns.iter_mut().zip(&mut self.known);
        let row = columns.zip(cells).map(|((column, known), text)| note(column, known, text)).collect();
        if self.rows.len() < CELLS / self.columns.len().max(1) {
            self.rows.push(row);
        }
    }
}

/// Looks at a table's first rows.
pub(super) fn look(table: &Table) -> Result<Seen, DraftError> {
    let schema = table.schema();
    // The hub's own columns begin so.
    let names = schema.fields().iter().map(|field| field.name().clone()).filter(|name| !name.starts_with('_'));
    let mut seen = Seen::of(names);
    for batch in table.batches(None)? {
        let batch = batch?;
        let texts: Vec<Option<&StringArray>> = seen
            .columns
            .iter()
            .map(|column| batch.column_by_name(&column.name)?.as_any().downcast_ref::<StringArray>())
            .collect();
        for row in 0..batch.num_rows() {
            seen.add(texts.iter().map(|texts| texts.filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row))));
        }
        if seen.looked_at >= LOOKED_AT {
            seen.whole = false;
            break;
        }
    }
    Ok(seen)
}

/// Counts a cell, keeps its text if there is room, and gives the text's number.
fn note(column: &mut Column, known: &mut HashMap<String, u32>, text: Option<&str>) -> u32 {
    let Some(text) = text else {
        column.blank += 1;
        return BLANK;
    };
    column.filled += 1;
    if let Some(number) = known.get(text) {
        return *number;
    }
    let room = if is_number(text) { NUMBERS } else { TEXTS };
    if column.texts.len() >= room {
        column.more = true;
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        // Half of the hash tells texts apart well enough for counting rows.
        return (u32::try_from(hasher.finish() >> 33).unwrap_or(0)).clamp(NOT_KEPT, BLANK - 1);
    }
    let number = u32::try_from(known.len()).unwrap_or(0);
    known.insert(text.to_owned(), number);
    column.texts.push(text.to_owned());
    number
}

/// Whether a text is a number, written plainly, with commas between thousands or with a percent sign.
pub(super) fn is_number(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_suffix('%').unwrap_or(text).trim_end();
    let plain =
        |text: &str| text.bytes().any(|byte| byte.is_ascii_digit()) && text.parse::<f64>().is_ok_and(f64::is_finite);
    plain(text) || (has_thousands(text) && plain(&text.replace(',', "")))
}

/// `1,234` and `1,234,567.8`, and not `1,2`.
pub(super) fn has_thousands(text: &str) -> bool {
    let whole = text.trim().trim_start_matches('-').split('.').next().unwrap_or_default();
    let mut groups = whole.split(',');
    let first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
    let rest: Vec<&str> = groups.collect();
    first && !rest.is_empty() && rest.iter().all(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_publishers_write_them() {
        for text in ["12.5", "-9", "1,234", "1,234,567.8", "71.3%", " 5 "] {
            assert!(is_number(text), "{text}");
        }
        for text in ["c", "1,2", "2023/24", "", "nan", "inf", "E08000032"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
