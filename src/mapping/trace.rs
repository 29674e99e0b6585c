//! Adds `_file` and `_row` to a SELECT that leaves them out, so that every mapped row can be traced.

use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Ident, Query, Select, SelectItem, SetExpr, SetOperator, SetQuantifier, Statement as Sql,
    TableFactor,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;

/// The column that names a row's file.
pub const FILE: &str = "_file";
/// The column that holds its line or row in that file.
pub const ROW: &str = "_row";

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

/// The query with `_file` and `_row` of the first table added where it lacks them and can carry them;
/// `None` where nothing was added.
#[must_use]
pub fn traced(query: &Query) -> Option<Query> {
    let mut query = query.clone();
    add(&mut query.body).then_some(query)
}

fn add(body: &mut SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => add_to_select(select),
        SetExpr::Query(query) => add(&mut query.body),
        SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier: SetQuantifier::All, right } => {
            // Both branches or none: a union needs as many columns on either side.
            let (before_left, before_right) = (left.clone(), right.clone());
            let both = add(left) && add(right);
            if !both {
                (*left, *right) = (before_left, before_right);
            }
            both
        }
        _ => false,
    }
}

fn add_to_select(select: &mut Select) -> bool {
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
    let has_them = select.projection.iter().any(|item| {
        matches!(item, SelectItem::ExprWithAlias { alias, .. } if alias.value == ROW)
            || matches!(item, SelectItem::UnnamedExpr(Expr::Identifier(name)) if name.value == ROW)
    });
    if grouped || select.distinct.is_some() || has_them {
        return false;
    }
    let Some(table) = select.from.first().and_then(|from| name_of(&from.relation)) else { return false };
    for column in [FILE, ROW] {
        let expr = Expr::CompoundIdentifier(vec![table.clone(), Ident::new(column)]);
        select.projection.push(SelectItem::ExprWithAlias { expr, alias: Ident::new(column) });
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
        traced(&parse(sql).expect(sql)).map(|query| query.to_string())
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
