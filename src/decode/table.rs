//! A landed file as a table.

use super::columnar::Columnar;
use super::delimited::{Delimited, DelimitedBatches};
use super::document::Document;
use super::error::{DecodeError, Fault};
use super::file::{EACH, FILE, RESOURCE, ROW, RawFile};
use super::json::Json;
use super::layout::Layout;
use super::long::{Long, Spread};
use super::remark::{Odd, Remark, at_limit};
use super::rows::Plan;
use super::sniff;
use super::workbook::{Workbook, WorkbookBatches};
use crate::connector::Format;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// A file whose header has been read; its rows are read as often as asked.
#[derive(Debug)]
pub struct Table {
    file: Arc<RawFile>,
    schema: SchemaRef,
    /// The columns as they stand in the file, before any of them become rows.
    wide: SchemaRef,
    /// Where each of the first of these stands in the file; those absent from it and the hub's three follow.
    own: Vec<usize>,
    /// Which of them become rows.
    long: Option<Long>,
    body: Body,
    /// What is odd about the file, as far as is known; told anew by each reading that came to the end.
    odd: Arc<Mutex<Vec<Odd>>>,
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
                let (columns, body) = Json::open(&file, layout)?;
                (columns, Body::Json(body))
            }
            Format::Xlsx | Format::Ods => {
                let (columns, body) = Workbook::open(&file, layout)?;
                (columns, Body::Workbook(body))
            }
            Format::Parquet => {
                let (columns, body) = Columnar::open(&file, layout)?;
                (columns, Body::Columnar(body))
            }
            Format::Toml => {
                let (columns, body) = Document::open(&file, layout)?;
                (columns, Body::Document(body))
            }
        };
        let own = seen_of(&file, &mut columns, &layout.personal)?;
        for column in &layout.optional_columns {
            if !columns.contains(column) {
                columns.push(column.clone());
            }
        }
        if layout.each {
            columns.push(EACH.to_owned());
        }
        let odd = match &body {
            Body::Workbook(body) => body.odd().to_vec(),
            _ => Vec::new(),
        };
        let wide = schema(&columns);
        let long = layout.unpivot.as_ref().map(|unpivot| Long::new(unpivot, &wide)).transpose();
        let long = long.map_err(|fault| DecodeError::new(&file.name, fault))?;
        let schema = long.as_ref().map_or(&wide, Long::schema).clone();
        Ok(Self { file, schema, wide, own, long, body, odd: Arc::new(Mutex::new(odd)) })
    }

    /// The table of a resource for which no file was given: these columns, and no rows.
    #[must_use]
    pub fn empty(resource: &str, columns: &[String]) -> Self {
        let file = RawFile { resource: resource.to_owned(), name: String::new(), path: PathBuf::new(), each: None };
        let odd = Arc::new(Mutex::new(Vec::new()));
        let (file, schema) = (Arc::new(file), schema(columns));
        Self { file, wide: Arc::clone(&schema), schema, own: Vec::new(), long: None, body: Body::Nothing, odd }
    }

    /// The same with those of these columns that it lacks, as columns without a value: of several files of one resource, an
    /// object need not have every key. Where columns become rows, all files have the same.
    #[must_use]
    pub fn with_columns(self, columns: &[String]) -> Self {
        if self.long.is_some() {
            return self;
        }
        let hubs = self.schema.fields().len() - 3;
        let mut own: Vec<String> = self.schema.fields()[..hubs].iter().map(|field| field.name().clone()).collect();
        let lacking = columns.iter().filter(|column| self.schema.index_of(column).is_err()).cloned();
        own.extend(lacking.collect::<Vec<_>>());
        let schema = schema(&own);
        Self { wide: Arc::clone(&schema), schema, ..self }
    }

    /// The file behind it.
    #[must_use]
    pub fn file(&self) -> &RawFile {
        &self.file
    }

    /// The published columns in the order of the file, those of `optional_columns` that it lacks, all of them text that
    /// may be null; then `_resource` and `_file` (text) and `_row` (a 64-bit integer), which never are. Where columns become
    /// rows, the column of their names and the one of their values stand behind the columns that stay.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The rows, read anew from the start. `projection` holds indices into [`Table::schema`]; only these columns are built.
    ///
    /// # Errors
    /// When the landed bytes cannot be opened, or an index is past the schema's end.
    pub fn batches(&self, projection: Option<&[usize]>) -> Result<Batches, DecodeError> {
        let spread = self
            .long
            .as_ref()
            .map(|long| long.spread(projection))
            .transpose()
            .map_err(|error| DecodeError::new(&self.file.name, Fault::Malformed { what: error.to_string() }))?;
        let (read, spread) = spread.unzip();
        let plan = Plan::new(&self.file, &self.wide, &self.own, read.as_deref().or(projection))?;
        let rows: Box<dyn Pass> = match &self.body {
            Body::Nothing => Box::new(Plain(std::iter::empty())),
            Body::Delimited(body) => Box::new(body.batches(plan)?),
            Body::Json(body) => Box::new(Plain(body.batches(plan)?)),
            Body::Workbook(body) => Box::new(body.batches(plan)),
            Body::Columnar(body) => Box::new(Plain(body.batches(plan)?)),
            Body::Document(body) => Box::new(Plain(body.batches(plan))),
        };
        Ok(Batches { rows: Some(rows), spread, file: Arc::clone(&self.file), count: 0, odd: Arc::clone(&self.odd) })
    }

    /// What is odd about the file and should be looked at, all of it once its rows were read to their end.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        let odd = self.odd.lock().unwrap_or_else(PoisonError::into_inner);
        odd.iter().map(|odd| Remark { file: self.file.name.clone(), odd: odd.clone() }).collect()
    }
}

