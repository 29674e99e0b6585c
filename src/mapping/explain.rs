//! DataFusion's errors as sentences for a person who knows SQL: what, where, the nearest name.

use super::{GoneColumn, MappingError, bounds};
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
    let what = bounds::explain(&what, sql).unwrap_or(what);
    MappingError::Sql { file, what }
}

/// The error behind a failed run: a decoding error keeps its own words, however deep in the plan it was met.
pub fn run_error(connector: &str, relation: Relation, sql: &str, error: &DataFusionError) -> MappingError {
    match decode_error(error) {
        Some(decode) => MappingError::Decode { code: decode.code(), what: decode.to_string() },
        None => plan_error(connector, relation, sql, error),
    }
}

/// The decoding error among the causes. Where a table is read for several parts of a plan, they share one error,
/// which therefore cannot be taken out.
fn decode_error(error: &DataFusionError) -> Option<&DecodeError> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(decode) = error.downcast_ref() {
            return Some(decode);
        }
        cause = error.source();
    }
    None
}

/// The first line of the SQL that names the column, from 1.
fn line_of(sql: &str, column: &str) -> Option<usize> {
    sql.lines().position(|line| line.contains(column)).map(|index| index + 1)
}
