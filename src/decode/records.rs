//! The records of a csv, each with the line on which it begins.

use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::quotes;
use super::remark::{Odd, Reach};
use super::text::Text;
use csv::ByteRecord;
use std::io;
use std::sync::Arc;

/// The most bytes in a row.
const ROW_BYTES: usize = 16 << 20;
/// A record that no file holds, put after its end: a quote that is still open there swallows it.
const END: &[u8] = b"\0end of the file\0";
/// Rows at the start among which a longer one may be the header below a title.
const TITLE_ROWS: i64 = 30;

/// How lines end; it tells on which line a record begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    Lf,
    CrLf,
}

impl LineEnd {
    pub const fn with_end(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n\0end of the file\0\n",
            Self::CrLf => b"\r\n\0end of the file\0\r\n",
        }
    }
}

/// How a csv is read: the same each time.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub file: Arc<RawFile>,
    pub windows_1252: bool,
    pub line_end: LineEnd,
    /// The byte at which the header begins, and the lines before it.
    pub start: u64,
    pub lines_before: u32,
    /// Whether quotes may stand anywhere.
    pub lenient: bool,
    /// Whether a cell may hold what looks like a row.
    pub rows_in_cells: bool,
}

impl Form {
    pub fn text(&self) -> io::Result<Text> {
        Text::open(&self.file.path, self.start, self.windows_1252, self.line_end.with_end())
    }
}

/// A record's fields, checked to be UTF-8.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    text: &'a str,
    record: &'a ByteRecord,
}

impl<'a> Fields<'a> {
    /// A field's text; `None` past the last one.
    #[inline]
    pub fn get(self, index: usize) -> Option<&'a str> {
        self.text.get(self.record.range(index)?)
    }

    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        (0..self.record.len()).map(move |index| self.get(index).unwrap_or_default())
    }
}

/// The records of a csv.
pub(super) struct Records {
    form: Form,
    reader: csv::Reader<Text>,
    record: ByteRecord,
    /// The names of the columns; none while the header is read.
    columns: Arc<[String]>,
    seen: Seen,
}

/// What was seen of the rows so far.
#[derive(Clone, Debug, Default)]
struct Seen {
    rows: u64,
    /// The line on which the last record ends.
    lines: i64,
    /// Line breaks within cells, the cells that hold some, and the first of these.
    breaks: u64,
    cells: u64,
    first: Option<(i64, usize)>,
    reach: Reach,
}

impl Records {
    pub fn new(form: Form, buffer: usize) -> io::Result<Self> {
        let text = form.text()?;
        let text = if form.lenient { text } else { text.with_strict_quotes() };
        let reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(buffer).from_reader(text);
        Ok(Self { form, reader, record: ByteRecord::new(), columns: Arc::new([]), seen: Seen::default() })
    }

    /// What follows must have these columns.
    pub fn expect(&mut self, columns: &Arc<[String]>) {
        self.columns = Arc::clone(columns);
    }

    /// The next record; `None` at the end of the file.
    pub fn next(&mut self) -> Result<Option<(i64, Fields<'_>)>, DecodeError> {
        self.read()?;
        let breaks = self.breaks();
        let line = self.line(breaks);
        if self.record.as_slice().contains(&0) {
            return self.after_nul(line).map(|()| None);
        }
        let (found, expected) = (self.record.len(), self.columns.len());
        if expected != 0 && found != expected {
            return Err(self.ragged(line, found));
        }
        if breaks > 0 {
            self.over_lines(line)?;
        }
        match std::str::from_utf8(self.record.as_slice()) {
            // The fields stand in one piece: each must also begin and end between two characters.
            Ok(text) if text.is_ascii() || self.fields_are_whole(text) => {
                if expected != 0 {
                    self.seen.rows += 1;
                    self.seen.breaks += breaks;
                    self.seen.reach.add(line, reach(&self.record));
                }
                self.seen.lines = line + i64::try_from(breaks).unwrap_or(0);
                Ok(Some((line, Fields { text, record: &self.record })))
            }
            _ => Err(self.fail(
                line,
                Fault::WrongEncoding {
                    what: "there are bytes that are not UTF-8".into(),
                    next: "if the publisher writes Windows-1252, set encoding = \"auto\" for the resource",
                },
            )),
        }
    }

