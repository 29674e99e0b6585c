//! csv: streamed, in bounded memory, however large the file is.

use super::columns;
use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::layout::Layout;
use super::rows::{Plan, Rows};
use super::text::{self, CHUNK, Text};
use crate::connector::Encoding;
use csv::ByteRecord;
use datafusion::arrow::array::RecordBatch;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// The most bytes in a row.
const ROW_BYTES: usize = 16 << 20;
/// A record that no file holds, put after its end: a quote that is still open there swallows it.
const END: &[u8] = b"\0end of the file\0";

/// How lines end; it tells on which line a record begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEnd {
    Lf,
    CrLf,
}

impl LineEnd {
    const fn with_end(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n\0end of the file\0\n",
            Self::CrLf => b"\r\n\0end of the file\0\r\n",
        }
    }
}

/// A csv file of which the header has been read.
#[derive(Debug)]
pub(super) struct Delimited {
    file: Arc<RawFile>,
    width: usize,
    windows_1252: bool,
    line_end: LineEnd,
}

impl Delimited {
    pub fn open(file: &Arc<RawFile>, layout: &Layout) -> Result<(Vec<String>, Self), DecodeError> {
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
        let mut table = Self { file: Arc::clone(file), width: 0, windows_1252, line_end };
        let mut records = table.records().map_err(unreadable)?;
        let Some((_, header)) = records.next()? else { return Err(DecodeError::new(&file.name, Fault::EmptyFile)) };
        let cells = header.iter().enumerate().map(|(index, cell)| (index + 1, cell));
        let columns = columns::names(cells).map_err(|fault| DecodeError::at(&file.name, 1, fault))?;
        if let [only] = columns.as_slice()
            && let Some(found) = separator(only)
        {
            let (expected, next) = (layout.expected(), "save it with commas between the columns (in Excel: CSV UTF-8)");
            return Err(DecodeError::new(&file.name, Fault::WrongFormat { found, expected, next }));
        }
        table.width = columns.len();
        records.width = table.width;
        if records.next()?.is_none() {
            return Err(DecodeError::new(&file.name, Fault::HeaderOnly));
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
        let mut records =
            self.records().map_err(|error| DecodeError::new(&self.file.name, Fault::Unreadable(error)))?;
        records.next()?;
        records.width = self.width;
        Ok(DelimitedBatches { records: Some(records), rows: Rows::new(plan) })
    }

    fn records(&self) -> io::Result<Records> {
        let text = Text::open(&self.file.path, self.windows_1252, self.line_end.with_end())?;
        let reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(CHUNK).from_reader(text);
        let file = Arc::clone(&self.file);
        Ok(Records { file, reader, record: ByteRecord::new(), width: 0, line_end: self.line_end })
    }
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

/// A record's fields, checked to be UTF-8.
#[derive(Clone, Copy)]
struct Fields<'a> {
    text: &'a str,
    record: &'a ByteRecord,
}

impl<'a> Fields<'a> {
    /// A field's text; `None` past the last one.
    #[inline]
    fn get(self, index: usize) -> Option<&'a str> {
        self.text.get(self.record.range(index)?)
    }

    fn iter(self) -> impl Iterator<Item = &'a str> {
        (0..self.record.len()).map(move |index| self.get(index).unwrap_or_default())
    }
}

/// The records of a csv, each with the line on which it begins.
struct Records {
    file: Arc<RawFile>,
    reader: csv::Reader<Text>,
    record: ByteRecord,
    /// How many fields a record must have; 0 while the header is read.
    width: usize,
    line_end: LineEnd,
}

impl Records {
    /// The next record; `None` at the end of the file.
    fn next(&mut self) -> Result<Option<(i64, Fields<'_>)>, DecodeError> {
        self.read()?;
        let line = self.line();
        if self.record.as_slice().contains(&0) {
            return self.after_nul(line).map(|()| None);
        }
        let found = self.record.len();
        if self.width != 0 && found != self.width {
            return Err(self.ragged(line, found));
        }
        match std::str::from_utf8(self.record.as_slice()) {
            // The fields stand in one piece: each must also begin and end between two characters.
            Ok(text) if text.is_ascii() || self.fields_are_whole(text) => {
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

    /// A record with a NUL byte is the file's end, or a reason why it cannot be read.
    fn after_nul(&self, line: i64) -> Result<(), DecodeError> {
        let end = self.record.as_slice().windows(END.len()).position(|window| window == END);
        let fault = match end {
            Some(0) if self.record.len() == 1 => return Ok(()),
            Some(_) => {
                // What never ended has no line end to take off.
                let line = line + i64::from(self.line_end == LineEnd::Lf);
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
        DecodeError::at(&self.file.name, line, fault)
    }

    fn read(&mut self) -> Result<(), DecodeError> {
        let before = self.reader.position();
        let line = before.line() + u64::from(self.line_end == LineEnd::CrLf && before.byte() > 0);
        self.reader.get_mut().allow(ROW_BYTES);
        let Err(error) = self.reader.read_byte_record(&mut self.record) else { return Ok(()) };
        Err(if self.reader.get_ref().is_overrun() {
            let what = "the row is longer than 16 MiB; look for a quote that is opened and never closed".into();
            self.fail(i64::try_from(line).unwrap_or(i64::MAX), Fault::TooLarge { what })
        } else {
            DecodeError::new(&self.file.name, Fault::Unreadable(error.into()))
        })
    }

    /// The line on which the record that was just read begins.
    ///
    /// The reader counts the line feeds that it has passed. Those within the record's quotes are taken off, and the one
    /// that ended it; but of a carriage return and a line feed it has passed only the first.
    #[expect(clippy::naive_bytecount, reason = "rows are short, and the compiler counts them in vectors")]
    fn line(&self) -> i64 {
        let passed = i64::try_from(self.reader.position().line()).unwrap_or(i64::MAX);
        let within = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count();
        passed - i64::try_from(within).unwrap_or(0) - i64::from(self.line_end == LineEnd::Lf)
    }

    fn ragged(&mut self, line: i64, found: usize) -> DecodeError {
        let expected = self.width;
        let is_last = found < expected && self.read().is_ok() && self.record.as_slice() == END;
        let fault = if is_last {
            Fault::CutShort { what: format!("the last row has {found} fields and the header has {expected}") }
        } else {
            Fault::RaggedRow { found, expected }
        };
        self.fail(line, fault)
    }

    fn fields_are_whole(&self, text: &str) -> bool {
        (0..self.record.len())
            .all(|index| self.record.range(index).is_some_and(|range| text.is_char_boundary(range.end)))
    }
}

/// The rows of a csv, in batches.
pub(super) struct DelimitedBatches {
    /// None once the file has ended or failed.
    records: Option<Records>,
    rows: Rows,
}

impl Iterator for DelimitedBatches {
    type Item = Result<RecordBatch, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let records = self.records.as_mut()?;
        while !self.rows.is_full() {
            let failed = match records.next() {
                Ok(Some((line, fields))) => match self.rows.push(line, |index| fields.get(index)) {
                    Ok(()) => continue,
                    Err(error) => Some(error),
                },
                Ok(None) => None,
                Err(error) => Some(error),
            };
            self.records = None;
            return match failed {
                Some(error) => Some(Err(error)),
                None => self.rows.take(),
            };
        }
        self.rows.take()
    }
}