/// Takes out of a file's columns those that nobody is to see, and gives where each of the others stands in the file.
fn seen_of(file: &RawFile, columns: &mut Vec<String>, personal: &[String]) -> Result<Vec<usize>, DecodeError> {
    if let Some(gone) = personal.iter().find(|name| !columns.contains(name)) {
        let what = format!(
            "there is no column `{gone}`, which `personal` names: it may have another name now, and would be read under it; correct \
             `personal`"
        );
        return Err(DecodeError::new(&file.name, Fault::Malformed { what }));
    }
    let own = (0..columns.len()).filter(|at| !personal.contains(&columns[*at])).collect();
    columns.retain(|name| !personal.contains(name));
    Ok(own)
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

/// A reading of a table, and what it found out on the way.
trait Pass: Iterator<Item = Result<RecordBatch, DecodeError>> + Send {
    /// The last line of a text, or the last row of a sheet.
    fn lines(&self) -> Option<u64> {
        None
    }

    /// What is odd about the rows.
    fn odd(&self) -> Vec<Odd> {
        Vec::new()
    }
}

/// A reading of which nothing but the number of rows is told.
struct Plain<I>(I);

impl<I: Iterator<Item = Result<RecordBatch, DecodeError>>> Iterator for Plain<I> {
    type Item = Result<RecordBatch, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

impl<I: Iterator<Item = Result<RecordBatch, DecodeError>> + Send> Pass for Plain<I> {}

impl Pass for DelimitedBatches {
    fn lines(&self) -> Option<u64> {
        Some(Self::lines(self))
    }

    fn odd(&self) -> Vec<Odd> {
        Self::odd(self)
    }
}

impl Pass for WorkbookBatches {
    fn lines(&self) -> Option<u64> {
        Some(Self::last_row(self))
    }

    fn odd(&self) -> Vec<Odd> {
        Self::odd(self)
    }
}

/// The rows of a table, in batches of at most 8,192 rows and a few megabytes. Ends after the first error.
pub struct Batches {
    /// None once they have ended.
    rows: Option<Box<dyn Pass>>,
    /// Makes rows of columns, where some become rows.
    spread: Option<Spread>,
    file: Arc<RawFile>,
    /// The rows so far.
    count: u64,
    odd: Arc<Mutex<Vec<Odd>>>,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(made) = self.spread.as_mut().and_then(|spread| spread.next(&self.file.name)) {
                return Some(made);
            }
            let read = self.read();
            match (&mut self.spread, read) {
                (Some(spread), Some(Ok(batch))) => spread.take(batch),
                (_, read) => return read,
            }
        }
    }
}

impl Batches {
    /// The rows of the file that have been read so far, whatever became of their columns.
    #[must_use]
    pub fn rows_read(&self) -> u64 {
        self.count
    }

    /// The next batch as it stands in the file.
    fn read(&mut self) -> Option<Result<RecordBatch, DecodeError>> {
        let rows = self.rows.as_mut()?;
        let next =
            catch_unwind(AssertUnwindSafe(|| rows.next())).unwrap_or_else(|_| Some(Err(gave_up(&self.file.name))));
        match &next {
            Some(Ok(batch)) => self.count += batch.num_rows() as u64,
            Some(Err(_)) => self.rows = None,
            None => {
                let mut odd = rows.odd();
                odd.extend(at_limit(self.count, rows.lines()));
                *self.odd.lock().unwrap_or_else(PoisonError::into_inner) = odd;
                self.rows = None;
            }
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
