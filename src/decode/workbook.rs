//! xlsx and ods: one sheet, as a person sees it.

use super::columns;
use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::hidden::{HiddenPlaces, letters};
use super::layout::Layout;
use super::ods;
use super::remark::{Odd, Reach};
use super::rows::{BATCH_BYTES, BATCH_ROWS, CELL_BYTES, Plan, emptied};
use super::runs::{Seen, Trouble};
use super::unpacked;
use super::xlsx;
use super::xml::Broken;
use crate::connector::{DuplicateColumns, Format, Hidden};
use crate::hint::did_you_mean;
use datafusion::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StringBuilder, new_null_array};
use datafusion::arrow::datatypes::DataType;
use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;

/// The most cells that hold something, and the most places for cells (rows times columns).
const CELLS: usize = 20_000_000;
/// The most cells that are read at all: a style may be given to blank ones.
const READ_CELLS: usize = 60_000_000;
/// The text that any sheet may hold, and how many times the file's size a larger one may: a workbook may name one long text
/// from many cells.
const TEXT_BYTES: u64 = 16 << 20;
const TEXT_TIMES: u64 = 32;
/// The most text in a sheet, however large the file is.
const SHEET_BYTES: u64 = 512 << 20;

/// A sheet, read. Unlike a csv it is held whole: a workbook can only be read by unpacking it, which is too slow to do for
/// each SELECT, and the limits above bound it.
#[derive(Debug)]
pub(super) struct Workbook {
    parts: Arc<Vec<Part>>,
    odd: Arc<[Odd]>,
}

/// Some rows of a sheet, as many as make a batch.
#[derive(Debug)]
struct Part {
    rows: Int64Array,
    /// A column that holds nothing here is none, and takes no room.
    columns: Vec<Option<ArrayRef>>,
}

impl Workbook {
    pub fn open(file: &Arc<RawFile>, layout: &Layout) -> Result<(Vec<String>, Self), DecodeError> {
        let unreadable = |error| DecodeError::new(&file.name, Fault::Unreadable(error));
        let found = unpacked::check(file)?;
        let open = || File::open(&file.path).map_err(unreadable);
        let mut sheet = Sheet::new(file, layout);
        if found.encrypted {
            return Err(sheet.broken(&"", true));
        }
        let read = if layout.format == Format::Ods {
            let mut book = ods::Book::open(open()?).map_err(|error| sheet.broken(&error.0, false))?;
            let name = sheet.choose(&book.sheets, layout)?;
            book.cells(open()?, &name, |cells| sheet.add_row(cells).map_err(Stopped::Here))
        } else {
            let mut book = xlsx::Book::open(open()?).map_err(|error| sheet.broken(&error.0, false))?;
            let names: Vec<_> = book.sheets.iter().map(|sheet| (sheet.name.clone(), sheet.hidden)).collect();
            let name = sheet.choose(&names, layout)?;
            let Some(chosen) = book.sheets.iter().find(|sheet| sheet.name == name).cloned() else {
                return Err(sheet.fail(Fault::EmptyFile));
            };
            if found.is_disguised(&xlsx::Book::part(&chosen)) && layout.hidden != Hidden::Read {
                let what = "a conditional format of the sheet shows numbers in another format than their cells', so that a person \
                            sees something else; ask the publisher for a sheet without it, or read the cells as they are with \
                            hidden = \"read\"";
                return Err(sheet.fail(Fault::Malformed { what: what.into() }));
            }
            let mut merged = xlsx::Book::merged(&chosen, found.merged);
            book.cells(&chosen, |spot, seen| {
                let at = (spot.row, spot.column);
                let covered = merged.covers(spot.row, spot.column);
                sheet.add(at, [spot.row_hidden, spot.column_hidden, covered], &seen).map_err(Stopped::Here)
            })
        };
        read.map_err(|stopped| match stopped {
            Stopped::Here(error) => error,
            Stopped::There(error) => sheet.broken(&error.0, false),
        })?;
        sheet.finish()
    }

    pub fn batches(&self, plan: Plan) -> WorkbookBatches {
        WorkbookBatches { parts: Arc::clone(&self.parts), plan, next: 0, odd: Arc::clone(&self.odd) }
    }

    /// What is odd about the sheet.
    pub fn odd(&self) -> &[Odd] {
        &self.odd
    }
}

/// Why a sheet was not read to its end: it is broken, or what it holds is refused.
enum Stopped {
    Here(DecodeError),
    There(Broken),
}

