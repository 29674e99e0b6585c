//! SQL that takes one of several values in silence, or gives a row several times: warned of while it is planned.
//!
//! A side table is seen by no check: only what becomes a row of a shared relation is.

use super::bounds::line_of;
use crate::decode::{FILE, RESOURCE, ROW};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Column, ScalarValue};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{
    Aggregate, BinaryExpr, Distinct, Expr, ExprSchemable, Join, JoinType, LogicalPlan, Operator,
};
use datafusion::prelude::SessionContext;
use std::collections::BTreeSet;

/// Aggregates that give one of a group's texts, whichever others there are.
const ONE_OF_MANY: [&str; 6] = ["min", "max", "any_value", "first_value", "last_value", "nth_value"];

/// What deserves a look, a sentence each.
#[must_use]
pub fn warnings(context: &SessionContext, plan: &LogicalPlan, sql: &str) -> Vec<String> {
    let mut warnings = BTreeSet::new();
    // As it is written, so that columns have the names that its author gave them.
    visit(plan, &mut |part| {
        if let LogicalPlan::Aggregate(aggregate) = part {
            warnings.extend(silent_choices(aggregate, sql));
        }
    });
    // A condition in WHERE stands beside its table only once the plan is optimised. A plan that cannot be fails when it runs.
    if let Ok(plan) = context.state().optimize(plan) {
        visit(&plan, &mut |part| {
            if let LogicalPlan::Join(join) = part {
                warnings.extend(multiplying(join, sql));
            }
        });
    }
    warnings.into_iter().collect()
}

fn visit(plan: &LogicalPlan, look: &mut dyn FnMut(&LogicalPlan)) {
    // The closure never fails.
    let _ = plan.apply_with_subqueries(|part| {
        look(part);
        Ok(TreeNodeRecursion::Continue)
    });
}

fn silent_choices(aggregate: &Aggregate, sql: &str) -> Vec<String> {
    if aggregate.group_expr.is_empty() {
        return Vec::new();
    }
    let silent = |expression: &Expr| {
        let Expr::AggregateFunction(AggregateFunction { func, params }) = bare(expression) else { return None };
        let [argument, ..] = params.args.as_slice() else { return None };
        let is_text = argument
            .get_type(aggregate.input.schema())
            .is_ok_and(|kind| matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View));
        let columns = argument.column_refs();
        let traces = columns.iter().all(|column| [FILE, RESOURCE, ROW].contains(&column.name.as_str()));
        // Whoever says in which order has chosen.
        if !ONE_OF_MANY.contains(&func.name()) || !is_text || traces || !params.order_by.is_empty() {
            return None;
        }
        let name = func.name();
        let column = columns.iter().map(|column| column.name.clone()).collect::<BTreeSet<_>>();
        let column = column.into_iter().collect::<Vec<_>>().join(", ");
        Some(format!(
            "{}`{name}` over the text `{column}` takes one of several values in silence; write the_one(…), which rejects the row \
             where there are two",
            line_of(sql, &format!("{name}("))
        ))
    };
    aggregate.aggr_expr.iter().filter_map(silent).collect()
}

fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Alias(alias) => bare(&alias.expr),
        Expr::Cast(cast) => bare(&cast.expr),
        other => other,
    }
}

/// A join of which neither side is known to have one row for each key.
fn multiplying(join: &Join, sql: &str) -> Option<String> {
    let Join { left, right, on, join_type, .. } = join;
    let gives_pairs = matches!(join_type, JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full);
    if !gives_pairs || on.is_empty() {
        return None;
    }
    let keys = |side: fn(&(Expr, Expr)) -> &Expr| on.iter().filter_map(|pair| column(side(pair))).collect::<Vec<_>>();
    let (of_left, of_right) = (keys(|(left, _)| left), keys(|(_, right)| right));
    if one_row_each(left, &of_left) != Some(false) || one_row_each(right, &of_right) != Some(false) {
        return None;
    }
    let names = of_right.iter().map(|column| column.name.clone()).collect::<Vec<_>>().join(", ");
    let codes = [left, right].into_iter().any(|side| scans(side) == Some("area_codes".to_owned()));
    let next = if codes {
        "fix the scheme (scheme = '…') and the day (valid_to IS NULL); a name can mean several places"
    } else {
        "GROUP BY these columns in the one that is looked up, and take its values with the_one(…)"
    };
    Some(format!(
        "{}a join on `{names}` can give a row several times, because neither side is known to have one row for each: {next}",
        line_of(sql, "join")
    ))
}

