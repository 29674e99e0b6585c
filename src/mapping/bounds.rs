//! SQL that never ends, or makes far more rows than it reads: refused or warned of while it is planned.
//!
//! What a function makes of one row cannot be told from a plan: for that, a run has limits of time and memory.

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::{Join, JoinType, LogicalPlan};
use datafusion::prelude::SessionContext;

/// Functions that make rows or lists of any length from nothing.
const ENDLESS: [&str; 2] = ["generate_series", "range"];
/// A side of a join without a condition may have so many rows: a few values that are written out.
const FEW: usize = 1_000;

/// Takes away what makes rows from nothing: every table function, and the functions that make lists of any length.
pub fn take_away(context: &SessionContext) {
    let tables: Vec<String> = context.state().table_functions().keys().cloned().collect();
    for name in tables {
        context.deregister_udtf(&name);
    }
    for name in ENDLESS {
        context.deregister_udf(name);
    }
}

/// What to write instead of a function that was taken away, where an error is about one.
#[must_use]
pub fn explain(error: &str, sql: &str) -> Option<String> {
    let lower = error.to_lowercase();
    let name = ["table function '", "invalid function '"].iter().find_map(|before| {
        let name = lower.split_once(before)?.1.split('\'').next()?;
        let is_table = before.starts_with("table");
        (is_table || ENDLESS.contains(&name)).then(|| name.to_owned())
    })?;
    Some(format!(
        "{}`{name}` makes rows from nothing, as many as it is asked for, and the hub has no such function; write the few values \
         out, as in (VALUES (1), (2)) AS t(n), or take them from a table",
        line_of(sql, &name)
    ))
}

/// Refuses a plan that may never end.
///
/// # Errors
/// A sentence: the line, and what to write instead.
pub fn check(plan: &LogicalPlan, sql: &str) -> Result<(), String> {
    let recursive = |plan: &LogicalPlan| matches!(plan, LogicalPlan::RecursiveQuery(_));
    if any(plan, &recursive) {
        return Err(format!(
            "{}the SELECT refers to itself (WITH RECURSIVE), so that it may never end; join a table that has the levels, such \
             as `area_links`, once for each level",
            line_of(sql, "recursive")
        ));
    }
    Ok(())
}

/// What deserves a look: joins without a condition, of which both sides may be large.
#[must_use]
pub fn warnings(context: &SessionContext, plan: &LogicalPlan, sql: &str) -> Vec<String> {
    // A condition in WHERE becomes one of the join here. A plan that cannot be optimised fails when it runs, and says why.
    let Ok(plan) = context.state().optimize(plan) else { return Vec::new() };
    if !any(&plan, &is_unbounded_join) {
        return Vec::new();
    }
    vec![format!(
        "{}a join has no condition, so that every row of one side meets every row of the other; name the columns that must \
         be equal with JOIN … ON",
        line_of(sql, "cross join")
    )]
}

fn is_unbounded_join(plan: &LogicalPlan) -> bool {
    let LogicalPlan::Join(Join { left, right, on, filter: None, join_type, .. }) = plan else { return false };
    let gives_pairs = matches!(join_type, JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full);
    let large = |side: &LogicalPlan| side.max_rows().is_none_or(|rows| rows > FEW);
    gives_pairs && on.is_empty() && large(left) && large(right)
}

/// Whether any part of a plan, subqueries among them, is so.
fn any(plan: &LogicalPlan, is_so: &dyn Fn(&LogicalPlan) -> bool) -> bool {
    let mut found = false;
    // The closure never fails.
    let _ = plan.apply_with_subqueries(|part| {
        found |= is_so(part);
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    found
}

/// `line 3: ` for the first line that holds these words; nothing where none does.
pub(super) fn line_of(sql: &str, words: &str) -> String {
    let line = sql.lines().position(|line| line.to_lowercase().contains(words));
    line.map(|index| format!("line {}: ", index + 1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::{Int32Array, RecordBatch};
    use std::sync::Arc;

    async fn planned(sql: &str) -> Result<(SessionContext, LogicalPlan), String> {
        let context = SessionContext::new();
        take_away(&context);
        for table in ["a", "b"] {
            let column = Arc::new(Int32Array::from(vec![1, 2]));
            let batch = RecordBatch::try_from_iter([("n", column.clone() as _), ("m", column as _)]).expect("a batch");
            context.register_batch(table, batch).expect("a table");
        }
        let plan = context.state().create_logical_plan(sql).await;
        match plan {
            Ok(plan) => check(&plan, sql).map(|()| (context, plan)),
            Err(error) => Err(explain(&error.strip_backtrace(), sql).unwrap_or_else(|| error.strip_backtrace())),
        }
    }

    #[tokio::test]
    async fn what_may_never_end_is_refused_with_its_line() {
        for (sql, words) in [
            (
                "WITH\nRECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t",
                "line 2: the SELECT refers",
            ),
            (
                "SELECT n FROM a WHERE n IN (WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT n FROM t)",
                "line 1: the SELECT refers",
            ),
            ("SELECT *\nFROM generate_series(1, 9000000000)", "line 2: `generate_series` makes rows from nothing"),
            ("SELECT * FROM range(1, 9000000000)", "`range` makes rows from nothing"),
            ("SELECT unnest(generate_series(1, 9000000000))", "`generate_series` makes rows from nothing"),
            ("SELECT unnest(range(1, 9000000000)) FROM a", "`range` makes rows from nothing"),
        ] {
            let said = planned(sql).await.map(|_| ()).expect_err(sql);
            assert!(
                said.contains(words) && said.contains(if words.contains("refers") { "join" } else { "VALUES" }),
                "{said}"
            );
        }
        // A WITH that is only called recursive, and the word as a name, are fine.
        assert!(planned("WITH RECURSIVE t AS (SELECT n FROM a) SELECT n FROM t").await.is_ok());
    }

    #[tokio::test]
    async fn joins_without_a_condition_are_warned_of() {
        for (sql, warned) in [
            ("SELECT a.n FROM a CROSS JOIN b", true),
            ("SELECT a.n FROM a, b", true),
            ("SELECT a.n FROM a JOIN b ON true", true),
            ("SELECT n FROM a WHERE n IN (SELECT a.n FROM a, b)", true),
            ("SELECT a.n FROM a, b WHERE a.n = b.n", false),
            ("SELECT a.n FROM a JOIN b ON a.n = b.n", false),
            ("SELECT a.n FROM a CROSS JOIN (SELECT max(n) AS n FROM b) AS c", false),
            ("SELECT a.n FROM a CROSS JOIN (VALUES (1), (2)) AS t(x)", false),
            ("SELECT a.n FROM a CROSS JOIN (SELECT n FROM b LIMIT 5) AS t", false),
        ] {
            let (context, plan) = planned(sql).await.expect(sql);
            assert_eq!(!warnings(&context, &plan, sql).is_empty(), warned, "{sql}");
        }
    }
}
