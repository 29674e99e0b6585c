//! Drafts a connector's folder from a real file: columns seen, guesses made, gaps marked.
//!
//! Takes a file; gives a folder in which everything that was seen is written down, everything that was guessed says so,
//! and everything that only a person can know is marked `GAP`.
//!
//! Must never pass a guess off as known.

mod guess;
mod write;

use crate::connector::{Format, Kind};
use crate::decode::{DecodeError, Layout, RawFile, Table};
use datafusion::arrow::array::{Array, StringArray};
use guess::Guesses;
use std::path::{Path, PathBuf};

/// A drafted connector, not yet written.
#[derive(Debug)]
pub struct Draft {
    name: String,
    kind: &'static Kind,
    url: Option<String>,
    file: PathBuf,
    format: Format,
    columns: Vec<Column>,
    guesses: Guesses,
}

/// A column as it was seen in the file's first rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The first distinct texts of it.
    pub samples: Vec<String>,
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
}

/// Rows that are looked at for samples.
const LOOKED_AT: usize = 50_000;
/// Distinct texts that are kept of a column.
const SAMPLES: usize = 12;

impl Draft {
    /// Looks at a file's columns and first rows. The draft's bytes will be had as `kind` says; `url` is where the file was
    /// fetched from, if it was.
    ///
    /// # Errors
    /// When the file cannot be read as a table.
    pub async fn of(name: &str, file: &Path, kind: &'static Kind, url: Option<&str>) -> Result<Self, DraftError> {
        let file_name = file.file_name().and_then(|name| name.to_str()).unwrap_or("data.csv").to_owned();
        let layout = Layout::guess(&file_name);
        let raw = RawFile { resource: "data".into(), name: file_name, path: file.to_owned(), each: None };
        let format = layout.format;
        let table = Table::open(raw, layout).await?;
        // The first rows are decoded as well: work for a thread of its own.
        let columns = tokio::task::spawn_blocking(move || columns(&table)).await.map_err(|_| DraftError::Stopped)??;
        let guesses = Guesses::of(&columns);
        Ok(Self {
            name: name.to_owned(),
            kind,
            url: url.map(ToOwned::to_owned),
            file: file.to_owned(),
            format,
            columns,
            guesses,
        })
    }

    /// What was seen and guessed, a line each.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let seen = self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        let mut notes = vec![format!("columns seen: {seen}")];
        notes.extend(self.guesses.notes());
        notes
    }
}

fn columns(table: &Table) -> Result<Vec<Column>, DraftError> {
    let schema = table.schema();
    let own = |name: &str| !name.starts_with('_');
    let mut columns: Vec<Column> = schema
        .fields()
        .iter()
        .filter(|field| own(field.name()))
        .map(|field| Column { name: field.name().clone(), samples: Vec::new() })
        .collect();
    let mut looked_at = 0;
    for batch in table.batches(None)? {
        let batch = batch?;
        looked_at += batch.num_rows();
        for column in &mut columns {
            let Some(texts) =
                batch.column_by_name(&column.name).and_then(|array| array.as_any().downcast_ref::<StringArray>())
            else {
                continue;
            };
            for text in texts.iter().flatten() {
                // A symbol among numbers is rare and worth more than another number.
                let room = if guess::is_number(text) { SAMPLES } else { SAMPLES * 2 };
                if column.samples.len() < room && !column.samples.iter().any(|known| known == text) {
                    column.samples.push(text.to_owned());
                }
            }
        }
        if looked_at >= LOOKED_AT {
            break;
        }
    }
    Ok(columns)
}