fn column(expression: &Expr) -> Option<Column> {
    match bare(expression) {
        Expr::Column(column) => Some(column.clone()),
        _ => None,
    }
}

/// Whether a plan has at most one row for each value of these columns; `None` where that cannot be told.
fn one_row_each(plan: &LogicalPlan, keys: &[Column]) -> Option<bool> {
    let has = |name: &str| keys.iter().any(|key| key.name == name);
    match plan {
        LogicalPlan::Aggregate(aggregate) => {
            let grouped = aggregate.group_expr.iter().map(|expression| expression.schema_name().to_string());
            Some(
                grouped
                    .into_iter()
                    .all(|name| keys.iter().any(|key| key.name == name || name.ends_with(&format!(".{}", key.name)))),
            )
        }
        LogicalPlan::Distinct(Distinct::All(_)) => Some(plan.schema().fields().iter().all(|field| has(field.name()))),
        LogicalPlan::Projection(projection) => {
            let inner = keys.iter().map(|key| {
                let named = |expression: &&Expr| {
                    expression.schema_name().to_string() == key.name
                        || matches!(expression, Expr::Alias(alias) if alias.name == key.name)
                };
                let found = projection.expr.iter().find(named);
                found.and_then(column).unwrap_or_else(|| key.clone())
            });
            one_row_each(&projection.input, &inner.collect::<Vec<_>>())
        }
        LogicalPlan::SubqueryAlias(alias) => one_row_each(&alias.input, keys),
        LogicalPlan::Sort(sort) => one_row_each(&sort.input, keys),
        LogicalPlan::Filter(filter) => {
            if scans(&filter.input).is_some_and(|table| table == "area_codes") {
                return Some(has("code") && is_one_scheme(&filter.predicate));
            }
            one_row_each(&filter.input, keys)
        }
        LogicalPlan::TableScan(scan) => match scan.table_name.table() {
            "areas" => Some(has("code")),
            "indicators" => Some(has("id")),
            "area_codes" => Some(has("code") && scan.filters.iter().any(is_one_scheme)),
            _ => Some(false),
        },
        // Whoever joins or puts together has no key that is known here.
        LogicalPlan::Join(_) | LogicalPlan::Union(_) => Some(false),
        LogicalPlan::Values(_) | LogicalPlan::EmptyRelation(_) => Some(true),
        _ => None,
    }
}

/// The table that a plan reads and nothing but filters.
fn scans(plan: &LogicalPlan) -> Option<String> {
    match plan {
        LogicalPlan::TableScan(scan) => Some(scan.table_name.table().to_owned()),
        LogicalPlan::SubqueryAlias(alias) => scans(&alias.input),
        LogicalPlan::Projection(projection) => scans(&projection.input),
        LogicalPlan::Filter(filter) => scans(&filter.input),
        _ => None,
    }
}

