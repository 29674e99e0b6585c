//! Whether the store is whole.

use super::engine::Doing;
use crate::store::StoreError;
use sqlx::postgres::PgPool;

/// Problems of one kind are listed up to this many.
const LISTED: i64 = 20;

/// What must never be found, each with a statement that gives one sentence a row.
const RULES: [&str; 5] = [
    // Two versions of a figure that are live at once.
    "SELECT format('figure %s/%s/%s has two versions at release %s', slice, area, period, next)
     FROM (SELECT slice, area, period, closed,
                  lead(opened) OVER (PARTITION BY slice, area, period ORDER BY opened) AS next FROM figure) f
     WHERE next IS NOT NULL AND (closed IS NULL OR closed > next) LIMIT $1",
    // A figure that was opened by another dataset's release, or by none.
    "SELECT format('figure %s/%s/%s was opened by a release of another dataset', f.slice, f.area, f.period)
     FROM (SELECT slice, opened, min(area) AS area, min(period) AS period FROM figure GROUP BY slice, opened) f
     LEFT JOIN slice s ON s.id = f.slice LEFT JOIN release r ON r.number = f.opened
     WHERE r.dataset IS DISTINCT FROM s.dataset LIMIT $1",
    // Slices that do not hold as many figures as their releases say.
    "SELECT format('slice %s holds %s figures; its releases left %s', id, coalesce(found, 0), coalesce(said, 0))
     FROM (SELECT id FROM slice) s
     LEFT JOIN (SELECT slice AS id, count(*) AS found FROM figure WHERE closed IS NULL GROUP BY slice) f USING (id)
     LEFT JOIN (SELECT slice AS id, sum(opened - closed) AS said FROM release_slice GROUP BY slice) t USING (id)
     WHERE coalesce(found, 0) <> coalesce(said, 0) LIMIT $1",
    // Figures that name what is not there: the one table without foreign keys.
    "SELECT format('%s rows of figure refer to a %s that is not there', count, parent) FROM (
        SELECT 'slice' AS parent, count(*) FROM figure f WHERE NOT EXISTS (SELECT FROM slice p WHERE p.id = f.slice)
        UNION ALL
        SELECT 'area', count(*) FROM figure f WHERE NOT EXISTS (SELECT FROM area p WHERE p.id = f.area)
        UNION ALL
        SELECT 'run_file', count(*) FROM figure f WHERE NOT EXISTS (SELECT FROM run_file p WHERE p.id = f.file)
        UNION ALL
        SELECT 'note', count(*) FROM figure f
        WHERE f.note IS NOT NULL AND NOT EXISTS (SELECT FROM note p WHERE p.id = f.note)
        UNION ALL
        SELECT 'release', count(*) FROM figure f
        WHERE f.closed IS NOT NULL AND NOT EXISTS (SELECT FROM release p WHERE p.number = f.closed)) o
     WHERE count > 0 LIMIT $1",
    // Releases that are out of the order of time.
    "SELECT format('release %s was published before release %s', number, before)
     FROM (SELECT number, lag(number) OVER (ORDER BY number) AS before, published_at,
                  lag(published_at) OVER (ORDER BY number) AS earlier FROM release) r
     WHERE published_at <= earlier LIMIT $1",
];

/// See [`crate::store::Upkeep::problems`]. Reads every figure, however long that takes.
pub(super) async fn problems(reads: &PgPool) -> Result<Vec<String>, StoreError> {
    let doing = "check itself";
    let mut transaction = reads.begin().await.doing(doing)?;
    sqlx::query("SET LOCAL statement_timeout = 0").execute(&mut *transaction).await.doing(doing)?;
    let mut problems = Vec::new();
    for rule in RULES {
        let found: Vec<String> =
            sqlx::query_scalar(rule).bind(LISTED).fetch_all(&mut *transaction).await.doing(doing)?;
        problems.extend(found);
    }
    transaction.rollback().await.doing(doing)?;
    Ok(problems)
}
