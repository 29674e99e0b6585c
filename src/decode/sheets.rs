//! The sheets of a workbook: their names, how much they hold, and where their column names may stand.

use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::xml::Broken;
use super::{ods, unpacked, xlsx};
use crate::connector::Format;
use std::collections::BTreeSet;
use std::fs::File;

/// The most cells of a sheet that are looked at.
const CELLS: u64 = 2_000_000;
/// The first rows, among which the column names are looked for.
const HEAD: usize = 40;

/// A sheet as a look over it shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetSeen {
    /// Its name.
    pub name: String,
    /// Whether a person does not see it.
    pub hidden: bool,
    /// How many rows hold something, and how many columns.
    pub rows: u64,
    /// See `rows`.
    pub columns: u64,
    /// The row, from 1, that is the likeliest to hold the column names: the first that is nearly as wide as the sheet.
    pub header_row: u32,
}

/// The sheets of a workbook, in their order.
///
/// # Errors
/// When the file is no workbook, has a password, or cannot be read.
pub fn sheets(file: &RawFile, format: Format) -> Result<Vec<SheetSeen>, DecodeError> {
    let fail = |fault| DecodeError::new(&file.name, fault);
    let broken = |what: String| fail(Fault::Malformed { what });
    let open = || File::open(&file.path).map_err(|error| fail(Fault::Unreadable(error)));
    super::sniff::check(file, &super::Layout { format, ..super::Layout::guess(&file.name) })?;
    if unpacked::check(file)?.encrypted {
        return Err(broken("the workbook has a password; save it without one".into()));
    }
    let unread = |error: Broken| {
        broken(format!("the workbook cannot be read ({}); open it in a spreadsheet and save it again", error.0))
    };
    let mut seen = Vec::new();
    if format == Format::Ods {
        let mut book = ods::Book::open(open()?).map_err(unread)?;
        for (name, hidden) in book.sheets.clone() {
            let mut extent = Extent::default();
            let read = book.cells(open()?, &name, |cells| {
                cells.iter().try_for_each(|cell| extent.add(cell.rows.start, cell.columns.start, &cell.seen.text))
            });
            seen.push(extent.seen(name, hidden, read.map_err(|End(error)| error)).map_err(unread)?);
        }
    } else {
        let mut book = xlsx::Book::open(open()?).map_err(unread)?;
        for sheet in book.sheets.clone() {
            let mut extent = Extent::default();
            let read = book.cells(&sheet, |spot, cell| extent.add(spot.row, spot.column, &cell.text));
            let (name, hidden) = (sheet.name.clone(), sheet.hidden);
            seen.push(extent.seen(name, hidden, read.map_err(|End(error)| error)).map_err(unread)?);
        }
    }
    Ok(seen)
}

/// Why a look over a sheet ends early: enough was seen, or it is broken.
struct End(Option<Broken>);

impl From<Broken> for End {
    fn from(error: Broken) -> Self {
        Self(Some(error))
    }
}

/// How far a sheet reaches.
#[derive(Default)]
struct Extent {
    cells: u64,
    rows: u64,
    row: Option<u32>,
    columns: BTreeSet<u32>,
    /// The filled cells of the first rows, by the row from 0.
    head: Vec<(u32, usize)>,
}

impl Extent {
    fn add(&mut self, row: u32, column: u32, text: &str) -> Result<(), End> {
        self.cells += 1;
        if self.cells > CELLS {
            return Err(End(None));
        }
        if text.trim().is_empty() {
            return Ok(());
        }
        if self.row != Some(row) {
            self.row = Some(row);
            self.rows += 1;
            if self.head.len() < HEAD {
                self.head.push((row, 0));
            }
        }
        if let Some((_, filled)) = self.head.last_mut().filter(|(last, _)| *last == row) {
            *filled += 1;
        }
        self.columns.insert(column);
        Ok(())
    }

    fn seen(self, name: String, hidden: bool, read: Result<(), Option<Broken>>) -> Result<SheetSeen, Broken> {
        if let Err(Some(broken)) = read {
            return Err(broken);
        }
        let widest = self.head.iter().map(|(_, filled)| *filled).max().unwrap_or(0);
        let wide = self.head.iter().find(|(_, filled)| filled * 5 >= widest * 4);
        let header_row = wide.map_or(1, |(row, _)| row + 1);
        Ok(SheetSeen { name, hidden, rows: self.rows, columns: self.columns.len() as u64, header_row })
    }
}
