//! A landed file as a table.

use super::columnar::Columnar;
use super::delimited::Delimited;
use super::document::Document;
use super::error::{DecodeError, Fault};
use super::file::{FILE, RESOURCE, ROW, RawFile};
use super::json::Json;
use super::layout::Layout;
use super::rows::Plan;
use super::sniff;
use super::workbook::Workbook;
use crate::connector::Format;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

/// A file whose header has been read; its rows are read as often as asked.
#[derive(Debug)]
pub struct Table {
    file: Arc<RawFile>,
    schema: SchemaRef,
    /// How many of the schema's columns stand in the file; those absent from it and the hub's three follow.
    own: usize,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Nothing,
    Delimited(Delimited),
    Json(Json),
    Workbook(Workbook),
    Columnar(Columnar),
    Document(Document),
}

impl Table {
    /// Reads the header, and checks what can be checked of the whole file without reading all its rows. A workbook is read
    /// whole, so that this is work for a thread of its own, which it is given.
    ///
    /// # Errors
    /// When the file is empty, cut short, a web page, in another format or encoding, too large, or without data.
    pub async fn open(file: RawFile, layout: Layout) -> Result<Self, DecodeError> {
        let name = file.name.clone();
        let opened = tokio::task::spawn_blocking(move || Self::open_here(file, &layout)).await;
        opened.unwrap_or_else(|_| Err(gave_up(&name)))
    }

    /// The same on this thread.
    pub(super) fn open_here(file: RawFile, layout: &Layout) -> Result<Self, DecodeError> {
        let name = file.name.clone();
        catch_unwind(AssertUnwindSafe(|| Self::open_unguarded(file, layout))).unwrap_or_else(|_| Err(gave_up(&name)))
    }

    fn open_unguarded(file: RawFile, layout: &Layout) -> Result<Self, DecodeError> {
        sniff::check(&file, layout)?;
        let file = Arc::new(file);
        let (mut columns, body) = match layout.format {
            Format::Csv => {
                let (columns, body) = Delimited::open(&file, layout)?;
                (columns, Body::Delimited(body))
            }
            Format::Json => {
                let (columns, body) = Json::open(&file)?;
                (columns, Body::Json(body))
            }
            Format::Xlsx | Format::Ods => {
                let (columns, body) = Workbook::open(&file, layout)?;
                (columns, Body::Workbook(body))
            }
            Format::Parquet => {
                let (columns, body) = Columnar::open(&file)?;
                (columns, Body::Columnar(body))
            }
            Format::Toml => {
                let (columns, body) = Document::open(&file, layout)?;
                (columns, Body::Document(body))
            }
        };
        let own = columns.len();
        for column in &layout.optional_columns {
            if !columns.contains(column) {
                columns.push(column.clone());
            }
        }
        Ok(Self { file, schema: schema(&columns), own, body })
    }

    /// The table of a resource for which no file was given: these columns, and no rows.
    #[must_use]
    pub fn empty(resource: &str, columns: &[String]) -> Self {
        let file = RawFile { resource: resource.to_owned(), name: String::new(), path: PathBuf::new() };
        Self { file: Arc::new(file), schema: schema(columns), own: 0, body: Body::Nothing }
    }

    /// The file behind it.
    #[must_use]
    pub fn file(&self) -> &RawFile {
        &self.file
    }

    /// The published columns in the order of the file, those of `optional_columns` that it lacks, all of them text that
    /// may be null; then `_resource` and `_file` (text) and `_row` (a 64-bit integer), which never are.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The rows, read anew from the start. `projection` holds indices into [`Table::schema`]; only these columns are built.
    ///
    /// # Errors
    /// When the landed bytes cannot be opened, or an index is past the schema's end.
    pub fn batches(&self, projection: Option<&[usize]>) -> Result<Batches, DecodeError> {
        let plan = Plan::new(&self.file, &self.schema, self.own, projection)?;
        let rows: Rows = match &self.body {
            Body::Nothing => Box::new(std::iter::empty()),
            Body::Delimited(body) => Box::new(body.batches(plan)?),
            Body::Json(body) => Box::new(body.batches(plan)?),
            Body::Workbook(body) => Box::new(body.batches(plan)),
            Body::Columnar(body) => Box::new(body.batches(plan)?),
            Body::Document(body) => Box::new(body.batches(plan)),
        };
        Ok(Batches { rows: Some(rows), file: Arc::clone(&self.file) })
    }
}

fn schema(columns: &[String]) -> SchemaRef {
    let published = columns.iter().map(|name| Field::new(name, DataType::Utf8, true));
    let hubs = [
        Field::new(RESOURCE, DataType::Utf8, false),
        Field::new(FILE, DataType::Utf8, false),
        Field::new(ROW, DataType::Int64, false),
    ];
    Arc::new(Schema::new(published.chain(hubs).collect::<Vec<_>>()))
}

type Rows = Box<dyn Iterator<Item = Result<RecordBatch, DecodeError>> + Send>;

/// The rows of a table, in batches of at most 8,192 rows and a few megabytes. Ends after the first error.
pub struct Batches {
    /// None once they have ended.
    rows: Option<Rows>,
    file: Arc<RawFile>,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rows = self.rows.as_mut()?;
        let next =
            catch_unwind(AssertUnwindSafe(|| rows.next())).unwrap_or_else(|_| Some(Err(gave_up(&self.file.name))));
        if !matches!(next, Some(Ok(_))) {
            self.rows = None;
        }
        next
    }
}

/// A reader of a format that panics has met a file that breaks the format in a way it does not know.
fn gave_up(file: &str) -> DecodeError {
    let what =
        "the file breaks the rules of its format, and its reader gave up; fetch it again, or tell the publisher".into();
    DecodeError::new(file, Fault::Malformed { what })
}
