//! What releases changed, old beside new.

use super::engine::micros_from;
use super::reading::Reading;
use crate::access::Viewer;
use crate::store::common::{Revisions, figure_columns, revalued, revision_rows, visible};
use crate::store::{Position, RevisionQuery, StoreError};
use rusqlite::types::Value;

// A release's changes are found through the slices that it touched. A figure that it changed gives two rows: the one
// that it closed stands before the one that it opened.
//
// ?1 dataset, ?2 access level, ?3-?4 times, ?5 release and ?6-?8 position to begin after, ?9 rows
const STATEMENT: &str = concat!(
    "SELECT ",
    figure_columns!(),
    ", ",
    revalued!(),
    ", r.number, r.published_at
      FROM dataset d
      CROSS JOIN release r ON r.dataset = d.id AND r.number >= ?5
      CROSS JOIN release_slice t ON t.release = r.number AND t.slice >= iif(r.number = ?5, ?6, 0)
      CROSS JOIN figure f ON f.slice = t.slice AND f.area >= iif(r.number = ?5 AND t.slice = ?6, ?7, 0)
      WHERE d.name = ?1 AND ",
    visible!("?2"),
    " AND r.published_at >= ?3 AND r.published_at < ?4
        AND r.number IN (f.opened, f.closed)
        AND (r.number, t.slice, f.area, f.period) > (?5, ?6, ?7, ?8)
      ORDER BY r.number, t.slice, f.area, f.period, f.opened
      LIMIT ?9"
);

/// See [`crate::store::Reads::revisions`].
pub(super) async fn revisions(
    reads: &Reading,
    viewer: &Viewer,
    query: &RevisionQuery,
) -> Result<Revisions, StoreError> {
    let (release, after) = query.after.unwrap_or((0, Position { slice: 0, area: 0, period: i64::MIN }));
    let values = vec![
        Value::Text(query.dataset.clone()),
        Value::Integer(viewer.access().level()),
        Value::Integer(micros_from(query.from)),
        Value::Integer(micros_from(query.to)),
        Value::Integer(release),
        Value::Integer(after.slice),
        Value::Integer(after.area),
        Value::Integer(after.period),
        Value::Integer(revision_rows(query.limit)),
    ];
    reads.read(STATEMENT, values, Revisions::new()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SqliteStore;
    use sqlx::Row;

    #[tokio::test]
    async fn revisions_are_read_in_order_without_a_sort() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(&folder.path().join("hub.sqlite")).await.expect("a store");
        let statement = format!("EXPLAIN QUERY PLAN {STATEMENT}");
        let plan = sqlx::query(sqlx::AssertSqlSafe(statement)).fetch_all(&store.reads).await.expect("a plan");
        let plan: Vec<String> = plan.iter().map(|row| row.get(3)).collect();
        let bad = plan.iter().any(|step| step.starts_with("SCAN") || step.contains("TEMP B-TREE"));
        assert!(!bad, "{}", plan.join("\n"));
    }
}
