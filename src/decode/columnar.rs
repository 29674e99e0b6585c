//! parquet: typed columns, turned back into the text that a person would publish.
//!
//! Texts are read as views into their pages, and only so many rows at once become text as make a batch: one value of a
//! mebibyte in a dictionary may stand in thousands of rows.

use super::columns;
use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::layout::Layout;
use super::pages::{Demand, check_footer, check_pages};
use super::rows::{BATCH_BYTES, BATCH_ROWS, CELL_BYTES, Plan};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, StringBuilder};
use datafusion::arrow::compute::{CastOptions, can_cast_types, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float32Type, Float64Type, Schema};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use std::fs::File;
use std::sync::Arc;

/// The most bytes of what is read at once, apart from the pages.
const READ_BYTES: u64 = 16 << 20;
/// A text may be as large as a page where it is written as an end to the one before; so many bytes of such are read at once.
const PREFIXED_BYTES: u64 = 64 << 20;
/// The text that any file may hold …
const TEXT_BYTES: u64 = 256 << 20;
/// … and how many times its own size a larger one may.
const TEXT_TIMES: u64 = 1_000;
/// What a value that is no text counts towards a batch.
const VALUE_BYTES: usize = 24;

/// A parquet file of which the schema has been read.
#[derive(Debug)]
pub(super) struct Columnar {
    file: Arc<RawFile>,
}

impl Columnar {
    pub fn open(file: &Arc<RawFile>, layout: &Layout) -> Result<(Vec<String>, Self), DecodeError> {
        check_footer(file)?;
        let reader = builder(file)?;
        if reader.metadata().file_metadata().num_rows() == 0 {
            return Err(DecodeError::new(&file.name, Fault::HeaderOnly));
        }
        let fields = reader.schema().fields().iter().enumerate();
        let header = fields.map(|(index, field)| (index + 1, field.name().as_str()));
        let names =
            columns::names(header, layout.duplicate_columns).map_err(|fault| DecodeError::new(&file.name, fault))?;
        Ok((names, Self { file: Arc::clone(file) }))
    }

    pub fn batches(&self, plan: Plan) -> Result<ColumnarBatches, DecodeError> {
        let builder = builder(&self.file)?;
        // The reader gives a file's columns in the file's order, whatever order they are asked for in.
        let mut read: Vec<usize> = plan.texts().collect();
        read.sort_unstable();
        read.dedup();
        let mask = ProjectionMask::roots(builder.parquet_schema(), read.iter().copied());
        let columns = builder.parquet_schema();
        let is_read = |leaf: usize| read.binary_search(&columns.get_column_root_idx(leaf)).is_ok();
        let demand = check_pages(&self.file, builder.metadata(), is_read)?;
        let widths = columns.columns().iter().enumerate().filter(|(leaf, _)| is_read(*leaf));
        let width = widths.map(|(_, column)| u64::try_from(column.type_length()).unwrap_or(0).max(16)).sum::<u64>();
        let reader = builder
            .with_projection(mask)
            .with_batch_size(rows_at_once(demand, width))
            .build()
            .map_err(|error| broken(&self.file, &error))?;
        let places = plan.texts().map(|index| read.binary_search(&index).unwrap_or_default()).collect();
        let size = std::fs::metadata(&self.file.path).map_or(0, |metadata| metadata.len());
        let left = TEXT_BYTES.max(size.saturating_mul(TEXT_TIMES));
        Ok(ColumnarBatches { reader: Some(reader), read: None, plan, places, row: 0, left })
    }
}

/// How many rows are read at once, given what a row takes apart from its texts.
fn rows_at_once(demand: Demand, width: u64) -> usize {
    let by_width = READ_BYTES / width.max(1);
    let by_text = if demand.prefixed { PREFIXED_BYTES / demand.largest.max(1) } else { by_width };
    usize::try_from(by_width.min(by_text)).unwrap_or(usize::MAX).clamp(1, BATCH_ROWS)
}

