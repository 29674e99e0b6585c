//! From a wide table to a long one: columns that become rows, as the manifest's `unpivot` says.
//!
//! Every row of the file gives one row for each of these columns, blank cells too, so that what a blank means is for the SQL
//! to say.

use super::error::{DecodeError, Fault};
use super::file::{EACH, RESOURCE};
use super::rows::{BATCH_BYTES, BATCH_ROWS};
use crate::connector::{Unpivot, column_fits};
use crate::hint::nearest_few;
use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray, UInt64Array};
use datafusion::arrow::compute::{interleave, take};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use std::sync::Arc;

/// How many columns are named that may have been meant.
const NEAR: usize = 3;

/// Which columns of a file become rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Long {
    /// The long table's columns.
    schema: SchemaRef,
    /// For each of them but the two that are made, where it stands in the file's own schema; in the same order.
    kept: Vec<usize>,
    /// The columns that become rows, by their places there, each with its name.
    taken: Vec<(usize, String)>,
    /// How many columns stand before the two that are made.
    before: usize,
}

impl Long {
    /// Of a file of these columns, the last of which, from `_each` or `_resource` on, are the hub's own.
    pub fn new(unpivot: &Unpivot, wide: &SchemaRef) -> Result<Self, Fault> {
        let own = wide.fields().iter().position(|field| [EACH, RESOURCE].contains(&field.name().as_str()));
        let published = own.unwrap_or(wide.fields().len());
        let names: Vec<&str> = wide.fields()[..published].iter().map(|field| field.name().as_str()).collect();
        if let Some(pattern) =
            unpivot.columns.iter().find(|pattern| !names.iter().any(|name| column_fits(pattern, name)))
        {
            let near = nearest_few(pattern, names.iter().copied(), NEAR).into_iter().map(|name| format!("`{name}`"));
            return Err(Fault::NoSuchColumn { pattern: pattern.clone(), near: near.collect::<Vec<_>>().join(", ") });
        }
        let (taken, mut kept): (Vec<usize>, Vec<usize>) = (0..published).partition(|at| unpivot.takes(names[*at]));
        if let Some(name) =
            [&unpivot.name, &unpivot.value].into_iter().find(|name| kept.iter().any(|at| names[*at] == **name))
        {
            return Err(Fault::NameTaken { name: name.clone() });
        }
        let before = kept.len();
        kept.extend(published..wide.fields().len());
        let mut fields: Vec<_> = kept.iter().map(|at| Arc::clone(&wide.fields()[*at])).collect();
        // Where a column comes from is known of every row; what stood in it may be blank.
        fields.insert(before, Arc::new(Field::new(&unpivot.name, DataType::Utf8, false)));
        fields.insert(before + 1, Arc::new(Field::new(&unpivot.value, DataType::Utf8, true)));
        let taken = taken.into_iter().map(|at| (at, names[at].to_owned())).collect();
        Ok(Self { schema: Arc::new(Schema::new(fields)), kept, taken, before })
    }

    /// The long table's columns: those that stay, the one of names, the one of values, and the hub's three.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// What has to be read of the file for these columns of the long table, and how they are then made.
    pub fn spread(&self, projection: Option<&[usize]>) -> Result<(Vec<usize>, Spread), ArrowError> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let wanted = projection.unwrap_or(&all);
        let mut read: Vec<usize> = Vec::new();
        let mut outputs = Vec::with_capacity(wanted.len());
        for &column in wanted {
            outputs.push(match column.checked_sub(self.before) {
                Some(0) => Output::Name,
                Some(1) => Output::Value,
                _ => {
                    let at = if column < self.before { column } else { column - 2 };
                    read.push(*self.kept.get(at).ok_or_else(|| {
                        ArrowError::SchemaError(format!("there is no column {column} in the long table"))
                    })?);
                    Output::Kept(read.len() - 1)
                }
            });
        }
        let first_taken = read.len();
        if outputs.contains(&Output::Value) {
            read.extend(self.taken.iter().map(|(at, _)| *at));
        }
        let names = self.taken.iter().map(|(_, name)| Some(name.as_str())).collect();
        let schema = Arc::new(self.schema.project(wanted)?);
        Ok((read, Spread { schema, outputs, names, first_taken, waiting: None }))
    }
}

