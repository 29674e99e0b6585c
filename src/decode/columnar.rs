//! parquet: typed columns, turned back into the text that a person would publish.

use super::columns;
use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::rows::{BATCH_BYTES, BATCH_ROWS, CELL_BYTES, Plan};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, StringBuilder};
use datafusion::arrow::compute::{CastOptions, can_cast_types, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Float32Type, Float64Type};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::fs::File;
use std::sync::Arc;

/// A parquet file of which the schema has been read.
#[derive(Debug)]
pub(super) struct Columnar {
    file: Arc<RawFile>,
}

impl Columnar {
    pub fn open(file: &Arc<RawFile>) -> Result<(Vec<String>, Self), DecodeError> {
        let reader = builder(file)?;
        if reader.metadata().file_metadata().num_rows() == 0 {
            return Err(DecodeError::new(&file.name, Fault::HeaderOnly));
        }
        let fields = reader.schema().fields().iter().enumerate();
        let names = columns::names(fields.map(|(index, field)| (index + 1, field.name().as_str())))
            .map_err(|fault| DecodeError::new(&file.name, fault))?;
        Ok((names, Self { file: Arc::clone(file) }))
    }

    pub fn batches(&self, plan: Plan) -> Result<ColumnarBatches, DecodeError> {
        let builder = builder(&self.file)?;
        let metadata = builder.metadata();
        let bytes: i64 = metadata.row_groups().iter().map(|group| group.total_byte_size().max(0)).sum();
        let rows = metadata.file_metadata().num_rows().max(1);
        let row_bytes = usize::try_from(bytes / rows).unwrap_or(usize::MAX).max(1);
        // The reader gives a file's columns in the file's order, whatever order they are asked for in.
        let mut read: Vec<usize> = plan.texts().collect();
        read.sort_unstable();
        read.dedup();
        let mask = ProjectionMask::roots(builder.parquet_schema(), read.iter().copied());
        let reader = builder
            .with_projection(mask)
            .with_batch_size((BATCH_BYTES / row_bytes).clamp(1, BATCH_ROWS))
            .build()
            .map_err(|error| broken(&self.file, &error))?;
        let places = plan.texts().map(|index| read.binary_search(&index).unwrap_or_default()).collect();
        Ok(ColumnarBatches { reader: Some(reader), plan, places, row: 0 })
    }
}

fn builder(file: &RawFile) -> Result<ParquetRecordBatchReaderBuilder<File>, DecodeError> {
    let bytes = File::open(&file.path).map_err(|error| DecodeError::new(&file.name, Fault::Unreadable(error)))?;
    ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(|error| broken(file, &error))
}

fn broken(file: &RawFile, error: &dyn std::fmt::Display) -> DecodeError {
    let what = format!("the parquet file cannot be read ({error}); fetch it again, or tell the publisher");
    DecodeError::new(&file.name, Fault::Malformed { what })
}

/// The rows of a parquet file, in batches.
pub(super) struct ColumnarBatches {
    /// None once the file has ended or failed.
    reader: Option<ParquetRecordBatchReader>,
    plan: Plan,
    /// For each text of the plan, its place in what is read.
    places: Vec<usize>,
    row: i64,
}

impl ColumnarBatches {
    fn turned(&mut self, batch: &RecordBatch) -> Result<RecordBatch, DecodeError> {
        let first = self.row + 1;
        self.row += i64::try_from(batch.num_rows()).unwrap_or(i64::MAX);
        let mut texts = Vec::with_capacity(self.places.len());
        for (position, place) in self.places.iter().enumerate() {
            let array = text(batch.column(*place)).map_err(|error| broken(&self.plan.file, &error))?;
            if let Some(index) = array.iter().position(|text| text.is_some_and(|text| text.len() > CELL_BYTES)) {
                let row = first + i64::try_from(index).unwrap_or(0);
                return Err(self.plan.cell_too_long(row, position));
            }
            texts.push(Arc::new(array) as ArrayRef);
        }
        self.plan.assemble(texts, Int64Array::from_iter_values(first..=self.row))
    }
}

impl Iterator for ColumnarBatches {
    type Item = Result<RecordBatch, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.reader.as_mut()?.next();
        let turned = match batch {
            Some(Ok(batch)) => Some(self.turned(&batch)),
            Some(Err(error)) => Some(Err(broken(&self.plan.file, &error))),
            None => None,
        };
        if !matches!(turned, Some(Ok(_))) {
            self.reader = None;
        }
        turned
    }
}

/// A typed column as text: dates in ISO, numbers in the fewest digits that give them back, a blank one null.
fn text(array: &ArrayRef) -> Result<StringArray, ArrowError> {
    match array.data_type() {
        // The cast would write 380.0 for a code that the publisher's tool took for a number.
        DataType::Float64 => return Ok(array.as_primitive::<Float64Type>().iter().map(shown).collect()),
        DataType::Float32 => return Ok(array.as_primitive::<Float32Type>().iter().map(shown).collect()),
        _ => {}
    }
    if can_cast_types(array.data_type(), &DataType::Utf8) {
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
        } else {
            texts.append_value(formatter.value(index).try_to_string()?);
        }
    }
    Ok(texts.finish())
}

fn shown(number: Option<impl ToString>) -> Option<String> {
    number.map(|number| number.to_string())
}