impl From<Broken> for Stopped {
    fn from(error: Broken) -> Self {
        Self::There(error)
    }
}

/// The rows of a sheet, in batches that share its memory.
pub(super) struct WorkbookBatches {
    parts: Arc<Vec<Part>>,
    plan: Plan,
    next: usize,
    odd: Arc<[Odd]>,
}

impl WorkbookBatches {
    /// The sheet's last row that holds something.
    pub fn last_row(&self) -> u64 {
        let last = self.parts.last().and_then(|part| part.rows.values().last());
        last.and_then(|row| u64::try_from(*row).ok()).unwrap_or(0)
    }

    /// What is odd about the sheet.
    pub fn odd(&self) -> Vec<Odd> {
        self.odd.to_vec()
    }
}

impl Iterator for WorkbookBatches {
    type Item = Result<RecordBatch, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let part = self.parts.get(self.next)?;
        self.next += 1;
        let text = |index: usize| match part.columns.get(index) {
            Some(Some(column)) => Arc::clone(column),
            _ => new_null_array(&DataType::Utf8, part.rows.len()),
        };
        let texts = self.plan.texts().map(text).collect();
        Some(self.plan.assemble(texts, part.rows.clone()))
    }
}

/// A sheet on its way to columns. Cells come row by row.
struct Sheet {
    file: Arc<RawFile>,
    duplicates: DuplicateColumns,
    /// What is odd about the sheet, what it hides, and its first cell that shows something else than it holds.
    odd: Vec<Odd>,
    hidden: HiddenPlaces,
    disguised: Option<(u64, (u32, u32), String)>,
    reach: Reach,
    /// The header's row, from 0.
    header_row: u32,
    /// The header's cells by the sheet's column; blank where there is none.
    header: Vec<String>,
    /// The rows that are kept, those of the part that is being filled, and the text of that part.
    parts: Vec<Part>,
    columns: Vec<Option<StringBuilder>>,
    rows: Vec<i64>,
    part_bytes: usize,
    /// The row that is being read, from 0, and its texts.
    row: u32,
    cells: Vec<String>,
    has_cells: bool,
    /// What was read so far: cells, those that hold something, places for cells, bytes of text.
    read: usize,
    count: usize,
    places: usize,
    bytes: u64,
    most_bytes: u64,
}

impl Sheet {
    fn new(file: &Arc<RawFile>, layout: &Layout) -> Self {
        let size = std::fs::metadata(&file.path).map_or(0, |metadata| metadata.len());
        Self {
            file: Arc::clone(file),
            duplicates: layout.duplicate_columns,
            odd: Vec::new(),
            hidden: HiddenPlaces::new(layout.hidden),
            disguised: None,
            reach: Reach::default(),
            header_row: layout.header_row.saturating_sub(1),
            header: Vec::new(),
            parts: Vec::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            part_bytes: 0,
            row: 0,
            cells: Vec::new(),
            has_cells: false,
            read: 0,
            count: 0,
            places: 0,
            bytes: 0,
            most_bytes: (TEXT_BYTES + size.saturating_mul(TEXT_TIMES)).min(SHEET_BYTES),
        }
    }

    /// The sheet that is read, given the name of each and whether it is hidden.
    fn choose(&mut self, sheets: &[(String, bool)], layout: &Layout) -> Result<String, DecodeError> {
        let fail = |fault| Err(DecodeError::new(&self.file.name, fault));
        let Some(wanted) = &layout.sheet else {
            let Some(first) = sheets.iter().position(|(_, hidden)| !hidden) else { return fail(Fault::EmptyFile) };
            let before: Vec<String> = sheets[..first].iter().map(|(name, _)| name.clone()).collect();
            let read = sheets[first].0.clone();
            if !before.is_empty() {
                self.odd.push(Odd::HiddenSheets { sheets: before, read: read.clone() });
            }
            return Ok(read);
        };
        let Some((_, hidden)) = sheets.iter().find(|(name, _)| name == wanted) else {
            let sheets: Vec<String> = sheets.iter().map(|(name, _)| name.clone()).collect();
            let hint = did_you_mean(wanted, &sheets);
            return fail(Fault::NoSuchSheet { sheet: wanted.clone(), hint, sheets });
        };
        if *hidden && layout.hidden != Hidden::Read {
            let what = format!(
                "the sheet `{wanted}` is hidden: a person who opens the file does not see it; name another in `sheet`, or set \
                 hidden = \"read\" for the resource to read it"
            );
            return fail(Fault::Hidden { what });
        }
        Ok(wanted.clone())
    }

