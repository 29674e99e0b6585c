//! xlsx and ods: one sheet, as a person sees it.

use super::columns;
use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::layout::Layout;
use super::rows::{BATCH_ROWS, CELL_BYTES, Plan};
use super::shown::{borrowed, shown};
use crate::connector::Format;
use crate::hint::did_you_mean;
use calamine::{DataRef, Ods, OdsError, Reader, SheetType, Xlsx, XlsxError};
use datafusion::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StringBuilder};
use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

/// The most cells that hold something.
const CELLS: usize = 20_000_000;
/// The most text in a sheet. A workbook may name one long text from many cells.
const SHEET_BYTES: usize = 512 << 20;

/// A sheet, read. Unlike a csv it is held whole: a workbook can only be read by unpacking it, which is too slow to do for
/// each SELECT, and the limits above bound it.
#[derive(Debug)]
pub(super) struct Workbook {
    columns: Arc<Vec<ArrayRef>>,
    rows: Int64Array,
}

impl Workbook {
    pub fn open(file: &Arc<RawFile>, layout: &Layout) -> Result<(Vec<String>, Self), DecodeError> {
        let reader = File::open(&file.path)
            .map(BufReader::new)
            .map_err(|error| DecodeError::new(&file.name, Fault::Unreadable(error)))?;
        let mut sheet = Sheet::new(file, layout);
        if layout.format == Format::Ods {
            let mut workbook: Ods<_> = Ods::new(reader).map_err(|error| sheet.ods(&error))?;
            let name = sheet.choose(workbook.sheets_metadata(), layout)?;
            let range = workbook.worksheet_range(&name).map_err(|error| sheet.ods(&error))?;
            let (top, left) = range.start().unwrap_or_default();
            for (row, column, value) in range.used_cells() {
                let at = |start: u32, offset: usize| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
                sheet.add(at(top, row), at(left, column), &borrowed(value))?;
            }
        } else {
            let mut workbook: Xlsx<_> = Xlsx::new(reader).map_err(|error| sheet.xlsx(&error))?;
            let name = sheet.choose(workbook.sheets_metadata(), layout)?;
            let mut cells = workbook.worksheet_cells_reader(&name).map_err(|error| sheet.xlsx(&error))?;
            while let Some(cell) = cells.next_cell().map_err(|error| sheet.xlsx(&error))? {
                let (row, column) = cell.get_position();
                sheet.add(row, column, cell.get_value())?;
            }
        }
        sheet.finish()
    }

    pub fn batches(&self, plan: Plan) -> WorkbookBatches {
        WorkbookBatches { columns: Arc::clone(&self.columns), rows: self.rows.clone(), plan, start: 0 }
    }
}

/// The rows of a sheet, in batches that share its memory.
pub(super) struct WorkbookBatches {
    columns: Arc<Vec<ArrayRef>>,
    rows: Int64Array,
    plan: Plan,
    start: usize,
}

impl Iterator for WorkbookBatches {
    type Item = Result<RecordBatch, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let length = BATCH_ROWS.min(self.rows.len() - self.start);
        if length == 0 {
            return None;
        }
        let texts = self.plan.texts().map(|index| self.columns[index].slice(self.start, length)).collect();
        let rows = self.rows.slice(self.start, length);
        self.start += length;
        Some(self.plan.assemble(texts, rows))
    }
}

/// A sheet on its way to columns. Cells come row by row.
struct Sheet {
    file: Arc<RawFile>,
    /// The header's row, from 0.
    header_row: u32,
    /// The header's cells by the sheet's column; blank where there is none.
    header: Vec<String>,
    columns: Vec<StringBuilder>,
    rows: Vec<i64>,
    /// The row that is being read, from 0, and its texts.
    row: u32,
    cells: Vec<String>,
    has_cells: bool,
    count: usize,
    bytes: usize,
}

impl Sheet {
    fn new(file: &Arc<RawFile>, layout: &Layout) -> Self {
        Self {
            file: Arc::clone(file),
            header_row: layout.header_row.saturating_sub(1),
            header: Vec::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            row: 0,
            cells: Vec::new(),
            has_cells: false,
            count: 0,
            bytes: 0,
        }
    }

