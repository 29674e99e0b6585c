//! The golden case of a draft: a trimmed input where it can be trimmed honestly, and none of a person's record.

use crate::connector::Format;
use crate::decode::{DecodeError, RawFile, first_objects};
use crate::draft::Draft;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

/// How many rows of the file a golden case gets where nobody says otherwise.
const ROWS: usize = 24;
/// A file that cannot be trimmed is kept whole up to this size.
const WHOLE: u64 = 100 << 10;
/// What stands in a made-up row.
const MADE_UP: &str = "GAP";

impl Draft {
    /// How many rows the case gets: what was asked for, and otherwise none of a file about people.
    fn rows(&self) -> usize {
        let usual = if self.guesses.personal.is_empty() { ROWS } else { 0 };
        self.from.sample.unwrap_or(usual)
    }

    fn is_text(&self) -> bool {
        matches!(self.from.format, Format::Csv | Format::Json)
    }

    fn is_kept_whole(&self) -> bool {
        let small = fs::metadata(&self.from.file).is_ok_and(|file| file.len() <= WHOLE);
        !self.is_text() && small && self.rows() > 0
    }

    /// What a person has to do for a case, where the draft has none.
    pub(super) fn case_to_write(&self) -> Option<String> {
        if self.is_text() || self.is_kept_whole() {
            return None;
        }
        let extension = self.from.format.extension();
        Some(format!(
            "save a copy of the file with its column names, a few rows and made-up numbers as cases/typical/in/data.{extension}, \
             and write what must come of it to cases/typical/expect/observations.csv. Until then, look with `hub connector preview \
             {} --input FILE`",
            self.name
        ))
    }

    /// What was copied of the file, and what not.
    pub(in crate::draft) fn told_of_case(&self) -> String {
        let about = "cases/typical/in/";
        let people = !self.guesses.personal.is_empty();
        match (self.rows(), self.is_text()) {
            _ if self.is_kept_whole() => {
                format!("{about} holds the whole file, because it is small; make it smaller by hand")
            }
            (0, false) if people => {
                "no golden case: nothing of a file that may be about people is copied; README.md says what to do".into()
            }
            (_, false) => {
                "no golden case: such a file cannot be trimmed, and it is too large; README.md says what to do".into()
            }
            (0, true) if people => format!(
                "{about} holds the column names and a made-up row, and no line of the file: lines may be about people; --sample N \
                 copies N lines all the same"
            ),
            (0, true) => format!("{about} holds the column names and a made-up row, and no line of the file"),
            (rows, true) if people => format!(
                "{about} holds the first rows of the file, up to {rows}, as --sample says: they may be about people; make up \
                 others before you keep or share the folder"
            ),
            (rows, true) => format!("{about} holds the first rows of the file, up to {rows}"),
        }
    }

    pub(super) fn write_case(&self, folder: &Path) -> io::Result<()> {
        if self.case_to_write().is_some() {
            return Ok(());
        }
        fs::create_dir_all(folder.join("cases/typical/in"))?;
        fs::create_dir_all(folder.join("cases/typical/expect"))?;
        let to = folder.join(format!("cases/typical/in/data.{}", self.from.format.extension()));
        match self.from.format {
            Format::Csv => fs::write(to, self.lines()?)?,
            Format::Json => fs::write(to, self.objects()?)?,
            _ => fs::copy(&self.from.file, to).map(|_| ())?,
        }
        fs::write(
            folder.join("cases/typical/expect/observations.csv"),
            "indicator,area,period,value\nGAP: write here what must come out of in/, by hand\n",
        )
    }

    /// The csv's lines up to its column names, and then as many rows as the case gets.
    fn lines(&self) -> io::Result<Vec<u8>> {
        let mut reader = BufReader::new(fs::File::open(&self.from.file)?);
        let (mut out, mut names) = (Vec::new(), Vec::new());
        for _ in 1..self.header_row {
            reader.read_until(b'\n', &mut out)?;
        }
        read_row(&mut reader, &mut names)?;
        out.extend(&names);
        for _ in 0..self.rows() {
            read_row(&mut reader, &mut out)?;
        }
        if self.rows() == 0 {
            let row = vec![MADE_UP; self.columns.len()].join(",");
            let end = if names.ends_with(b"\r\n") { "\r\n" } else { "\n" };
            out.extend(format!("{row}{end}").bytes());
        }
        Ok(out)
    }

    /// The json's first objects, as they are written.
    fn objects(&self) -> io::Result<String> {
        let raw =
            RawFile { resource: "data".into(), name: self.from.name.clone(), path: self.from.file.clone(), each: None };
        let unread = |error: DecodeError| io::Error::other(error.to_string());
        let objects = match self.rows() {
            0 => {
                let cells = self.columns.iter().map(|column| (column.name.clone(), MADE_UP.into()));
                vec![serde_json::Value::Object(cells.collect()).to_string()]
            }
            rows => first_objects(raw, rows).map_err(unread)?,
        };
        if begins_with_bracket(&self.from.file)? {
            return Ok(format!("[\n{}\n]\n", objects.join(",\n")));
        }
        // One object a line: an object over several lines stays as it is.
        Ok(objects.join("\n") + "\n")
    }
}

/// Reads a row: a line, and those that follow while a quoted cell is open.
fn read_row(reader: &mut impl BufRead, out: &mut Vec<u8>) -> io::Result<()> {
    let start = out.len();
    while reader.read_until(b'\n', out)? > 0 {
        if memchr::memchr_iter(b'"', &out[start..]).count().is_multiple_of(2) {
            break;
        }
    }
    Ok(())
}

/// Whether a json file is a list.
fn begins_with_bracket(file: &Path) -> io::Result<bool> {
    let mut reader = BufReader::new(fs::File::open(file)?);
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(false);
        }
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
        if let Some(first) = text.first() {
            return Ok(*first == b'[');
        }
        let read = bytes.len();
        reader.consume(read);
    }
}