    /// Adds the cells of an ods's row as often as the row and each of them is repeated.
    fn add_row(&mut self, cells: &[ods::Cell]) -> Result<(), DecodeError> {
        let Some(first) = cells.first() else { return Ok(()) };
        if cells.iter().any(|cell| cell.columns.end as usize > columns::MOST) {
            return Err(self.fail(columns::too_many()));
        }
        let width: usize = cells.iter().map(|cell| cell.columns.len()).sum();
        if width.saturating_mul(first.rows.len()).saturating_add(self.count) > CELLS {
            return Err(self.too_large("the sheet has more than 20 million cells"));
        }
        for row in first.rows.clone() {
            for cell in cells {
                for column in cell.columns.clone() {
                    let hidden = [cell.row_hidden, cell.column_hidden, cell.covered];
                    self.add((row, column), hidden, &cell.seen)?;
                }
            }
        }
        Ok(())
    }

    /// Adds a cell, with whether its row, its column or the cell itself is hidden.
    fn add(&mut self, at: (u32, u32), hidden: [bool; 3], seen: &Seen<'_>) -> Result<(), DecodeError> {
        self.read += 1;
        if self.read > READ_CELLS {
            let what = "the sheet has more than 60 million cells, blank ones among them";
            return Err(self.too_large(what));
        }
        let (row, column) = at;
        let text = &seen.text;
        if text.is_empty() || row < self.header_row {
            return Ok(());
        }
        let [row_hidden, column_hidden, covered] = hidden;
        if !self.hidden.admits(at, row_hidden, column_hidden, covered) {
            return Ok(());
        }
        if let Some(trouble) = &seen.trouble {
            self.notice(at, trouble)?;
        }
        if row != self.row {
            if row < self.row {
                return Err(self.fail(Fault::Malformed {
                    what: "the sheet's rows are out of order; open it in a spreadsheet and save it again".into(),
                }));
            }
            self.end_row()?;
            self.row = row;
        }
        let index = column as usize;
        if index >= columns::MOST {
            return Err(self.fail(columns::too_many()));
        }
        self.count += 1;
        self.bytes += text.len() as u64;
        if text.len() > CELL_BYTES {
            return Err(self.too_large("a cell is longer than 1 MiB, which no spreadsheet allows"));
        }
        if self.count > CELLS {
            return Err(self.too_large("the sheet has more than 20 million cells"));
        }
        if self.bytes > self.most_bytes {
            let what = format!(
                "the sheet has more than {} MiB of text, too much for a file of its size",
                self.most_bytes >> 20
            );
            return Err(self.too_large(&what));
        }
        if self.cells.len() <= index {
            self.cells.resize_with(index + 1, String::new);
        }
        self.cells[index].clear();
        self.cells[index].push_str(text);
        self.has_cells = true;
        Ok(())
    }

    /// Counts a cell that shows something else than it holds. None may be the name of a column.
    fn notice(&mut self, at: (u32, u32), trouble: &Trouble) -> Result<(), DecodeError> {
        let what = match trouble {
            Trouble::Unreadable(what) if at.0 == self.header_row => {
                let what = format!("the column name cannot be read: {what}; ask the publisher for a plain one");
                let error = DecodeError::at(&self.file.name, i64::from(at.0) + 1, Fault::Malformed { what });
                return Err(DecodeError { column: Some(letters(at.1)), ..error });
            }
            Trouble::Raised(what) | Trouble::Unreadable(what) => what,
        };
        let (count, _, _) = self.disguised.get_or_insert_with(|| (0, at, what.clone()));
        *count += 1;
        Ok(())
    }

