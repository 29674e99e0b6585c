//! Adds `_file` and `_row` to a SELECT that leaves them out, so that every mapped row can be traced, and where columns become
//! rows, `_column`.

use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Ident, Query, Select, SelectItem, SetExpr, SetOperator, SetQuantifier, Statement as Sql,
    TableFactor, Value,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use std::collections::BTreeMap;

/// The column that names a row's file.
pub const FILE: &str = "_file";
/// The column that holds its line or row in that file.
pub const ROW: &str = "_row";
/// The column that holds the name of the file's column, where columns become rows.
pub const COLUMN: &str = "_column";

/// Resources of which columns become rows: each with its column of their names.
pub type Names<'n> = BTreeMap<&'n str, &'n str>;

/// Parses the one SELECT of a SQL file.
///
/// # Errors
/// A sentence: the parser's own with its line, or that there is not exactly one SELECT.
pub fn parse(sql: &str) -> Result<Query, String> {
    let statements = DFParser::parse_sql_with_dialect(sql, &GenericDialect {}).map_err(|error| match error {
        datafusion::common::DataFusionError::SQL(error, _) => error.to_string(),
        other => other.strip_backtrace(),
    })?;
    let mut statements = statements.into_iter();
    match (statements.next(), statements.next()) {
        (Some(Statement::Statement(statement)), None) => match *statement {
            Sql::Query(query) => Ok(*query),
            other => Err(format!(
                "the file holds one SELECT and nothing else; this begins `{}`",
                first_word(&other.to_string())
            )),
        },
        _ => Err("the file holds exactly one SELECT".into()),
    }
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

/// The query with `_file` and `_row` of the first table added where it lacks them and can carry them; `None` where nothing
/// was added. Where columns of a first table become rows, `_column` is added as well.
#[must_use]
pub fn traced(query: &Query, names: &Names<'_>) -> Option<Query> {
    let mut query = query.clone();
    let names = reads_one_of(&query.body, names).then_some(names);
    add(&mut query.body, names).then_some(query)
}

fn add(body: &mut SetExpr, names: Option<&Names<'_>>) -> bool {
    match body {
        SetExpr::Select(select) => add_to_select(select, names),
        SetExpr::Query(query) => add(&mut query.body, names),
        SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier: SetQuantifier::All, right } => {
            // Both branches or none: a union needs as many columns on either side.
            let (before_left, before_right) = (left.clone(), right.clone());
            let both = add(left, names) && add(right, names);
            if !both {
                (*left, *right) = (before_left, before_right);
            }
            both
        }
        _ => false,
    }
}

/// Whether a first table is one of these.
fn reads_one_of(body: &SetExpr, names: &Names<'_>) -> bool {
    match body {
        SetExpr::Select(select) => column_of_names(select, names).is_some(),
        SetExpr::Query(query) => reads_one_of(&query.body, names),
        SetExpr::SetOperation { left, right, .. } => reads_one_of(left, names) || reads_one_of(right, names),
        _ => false,
    }
}

/// The column of names of a SELECT's first table, where its columns become rows.
fn column_of_names<'n>(select: &Select, names: &Names<'n>) -> Option<&'n str> {
    let TableFactor::Table { name, .. } = &select.from.first()?.relation else { return None };
    let name = name.0.last()?.as_ident()?;
    names.get(name.value.to_lowercase().as_str()).copied()
}

fn add_to_select(select: &mut Select, names: Option<&Names<'_>>) -> bool {
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
    let has_them = select.projection.iter().any(|item| {
        matches!(item, SelectItem::ExprWithAlias { alias, .. } if alias.value == ROW)
            || matches!(item, SelectItem::UnnamedExpr(Expr::Identifier(name)) if name.value == ROW)
    });
    if grouped || select.distinct.is_some() || has_them {
        return false;
    }
    let Some(table) = select.from.first().and_then(|from| name_of(&from.relation)) else { return false };
    let named = |column: Ident| Expr::CompoundIdentifier(vec![table.clone(), column]);
    for column in [FILE, ROW] {
        select
            .projection
            .push(SelectItem::ExprWithAlias { expr: named(Ident::new(column)), alias: Ident::new(column) });
    }
    if let Some(names) = names {
        let column = column_of_names(select, names).map(|column| named(Ident::with_quote('"', column)));
        let expr = column.unwrap_or_else(|| Expr::Value(Value::Null.into()));
        select.projection.push(SelectItem::ExprWithAlias { expr, alias: Ident::new(COLUMN) });
    }
    true
}

fn name_of(table: &TableFactor) -> Option<Ident> {
    match table {
        TableFactor::Table { alias: Some(alias), .. } | TableFactor::Derived { alias: Some(alias), .. } => {
            Some(alias.name.clone())
        }
        TableFactor::Table { name, .. } => name.0.last().and_then(|part| part.as_ident()).cloned(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traced_sql(sql: &str) -> Option<String> {
        traced(&parse(sql).expect(sql), &Names::from([("long", "quarter")])).map(|query| query.to_string())
    }

    #[test]
    fn a_plain_select_is_traced_to_its_first_table() {
        assert_eq!(
            traced_sql("SELECT a AS x FROM referrals").as_deref(),
            Some("SELECT a AS x, referrals._file AS _file, referrals._row AS _row FROM referrals")
        );
        assert_eq!(
            traced_sql("SELECT a FROM t AS r JOIN u ON r.b = u.b").as_deref(),
            Some("SELECT a, r._file AS _file, r._row AS _row FROM t AS r JOIN u ON r.b = u.b")
        );
        let union = traced_sql("SELECT a FROM t UNION ALL SELECT a FROM u").expect("a union");
        assert!(union.contains("t._row AS _row") && union.contains("u._row AS _row"), "{union}");
    }

    #[test]
    fn where_columns_become_rows_their_names_are_traced() {
        assert_eq!(
            traced_sql("SELECT a FROM long AS l").as_deref(),
            Some("SELECT a, l._file AS _file, l._row AS _row, l.\"quarter\" AS _column FROM long AS l")
        );
        let union = traced_sql("SELECT a FROM long UNION ALL SELECT a FROM t").expect("a union");
        assert!(union.contains("long.\"quarter\" AS _column") && union.contains("NULL AS _column"), "{union}");
    }

    #[test]
    fn what_cannot_carry_it_is_left() {
        for sql in [
            "SELECT a, min(_row) AS _row FROM t GROUP BY a",
            "SELECT DISTINCT a FROM t",
            "SELECT a, _row FROM t",
            "SELECT a FROM t UNION SELECT a FROM u",
            "SELECT 1 AS a",
        ] {
            assert_eq!(traced_sql(sql), None, "{sql}");
        }
    }

    #[test]
    fn only_one_select_is_taken() {
        assert!(parse("DROP TABLE x").is_err());
        assert!(parse("SELECT 1; SELECT 2").is_err());
        assert!(parse("SELECT a FROM").is_err());
    }
}
