//! From cells to Arrow batches: only the columns asked for, and never more than a few megabytes at once.

use super::error::{DecodeError, Fault};
use super::file::{EACH, RawFile};
use datafusion::arrow::array::{
    ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, StringArray, StringBuilder, new_null_array,
};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use std::sync::Arc;

/// The most rows in a batch.
pub(super) const BATCH_ROWS: usize = 8_192;
/// A batch that holds this much text is given, however few its rows are.
pub(super) const BATCH_BYTES: usize = 4 << 20;
/// The most bytes in a cell.
pub(super) const CELL_BYTES: usize = 1 << 20;

/// What stands in a column of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    /// The file's own column at this position.
    Text(usize),
    /// A column that this edition of the file lacks.
    Absent,
    /// What the file was asked for by.
    Each,
    Resource,
    File,
    Row,
}

/// Which columns a batch has, and where each comes from.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub file: Arc<RawFile>,
    schema: SchemaRef,
    outputs: Vec<Output>,
}

impl Plan {
    /// For a table whose first columns stand at `own` in the file, then those absent from it, then the hub's three.
    pub fn new(
        file: &Arc<RawFile>,
        schema: &SchemaRef,
        own: &[usize],
        projection: Option<&[usize]>,
    ) -> Result<Self, DecodeError> {
        let all: Vec<usize> = (0..schema.fields().len()).collect();
        let wanted = projection.unwrap_or(&all);
        let hubs = schema.fields().len() - 3;
        let outputs = wanted
            .iter()
            .map(|&index| match index {
                index if index < own.len() => Output::Text(own[index]),
                index if index < hubs && schema.field(index).name() == EACH => Output::Each,
                index if index < hubs => Output::Absent,
                index if index == hubs => Output::Resource,
                index if index == hubs + 1 => Output::File,
                _ => Output::Row,
            })
            .collect();
        let schema = schema.project(wanted).map_err(|error| wrong(file, &error))?;
        Ok(Self { file: Arc::clone(file), schema: Arc::new(schema), outputs })
    }

    /// The file's own columns that are wanted, in the order in which [`Plan::assemble`] takes them.
    pub fn texts(&self) -> impl Iterator<Item = usize> {
        self.outputs.iter().filter_map(|output| match output {
            Output::Text(index) => Some(*index),
            _ => None,
        })
    }

    /// A batch of these texts (one array for each of [`Plan::texts`]) and row numbers.
    pub fn assemble(&self, texts: Vec<ArrayRef>, rows: Int64Array) -> Result<RecordBatch, DecodeError> {
        let count = rows.len();
        let same = |text: &str| Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, count))) as ArrayRef;
        let mut texts = texts.into_iter();
        let rows: ArrayRef = Arc::new(rows);
        let columns = self
            .outputs
            .iter()
            .map(|output| match output {
                Output::Text(_) => texts.next().unwrap_or_else(|| new_null_array(&DataType::Utf8, count)),
                Output::Absent => new_null_array(&DataType::Utf8, count),
                Output::Each => match &self.file.each {
                    Some(each) => same(each),
                    None => new_null_array(&DataType::Utf8, count),
                },
                Output::Resource => same(&self.file.resource),
                Output::File => same(&self.file.name),
                Output::Row => Arc::clone(&rows),
            })
            .collect();
        // The number of rows is told apart, since a batch may be asked for without any column.
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(|error| wrong(&self.file, &error))
    }

    /// An error in this file.
    pub fn error(&self, fault: Fault) -> DecodeError {
        DecodeError::new(&self.file.name, fault)
    }

    /// The refusal of a cell; `position` is that of its text among [`Plan::texts`].
    pub fn cell_too_long(&self, row: i64, position: usize) -> DecodeError {
        let column = self
            .outputs
            .iter()
            .zip(self.schema.fields())
            .filter(|(output, _)| matches!(output, Output::Text(_)))
            .nth(position)
            .map(|(_, field)| field.name().clone());
        let what = "the cell is longer than 1 MiB; look for a quote before it that is opened and never closed".into();
        DecodeError { column, ..DecodeError::at(&self.file.name, row, Fault::TooLarge { what }) }
    }
}

fn wrong(file: &RawFile, error: &dyn std::fmt::Display) -> DecodeError {
    DecodeError::new(&file.name, Fault::Malformed { what: format!("its rows do not fit its columns: {error}") })
}

/// The room that a cell keeps for the next row's text.
const KEPT: usize = 4 << 10;

/// A text without its content, and without the room of a long one.
pub(super) fn emptied(text: &mut String) {
    text.clear();
    text.shrink_to(KEPT);
}

/// Rows on their way to a batch.
pub(super) struct Rows {
    pub plan: Plan,
    texts: Vec<(usize, StringBuilder)>,
    numbers: Vec<i64>,
    bytes: usize,
}

impl Rows {
    pub fn new(plan: Plan) -> Self {
        let texts = plan.texts().map(|index| (index, StringBuilder::new())).collect();
        Self { plan, texts, numbers: Vec::new(), bytes: 0 }
    }

    /// Adds a row, given the text of each of the file's columns; a blank one is null.
    #[inline]
    pub fn push<'a>(&mut self, row: i64, text: impl Fn(usize) -> Option<&'a str>) -> Result<(), DecodeError> {
        for (position, (index, builder)) in self.texts.iter_mut().enumerate() {
            match text(*index) {
                Some(text) if !text.is_empty() => {
                    if text.len() > CELL_BYTES {
                        return Err(self.plan.cell_too_long(row, position));
                    }
                    builder.append_value(text);
                    self.bytes += text.len();
                }
                _ => builder.append_null(),
            }
        }
        // Each place has its own cost, blank or not.
        self.bytes += 4 * self.texts.len();
        self.numbers.push(row);
        Ok(())
    }

    /// Whether it is time to [`Rows::take`].
    #[inline]
    pub fn is_full(&self) -> bool {
        self.numbers.len() >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }

    /// The rows so far as a batch, if there are any.
    pub fn take(&mut self) -> Option<Result<RecordBatch, DecodeError>> {
        if self.numbers.is_empty() {
            return None;
        }
        self.bytes = 0;
        let texts = self.texts.iter_mut().map(|(_, builder)| Arc::new(builder.finish()) as ArrayRef).collect();
        let numbers = Int64Array::from(std::mem::take(&mut self.numbers));
        Some(self.plan.assemble(texts, numbers))
    }
}
