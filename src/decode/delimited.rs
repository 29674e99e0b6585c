//! csv: streamed, in bounded memory, however large the file is.

use super::columns;
use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::layout::Layout;
use super::records::{Form, LineEnd, Records};
use super::remark::Odd;
use super::rows::{Plan, Rows};
use super::text::{self, CHUNK};
use crate::connector::{Encoding, Quoting};
use datafusion::arrow::array::RecordBatch;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// A csv file of which the header has been read.
#[derive(Debug)]
pub(super) struct Delimited {
    form: Form,
    columns: Arc<[String]>,
}

impl Delimited {
    pub fn open(file: &Arc<RawFile>, layout: &Layout) -> Result<(Vec<String>, Self), DecodeError> {
        let fail = |fault| DecodeError::new(&file.name, fault);
        let unreadable = |error| fail(Fault::Unreadable(error));
        let form = form(file, layout)?;
        let header_line = i64::from(layout.header_row);
        let mut records = Records::new(form.clone(), CHUNK).map_err(unreadable)?;
        let header = records.next()?;
        let Some((line, header)) = header else {
            return Err(if layout.header_row > 1 { no_names(file, layout.header_row) } else { fail(Fault::EmptyFile) });
        };
        // Blank lines may stand before the first line, and nowhere else before the names.
        if layout.header_row > 1 && line != header_line {
            return Err(no_names(file, layout.header_row));
        }
        let cells = header.iter().enumerate().map(|(index, cell)| (index + 1, cell));
        let columns = columns::names(cells, layout.duplicate_columns)
            .map_err(|fault| DecodeError::at(&file.name, header_line, fault))?;
        if let [only] = columns.as_slice()
            && let Some(found) = separator(only)
        {
            let (expected, next) = (layout.expected(), "save it with commas between the columns (in Excel: CSV UTF-8)");
            return Err(fail(Fault::WrongFormat { found, expected, next }));
        }
        let table = Self { form, columns: columns.as_slice().into() };
        records.expect(&table.columns);
        if records.next()?.is_none() {
            return Err(fail(Fault::HeaderOnly));
        }
        let ends = matches!(text::last_byte(&file.path).map_err(unreadable)?, Some(b'\n' | b'\r'));
        if layout.final_newline && !ends {
            let line = text::line_breaks(&file.path).map_err(unreadable)? + 1;
            let what = "this last line does not end with a line break".into();
            return Err(DecodeError::at(&file.name, line, Fault::CutShort { what }));
        }
        Ok((columns, table))
    }

    pub fn batches(&self, plan: Plan) -> Result<DelimitedBatches, DecodeError> {
        let records = Records::new(self.form.clone(), CHUNK);
        let mut records = records.map_err(|error| DecodeError::new(&self.form.file.name, Fault::Unreadable(error)))?;
        records.next()?;
        records.expect(&self.columns);
        Ok(DelimitedBatches { records, ended: false, rows: Rows::new(plan) })
    }
}

/// How the file is read, from what the manifest says and from the file's own bytes.
fn form(file: &Arc<RawFile>, layout: &Layout) -> Result<Form, DecodeError> {
    let unreadable = |error| DecodeError::new(&file.name, Fault::Unreadable(error));
    let windows_1252 = match layout.encoding {
        Encoding::Utf8 => false,
        Encoding::Windows1252 => true,
        Encoding::Auto => !text::is_utf8(&file.path).map_err(unreadable)?,
    };
    let Some(line_end) = line_end(&file.path).map_err(unreadable)? else {
        return Err(DecodeError::new(
            &file.name,
            Fault::WrongFormat {
                found: "a csv of an old Macintosh, whose lines end with a lone carriage return",
                expected: layout.expected(),
                next: "open it in a spreadsheet and save it as CSV UTF-8",
            },
        ));
    };
    let lines_before = layout.header_row.saturating_sub(1);
    let start = text::start_of_line(&file.path, lines_before).map_err(unreadable)?;
    let start = start.ok_or_else(|| no_names(file, layout.header_row))?;
    let lenient = layout.quoting == Quoting::Lenient;
    let file = Arc::clone(file);
    Ok(Form { file, windows_1252, line_end, start, lines_before, lenient, rows_in_cells: layout.rows_in_cells })
}

fn no_names(file: &RawFile, header_row: u32) -> DecodeError {
    let what = format!("line {header_row} holds no column names; set `header_row` to the line that does");
    DecodeError::new(&file.name, Fault::Malformed { what })
}

/// What separates the columns of a header that has no comma.
fn separator(header: &str) -> Option<&'static str> {
    match () {
        () if header.contains(';') => Some("text whose columns are separated by semicolons"),
        () if header.contains('\t') => Some("text whose columns are separated by tabs"),
        () => None,
    }
}

/// How the first line ends; `None` is a lone carriage return.
fn line_end(path: &Path) -> io::Result<Option<LineEnd>> {
    let mut head = Vec::new();
    File::open(path)?.take(CHUNK as u64).read_to_end(&mut head)?;
    Ok(match head.iter().position(|byte| *byte == b'\n') {
        Some(at) if at > 0 && head[at - 1] == b'\r' => Some(LineEnd::CrLf),
        Some(_) => Some(LineEnd::Lf),
        None => (!head.contains(&b'\r')).then_some(LineEnd::Lf),
    })
}

/// The rows of a csv, in batches.
pub(super) struct DelimitedBatches {
    records: Records,
    /// Whether the file has ended or failed.
    ended: bool,
    rows: Rows,
}

impl DelimitedBatches {
    /// The line on which the last row so far ends.
    pub fn lines(&self) -> u64 {
        self.records.lines()
    }

    /// What is odd about the rows so far.
    pub fn odd(&self) -> Vec<Odd> {
        self.records.odd()
    }
}

impl Iterator for DelimitedBatches {
    type Item = Result<RecordBatch, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        while !self.rows.is_full() {
            let failed = match self.records.next() {
                Ok(Some((line, fields))) => match self.rows.push(line, |index| fields.get(index)) {
                    Ok(()) => continue,
                    Err(error) => Some(error),
                },
                Ok(None) => None,
                Err(error) => Some(error),
            };
            self.ended = true;
            return match failed {
                Some(error) => Some(Err(error)),
                None => self.rows.take(),
            };
        }
        self.rows.take()
    }
}