/// The same type with texts as views into their pages, however deep they lie.
fn with_views(kind: &DataType) -> DataType {
    let inside = |field: &FieldRef| Arc::new(field.as_ref().clone().with_data_type(with_views(field.data_type())));
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::Dictionary(_, value) => with_views(value),
        DataType::List(field) => DataType::List(inside(field)),
        DataType::LargeList(field) => DataType::LargeList(inside(field)),
        DataType::FixedSizeList(field, size) => DataType::FixedSizeList(inside(field), *size),
        DataType::Map(field, sorted) => DataType::Map(inside(field), *sorted),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inside).collect()),
        other => other.clone(),
    }
}

fn builder(file: &RawFile) -> Result<ParquetRecordBatchReaderBuilder<File>, DecodeError> {
    let bytes = File::open(&file.path).map_err(|error| DecodeError::new(&file.name, Fault::Unreadable(error)))?;
    let read = ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::new()).map_err(|error| broken(file, &error))?;
    let fields = read.schema().fields().iter();
    let fields = fields.map(|field| Field::clone(field).with_data_type(with_views(field.data_type())));
    let schema = Schema::new_with_metadata(fields.collect::<Vec<_>>(), read.schema().metadata().clone());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    let read = ArrowReaderMetadata::try_new(Arc::clone(read.metadata()), options);
    Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(bytes, read.map_err(|error| broken(file, &error))?))
}

fn broken(file: &RawFile, error: &dyn std::fmt::Display) -> DecodeError {
    let what = format!("the parquet file cannot be read ({error}); fetch it again, or tell the publisher");
    DecodeError::new(&file.name, Fault::Malformed { what })
}

/// The rows of a parquet file, in batches.
pub(super) struct ColumnarBatches {
    /// None once the file has ended or failed.
    reader: Option<ParquetRecordBatchReader>,
    /// What was read and has not been given yet.
    read: Option<RecordBatch>,
    plan: Plan,
    /// For each text of the plan, its place in what is read.
    places: Vec<usize>,
    row: i64,
    /// The bytes of text that may still follow.
    left: u64,
}

impl ColumnarBatches {
    /// The next rows: as many as make a batch.
    fn take(&mut self) -> Result<Option<RecordBatch>, DecodeError> {
        while self.read.is_none() {
            match self.reader.as_mut().and_then(Iterator::next) {
                Some(Ok(batch)) if batch.num_rows() == 0 => {}
                Some(Ok(batch)) => self.read = Some(batch),
                Some(Err(error)) => return Err(broken(&self.plan.file, &error)),
                None => return Ok(None),
            }
        }
        let Some(batch) = self.read.take() else { return Ok(None) };
        let rows = rows_of_a_batch(&batch);
        if rows < batch.num_rows() {
            self.read = Some(batch.slice(rows, batch.num_rows() - rows));
        }
        self.turned(&batch.slice(0, rows)).map(Some)
    }

    fn turned(&mut self, batch: &RecordBatch) -> Result<RecordBatch, DecodeError> {
        let first = self.row + 1;
        self.row += i64::try_from(batch.num_rows()).unwrap_or(i64::MAX);
        let mut texts = Vec::with_capacity(self.places.len());
        for (position, place) in self.places.iter().enumerate() {
            let array = match text(batch.column(*place)) {
                Ok(array) => array,
                Err(Untextual::TooLong(index)) => {
                    return Err(self.plan.cell_too_long(first + i64::try_from(index).unwrap_or(0), position));
                }
                Err(Untextual::Arrow(error)) => return Err(broken(&self.plan.file, &error)),
            };
            self.left = self.left.saturating_sub(array.value_data().len() as u64);
            texts.push(Arc::new(array) as ArrayRef);
        }
        if self.left == 0 {
            let what = format!(
                "the file repeats few texts so often that it holds more than {} MiB of text, which is more than {TEXT_TIMES} \
                 times its own size; ask the publisher for a csv",
                TEXT_BYTES >> 20
            );
            return Err(DecodeError::at(&self.plan.file.name, self.row, Fault::TooLarge { what }));
        }
        self.plan.assemble(texts, Int64Array::from_iter_values(first..=self.row))
    }
}

