//! What a file is by its first bytes, before anything tries to read it as what it should be.

use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::layout::Layout;
use super::zip::Contents;
use crate::connector::Format;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// How many bytes tell what a file is.
const HEAD: u64 = 64 << 10;
/// How large a workbook may become when unpacked.
const UNPACKED: u64 = 1 << 30;

/// What a file looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looks {
    Blank,
    Markup,
    Zip,
    Parquet,
    OldExcel,
    Gzip,
    Pdf,
    Utf16,
    Binary,
    Json,
    Text,
}

/// Refuses a file that is not what its layout says, in words that tell what it is.
pub(super) fn check(file: &RawFile, layout: &Layout) -> Result<(), DecodeError> {
    let fail = |fault| Err(DecodeError::new(&file.name, fault));
    let unreadable = |error| DecodeError::new(&file.name, Fault::Unreadable(error));
    let looks = look(&head(&file.path).map_err(unreadable)?);
    let (found, next) = match (layout.format, looks) {
        (_, Looks::Blank) => return fail(Fault::EmptyFile),
        (_, Looks::Markup) => return fail(Fault::HtmlPage { expected: layout.expected() }),
        // A TOML file may begin with `[[theme]]`, as a json file does.
        (Format::Csv | Format::Toml, Looks::Text) | (Format::Json | Format::Toml, Looks::Json) => return Ok(()),
        (Format::Csv | Format::Json | Format::Toml, Looks::Utf16) => {
            let what = "this is UTF-16 text".into();
            return fail(Fault::WrongEncoding { what, next: "save it as UTF-8 (in Excel: CSV UTF-8)" });
        }
        (Format::Csv | Format::Json | Format::Toml, Looks::Binary) => {
            let what = "there are NUL bytes, which no text has: it may be UTF-16, or damaged".into();
            return fail(Fault::WrongEncoding { what, next: "save it as UTF-8 (in Excel: CSV UTF-8)" });
        }
        (Format::Xlsx | Format::Ods, Looks::Zip) => return workbook(file, layout),
        (Format::Parquet, Looks::Parquet) => {
            if ends_with(&file.path, b"PAR1").map_err(unreadable)? {
                return Ok(());
            }
            return fail(Fault::CutShort { what: "the parquet file has no end".into() });
        }
        (_, Looks::Zip) => match Contents::read(&file.path).map_err(unreadable)? {
            Some(contents) if contents.has("xl/") => ("an xlsx workbook", "name it .xlsx or set format = \"xlsx\""),
            Some(contents) if contents.has("content.xml") => {
                ("an ods spreadsheet", "name it .ods or set format = \"ods\"")
            }
            _ => ("a zip archive", "unpack it and give the file inside"),
        },
        (_, Looks::Parquet) => ("a parquet file", "name it .parquet or set format = \"parquet\""),
        (_, Looks::OldExcel) => (
            "an Excel workbook of before 2007, or one with a password",
            "open it in Excel and save it as .xlsx without a password",
        ),
        (_, Looks::Gzip) => ("a gzip archive", "unpack it and give the file inside"),
        (_, Looks::Pdf) => ("a PDF document", "look for the data file beside it on the publisher's page"),
        (_, Looks::Json) => ("a json file", "it may be the publisher's error message; otherwise set format = \"json\""),
        (_, Looks::Text) => ("plain text", "look at it; if it is a csv, name it .csv or set format = \"csv\""),
        (_, Looks::Binary | Looks::Utf16) => ("binary data", "look where it came from"),
    };
    fail(Fault::WrongFormat { found, expected: layout.expected(), next })
}

/// The format that a file's bytes tell; nothing where they tell none that the hub reads. Text of any other kind counts as csv.
#[must_use]
pub fn format_of(path: &Path) -> Option<Format> {
    match look(&head(path).ok()?) {
        Looks::Zip => {
            let contents = Contents::read(path).ok()??;
            let kinds = [("xl/", Format::Xlsx), ("content.xml", Format::Ods)];
            kinds.into_iter().find(|(beginning, _)| contents.has(beginning)).map(|(_, format)| format)
        }
        Looks::Parquet => Some(Format::Parquet),
        Looks::Json => Some(Format::Json),
        Looks::Text => Some(Format::Csv),
        Looks::Blank | Looks::Markup | Looks::OldExcel | Looks::Gzip | Looks::Pdf | Looks::Utf16 | Looks::Binary => {
            None
        }
    }
}

fn workbook(file: &RawFile, layout: &Layout) -> Result<(), DecodeError> {
    let fail = |fault| Err(DecodeError::new(&file.name, fault));
    let contents =
        Contents::read(&file.path).map_err(|error| DecodeError::new(&file.name, Fault::Unreadable(error)))?;
    let Some(contents) = contents else {
        return fail(Fault::CutShort { what: "the workbook has no list of contents at its end".into() });
    };
    if contents.unpacked > UNPACKED {
        let what = "unpacked, the workbook is larger than 1 GiB; ask the publisher for a csv".into();
        return fail(Fault::TooLarge { what });
    }
    let expected = layout.expected();
    let (found, next) = match layout.format {
        Format::Xlsx if contents.has("xl/") => return Ok(()),
        Format::Ods if contents.has("content.xml") => return Ok(()),
        _ if contents.has("xl/") => ("an xlsx workbook", "name it .xlsx or set format = \"xlsx\""),
        _ if contents.has("content.xml") => ("an OpenDocument file", "name it .ods or set format = \"ods\""),
        _ => ("a zip archive", "unpack it and give the file inside"),
    };
    fail(Fault::WrongFormat { found, expected, next })
}

/// The first bytes; where they are all blank, the first that hold something.
fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    loop {
        head.clear();
        (&mut file).take(HEAD).read_to_end(&mut head)?;
        if head.is_empty() || !without_bom(&head).trim_ascii().is_empty() {
            return Ok(head);
        }
    }
}

fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

fn look(head: &[u8]) -> Looks {
    let text = without_bom(head).trim_ascii_start();
    let next = text.get(1..).unwrap_or_default().trim_ascii_start().first();
    match head {
        [b'P', b'K', 3, 4, ..] => Looks::Zip,
        [b'P', b'A', b'R', b'1', ..] => Looks::Parquet,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Looks::OldExcel,
        [0x1F, 0x8B, ..] => Looks::Gzip,
        [b'%', b'P', b'D', b'F', ..] => Looks::Pdf,
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Looks::Utf16,
        _ if text.is_empty() => Looks::Blank,
        _ if head.contains(&0) => Looks::Binary,
        _ if text[0] == b'<' => Looks::Markup,
        // No header of a csv begins so; a publisher's error message does.
        _ if text[0] == b'{' && matches!(next, Some(b'"' | b'}') | None) => Looks::Json,
        _ if text[0] == b'[' && matches!(next, Some(b'{' | b'[' | b']' | b'"') | None) => Looks::Json,
        _ => Looks::Text,
    }
}

fn ends_with(path: &Path, end: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let Some(start) = length.checked_sub(end.len() as u64).filter(|start| *start >= end.len() as u64) else {
        return Ok(false);
    };
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes == end)
}