/// What stands in a column of a long batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    /// The column of the batch that was read at this place, each text once for every column that becomes rows.
    Kept(usize),
    Name,
    Value,
}

/// Makes long batches of wide ones, none of more than the usual rows and a few megabytes.
#[derive(Debug)]
pub(super) struct Spread {
    schema: SchemaRef,
    outputs: Vec<Output>,
    /// The names of the columns that become rows.
    names: StringArray,
    /// Where they begin in a batch that was read, where their values are wanted.
    first_taken: usize,
    /// The batch that is being made long, and how many rows were made of it.
    waiting: Option<(RecordBatch, usize)>,
}

impl Spread {
    /// Takes the next batch of the file.
    pub fn take(&mut self, batch: RecordBatch) {
        self.waiting = Some((batch, 0));
    }

    /// The next rows of the batch that was taken; none once it is used up.
    pub fn next(&mut self, file: &str) -> Option<Result<RecordBatch, DecodeError>> {
        let (batch, done) = self.waiting.take()?;
        let all = batch.num_rows() * self.names.len();
        let end = all.min(done + self.rows_at_once(&batch));
        if done == end {
            return None;
        }
        let made = self.made(&batch, done, end);
        self.waiting = Some((batch, end));
        Some(made.map_err(|error| {
            let what = format!("its columns cannot be made rows: {error}");
            DecodeError::new(file, Fault::Malformed { what })
        }))
    }

    /// How many rows are made at once: fewer where a row of the file holds much text, since each of them repeats it.
    fn rows_at_once(&self, batch: &RecordBatch) -> usize {
        let (kept, taken) = batch.columns().split_at(self.first_taken);
        let repeated: usize = kept.iter().map(longest).sum();
        let own = taken.iter().map(longest).max().unwrap_or(0);
        (BATCH_BYTES / (repeated + own).max(1)).clamp(1, BATCH_ROWS)
    }

    /// The long rows from `begin` to before `end`: those of the first row of the file first, in the order of its columns.
    fn made(&self, batch: &RecordBatch, begin: usize, end: usize) -> Result<RecordBatch, ArrowError> {
        let width = self.names.len();
        let row_of = UInt64Array::from_iter_values((begin..end).map(|at| (at / width) as u64));
        let column_of = UInt64Array::from_iter_values((begin..end).map(|at| (at % width) as u64));
        let columns = self.outputs.iter().map(|output| match output {
            Output::Kept(at) => take(batch.column(*at), &row_of, None),
            Output::Name => take(&self.names, &column_of, None),
            Output::Value => {
                let taken: Vec<&dyn Array> = batch.columns()[self.first_taken..].iter().map(AsRef::as_ref).collect();
                let places: Vec<(usize, usize)> = (begin..end).map(|at| (at % width, at / width)).collect();
                interleave(&taken, &places)
            }
        });
        let columns = columns.collect::<Result<Vec<ArrayRef>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(end - begin));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
    }
}

