//! toml: a file that is one document, read whole as one row.
//!
//! What it says is for the room that knows such documents; here it only has to be TOML.

use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::layout::Layout;
use super::rows::{Plan, Rows};
use datafusion::arrow::array::RecordBatch;
use std::fs::File;
use std::io::Read;

/// The columns of a document, which every file has: its stem, the edition that it names, its whole text.
pub const COLUMNS: [&str; 3] = ["id", "version", "document"];
/// The most bytes of a document: strategies have a tenth of it.
const MOST: u64 = 256 << 10;

/// A document, read.
#[derive(Debug)]
pub(super) struct Document {
    cells: [String; 3],
}

impl Document {
    /// Reads the whole file.
    pub fn open(file: &RawFile, layout: &Layout) -> Result<(Vec<String>, Self), DecodeError> {
        let fail = |fault| DecodeError::new(&file.name, fault);
        let unreadable = |error| fail(Fault::Unreadable(error));
        let mut bytes = Vec::new();
        File::open(&file.path).map_err(unreadable)?.take(MOST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MOST {
            let what = "the document is larger than 256 KiB; look whether it is the right file, or split it".into();
            return Err(fail(Fault::TooLarge { what }));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let what = "the line is not UTF-8".into();
            let next = "TOML is always UTF-8: save the file so";
            DecodeError::at(&file.name, line_at(valid), Fault::WrongEncoding { what, next })
        })?;
        // A mark at the start says UTF-8 and nothing else: it is no part of the text.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        if layout.final_newline && !text.ends_with('\n') {
            let what = "the last line does not end".into();
            return Err(DecodeError::at(&file.name, line_at(text.as_bytes()), Fault::CutShort { what }));
        }
        let table: toml::Table = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let what = format!("it is not TOML: {}", error.message().trim_end().replace('\n', "; "));
            DecodeError::at(&file.name, line_at(before.as_bytes()), Fault::Malformed { what })
        })?;
        if table.is_empty() {
            return Err(fail(Fault::EmptyFile));
        }
        let version = match table.get("version") {
            Some(toml::Value::String(version)) => version.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let cells = [stem(&file.name).to_owned(), version, text.to_owned()];
        Ok((COLUMNS.map(str::to_owned).into(), Self { cells }))
    }

    /// The one row; a file without a version has none there.
    pub fn batches(&self, plan: Plan) -> impl Iterator<Item = Result<RecordBatch, DecodeError>> + use<> {
        let mut rows = Rows::new(plan);
        let pushed = rows.push(1, |index| self.cells.get(index).map(String::as_str));
        match pushed {
            Ok(()) => rows.take(),
            Err(error) => Some(Err(error)),
        }
        .into_iter()
    }
}

/// The line, from 1, on which what follows this text stands.
#[expect(clippy::naive_bytecount, reason = "it is asked for once, to tell where a file is wrong")]
fn line_at(before: &[u8]) -> i64 {
    i64::try_from(before.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(i64::MAX - 1) + 1
}

/// A file's name up to its last dot.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
