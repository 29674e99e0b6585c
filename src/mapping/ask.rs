//! A SELECT over a connector's raw tables and the hub's own, for a look: nothing of it is mapped or kept.

use super::explain::{self, Asked};
use super::functions::{COLUMN, MISSING, NUMBER, TEXT, figure_type};
use super::places::Places;
use super::table::Following;
use super::{MappingError, RawResource, bounds, hub_tables, internal, session, table, trace};
use crate::connector::Connector;
use crate::outcomes::ReferenceRow;
use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, StringArray, StructArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::cast::{as_string_array, as_struct_array};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::context::SQLOptions;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::Statement as Sql;
use futures::StreamExt;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a SELECT gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The columns' names.
    pub columns: Vec<String>,
    /// The first rows, each with a text for every column that is not NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// Whether there are more rows.
    pub more: bool,
}

/// Runs a SELECT and gives its first rows. It can change nothing: its tables are read from landed files and from memory, and
/// nothing but a SELECT is taken.
///
/// # Errors
/// When the SQL is no SELECT, names what is not there, may never end, or fails on a value; when a landed file cannot be read.
pub async fn ask(
    connector: &Connector,
    resources: Vec<RawResource>,
    reference: &[ReferenceRow],
    set: &BTreeMap<String, String>,
    sql: &str,
    limit: usize,
) -> Result<Answer, MappingError> {
    let context = session(connector, set, Arc::new(Places::of(reference)))?;
    // One after the other, so that rows come in the order of the file where the SELECT asks for no other.
    context.state_ref().write().config_mut().options_mut().execution.target_partitions = 1;
    hub_tables::register(&context, reference).map_err(|error| internal(connector, &error.to_string()))?;
    for resource in resources {
        let raw = table::RawTable::new(resource.schema, resource.parts, Following::default());
        context
            .register_table(resource.name.as_str(), Arc::new(raw))
            .map_err(|error| internal(connector, &error.strip_backtrace()))?;
    }
    let asked = Asked { file: "the SELECT".into(), sql, tables: Vec::new() }.within(&context).await;
    let wrong = |what: String| MappingError::Sql { file: asked.file.clone(), what };
    let failed = |error: DataFusionError| explain::run_error(&asked, &error);
    let query = trace::parse(sql).map_err(|what| explain::parse_error(&asked, &what))?;
    let statement = Statement::Statement(Box::new(Sql::Query(Box::new(query))));
    let plan = context.state().statement_to_plan(statement).await.map_err(failed)?;
    let only_reads = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    only_reads.verify_plan(&plan).map_err(failed)?;
    bounds::check(&plan, sql).map_err(wrong)?;
    let frame = context.execute_logical_plan(plan).await.map_err(failed)?;
    let frame = frame.limit(0, Some(limit.saturating_add(1))).map_err(failed)?;
    let columns = frame.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut answer = Answer { columns, ..Answer::default() };
    let mut batches = frame.execute_stream().await.map_err(failed)?;
    while let Some(batch) = batches.next().await {
        answer.rows.extend(texts(&batch.map_err(failed)?).map_err(failed)?);
    }
    answer.more = answer.rows.len() > limit;
    answer.rows.truncate(limit);
    Ok(answer)
}

/// The rows of a batch, each cell as a text.
fn texts(batch: &RecordBatch) -> Result<Vec<Vec<Option<String>>>> {
    let columns = batch.columns().iter().map(column).collect::<Result<Vec<_>>>()?;
    Ok((0..batch.num_rows()).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect())
}

fn column(array: &ArrayRef) -> Result<Vec<Option<String>>> {
    if array.data_type().equals_datatype(&figure_type()) {
        return figures(as_struct_array(array)?);
    }
    let options = FormatOptions::default();
    let shown = ArrayFormatter::try_new(array.as_ref(), &options)?;
    let nulls = array.logical_nulls();
    let is_there = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
    Ok((0..array.len()).map(|row| is_there(row).then(|| shown.value(row).to_string())).collect())
}

/// Figures as a person reads them: the number, the missing kind, or the text that cannot be read.
fn figures(figures: &StructArray) -> Result<Vec<Option<String>>> {
    let part = |child: usize| -> Result<StringArray> {
        Ok(as_string_array(&cast(figures.column(child), &DataType::Utf8)?)?.clone())
    };
    let (numbers, kinds, texts, columns) = (part(NUMBER)?, part(MISSING)?, part(TEXT)?, part(COLUMN)?);
    let of = |texts: &StringArray, row: usize| texts.is_valid(row).then(|| texts.value(row).to_owned());
    let shown = |row: usize| match (of(&numbers, row), of(&kinds, row)) {
        _ if figures.is_null(row) => None,
        (Some(number), Some(kind)) => Some(format!("{number} ({kind})")),
        (Some(number), None) => Some(number),
        (None, Some(kind)) => Some(kind),
        (None, None) => {
            let column = of(&columns, row).unwrap_or_default();
            Some(format!("unreadable in {column}: `{}`", of(&texts, row).unwrap_or_default()))
        }
    };
    Ok((0..figures.len()).map(shown).collect())
}