    /// The line on which the last record so far ends.
    pub fn lines(&self) -> u64 {
        u64::try_from(self.seen.lines).unwrap_or(0)
    }

    /// What is odd about the rows so far.
    pub fn odd(&self) -> Vec<Odd> {
        let name = |index: usize| self.columns.get(index).cloned().unwrap_or_default();
        let seen = &self.seen;
        let over = seen.first.map(|(row, column)| Odd::CellsOverLines {
            lines: seen.rows + seen.breaks,
            rows: seen.rows,
            cells: seen.cells,
            row,
            column: name(column),
        });
        let cut = seen.reach.cut().map(|(row, column)| Odd::LastRowEndsEarly { row, column: name(column) });
        over.into_iter().chain(cut).collect()
    }

    /// A record with a NUL byte is the file's end, or a reason why it cannot be read.
    fn after_nul(&self, line: i64) -> Result<(), DecodeError> {
        let end = self.record.as_slice().windows(END.len()).position(|window| window == END);
        let fault = match end {
            Some(0) if self.record.len() == 1 => return Ok(()),
            Some(_) => {
                // What never ended has no line end to take off.
                let line = line + i64::from(self.form.line_end == LineEnd::Lf);
                return Err(self.fail(line, Fault::CutShort { what: "a quote is opened and never closed".into() }));
            }
            None => Fault::WrongEncoding {
                what: "there is a NUL byte, which no text has".into(),
                next: "the file is damaged or not UTF-8: fetch it again, or save it as UTF-8",
            },
        };
        Err(self.fail(line, fault))
    }

    fn fail(&self, line: i64, fault: Fault) -> DecodeError {
        DecodeError::at(&self.form.file.name, line, fault)
    }

    fn read(&mut self) -> Result<(), DecodeError> {
        let before = self.reader.position();
        let line = before.line() + u64::from(self.form.line_end == LineEnd::CrLf && before.byte() > 0);
        self.reader.get_mut().allow(ROW_BYTES);
        let Err(error) = self.reader.read_byte_record(&mut self.record) else { return Ok(()) };
        if let Some(stray) = self.reader.get_ref().stray() {
            return Err(self.stray(stray));
        }
        Err(if self.reader.get_ref().is_overrun() {
            let what = "the row is longer than 16 MiB; look for a quote that is opened and never closed".into();
            let line = i64::try_from(line).unwrap_or(i64::MAX).saturating_add(i64::from(self.form.lines_before));
            self.fail(line, Fault::TooLarge { what })
        } else {
            DecodeError::new(&self.form.file.name, Fault::Unreadable(error.into()))
        })
    }