impl Iterator for ColumnarBatches {
    type Item = Result<RecordBatch, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let taken = self.take().transpose();
        if !matches!(taken, Some(Ok(_))) {
            (self.reader, self.read) = (None, None);
        }
        taken
    }
}

/// How many of the first rows have the text of a batch; at least one.
fn rows_of_a_batch(batch: &RecordBatch) -> usize {
    let mut bytes = 0;
    for row in 0..batch.num_rows() {
        bytes += batch.columns().iter().map(|column| bytes_of(column, row)).sum::<usize>();
        if bytes >= BATCH_BYTES {
            return row + 1;
        }
    }
    batch.num_rows()
}

fn bytes_of(column: &ArrayRef, row: usize) -> usize {
    // The low half of a view is its length.
    let length = |views: &[u128]| usize::try_from(views[row] & 0xFFFF_FFFF).unwrap_or(usize::MAX);
    match column.data_type() {
        DataType::Utf8View => length(column.as_string_view().views()),
        DataType::BinaryView => length(column.as_binary_view().views()),
        kind if kind.is_nested() => CELL_BYTES / 16,
        DataType::FixedSizeBinary(bytes) => usize::try_from(*bytes).unwrap_or(0),
        _ => VALUE_BYTES,
    }
}

/// Why values cannot be text.
enum Untextual {
    /// The one at this place is longer than a cell may be.
    TooLong(usize),
    Arrow(ArrowError),
}

impl From<ArrowError> for Untextual {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

/// A text that ends when it is as long as a cell may be.
#[derive(Default)]
struct Cell(String);

impl std::fmt::Write for Cell {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        if self.0.len() + text.len() > CELL_BYTES {
            return Err(std::fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// A typed column as text: dates in ISO, numbers in the fewest digits that give them back, a blank one null.
fn text(array: &ArrayRef) -> Result<StringArray, Untextual> {
    match array.data_type() {
        // The cast would write 380.0 for a code that the publisher's tool took for a number.
        DataType::Float64 => return Ok(array.as_primitive::<Float64Type>().iter().map(shown).collect()),
        DataType::Float32 => return Ok(array.as_primitive::<Float32Type>().iter().map(shown).collect()),
        _ => {}
    }
    // Before it is copied: a batch ends behind a text that is longer than it should be.
    if let Some(index) =
        (0..array.len()).find(|row| !array.data_type().is_nested() && bytes_of(array, *row) > CELL_BYTES)
    {
        return Err(Untextual::TooLong(index));
    }
    if can_cast_types(array.data_type(), &DataType::Utf8) && !array.data_type().is_nested() {
        // Not safe in arrow's sense: what cannot be cast is an error, never a null.
        let options = CastOptions { safe: false, format_options: FormatOptions::default() };
        let cast = cast_with_options(array, &DataType::Utf8, &options)?;
        let cast = cast.as_string::<i32>();
        return Ok(if cast.iter().any(|text| text == Some("")) {
            cast.iter().map(|text| text.filter(|text| !text.is_empty())).collect()
        } else {
            cast.clone()
        });
    }
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array.as_ref(), &options)?;
    let mut texts = StringBuilder::new();
    for index in 0..array.len() {
        if array.is_null(index) {
            texts.append_null();
            continue;
        }
        let mut cell = Cell::default();
        match formatter.value(index).write(&mut cell) {
            Ok(()) => texts.append_value(cell.0),
            Err(_) if cell.0.len() > CELL_BYTES / 2 => return Err(Untextual::TooLong(index)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(texts.finish())
}

fn shown(number: Option<impl ToString>) -> Option<String> {
    number.map(|number| number.to_string())
}
