//! Drafts a connector's folder from a real file: columns seen, guesses made, gaps marked.
//!
//! Takes a file; gives a folder in which everything that was seen is written down, everything that was guessed says so on
//! its line, and everything that only a person can know is marked `GAP`.
//!
//! Must never pass a guess off as known, and never copy what is in a column that looks as if it were about people.

mod guess;
mod look;
mod places;
mod vocabulary;
mod words;
mod write;

pub use look::Column;

use crate::connector::{ConnectorError, Format, Kind};
use crate::decode::{DecodeError, Fault, Layout, RawFile, SheetSeen, Table, sheets};
use guess::Guesses;
use std::path::PathBuf;

/// What a connector is drafted from.
#[derive(Debug)]
pub struct Basis {
    /// The file.
    pub file: PathBuf,
    /// Its name, without folders.
    pub name: String,
    /// How it is written.
    pub format: Format,
    /// The kind of source that the draft declares.
    pub kind: &'static Kind,
    /// Where the file was fetched from, if it was.
    pub url: Option<String>,
    /// The workbook's sheet; none is guessed.
    pub sheet: Option<String>,
    /// The row of the column names; none is guessed.
    pub header_row: Option<u32>,
    /// How many lines of the file the golden case gets; none is the usual number, and no line where people may be in them.
    pub sample: Option<usize>,
}

/// A drafted connector, not yet written.
#[derive(Debug)]
pub struct Draft {
    name: String,
    from: Basis,
    sheets: Vec<SheetSeen>,
    /// The sheet that was read, of a workbook.
    sheet: Option<String>,
    header_row: u32,
    /// Whether the row of the names was guessed.
    guessed_row: bool,
    /// Whether the text is no UTF-8.
    other_encoding: bool,
    columns: Vec<Column>,
    looked_at: u64,
    whole: bool,
    guesses: Guesses,
}

/// Why no draft can be made.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The file cannot be read as a table.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The file's rows cannot be read.
    #[error("the file's rows cannot be read: {0}")]
    Arrow(#[from] datafusion::arrow::error::ArrowError),
    /// The reading was stopped.
    #[error("the file's rows could not be read to their end; try again")]
    Stopped,
    /// What the hub ships cannot be read.
    #[error("what the hub ships of places and indicators cannot be read: {0}")]
    Shipped(#[source] ConnectorError),
    /// A table that the hub ships is no csv.
    #[error("a table that the hub ships cannot be read: {0}")]
    Csv(String),
}

/// From how many columns on a sheet may be a table of figures.
const TABLE_COLUMNS: u64 = 3;

impl Draft {
    /// Looks at a file's columns and first rows.
    ///
    /// # Errors
    /// When the file cannot be read as a table.
    pub async fn of(name: &str, from: Basis) -> Result<Self, DraftError> {
        let name = name.to_owned();
        // Files are unpacked and decoded: work for a thread of its own.
        let looked = tokio::task::spawn_blocking(move || sheets_of(&from).map(|sheets| (from, sheets)));
        let (from, sheets) = looked.await.map_err(|_| DraftError::Stopped)??;
        let shown = || sheets.iter().filter(|sheet| !sheet.hidden);
        // A cover or a sheet of notes has one or two columns.
        let likely = shown().find(|sheet| sheet.columns >= TABLE_COLUMNS).or_else(|| shown().next());
        let chosen = from.sheet.clone().or_else(|| likely.map(|sheet| sheet.name.clone()));
        let likely =
            sheets.iter().find(|sheet| Some(&sheet.name) == chosen.as_ref()).map_or(1, |sheet| sheet.header_row);
        let (table, header_row) = open(&from, chosen.as_deref(), from.header_row.unwrap_or(likely)).await?;
        let guessed_row = from.header_row.is_none() && header_row != 1;
        tokio::task::spawn_blocking(move || {
            let seen = look::look(&table)?;
            let guesses = Guesses::of(&seen, &places::Places::shipped()?, &vocabulary::shipped()?, &from.name);
            let other_encoding = from.format == Format::Csv && write::is_other_encoding(&from.file);
            Ok(Self {
                name,
                sheet: chosen,
                sheets,
                header_row,
                guessed_row,
                other_encoding,
                columns: seen.columns,
                looked_at: seen.looked_at,
                whole: seen.whole,
                guesses,
                from,
            })
        })
        .await
        .map_err(|_| DraftError::Stopped)?
    }

    /// What was seen and guessed, a line each.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for sheet in &self.sheets {
            let drafted = if Some(&sheet.name) == self.sheet.as_ref() { "; drafted from this one" } else { "" };
            let hidden = if sheet.hidden { ", hidden" } else { "" };
            notes.push(format!(
                "sheet `{}`: {} and {} that hold something{hidden}{drafted}",
                sheet.name,
                counted(sheet.rows, "row"),
                counted(sheet.columns, "column")
            ));
        }
        if self.sheets.iter().filter(|sheet| !sheet.hidden).count() > 1 {
            notes.push("another sheet is drafted with --sheet NAME".into());
        }
        if self.guessed_row {
            notes.push(format!(
                "guessed: row {} holds the column names; another is taken with --header-row N",
                self.header_row
            ));
        }
        if self.other_encoding {
            notes.push("guessed: the text is Windows-1252, because it is no UTF-8".into());
        }
        let seen = self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        notes.push(format!("columns seen: {seen}"));
        let all = if self.whole { "all of them" } else { "the others may hold other texts" };
        notes.push(format!("rows looked at: {}, {all}", self.looked_at));
        for personal in &self.guesses.personal {
            notes.push(format!(
                "people: `{}` looks as if it were about single people ({})",
                personal.column, personal.why
            ));
        }
        notes.extend(self.guesses.notes());
        notes.push(self.told_of_case());
        notes
    }
}

fn counted(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// The sheets of a workbook; nothing of another file.
fn sheets_of(from: &Basis) -> Result<Vec<SheetSeen>, DraftError> {
    match from.format {
        Format::Xlsx | Format::Ods => Ok(sheets(&raw(from), from.format)?),
        _ => Ok(Vec::new()),
    }
}

/// Opens the table with the column names in this row or, where the text's lines show that they stand further below, there.
async fn open(from: &Basis, sheet: Option<&str>, header_row: u32) -> Result<(Table, u32), DraftError> {
    let layout = |header_row| Layout {
        format: from.format,
        sheet: sheet.map(ToOwned::to_owned),
        header_row,
        ..Layout::guess(&from.name)
    };
    let below = match Table::open(raw(from), layout(header_row)).await {
        Ok(table) => match first_error(&table) {
            None => return Ok((table, header_row)),
            Some(error) => error,
        },
        Err(error) => error,
    };
    let told = match *below.fault {
        Fault::RaggedRow { header_row, .. } => header_row.and_then(|row| u32::try_from(row).ok()),
        _ => None,
    };
    match told.filter(|row| from.header_row.is_none() && *row != header_row) {
        Some(row) => Ok((Table::open(raw(from), layout(row)).await?, row)),
        None => Err(below.into()),
    }
}

/// Why the first rows cannot be read, where they cannot.
fn first_error(table: &Table) -> Option<DecodeError> {
    match table.batches(Some(&[])) {
        Ok(mut batches) => batches.next().and_then(Result::err),
        Err(error) => Some(error),
    }
}

fn raw(from: &Basis) -> RawFile {
    RawFile { resource: "data".into(), name: from.name.clone(), path: from.file.clone(), each: None }
}