    fn choose(&self, sheets: &[calamine::Sheet], layout: &Layout) -> Result<String, DecodeError> {
        let mut sheets = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| &sheet.name);
        let Some(wanted) = &layout.sheet else {
            return sheets.next().cloned().ok_or_else(|| DecodeError::new(&self.file.name, Fault::EmptyFile));
        };
        let sheets: Vec<String> = sheets.cloned().collect();
        if sheets.contains(wanted) {
            return Ok(wanted.clone());
        }
        let hint = did_you_mean(wanted, &sheets);
        Err(DecodeError::new(&self.file.name, Fault::NoSuchSheet { sheet: wanted.clone(), hint, sheets }))
    }

    fn add(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), DecodeError> {
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
            self.end_row();
            self.row = row;
        }
        let index = column as usize;
        if index >= columns::MOST {
            return Err(self.fail(columns::too_many()));
        }
        self.count += 1;
        self.bytes += text.len();
        let what = match () {
            () if text.len() > CELL_BYTES => "a cell is longer than 1 MiB, which no spreadsheet allows",
            () if self.count > CELLS => "the sheet has more than 20 million cells; ask the publisher for a csv",
            () if self.bytes > SHEET_BYTES => "the sheet has more than 512 MiB of text; ask the publisher for a csv",
            () => "",
        };
        if !what.is_empty() {
            return Err(self.fail(Fault::TooLarge { what: what.into() }));
        }
        if self.cells.len() <= index {
            self.cells.resize_with(index + 1, String::new);
        }
        self.cells[index] = text.into_owned();
        self.has_cells = true;
        Ok(())
    }

    /// Keeps the row that was being read; wholly blank rows never come here with cells.
    fn end_row(&mut self) {
        if !std::mem::take(&mut self.has_cells) {
            return;
        }
        if self.row == self.header_row {
            self.header = std::mem::take(&mut self.cells);
            return;
        }
        while self.columns.len() < self.cells.len() {
            let mut column = StringBuilder::new();
            column.append_nulls(self.rows.len());
            self.columns.push(column);
        }
        for (index, column) in self.columns.iter_mut().enumerate() {
            column.append_option(self.cells.get(index).filter(|text| !text.is_empty()));
        }
        self.cells.iter_mut().for_each(String::clear);
        self.rows.push(i64::from(self.row) + 1);
    }

    fn finish(mut self) -> Result<(Vec<String>, Workbook), DecodeError> {
        self.end_row();
        let fail = |fault| Err(DecodeError::new(&self.file.name, fault));
        if self.header.is_empty() {
            let row = self.header_row + 1;
            return if self.rows.is_empty() {
                fail(Fault::EmptyFile)
            } else {
                fail(Fault::Malformed {
                    what: format!("row {row} holds no column names; set `header_row` to the row that does"),
                })
            };
        }
        if self.rows.is_empty() {
            return fail(Fault::HeaderOnly);
        }
        let count = self.rows.len();
        let mut arrays: Vec<ArrayRef> =
            self.columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        while arrays.len() < self.header.len() {
            let mut column = StringBuilder::new();
            column.append_nulls(count);
            arrays.push(Arc::new(column.finish()));
        }
        self.header.resize_with(arrays.len(), String::new);
        // A column without a name and without a cell is the margin of the sheet.
        let used: Vec<(usize, ArrayRef)> = arrays
            .into_iter()
            .enumerate()
            .filter(|(index, array)| !self.header[*index].trim().is_empty() || array.null_count() < count)
            .collect();
        let names = columns::names(used.iter().map(|(index, _)| (index + 1, self.header[*index].as_str())))
            .map_err(|fault| DecodeError::new(&self.file.name, fault))?;
        let columns = used.into_iter().map(|(_, array)| array).collect();
        Ok((names, Workbook { columns: Arc::new(columns), rows: Int64Array::from(self.rows) }))
    }

    fn fail(&self, fault: Fault) -> DecodeError {
        DecodeError::at(&self.file.name, i64::from(self.row) + 1, fault)
    }

    fn xlsx(&self, error: &XlsxError) -> DecodeError {
        self.broken(error, matches!(error, XlsxError::Password))
    }

    fn ods(&self, error: &OdsError) -> DecodeError {
        match error {
            OdsError::CellLimitExceeded { .. } => DecodeError::new(
                &self.file.name,
                Fault::TooLarge { what: "the sheet has too many cells; ask the publisher for a csv".into() },
            ),
            _ => self.broken(error, matches!(error, OdsError::Password)),
        }
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
