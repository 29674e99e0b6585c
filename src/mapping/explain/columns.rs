//! A column that is not there, or that several tables have.

use super::Asked;
use crate::hint::nearest;
use crate::mapping::ident::ident;
use crate::mapping::{GoneColumn, MappingError};
use datafusion::common::Column;

/// The error of a column that no table has.
pub fn gone(asked: &Asked<'_>, field: &Column, valid: &[Column]) -> MappingError {
    let table = field.relation.as_ref().map(|table| table.table().to_owned());
    let tables: Vec<&str> = valid
        .iter()
        .filter_map(|field| field.relation.as_ref())
        .map(datafusion::common::TableReference::table)
        .collect();
    if let Some(table) = table.as_deref().filter(|table| !tables.contains(table) && !tables.is_empty()) {
        return MappingError::Sql { file: asked.file.clone(), what: no_such_table_here(asked, field, table, &tables) };
    }
    let own = valid.iter().filter(|other| field.relation.is_none() || other.relation == field.relation);
    let mut columns: Vec<String> = Vec::new();
    for column in own.map(|field| &field.name).filter(|name| !name.starts_with('_')) {
        if !columns.contains(column) {
            columns.push(column.clone());
        }
    }
    let near = nearest(&field.name, columns.iter().cloned());
    let advice = advice(asked.sql, &field.name, near.as_deref());
    MappingError::ColumnGone(Box::new(GoneColumn {
        line: line_of(asked.sql, &field.name),
        file: asked.file.clone(),
        column: field.name.clone(),
        table,
        near,
        advice,
        columns,
    }))
}

/// What to write, where the name tells what was meant.
fn advice(sql: &str, name: &str, near: Option<&str>) -> Option<String> {
    let quoted_here = sql.contains(&format!("\"{name}\""));
    if let Some(near) = near {
        let is_same = near.eq_ignore_ascii_case(name);
        if !quoted_here && ident(near) != near {
            let why =
                if is_same { "without double quotes, SQL reads a name in lower case" } else { "in double quotes" };
            return Some(format!("write {}: {why}", ident(near)));
        }
        return is_same.then(|| format!("write {}: capitals count between double quotes", ident(near)));
    }
    // A text in double quotes is read as a column.
    quoted_here.then(|| format!("if it is a text and no column, write it in single quotes: '{name}'"))
}

fn no_such_table_here(asked: &Asked<'_>, field: &Column, table: &str, tables: &[&str]) -> String {
    let mut here: Vec<&str> = Vec::new();
    for table in tables {
        if !here.contains(table) {
            here.push(table);
        }
    }
    format!(
        "{}`{table}.{}` is of the table `{table}`, which this SELECT does not read{}; it reads {}",
        at(asked.sql, table),
        ident(&field.name),
        crate::hint::did_you_mean(table, here.iter()),
        here.join(", ")
    )
}

/// The sentence about a column that several tables have.
pub fn ambiguous(asked: &Asked<'_>, name: &str) -> String {
    let having: Vec<String> = asked
        .tables
        .iter()
        .filter(|(_, columns)| columns.iter().any(|column| column == name))
        .map(|(table, _)| format!("{table}.{}", ident(name)))
        .collect();
    let write = match having.first() {
        Some(first) if having.len() > 1 => format!("`{first}`"),
        _ => format!("`t.{}` for the table that is called t", ident(name)),
    };
    format!(
        "{}more than one table of the SELECT has the column {}, so that it is not clear which is meant; write the table before it, as \
         in {write}",
        at(asked.sql, name),
        ident(name)
    )
}

/// `line 3: ` for the first line that holds these words.
pub fn at(sql: &str, words: &str) -> String {
    line_of(sql, words).map(|line| format!("line {line}: ")).unwrap_or_default()
}

/// The first line of the SQL that names the column, from 1; outside double quotes, SQL reads names in lower case.
fn line_of(sql: &str, column: &str) -> Option<usize> {
    let exactly = sql.lines().position(|line| code(line).contains(column));
    let lower = column.to_lowercase();
    exactly.or_else(|| sql.lines().position(|line| code(line).to_lowercase().contains(&lower))).map(|index| index + 1)
}

/// A line without its comment.
pub fn code(line: &str) -> &str {
    line.split("--").next().unwrap_or_default()
}
