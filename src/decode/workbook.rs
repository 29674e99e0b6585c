//! xlsx and ods: one sheet, as a person sees it.

use super::columns;
use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::layout::Layout;
use super::ods::{self, Broken};
use super::rows::{BATCH_BYTES, BATCH_ROWS, CELL_BYTES, Plan, emptied};
use super::shown::shown;
use super::unpacked;
use crate::connector::Format;
use crate::hint::did_you_mean;
use calamine::{DataRef, Reader, SheetType, Xlsx, XlsxError};
use datafusion::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StringBuilder, new_null_array};
use datafusion::arrow::datatypes::DataType;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
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
        if layout.format == Format::Ods {
            let name = sheet.choose(ods::sheets(open()?).map_err(|error| sheet.ods(&error))?, layout)?;
            let read = ods::cells(open()?, &name, |cells| sheet.add_row(cells).map_err(Stopped::Here));
            read.map_err(|stopped| match stopped {
                Stopped::Here(error) => error,
                Stopped::There(error) => sheet.ods(&error),
            })?;
        } else {
            let mut workbook: Xlsx<_> = Xlsx::new(BufReader::new(open()?)).map_err(|error| sheet.xlsx(&error))?;
            let sheets = workbook.sheets_metadata().iter();
            let sheets = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| sheet.name.clone());
            let name = sheet.choose(sheets.collect(), layout)?;
            let mut cells = workbook.worksheet_cells_reader(&name).map_err(|error| sheet.xlsx(&error))?;
            while let Some(cell) = cells.next_cell().map_err(|error| sheet.xlsx(&error))? {
                let (row, column) = cell.get_position();
                sheet.add(row, column, cell.get_value())?;
            }
        }
        sheet.finish()
    }

    pub fn batches(&self, plan: Plan) -> WorkbookBatches {
        WorkbookBatches { parts: Arc::clone(&self.parts), plan, next: 0 }
    }
}

/// Why an ods was not read to its end: it is broken, or what it holds is refused.
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

    fn choose(&self, sheets: Vec<String>, layout: &Layout) -> Result<String, DecodeError> {
        let Some(wanted) = &layout.sheet else {
            return sheets.into_iter().next().ok_or_else(|| DecodeError::new(&self.file.name, Fault::EmptyFile));
        };
        if sheets.contains(wanted) {
            return Ok(wanted.clone());
        }
        let hint = did_you_mean(wanted, &sheets);
        Err(DecodeError::new(&self.file.name, Fault::NoSuchSheet { sheet: wanted.clone(), hint, sheets }))
    }

    /// Adds the cells of an ods's row as often as the row and each of them is repeated.
    fn add_row(&mut self, cells: &[ods::Cell<'_>]) -> Result<(), DecodeError> {
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
                    self.add(row, column, &cell.value)?;
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), DecodeError> {
        self.read += 1;
        if self.read > READ_CELLS {
            let what = "the sheet has more than 60 million cells, blank ones among them";
            return Err(self.too_large(what));
        }
        let Some(text) = shown(value).filter(|text| !text.is_empty()) else { return Ok(()) };
        if row < self.header_row {
            return Ok(());
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
        self.cells[index] = text.into_owned();
        self.has_cells = true;
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
        let names = columns::names(used.iter().map(|index| (index + 1, self.header[*index].as_str())))
            .map_err(|fault| DecodeError::new(&self.file.name, fault))?;
        for part in &mut self.parts {
            part.columns = used.iter().map(|index| part.columns.get(*index).cloned().flatten()).collect();
        }
        Ok((names, Workbook { parts: Arc::new(self.parts) }))
    }

    fn fail(&self, fault: Fault) -> DecodeError {
        DecodeError::at(&self.file.name, i64::from(self.row) + 1, fault)
    }

    fn too_large(&self, what: &str) -> DecodeError {
        self.fail(Fault::TooLarge { what: format!("{what}; ask the publisher for a csv") })
    }

    fn xlsx(&self, error: &XlsxError) -> DecodeError {
        self.broken(error, matches!(error, XlsxError::Password))
    }

    fn ods(&self, error: &Broken) -> DecodeError {
        self.broken(&error.0, false)
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
