//! From where in a plan the rows of a relation are traced, and what stands between a file's row and them.

use super::trace::ROW;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Distinct, Expr, Join, JoinType, LogicalPlan};
use std::collections::BTreeMap;

/// What the rows of a table meet on their way to a relation.
#[expect(clippy::struct_excessive_bools, reason = "each is something that a row can meet, whatever the others are")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// They are put together or cut off (GROUP BY, DISTINCT, LIMIT): one row stands for others.
    pub grouped: bool,
    /// They are chosen by more than their own columns: by a window, a subquery, or as the side that is looked up; or the table
    /// is also read for something else than its rows, such as a total, so that a row may have served there.
    pub chosen: bool,
    /// A join with a table leaves out those that find no partner.
    pub inner: bool,
    /// A join with a table can give them several times.
    pub joined: bool,
    /// They are written out several times on purpose: by a join with values, or by unnest.
    pub spread: bool,
}

impl Way {
    /// What either meets.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            grouped: self.grouped || other.grouped,
            chosen: self.chosen || other.chosen,
            inner: self.inner || other.inner,
            joined: self.joined || other.joined,
            spread: self.spread || other.spread,
        }
    }
}

/// The tables to which a plan's `_row` is traced, each with all that its rows meet.
#[must_use]
pub fn ways(plan: &LogicalPlan) -> BTreeMap<String, Way> {
    let mut found = Found::new();
    if let Some(column) = plan.schema().index_of_column_by_name(None, ROW) {
        follow(plan, column, Way::default(), &mut found);
    }
    let mut read: BTreeMap<&str, usize> = BTreeMap::new();
    visit(plan, &mut |table| *read.entry(table).or_default() += 1);
    let way = |(table, (way, times)): (String, (Way, usize))| {
        let is_read_beside = read.get(table.as_str()).is_some_and(|read| *read > times);
        (table, Way { chosen: way.chosen || is_read_beside, ..way })
    };
    found.into_iter().map(way).collect()
}

/// The tables that were found, each with what its rows meet, and on how many ways it was reached.
type Found = BTreeMap<String, (Way, usize)>;

/// Gives every table that a plan reads, as often as it does.
fn visit<'p>(plan: &'p LogicalPlan, give: &mut dyn FnMut(&'p str)) {
    if let LogicalPlan::TableScan(scan) = plan {
        give(scan.table_name.table());
    }
    for input in plan.inputs() {
        visit(input, give);
    }
}

/// Follows a column of a plan, by its position, down to the tables.
fn follow(plan: &LogicalPlan, column: usize, way: Way, found: &mut Found) {
    match plan {
        LogicalPlan::TableScan(scan) => {
            let (known, times) = found.entry(scan.table_name.table().to_owned()).or_default();
            *known = known.or(way);
            *times += 1;
        }
        LogicalPlan::Projection(projection) => behind(projection.expr.get(column), &projection.input, way, found),
        LogicalPlan::Aggregate(aggregate) => {
            let made = aggregate.group_expr.iter().chain(&aggregate.aggr_expr).nth(column);
            behind(made, &aggregate.input, Way { grouped: true, ..way }, found);
        }
        LogicalPlan::Window(window) => {
            let way = Way { chosen: true, ..way };
            match column.checked_sub(window.input.schema().fields().len()) {
                Some(made) => behind(window.window_expr.get(made), &window.input, way, found),
                None => follow(&window.input, column, way, found),
            }
        }
        LogicalPlan::Join(join) => through_join(join, column, way, found),
        LogicalPlan::Filter(filter) => {
            let chosen = way.chosen || has_subquery(&filter.predicate);
            follow(&filter.input, column, Way { chosen, ..way }, found);
        }
        LogicalPlan::Distinct(Distinct::On(on)) => {
            behind(on.select_expr.get(column), &on.input, Way { grouped: true, ..way }, found);
        }
        LogicalPlan::Distinct(Distinct::All(input)) => follow(input, column, Way { grouped: true, ..way }, found),
        LogicalPlan::Limit(limit) => follow(&limit.input, column, Way { grouped: true, ..way }, found),
        LogicalPlan::Unnest(unnest) => {
            let name = plan.schema().field(column).name();
            if let Some(column) = unnest.input.schema().index_of_column_by_name(None, name) {
                follow(&unnest.input, column, Way { spread: true, ..way }, found);
            }
        }
        // What neither adds nor takes away columns: an alias, an order, the parts of a UNION.
        other => {
            let width = plan.schema().fields().len();
            for input in other.inputs().into_iter().filter(|input| input.schema().fields().len() == width) {
                follow(input, column, way, found);
            }
        }
    }
}

/// Follows every column that an expression is made of.
fn behind(expression: Option<&Expr>, input: &LogicalPlan, way: Way, found: &mut Found) {
    for column in expression.map(Expr::column_refs).unwrap_or_default() {
        if let Some(column) = input.schema().maybe_index_of_column(column) {
            follow(input, column, way, found);
        }
    }
}

