//! What is odd about a file that can be read, and that a person should look at.

use std::fmt;

/// What is odd about a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The file's name, without folders.
    pub file: String,
    /// What is odd.
    pub odd: Odd,
}

/// What is odd about a file that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Odd {
    /// Quoted cells of a csv hold line breaks, so that it has more lines than rows.
    CellsOverLines {
        /// The lines of the rows, without the header and blank lines.
        lines: u64,
        /// The rows of the table, without the header.
        rows: u64,
        /// The cells that run over several lines.
        cells: u64,
        /// The line on which the row of the first of them begins.
        row: i64,
        /// The first one's column.
        column: String,
    },
    /// The table ends where a program that cuts tables would have cut it.
    AtLimit {
        /// The rows of the table, without the header.
        rows: u64,
        /// The limit in rows or lines.
        limit: u64,
        /// What has this limit.
        whose: &'static str,
    },
    /// The last row is blank from some column on, where every other row holds something.
    LastRowEndsEarly {
        /// The line or the row of the sheet.
        row: i64,
        /// The first of the columns that are blank in no other row.
        column: String,
    },
    /// Sheets that no person sees stand before the one that was read.
    HiddenSheets {
        /// Their names.
        sheets: Vec<String>,
        /// The sheet that was read.
        read: String,
    },
    /// Rows or columns that no person sees were left out or read, as the manifest says.
    HiddenPlaces {
        /// Which.
        places: String,
        /// Whether they were read.
        read: bool,
    },
    /// Cells that show something else than the value that they hold.
    Disguised {
        /// How many.
        cells: u64,
        /// The row of the first one.
        row: i64,
        /// The letters of its column.
        column: String,
        /// What it shows, and how.
        what: String,
    },
}

impl Odd {
    /// Whether it is what a file that was cut short looks like.
    #[must_use]
    pub const fn tells_of_a_cut(&self) -> bool {
        matches!(self, Self::AtLimit { .. } | Self::LastRowEndsEarly { .. })
    }
}

impl Remark {
    /// The same without what a cell shows.
    #[must_use]
    pub fn without_text(self) -> Self {
        match self.odd {
            Odd::Disguised { cells, row, column, .. } => {
                let what = "the cell shows something else than it holds".into();
                Self { odd: Odd::Disguised { cells, row, column, what }, ..self }
            }
            odd => Self { odd, ..self },
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.odd)
    }
}

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CellsOverLines { lines, rows, cells, row, column } => {
                let (lines, rows) = (counted(*lines, "line"), counted(*rows, "row"));
                let (cells, first) = (counted(*cells, "cell"), if *cells == 1 { "" } else { "the first in " });
                write!(f, "{lines}, {rows}, {cells} over several lines: {first}row {row}, column `{column}`")
            }
            Self::AtLimit { rows, limit, whose } => write!(
                f,
                "the table has {rows} rows, which is where {whose} ends a table (at {limit}): ask the publisher whether \
                 this is all of it"
            ),
            Self::LastRowEndsEarly { row, column } => write!(
                f,
                "the last row, {row}, is blank from column `{column}` on, where no other row is: the file may have been \
                 cut short"
            ),
            Self::HiddenSheets { sheets, read } => {
                let names = sheets.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                write!(
                    f,
                    "the hidden sheets {names} come before `{read}`, the first that a person sees, which was read"
                )
            }
            Self::HiddenPlaces { places, read } => {
                let done = if *read { "read" } else { "left out" };
                write!(f, "{places} hidden, and {done} as `hidden` of the resource says")
            }
            Self::Disguised { cells, row, column, what } => {
                let more = cells.saturating_sub(1);
                write!(f, "row {row}, column {column}: {what}")?;
                if more > 0 { write!(f, "; {more} more of the kind") } else { Ok(()) }
            }
        }
    }
}

fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Where programs end a table that would be longer.
const LIMITS: [(u64, &str); 4] = [
    (65_536, "an Excel workbook of before 2007"),
    (1_048_576, "an Excel sheet"),
    (25_000, "a Nomis download without a key"),
    (1_000_000, "a Nomis download"),
];

/// Whether a table of so many rows and lines (a sheet: its last row) ends at a limit: its rows may be counted with the header
/// or without it.
pub(super) fn at_limit(rows: u64, lines: Option<u64>) -> Option<Odd> {
    let (limit, whose) =
        LIMITS.into_iter().find(|(limit, _)| rows == *limit || rows + 1 == *limit || lines == Some(*limit))?;
    Some(Odd::AtLimit { rows, limit, whose })
}

/// How far the rows of a table reach, to tell whether the last one ends before all others.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reach {
    rows: u64,
    /// The least reach of the rows before the last, in columns.
    least: usize,
    last: (i64, usize),
}

impl Reach {
    /// Rows that must stand before the last, for it to be unlike them.
    const OTHERS: u64 = 3;

    /// Adds a row that holds something up to this column, counted from 1; 0 is blank.
    #[inline]
    pub fn add(&mut self, row: i64, columns: usize) {
        if self.rows > 0 {
            self.least = if self.rows == 1 { self.last.1 } else { self.least.min(self.last.1) };
        }
        self.last = (row, columns);
        self.rows += 1;
    }

    /// The last row and its first blank column from 0, where all others reach further.
    pub fn cut(&self) -> Option<(i64, usize)> {
        (self.rows > Self::OTHERS && self.last.1 < self.least).then_some(self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_at_a_limit_are_told() {
        for rows in [65_535, 65_536, 1_048_575, 1_048_576, 25_000, 1_000_000, 999_999] {
            let odd = at_limit(rows, None).expect("told");
            assert!(odd.tells_of_a_cut() && odd.to_string().contains(&rows.to_string()), "{odd}");
        }
        assert_eq!(at_limit(65_000, Some(65_000)), None);
        assert!(at_limit(65_530, Some(65_536)).is_some(), "a sheet with lines above its header");
    }

    #[test]
    fn a_last_row_that_ends_before_all_others_is_told() {
        let reach = |columns: &[usize]| {
            let mut reach = Reach::default();
            columns.iter().enumerate().for_each(|(row, columns)| reach.add(i64::try_from(row).expect("few"), *columns));
            reach.cut()
        };
        assert_eq!(reach(&[4, 4, 3, 2]), Some((3, 2)));
        assert_eq!(reach(&[4, 2, 4, 2]), None);
        assert_eq!(reach(&[4, 4, 2]), None, "too few to tell");
        assert_eq!(reach(&[]), None);
    }
}
