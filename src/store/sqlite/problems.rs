//! Whether the store is whole.

use super::engine::Doing;
use crate::store::StoreError;
use sqlx::Row;
use sqlx::sqlite::SqlitePool;

/// Problems of one kind are listed up to this many.
const LISTED: i64 = 20;

/// What must never be found, each with a statement that gives one sentence a row.
const RULES: [&str; 4] = [
    // Two versions of a figure that are live at once.
    "SELECT format('figure %d/%d/%d has two versions at release %d', f.slice, f.area, f.period, g.opened)
     FROM figure f CROSS JOIN figure g ON g.slice = f.slice AND g.area = f.area AND g.period = f.period
     WHERE g.opened > f.opened AND (f.closed IS NULL OR f.closed > g.opened) LIMIT ?1",
    // A figure that was opened by another dataset's release.
    "SELECT format('figure %d/%d/%d was opened by a release of another dataset', f.slice, f.area, f.period)
     FROM slice s CROSS JOIN figure f ON f.slice = s.id CROSS JOIN release r ON r.number = f.opened
     WHERE r.dataset <> s.dataset LIMIT ?1",
    // Slices that do not hold as many figures as their releases say.
    "SELECT format('slice %d holds %d figures; its releases left %d', s.id, s.found, s.said)
     FROM (SELECT id, (SELECT count(*) FROM figure f WHERE f.slice = slice.id AND f.closed IS NULL) AS found,
                  coalesce(t.said, 0) AS said
           FROM slice
           LEFT JOIN (SELECT slice, sum(opened - closed) AS said FROM release_slice GROUP BY slice) t
             ON t.slice = slice.id) s
     WHERE s.found <> s.said LIMIT ?1",
    // Releases that are out of the order of time.
    "SELECT format('release %d was published before release %d', b.number, a.number)
     FROM release a JOIN release b ON b.number = a.number + 1 WHERE b.published_at <= a.published_at LIMIT ?1",
];

/// See [`crate::store::Upkeep::problems`].
pub(super) async fn problems(reads: &SqlitePool) -> Result<Vec<String>, StoreError> {
    let doing = "check itself";
    let mut problems: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(20)").fetch_all(reads).await.doing(doing)?;
    problems.retain(|problem| problem != "ok");
    if !problems.is_empty() {
        // The file itself is damaged: what it holds cannot be judged.
        return Ok(problems);
    }
    let orphans = sqlx::query("SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2")
        .fetch_all(reads)
        .await
        .doing(doing)?;
    for orphan in orphans {
        let (table, parent): (String, String) = (orphan.try_get(0).doing(doing)?, orphan.try_get(1).doing(doing)?);
        let count: i64 = orphan.try_get(2).doing(doing)?;
        problems.push(format!("{count} rows of {table} refer to a {parent} that is not there"));
    }
    for rule in RULES {
        let found: Vec<String> = sqlx::query_scalar(rule).bind(LISTED).fetch_all(reads).await.doing(doing)?;
        problems.extend(found);
    }
    Ok(problems)
}
