//! DataFusion's errors as sentences for a person who knows SQL: what, where, the nearest name, what to write.
//!
//! Nothing of a planner is said: no names of its types and steps, and no request to report a bug of it.

mod columns;
mod plain;
mod sentence;
mod syntax;
#[cfg(test)]
mod tests;

use super::{MappingError, bounds};
use crate::decode::DecodeError;
use crate::outcomes::Relation;
use datafusion::common::{DataFusionError, SchemaError};
use datafusion::prelude::SessionContext;

/// What an error is read against: the SQL, where it stands, and the tables that it may read.
pub struct Asked<'s> {
    /// `<connector>/<relation>.sql`, or what else a person calls it.
    pub file: String,
    /// The SQL.
    pub sql: &'s str,
    /// The tables with their columns.
    pub tables: Vec<(String, Vec<String>)>,
}

impl<'s> Asked<'s> {
    /// The SQL of a connector's relation.
    pub fn of(connector: &str, relation: Relation, sql: &'s str) -> Self {
        Self { file: format!("{connector}/{}.sql", relation.name()), sql, tables: Vec::new() }
    }

    /// The same, read against the tables of a session.
    pub async fn within(self, context: &SessionContext) -> Self {
        Self { tables: tables_of(context).await, ..self }
    }

    /// Every column of every table, once.
    fn columns(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().flat_map(|(_, columns)| columns.iter().map(String::as_str))
    }
}

/// The error behind SQL that does not parse.
pub fn parse_error(asked: &Asked<'_>, what: &str) -> MappingError {
    let what = syntax::sentence(what, asked).unwrap_or_else(|| plain::plain(what));
    MappingError::Sql { file: asked.file.clone(), what }
}

/// The error behind a failed plan, read against its SQL.
pub fn plan_error(asked: &Asked<'_>, error: &DataFusionError) -> MappingError {
    if let DataFusionError::SchemaError(schema, _) = error.find_root() {
        if let SchemaError::FieldNotFound { field, valid_fields } = schema.as_ref() {
            return columns::gone(asked, field, valid_fields);
        }
        if let SchemaError::AmbiguousReference { field } = schema.as_ref() {
            return MappingError::Sql { file: asked.file.clone(), what: columns::ambiguous(asked, &field.name) };
        }
    }
    let what = error.find_root().strip_backtrace();
    let what = bounds::explain(plain::without_prefix(&what), asked.sql)
        .or_else(|| syntax::sentence(&what, asked))
        .or_else(|| sentence::sentence(&what, asked))
        .unwrap_or_else(|| plain::plain(&what));
    MappingError::Sql { file: asked.file.clone(), what }
}

/// The error behind a failed run: a decoding error keeps its own words, however deep in the plan it was met.
pub fn run_error(asked: &Asked<'_>, error: &DataFusionError) -> MappingError {
    match decode_error(error) {
        Some(decode) => MappingError::Decode { code: decode.code(), what: decode.to_string() },
        None => plan_error(asked, error),
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

/// The tables that SQL may read, with their columns.
async fn tables_of(context: &SessionContext) -> Vec<(String, Vec<String>)> {
    let mut names: Vec<String> = Vec::new();
    for catalog in context.catalog_names() {
        let Some(catalog) = context.catalog(&catalog) else { continue };
        for schema in catalog.schema_names() {
            names.extend(catalog.schema(&schema).iter().flat_map(|schema| schema.table_names()));
        }
    }
    names.sort();
    let mut tables = Vec::new();
    for name in names {
        let Ok(table) = context.table_provider(name.as_str()).await else { continue };
        let columns = table.schema().fields().iter().map(|field| field.name().clone()).collect();
        tables.push((name, columns));
    }
    tables
}