/// The most bytes of a column's texts.
fn longest(column: &ArrayRef) -> usize {
    let lengths = |texts: &StringArray| (0..texts.len()).map(|row| texts.value(row).len()).max().unwrap_or(0);
    // A row's number takes eight.
    column.as_any().downcast_ref().map_or(8, lengths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::Int64Array;
    use datafusion::arrow::util::pretty::pretty_format_batches;

    fn wide(columns: &[(&str, Vec<Option<&str>>)]) -> RecordBatch {
        let rows = columns.first().map_or(0, |(_, texts)| texts.len());
        let mut fields: Vec<Field> = columns.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect();
        let mut arrays: Vec<ArrayRef> =
            columns.iter().map(|(_, texts)| Arc::new(StringArray::from(texts.clone())) as ArrayRef).collect();
        for name in ["_resource", "_file"] {
            fields.push(Field::new(name, DataType::Utf8, false));
            arrays.push(Arc::new(StringArray::from(vec!["data"; rows])));
        }
        fields.push(Field::new("_row", DataType::Int64, false));
        arrays.push(Arc::new(Int64Array::from_iter_values((2..).take(rows))));
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("a batch")
    }

    fn unpivot(columns: &[&str]) -> Unpivot {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        Unpivot { columns, name: "quarter".into(), value: "families".into() }
    }

    fn long(unpivot: &Unpivot, batch: &RecordBatch, projection: Option<&[usize]>) -> Vec<RecordBatch> {
        let long = Long::new(unpivot, &batch.schema()).expect("columns");
        let (read, mut spread) = long.spread(projection).expect("a projection");
        spread.take(batch.project(&read).expect("columns"));
        std::iter::from_fn(|| spread.next("data.csv")).collect::<Result<_, _>>().expect("rows")
    }

    fn quarters() -> RecordBatch {
        wide(&[
            ("Area", vec![Some("Bradford"), Some("Hull")]),
            ("Q1 2024/25", vec![Some("10"), None]),
            ("Notes", vec![None, Some("late")]),
            ("Q2 2024/25", vec![Some("c"), Some("7")]),
        ])
    }

    #[test]
    fn each_row_gives_one_for_each_column_and_a_blank_stays_blank() {
        let made = long(&unpivot(&["Q* */*"]), &quarters(), None);
        let shown = pretty_format_batches(&made).expect("a table").to_string();
        let lines: Vec<String> = shown
            .lines()
            .filter(|line| line.starts_with('|'))
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().join(","))
            .collect();
        assert_eq!(
            lines,
            [
                "Area,Notes,quarter,families,_resource,_file,_row",
                "Bradford,,Q1 2024/25,10,data,data,2",
                "Bradford,,Q2 2024/25,c,data,data,2",
                "Hull,late,Q1 2024/25,,data,data,3",
                "Hull,late,Q2 2024/25,7,data,data,3",
            ]
        );
        assert!(made[0].column(3).is_null(2));
    }

    #[test]
    fn only_what_is_wanted_is_read() {
        let table = Long::new(&unpivot(&["Q1 2024/25", "Q2 2024/25"]), &quarters().schema()).expect("columns");
        let names: Vec<&str> = table.schema().fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!(names, ["Area", "Notes", "quarter", "families", "_resource", "_file", "_row"]);
        let (read, _) = table.spread(Some(&[2, 6])).expect("a projection");
        assert_eq!(read, [6], "the names need nothing of the file");
        let (read, _) = table.spread(Some(&[3, 0])).expect("a projection");
        assert_eq!(read, [0, 1, 3]);
        assert!(table.spread(Some(&[7])).is_err());
        // As many rows as ever, although no column is wanted.
        let made = long(&unpivot(&["Q*"]), &quarters(), Some(&[]));
        assert_eq!(made.iter().map(RecordBatch::num_rows).sum::<usize>(), 4);
    }

    #[test]
    fn a_column_that_is_not_there_is_told_with_the_nearest() {
        let wrong =
            |columns: &[&str]| Long::new(&unpivot(columns), &quarters().schema()).expect_err("refused").to_string();
        let said = wrong(&["Q1 2024/25", "Q3 2024/25"]);
        assert!(said.contains("`Q3 2024/25`") && said.contains("`Q1 2024/25`, `Q2 2024/25`"), "{said}");
        assert!(wrong(&["Quarter *"]).contains("`Quarter *`"));
        let taken = Unpivot { name: "Notes".into(), ..unpivot(&["Q*"]) };
        let said = Long::new(&taken, &quarters().schema()).expect_err("refused").to_string();
        assert!(said.contains("`Notes`"), "{said}");
    }

    #[test]
    fn long_texts_are_made_rows_a_few_at_a_time() {
        let text = "x".repeat(1 << 20);
        let columns: Vec<String> = (0..100).map(|column| format!("Q{column}")).collect();
        let mut all = vec![("Area", vec![Some(text.as_str()); 2])];
        all.extend(columns.iter().map(|column| (column.as_str(), vec![Some("1"), Some("2")])));
        let made = long(&unpivot(&["Q*"]), &wide(&all), None);
        assert_eq!(made.iter().map(RecordBatch::num_rows).sum::<usize>(), 200);
        assert!(made.iter().all(|batch| batch.num_rows() <= 4), "each holds a few megabytes");
        let many: Vec<Option<&str>> = vec![Some("1"); 9_000];
        let made = long(&unpivot(&["Q*"]), &wide(&[("Q1", many.clone()), ("Q2", many)]), None);
        assert!(made.len() == 3 && made.iter().all(|batch| batch.num_rows() <= BATCH_ROWS), "{}", made.len());
    }
}