    /// The refusal of a quote that stands where no csv has one.
    fn stray(&self, at: u64) -> DecodeError {
        let unreadable = |error| DecodeError::new(&self.form.file.name, Fault::Unreadable(error));
        let place = match self.form.text().and_then(|text| quotes::place(text, at)) {
            Ok(place) => place,
            Err(error) => return unreadable(error),
        };
        let header = || {
            let form = Form { lenient: true, ..self.form.clone() };
            let mut records = Self::new(form, 4 << 10).ok()?;
            let (_, header) = records.next().ok()??;
            header.get(place.column).map(|name| name.trim().to_owned())
        };
        let name = match self.columns.get(place.column) {
            Some(name) => Some(name.clone()),
            None => header(),
        };
        let column = name.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("column_{}", place.column + 1));
        let line = place.line + 1 + i64::from(self.form.lines_before);
        DecodeError { column: Some(column), ..self.fail(line, Fault::StrayQuote { around: place.around }) }
    }

    /// How many line breaks the record that was just read holds within its cells.
    #[expect(clippy::naive_bytecount, reason = "rows are short, and the compiler counts them in vectors")]
    fn breaks(&self) -> u64 {
        self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64
    }

    /// The line on which the record that was just read begins.
    ///
    /// The reader counts the line feeds that it has passed. Those within the record's quotes are taken off, and the one
    /// that ended it; but of a carriage return and a line feed it has passed only the first.
    fn line(&self, breaks: u64) -> i64 {
        let passed = i64::try_from(self.reader.position().line()).unwrap_or(i64::MAX);
        passed + i64::from(self.form.lines_before)
            - i64::try_from(breaks).unwrap_or(0)
            - i64::from(self.form.line_end == LineEnd::Lf)
    }

    /// Looks at the cells that hold line breaks: one that holds a row of its own is what two stray quotes make.
    fn over_lines(&mut self, line: i64) -> Result<(), DecodeError> {
        let is_header = self.columns.is_empty();
        for (index, cell) in self.record.iter().enumerate() {
            if !cell.contains(&b'\n') {
                continue;
            }
            if !self.form.rows_in_cells && holds_a_row(cell, index, self.record.len()) {
                let lines = cell.split(|byte| *byte == b'\n').count();
                let name = match self.columns.get(index) {
                    Some(name) => name.clone(),
                    None => format!("column_{}", index + 1),
                };
                return Err(DecodeError { column: Some(name), ..self.fail(line, Fault::RowInCell { lines }) });
            }
            if !is_header {
                self.seen.cells += 1;
                self.seen.first.get_or_insert((line, index));
            }
        }
        Ok(())
    }

    fn ragged(&mut self, line: i64, found: usize) -> DecodeError {
        let expected = self.columns.len();
        let is_last = found < expected && self.read().is_ok() && self.record.as_slice() == END;
        let header_row = (found > expected && line <= TITLE_ROWS).then_some(line);
        let fault = if is_last {
            Fault::CutShort { what: format!("the last row has {found} fields and the header has {expected}") }
        } else {
            Fault::RaggedRow { found, expected, header_row }
        };
        self.fail(line, fault)
    }

    fn fields_are_whole(&self, text: &str) -> bool {
        (0..self.record.len())
            .all(|index| self.record.range(index).is_some_and(|range| text.is_char_boundary(range.end)))
    }
}

/// The number of the last field that holds something, from 1; 0 where none does.
#[inline]
fn reach(record: &ByteRecord) -> usize {
    (0..record.len())
        .rev()
        .find(|index| record.get(*index).is_some_and(|field| !field.is_empty()))
        .map_or(0, |at| at + 1)
}

/// Whether a cell at this place, in a row of so many cells, holds the end of its row, whole rows and the beginning of
/// another; or a whole row on a line of its own.
///
/// What two stray quotes make is always of the first form: the lines outside of it fit the header, or the row is ragged.
#[expect(clippy::naive_bytecount, reason = "cells over several lines are rare and short")]
fn holds_a_row(cell: &[u8], index: usize, width: usize) -> bool {
    let separators = |line: &[u8]| line.iter().filter(|byte| **byte == b',').count();
    let lines: Vec<&[u8]> = cell.split(|byte| *byte == b'\n').collect();
    let [first, between @ .., last] = lines.as_slice() else { return false };
    if width < 2 {
        return false;
    }
    let is_whole = |line: &&[u8]| separators(line) >= width - 1;
    let joins = separators(first) + index >= width - 1 && separators(last) >= index;
    let only_rows = between.iter().all(|line| is_whole(line) || line.trim_ascii().is_empty());
    joins && only_rows || width > 2 && between.iter().any(is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_holds_a_row_is_known_from_one_that_holds_lines() {
        assert!(holds_a_row(b"Bradford,a,1\nE2,Calderdale", 1, 4));
        assert!(holds_a_row(b"Bradford,a,1\r\nE2,Calderdale,b,2\r\nE3,Kirklees", 1, 4));
        assert!(holds_a_row(b"1\nE2,2", 1, 2));
        assert!(holds_a_row(b"Revised, see note\nE2,n,2024-25,22,as before", 4, 5), "with a comma of its own");
        assert!(holds_a_row(b"E1,a\nE2", 0, 2));
        assert!(holds_a_row(b"a note\nE2,Calderdale,b,2\nmore", 3, 4));
        for lines in ["one\ntwo", "1 High Street,\nBradford", "a, b and c\nd, e and f", "\n", "a,b,c\n"] {
            assert!(!holds_a_row(lines.as_bytes(), 1, 6), "{lines:?}");
        }
        assert!(!holds_a_row(b"one\ntwo", 0, 1));
    }
}