    /// Keeps the row that was being read; wholly blank rows never come here with cells.
    fn end_row(&mut self) -> Result<(), DecodeError> {
        if !std::mem::take(&mut self.has_cells) {
            return Ok(());
        }
        if self.row == self.header_row {
            self.header = std::mem::take(&mut self.cells);
            return Ok(());
        }
        let reach = self.cells.iter().rposition(|text| !text.is_empty()).map_or(0, |index| index + 1);
        self.reach.add(i64::from(self.row) + 1, reach);
        if self.columns.len() < self.cells.len() {
            self.columns.resize_with(self.cells.len(), || None);
        }
        self.places += self.columns.iter().filter(|column| column.is_some()).count();
        for (index, column) in self.columns.iter_mut().enumerate() {
            let text = self.cells.get(index).filter(|text| !text.is_empty());
            if column.is_none() && text.is_some() {
                let mut begun = StringBuilder::new();
                begun.append_nulls(self.rows.len());
                self.places += self.rows.len() + 1;
                *column = Some(begun);
            }
            if let Some(column) = column {
                self.part_bytes += text.map_or(0, String::len);
                column.append_option(text);
            }
        }
        if self.places > CELLS {
            return Err(self.too_large("the sheet has room for more than 20 million cells (rows times columns)"));
        }
        self.cells.iter_mut().for_each(emptied);
        self.rows.push(i64::from(self.row) + 1);
        if self.rows.len() >= BATCH_ROWS || self.part_bytes >= BATCH_BYTES {
            self.end_part();
        }
        Ok(())
    }

    /// Keeps the part that is being filled.
    fn end_part(&mut self) {
        if self.rows.is_empty() {
            return;
        }
        self.part_bytes = 0;
        let column = |column: Option<StringBuilder>| {
            let mut array = column?.finish();
            array.shrink_to_fit();
            Some(Arc::new(array) as ArrayRef)
        };
        let columns = std::mem::take(&mut self.columns).into_iter().map(column).collect();
        self.parts.push(Part { rows: Int64Array::from(std::mem::take(&mut self.rows)), columns });
    }

    fn finish(mut self) -> Result<(Vec<String>, Workbook), DecodeError> {
        self.end_row()?;
        self.end_part();
        let name = |column: u32| self.header.get(column as usize).cloned().unwrap_or_default();
        let hidden = self.hidden.finish(&self.file.name, name)?;
        self.odd.extend(hidden);
        let fail = |fault| Err(DecodeError::new(&self.file.name, fault));
        if self.header.is_empty() {
            let row = self.header_row + 1;
            return if self.parts.is_empty() {
                fail(Fault::EmptyFile)
            } else {
                fail(Fault::Malformed {
                    what: format!("row {row} holds no column names; set `header_row` to the row that does"),
                })
            };
        }
        if self.parts.is_empty() {
            return fail(Fault::HeaderOnly);
        }
        let filled: BTreeSet<usize> = self
            .parts
            .iter()
            .flat_map(|part| part.columns.iter().enumerate().filter(|(_, column)| column.is_some()))
            .map(|(index, _)| index)
            .collect();
        let width = self.header.len().max(filled.last().map_or(0, |last| last + 1));
        self.header.resize_with(width, String::new);
        // A column without a name and without a cell is the margin of the sheet.
        let used: Vec<usize> =
            (0..width).filter(|index| !self.header[*index].trim().is_empty() || filled.contains(index)).collect();
        let names = columns::names(used.iter().map(|index| (index + 1, self.header[*index].as_str())), self.duplicates)
            .map_err(|fault| DecodeError::at(&self.file.name, i64::from(self.header_row) + 1, fault))?;
        for part in &mut self.parts {
            part.columns = used.iter().map(|index| part.columns.get(*index).cloned().flatten()).collect();
        }
        if let Some((cells, (row, column), what)) = self.disguised {
            self.odd.push(Odd::Disguised { cells, row: i64::from(row) + 1, column: letters(column), what });
        }
        if let Some((row, column)) = self.reach.cut() {
            let place = used.iter().position(|index| *index >= column);
            let column =
                place.and_then(|place| names.get(place)).cloned().unwrap_or_else(|| format!("column_{}", column + 1));
            self.odd.push(Odd::LastRowEndsEarly { row, column });
        }
        Ok((names, Workbook { parts: Arc::new(self.parts), odd: self.odd.into() }))
    }

    fn fail(&self, fault: Fault) -> DecodeError {
        DecodeError::at(&self.file.name, i64::from(self.row) + 1, fault)
    }

    fn too_large(&self, what: &str) -> DecodeError {
        self.fail(Fault::TooLarge { what: format!("{what}; ask the publisher for a csv") })
    }

    fn broken(&self, error: &dyn std::fmt::Display, has_password: bool) -> DecodeError {
        let what = if has_password {
            "the workbook has a password; save it without one".into()
        } else {
            format!("the workbook cannot be read ({error}); open it in a spreadsheet and save it again")
        };
        DecodeError::new(&self.file.name, Fault::Malformed { what })
    }
}