fn through_join(join: &Join, column: usize, way: Way, found: &mut Found) {
    let Join { left, right, join_type, .. } = join;
    let width = left.schema().fields().len();
    match join_type {
        JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => {
            let is_left = column < width;
            let (side, other) = if is_left { (left, right) } else { (right, left) };
            let with_table = reads_a_table(other);
            let is_looked_up = *join_type == if is_left { JoinType::Right } else { JoinType::Left };
            let way = Way {
                chosen: way.chosen || is_looked_up,
                inner: way.inner || with_table && *join_type == JoinType::Inner,
                joined: way.joined || with_table,
                spread: way.spread || !with_table,
                ..way
            };
            follow(side, if is_left { column } else { column - width }, way, found);
        }
        JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark if column < width => {
            follow(left, column, Way { chosen: true, ..way }, found);
        }
        JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark if column < right.schema().fields().len() => {
            follow(right, column, Way { chosen: true, ..way }, found);
        }
        // A mark is made by the join itself.
        _ => {}
    }
}

/// Whether a plan has rows of a table, and not only values that are written out.
fn reads_a_table(plan: &LogicalPlan) -> bool {
    let mut reads = false;
    // The closure never fails.
    let _ = plan.apply_with_subqueries(|part| {
        reads |= matches!(part, LogicalPlan::TableScan(_));
        Ok(if reads { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    reads
}

/// Whether an expression asks another SELECT.
pub(super) fn has_subquery(expression: &Expr) -> bool {
    let asks = |part: &Expr| {
        Ok(matches!(part, Expr::InSubquery(_) | Expr::Exists(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_)))
    };
    // What cannot be looked through is taken for one.
    expression.exists(asks).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::{Int64Array, RecordBatch, StringArray};
    use datafusion::prelude::SessionContext;
    use std::sync::Arc;

    async fn way(sql: &str) -> Option<Way> {
        let context = SessionContext::new();
        for table in ["data", "more", "areas"] {
            let text = || Arc::new(StringArray::from(vec!["a", "b"])) as _;
            let rows = Arc::new(Int64Array::from(vec![2, 3])) as _;
            let batch = RecordBatch::try_from_iter([("area", text()), ("b", text()), ("_row", rows)]).expect("a batch");
            context.register_batch(table, batch).expect("a table");
        }
        let plan = context.state().create_logical_plan(sql).await.expect(sql);
        ways(&plan).get("data").copied()
    }

    #[tokio::test]
    async fn what_a_row_meets_is_read_from_the_plan() {
        let plain = Way::default();
        let left = Way { joined: true, ..plain };
        let inner = Way { inner: true, ..left };
        for (sql, expected) in [
            ("SELECT area, _row FROM data WHERE b = 'x' ORDER BY area", plain),
            ("SELECT d.area, d._row FROM data d LEFT JOIN areas a ON a.area = d.area", left),
            ("SELECT d.area, d._row FROM areas a RIGHT JOIN data d ON a.area = d.area", left),
            ("SELECT d.area, d._row FROM data d JOIN areas a ON a.area = d.area", inner),
            ("SELECT d.area, d._row FROM data d, areas a WHERE a.area = d.area", inner),
            ("SELECT d.area, d._row FROM areas a LEFT JOIN data d ON a.area = d.area", Way { chosen: true, ..left }),
            ("SELECT d.area, d._row FROM data d CROSS JOIN (VALUES (1), (2)) AS t(n)", Way { spread: true, ..plain }),
            ("SELECT area, min(_row) AS _row FROM data GROUP BY area", Way { grouped: true, ..plain }),
            ("SELECT DISTINCT area, _row FROM data", Way { grouped: true, ..plain }),
            ("SELECT area, _row FROM data LIMIT 5", Way { grouped: true, ..plain }),
            ("SELECT area, _row FROM data WHERE area IN (SELECT area FROM areas)", Way { chosen: true, ..plain }),
            (
                "WITH n AS (SELECT area, _row, row_number() OVER (PARTITION BY area) AS n FROM data) SELECT area, _row FROM n WHERE n = 1",
                Way { chosen: true, ..plain },
            ),
            // A table beside it that is grouped says nothing of the row that is traced.
            (
                "SELECT d.area, d._row FROM data d LEFT JOIN (SELECT area, min(b) AS b FROM more GROUP BY area) s ON s.area = d.area",
                left,
            ),
            // A row may have served for the total that stands beside the others.
            (
                "SELECT d.area, d._row FROM data d JOIN (SELECT area, min(b) AS b FROM data GROUP BY area) s ON s.area = d.area",
                Way { chosen: true, ..inner },
            ),
            ("SELECT area, _row FROM more UNION ALL SELECT area, _row FROM data", plain),
        ] {
            assert_eq!(way(sql).await, Some(expected), "{sql}");
        }
        assert_eq!(way("SELECT m.area, m._row FROM more m JOIN data d ON d.area = m.area").await, None);
        assert_eq!(way("SELECT area FROM data").await, None);
    }
}
