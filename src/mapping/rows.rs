//! Arrow batches of a SELECT as candidate rows.

use super::functions::{COLUMN, MISSING, NUMBER, TEXT};
use super::trace::{COLUMN as SOURCE, FILE, ROW};
use crate::outcomes::{CandidateObservation, CandidateReference, Cell, MissingKind, Origin, Relation, Traced, bare};
use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, StructArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::common::cast::{as_float64_array, as_int64_array, as_string_array, as_struct_array};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Texts that recur row after row are kept once. Bounded: a column of distinct texts is not worth keeping.
#[derive(Default)]
struct Interner {
    known: HashMap<String, Arc<str>>,
    last: Option<Arc<str>>,
}

const KEPT: usize = 100_000;

impl Interner {
    fn get(&mut self, text: &str) -> Arc<str> {
        if let Some(last) = self.last.as_ref().filter(|last| &***last == text) {
            return Arc::clone(last);
        }
        let shared = if let Some(known) = self.known.get(text) {
            Arc::clone(known)
        } else {
            let shared: Arc<str> = text.into();
            if self.known.len() < KEPT {
                self.known.insert(text.to_owned(), Arc::clone(&shared));
            }
            shared
        };
        self.last = Some(Arc::clone(&shared));
        shared
    }
}

/// Reads batches of the relation `observations`.
#[derive(Default)]
pub struct ObservationReader {
    texts: HashMap<&'static str, Interner>,
    /// Columns of values that stood in several columns of the file.
    of_several: BTreeSet<String>,
}

impl ObservationReader {
    /// For figures of which some columns hold what stood in several columns of the file: a text there that cannot be read is
    /// told with the column that it stood in.
    pub fn new(of_several: BTreeSet<String>) -> Self {
        Self { texts: HashMap::new(), of_several }
    }

    /// The batch's rows.
    pub fn read(&mut self, batch: &RecordBatch) -> Result<Vec<Traced<CandidateObservation>>> {
        let rows = batch.num_rows();
        let mut text = |name: &'static str| -> Result<Vec<Option<Arc<str>>>> {
            let Some(column) = Texts::of(batch, name)? else { return Ok(vec![None; rows]) };
            let interner = self.texts.entry(name).or_default();
            // Nothing invisible around a code means anything.
            let read = |text| if name == "area" { bare(text) } else { text };
            Ok((0..rows).map(|row| column.get(row).map(|text| interner.get(read(text)))).collect())
        };
        let mut columns = [
            text("indicator")?.into_iter(),
            text("area")?.into_iter(),
            text("period")?.into_iter(),
            text("sex")?.into_iter(),
            text("age")?.into_iter(),
            text("category_type")?.into_iter(),
            text("category")?.into_iter(),
            text("note")?.into_iter(),
            text("combined_with")?.into_iter(),
            text(FILE)?.into_iter(),
            text(SOURCE)?.into_iter(),
        ];
        let lines = Lines::of(batch)?;
        let cells = |name| Cells::of(batch, name);
        let (value, count, denominator) = (cells("value")?, cells("count")?, cells("denominator")?);
        let (lower, upper) = (cells("lower_ci")?, cells("upper_ci")?);
        let (lower_wide, upper_wide) = (cells("lower_ci_99_8")?, cells("upper_ci_99_8")?);
        let nameless: Arc<str> = "".into();
        let mut out = Vec::with_capacity(rows);
        for row in 0..rows {
            let [indicator, area, period, sex, age, category_type, category, note, combined_with, file, source] =
                columns.each_mut().map(|column| column.next().flatten());
            let told = |cell: Cell| match (cell, &source) {
                (Cell::Unreadable { column, text }, Some(source)) if self.of_several.contains(&*column) => {
                    Cell::Unreadable { column: Arc::clone(source), text }
                }
                (cell, _) => cell,
            };
            out.push(Traced {
                row: CandidateObservation {
                    indicator,
                    area,
                    period,
                    sex,
                    age,
                    category_type,
                    category,
                    value: told(value.get(row)),
                    lower_ci: told(lower.get(row)),
                    upper_ci: told(upper.get(row)),
                    lower_ci_99_8: told(lower_wide.get(row)),
                    upper_ci_99_8: told(upper_wide.get(row)),
                    count: told(count.get(row)),
                    denominator: told(denominator.get(row)),
                    note,
                    combined_with,
                },
                origin: Origin { file: file.unwrap_or_else(|| Arc::clone(&nameless)), row: lines.get(row) },
            });
        }
        Ok(out)
    }
}

/// A batch of a reference relation.
pub fn reference(relation: Relation, batch: &RecordBatch) -> Result<Vec<Traced<CandidateReference>>> {
    let columns = relation.columns().iter().map(|column| Texts::of(batch, column.name)).collect::<Result<Vec<_>>>()?;
    let (files, lines) = (Texts::of(batch, FILE)?, Lines::of(batch)?);
    let row_of = |row: usize| Traced {
        row: CandidateReference {
            texts: columns.iter().map(|column| Some(column.as_ref()?.get(row)?.to_owned())).collect(),
        },
        origin: Origin {
            file: files.as_ref().and_then(|files| files.get(row)).unwrap_or_default().into(),
            row: lines.get(row),
        },
    };
    Ok((0..batch.num_rows()).map(row_of).collect())
}

