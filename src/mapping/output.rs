//! Whether what a SELECT gives fits its shared relation: checked on the plan, before any row is read.

use super::functions::figure_type;
use super::trace::{COLUMN, FILE, ROW};
use crate::hint::did_you_mean;
use crate::outcomes::{ColumnType, Relation};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::DFSchema;

/// # Errors
/// A sentence that names the column, what is wrong with it and what to write.
pub fn check(relation: Relation, schema: &DFSchema) -> Result<(), String> {
    let columns = relation.columns();
    for field in schema.fields() {
        let name = field.name().as_str();
        if [FILE, ROW, COLUMN].contains(&name) {
            continue;
        }
        let Some(column) = columns.iter().find(|column| column.name == name) else {
            let known = columns.iter().map(|column| column.name);
            let list = columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
            return Err(format!(
                "the SELECT gives `{name}`, which the relation {} does not have{}; its columns are {list}",
                relation.name(),
                did_you_mean(name, known)
            ));
        };
        if !fits(column.kind, field.data_type()) {
            return Err(format!(
                "the column `{name}` is {}, where the relation {} has a {}{}",
                field.data_type(),
                relation.name(),
                column.kind.as_str(),
                advice(column.kind)
            ));
        }
    }
    if let Some(gone) = columns.iter().find(|column| column.required && !has(schema, column.name)) {
        return Err(format!(
            "the SELECT does not give `{}` ({}), which the relation {} must have",
            gone.name,
            gone.meaning,
            relation.name()
        ));
    }
    if relation == Relation::Observations && !(has(schema, FILE) && has(schema, ROW)) {
        return Err(format!(
            "the figures cannot be traced to rows of a file: add `{FILE}` and `{ROW}` of the raw table to the SELECT (in a GROUP BY: min({FILE}) AS {FILE}, min({ROW}) AS {ROW})"
        ));
    }
    Ok(())
}

fn has(schema: &DFSchema, name: &str) -> bool {
    schema.fields().iter().any(|field| field.name() == name)
}

fn fits(kind: ColumnType, given: &DataType) -> bool {
    let text = matches!(given, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 | DataType::Null);
    match kind {
        ColumnType::Text => text,
        ColumnType::Date => text || matches!(given, DataType::Date32),
        ColumnType::Figure | ColumnType::Number => {
            given.is_numeric() || *given == DataType::Null || given.equals_datatype(&figure_type())
        }
    }
}

fn advice(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Figure => ": wrap the publisher's text in figure(…)",
        ColumnType::Number => ": wrap the publisher's text in number(…)",
        ColumnType::Text | ColumnType::Date => ": CAST it to VARCHAR",
    }
}