/// Whether a condition on `area_codes` leaves one scheme whose codes are keys, and one day.
fn is_one_scheme(condition: &Expr) -> bool {
    let (mut scheme, mut day) = (false, false);
    let mut parts = vec![condition];
    while let Some(part) = parts.pop() {
        match part {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => parts.extend([&**left, &**right]),
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => {
                let named = |side: &Expr| column(side).is_some_and(|column| column.name == "scheme");
                let word = |side: &Expr| match bare(side) {
                    Expr::Literal(ScalarValue::Utf8(Some(word)) | ScalarValue::Utf8View(Some(word)), _) => {
                        Some(word.clone())
                    }
                    _ => None,
                };
                let fixed = if named(left) {
                    word(right)
                } else if named(right) {
                    word(left)
                } else {
                    None
                };
                scheme |= fixed.is_some_and(|word| word != "name");
            }
            Expr::IsNull(inner) => day |= column(inner).is_some_and(|column| column.name == "valid_to"),
            other => {
                day |=
                    other.column_refs().iter().any(|column| column.name == "valid_from" || column.name == "valid_to");
            }
        }
    }
    scheme && day
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::{RecordBatch, StringArray};
    use std::sync::Arc;

    async fn told(sql: &str) -> String {
        let context = SessionContext::new();
        let tables = [
            ("data", &["area", "year", "population", "_row"][..]),
            ("side", &["area", "year", "population"][..]),
            ("area_codes", &["area", "scheme", "code", "valid_from", "valid_to"][..]),
            ("areas", &["code", "name"][..]),
        ];
        for (table, columns) in tables {
            let column = || Arc::new(StringArray::from(vec!["a", "b"])) as _;
            let batch = RecordBatch::try_from_iter_with_nullable(columns.iter().map(|name| (*name, column(), true)))
                .expect("a batch");
            context.register_batch(table, batch).expect("a table");
        }
        let plan = context.state().create_logical_plan(sql).await.expect(sql);
        warnings(&context, &plan, sql).join("|")
    }

    #[tokio::test]
    async fn one_of_several_texts_is_warned_of() {
        for (sql, warned) in [
            ("SELECT area,\nmin(population) AS p FROM data GROUP BY area", true),
            ("SELECT area, max(trim(population)) AS p FROM data GROUP BY area", true),
            ("SELECT area, first_value(population) AS p FROM data GROUP BY area", true),
            ("SELECT area, max(CASE WHEN year = '1' THEN population END) AS p FROM data GROUP BY area", true),
            ("SELECT area, first_value(population ORDER BY year) AS p FROM data GROUP BY area", false),
            ("SELECT area, min(_row) AS p FROM data GROUP BY area", false),
            ("SELECT area, max(CAST(population AS DOUBLE)) AS p FROM data GROUP BY area", false),
            ("SELECT min(population) AS p FROM data", false),
            ("SELECT area, count(population) AS p FROM data GROUP BY area", false),
        ] {
            let said = told(sql).await;
            assert_eq!(said.contains("the_one"), warned, "{sql}: {said}");
        }
        let said = told("SELECT area,\nmin(population) AS p FROM data GROUP BY area").await;
        assert!(said.starts_with("line 2: `min` over the text `population`"), "{said}");
    }

    #[tokio::test]
    async fn joins_that_can_multiply_are_warned_of() {
        let codes = "SELECT d.area FROM data d JOIN area_codes c ON c.code = d.area";
        for (sql, warned) in [
            ("SELECT d.area FROM data d JOIN side s ON s.area = d.area".to_owned(), true),
            ("SELECT d.area FROM data d LEFT JOIN side s ON s.area = d.area AND s.year = d.year".into(), true),
            ("SELECT d.area FROM data d JOIN (SELECT area, min(year) AS y FROM side GROUP BY area, population) s ON s.area = d.area".into(), true),
            ("SELECT d.area FROM data d JOIN (SELECT area, count(*) AS n FROM side GROUP BY area) s ON s.area = d.area".into(), false),
            ("SELECT d.area FROM data d JOIN (SELECT DISTINCT area FROM side) s ON s.area = d.area".into(), false),
            ("SELECT d.area FROM data d JOIN areas a ON a.code = d.area".into(), false),
            ("SELECT d.area FROM data d JOIN areas a ON a.name = d.area".into(), true),
            ("SELECT d.area FROM data d JOIN (VALUES ('a', '1'), ('b', '2')) AS t(area, n) ON t.area = d.area".into(), false),
            (codes.to_owned(), true),
            (format!("{codes} AND c.scheme = 'dfe-old-la' WHERE c.valid_to IS NULL"), false),
            (format!("{codes} AND c.scheme = 'dfe-old-la'"), true),
            (format!("{codes} AND c.scheme = 'name' WHERE c.valid_to IS NULL"), true),
            (
                "SELECT d.area FROM data d JOIN areas a ON a.code = d.area JOIN side s ON s.area = d.area".into(),
                true,
            ),
            ("SELECT area FROM data WHERE area IN (SELECT area FROM side)".into(), false),
        ] {
            let said = told(&sql).await;
            assert_eq!(said.contains("several times"), warned, "{sql}: {said}");
        }
    }
}
