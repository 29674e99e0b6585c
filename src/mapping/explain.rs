//! DataFusion's errors as sentences for a person who knows SQL: what, where, the nearest name.

use super::{GoneColumn, MappingError};
use crate::decode::DecodeError;
use crate::hint::nearest;
use crate::outcomes::Relation;
use datafusion::common::{DataFusionError, SchemaError};

/// The error behind a failed plan, read against the relation's SQL.
pub fn plan_error(connector: &str, relation: Relation, sql: &str, error: &DataFusionError) -> MappingError {
    let file = format!("{connector}/{}.sql", relation.name());
    if let DataFusionError::SchemaError(schema, _) = error.find_root()
        && let SchemaError::FieldNotFound { field, valid_fields } = schema.as_ref()
    {
        let table = field.relation.as_ref().map(|table| table.table().to_owned());
        let near = nearest(&field.name, valid_fields.iter().map(|field| field.name.clone()));
        return MappingError::ColumnGone(Box::new(GoneColumn {
            line: line_of(sql, &field.name),
            file,
            column: field.name.clone(),
            table,
            near,
            columns: valid_fields
                .iter()
                .map(|field| field.name.clone())
                .filter(|name| !name.starts_with('_'))
                .collect(),
        }));
    }
    let what = error.find_root().strip_backtrace();
    let what = ["Error during planning: ", "Schema error: ", "Execution error: ", "SQL error: "]
        .iter()
        .fold(what, |what, prefix| what.strip_prefix(prefix).map_or(what.clone(), ToOwned::to_owned));
    MappingError::Sql { file, what }
}

/// The error behind a failed run: a decoding error keeps its own words.
pub fn run_error(connector: &str, relation: Relation, sql: &str, error: DataFusionError) -> MappingError {
    match take_decode_error(error) {
        Ok(decode) => MappingError::Decode(decode),
        Err(error) => plan_error(connector, relation, sql, &error),
    }
}

fn take_decode_error(error: DataFusionError) -> Result<DecodeError, DataFusionError> {
    match error {
        DataFusionError::External(source) => match source.downcast::<DecodeError>() {
            Ok(decode) => Ok(*decode),
            Err(source) => match source.downcast::<DataFusionError>() {
                Ok(inner) => take_decode_error(*inner),
                Err(source) => Err(DataFusionError::External(source)),
            },
        },
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => take_decode_error(*inner),
        DataFusionError::ArrowError(arrow, backtrace) => match *arrow {
            datafusion::arrow::error::ArrowError::ExternalError(source) => {
                take_decode_error(DataFusionError::External(source))
            }
            other => Err(DataFusionError::ArrowError(Box::new(other), backtrace)),
        },
        other => Err(other),
    }
}

/// The first line of the SQL that names the column, from 1.
fn line_of(sql: &str, column: &str) -> Option<usize> {
    sql.lines().position(|line| line.contains(column)).map(|index| index + 1)
}