/// A text column; blank texts are nothing.
struct Texts(ArrayRef);

impl Texts {
    fn of(batch: &RecordBatch, name: &str) -> Result<Option<Self>> {
        let Some(column) = batch.column_by_name(name) else { return Ok(None) };
        // A figure() or number() where a reference relation has a number: its number as text, or what could not be read,
        // which is then no number.
        let DataType::Struct(_) = column.data_type() else { return Ok(Some(Self(cast(column, &DataType::Utf8)?))) };
        let figures = as_struct_array(column)?;
        let part = |child: usize| -> Result<StringArray> {
            Ok(as_string_array(&cast(figures.column(child), &DataType::Utf8)?)?.clone())
        };
        let (numbers, kinds, texts) = (part(NUMBER)?, part(MISSING)?, part(TEXT)?);
        let texts = [&texts, &numbers, &kinds];
        let of = |row: usize| texts.iter().find(|texts| texts.is_valid(row)).map(|texts| texts.value(row));
        let read: StringArray = (0..figures.len()).map(|row| of(row).filter(|_| figures.is_valid(row))).collect();
        Ok(Some(Self(Arc::new(read))))
    }

    fn get(&self, row: usize) -> Option<&str> {
        let texts: &StringArray = as_string_array(&self.0).ok()?;
        texts.is_valid(row).then(|| texts.value(row)).filter(|text| !text.is_empty())
    }
}

struct Lines(Option<Int64Array>);

impl Lines {
    fn of(batch: &RecordBatch) -> Result<Self> {
        let Some(column) = batch.column_by_name(ROW) else { return Ok(Self(None)) };
        Ok(Self(Some(as_int64_array(&cast(column, &DataType::Int64)?)?.clone())))
    }

    fn get(&self, row: usize) -> u64 {
        self.0
            .as_ref()
            .filter(|lines| lines.is_valid(row))
            .map_or(0, |lines| u64::try_from(lines.value(row)).unwrap_or(0))
    }
}

/// The parts of a column of figures.
struct Figures {
    present: StructArray,
    numbers: Float64Array,
    kinds: StringArray,
    texts: StringArray,
    columns: StringArray,
}

/// A column of figures or plain numbers.
enum Cells {
    Nothing,
    Numbers(Float64Array),
    Figures(Box<Figures>),
}

impl Cells {
    fn of(batch: &RecordBatch, name: &str) -> Result<Self> {
        let Some(column) = batch.column_by_name(name) else { return Ok(Self::Nothing) };
        match column.data_type() {
            DataType::Null => Ok(Self::Nothing),
            DataType::Struct(_) => {
                let present = as_struct_array(column)?.clone();
                let text = |child: usize| -> Result<StringArray> {
                    Ok(as_string_array(&cast(present.column(child), &DataType::Utf8)?)?.clone())
                };
                let numbers = as_float64_array(present.column(NUMBER))?.clone();
                let (kinds, texts, columns) = (text(MISSING)?, text(TEXT)?, text(COLUMN)?);
                Ok(Self::Figures(Box::new(Figures { present, numbers, kinds, texts, columns })))
            }
            _ => Ok(Self::Numbers(as_float64_array(&cast(column, &DataType::Float64)?)?.clone())),
        }
    }

    fn get(&self, row: usize) -> Cell {
        match self {
            Self::Nothing => Cell::Nothing,
            Self::Numbers(numbers) if numbers.is_null(row) => Cell::Nothing,
            Self::Numbers(numbers) => Cell::Number(numbers.value(row)),
            Self::Figures(figures) => figures.get(row),
        }
    }
}

impl Figures {
    fn get(&self, row: usize) -> Cell {
        if self.present.is_null(row) {
            return Cell::Nothing;
        }
        let text = |texts: &StringArray| texts.is_valid(row).then(|| texts.value(row).to_owned());
        if self.numbers.is_valid(row) {
            let (number, percent) = (self.numbers.value(row), self.texts.is_valid(row));
            return match text(&self.kinds).map(|kind| kind.parse()) {
                None if !percent => Cell::Number(number),
                None => Cell::Marked { number, percent, unreliable: false },
                Some(Ok(MissingKind::Unreliable)) => Cell::Marked { number, percent, unreliable: true },
                // No function gives another kind beside a number. If one did, the kind wins: it may be suppressed.
                Some(Ok(kind)) => Cell::Missing(kind),
                Some(Err(_)) => Cell::Unreadable { column: Arc::from(""), text: None },
            };
        }
        match text(&self.kinds).and_then(|kind| kind.parse().ok()) {
            Some(kind) => Cell::Missing(kind),
            None => {
                Cell::Unreadable { column: text(&self.columns).unwrap_or_default().into(), text: text(&self.texts) }
            }
        }
    }
}
